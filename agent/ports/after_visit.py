"""What the time after a visit needs of the store, as Protocols: approved instructions, and questions how people are."""

from datetime import datetime
from typing import Protocol

from agent.model.calendar import Appointment
from agent.model.check_in import CheckIn
from agent.model.instructions import Sheet


class Instructions(Protocol):
    """Sheets in versions: a version is written once, and approved once."""

    def add(self, sheet: Sheet) -> None:
        """Raises Conflict unless its version follows the newest of its id (1 where there is none)."""

    def settle(self, sheet: Sheet) -> None:
        """Keeps a new state of this version. Raises Conflict where it is no longer the newest version or is settled
        already: a draft is approved or withdrawn, an approved one withdrawn. An approved one replaces the one before,
        a withdrawn one takes that along."""

    def newest(self, clinic: str, id: str) -> Sheet | None: ...

    def all(self, clinic: str) -> list[Sheet]:
        """The newest version of each sheet, by id."""

    def versions(self, clinic: str, id: str) -> list[Sheet]:
        """Newest first."""

    def approved(self, clinic: str) -> list[Sheet]:
        """Those in force for kinds of visits."""

    def of_patient(self, patient: str) -> list[Sheet]:
        """Those in force for single visits of this patient."""

    def stamp(self, clinic: str) -> str:
        """Changes whenever `approved` does; short."""


class CheckIns(Protocol):
    """One row for each visit and rule."""

    def unplanned(self, clinic: str, since: datetime, until: datetime, limit: int) -> list[Appointment]:
        """Visits of known patients that were not cancelled or missed, ended in [since, until) and have no row yet."""

    def plan(self, row: CheckIn) -> bool:
        """False when the visit has one by this rule already."""

    def take_due(self, clinic: str, now: datetime) -> CheckIn | None:
        """The one that has been due longest, ours until this transaction ends; nobody waits for one that is taken."""

    def take_silent(self, clinic: str, now: datetime) -> CheckIn | None:
        """One that was asked and not answered until its time, ours until this transaction ends."""

    def save(self, row: CheckIn) -> None: ...

    def get(self, appointment: str, rule: str, *, lock: bool = False) -> CheckIn | None: ...

    def of(self, appointment: str) -> list[CheckIn]:
        """By due time."""

    def between(self, clinic: str, since: datetime, until: datetime, limit: int = 200) -> list[CheckIn]:
        """Those due in [since, until), the newest first."""
