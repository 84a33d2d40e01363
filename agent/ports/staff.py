"""The people who work at the desk, as ports: sign-ins, invitations, reminders, and what they find wrong."""

from datetime import datetime
from typing import Protocol

from agent.model.patient import StaffUser
from agent.model.staff import Invitation, StaffSession
from agent.model.wrong import Wrong


class Staff(Protocol):
    def add(self, user: StaffUser) -> None: ...

    def get(self, id: str) -> StaffUser | None: ...

    def by_email(self, email: str) -> StaffUser | None: ...

    def by_oidc(self, subject: str) -> StaffUser | None:
        """Whose account at the sign-in service that is; nobody for an empty one."""

    def save(self, user: StaffUser) -> None: ...

    def all(self, clinic: str) -> list[StaffUser]: ...

    def use_step(self, user: str, step: int) -> bool:
        """False when this time step of the second factor, or a later one, was used already."""

    def open_session(self, token_hash: str, user: str, csrf: str, now: datetime, about: str = "") -> None: ...

    def session(self, token_hash: str) -> tuple[str, str, datetime, datetime] | None:
        """(user id, csrf token, opened_at, seen_at)"""

    def sessions_of(self, user: str) -> list[StaffSession]:
        """The newest first."""

    def touch_session(self, token_hash: str, now: datetime) -> None: ...

    def break_glass(self, token_hash: str, until: datetime | None) -> None:
        """This session sees every location until then; None: no longer."""

    def glass_until(self, token_hash: str) -> datetime | None: ...

    def close_session(self, token_hash: str) -> None: ...

    def close_sessions_of(self, user: str) -> None: ...


class Invitations(Protocol):
    """Kept by the hash of their token only; each is used once."""

    def add(self, token_hash: str, invitation: Invitation) -> None: ...

    def get(self, token_hash: str) -> Invitation | None: ...

    def take(self, token_hash: str) -> Invitation | None:
        """Removes it; None when somebody has used it."""


class Nudges(Protocol):
    def first(self, task: str, what: str, now: datetime) -> bool:
        """True once for each task (or conversation) and reminder, whatever process asks."""

    def of(self, task: str) -> dict[str, datetime]:
        """What was reminded of, and when."""


class Wrongs(Protocol):
    """Reports of staff that something was wrong."""

    def add(self, wrong: Wrong) -> None: ...

    def get(self, id: str) -> Wrong | None: ...

    def save(self, wrong: Wrong) -> None:
        """Raises Conflict when there is no such report."""

    def all(self, clinic: str, limit: int = 200) -> list[Wrong]:
        """Newest first."""
