"""Telephone calls, what is said in them, and which of the staff's telephones are rung for one, as Protocols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agent.model.call import Call
from agent.model.desk_ring import DeskRing
from agent.model.message import Outbound


class Calls(Protocol):
    """Calls by their provider's id; and the outbox as one call sees it."""

    def open(self, call: Call) -> bool:
        """False, and nothing is written, where the call is known already."""

    def get(self, id: str, *, lock: bool = False) -> Call | None: ...

    def save(self, call: Call) -> None: ...

    def last_of(self, conversation: str) -> Call | None:
        """The newest call of this conversation."""

    def ended(self, clinic: str, since: datetime, until: datetime, limit: int) -> list[Call]:
        """Those that ended in (since, until] without a goodbye of ours and without a person, the oldest first."""

    def up(self, clinic: str, since: datetime) -> list[Call]:
        """Those that are not over, as far as we know, and of which something was heard after `since`."""

    def due(self, conversation: str, now: datetime) -> list[Outbound]:
        """The conversation's queued rows that may be spoken now, urgent ones first, locked until the transaction
        ends."""

    def to_say(self, conversation: str, now: datetime) -> bool:
        """Would `due` find any? Locks nothing."""

    def unheard(self, conversation: str) -> bool:
        """Does a message of this conversation still wait for its turn, or is it being taken?"""


class DeskRings(Protocol):
    """Lock the call first: its rings are changed by nobody else then."""

    def open(self, rings: Sequence[DeskRing]) -> None: ...

    def get(self, id: str) -> DeskRing | None: ...

    def save(self, ring: DeskRing) -> None: ...

    def of_call(self, call: str) -> list[DeskRing]:
        """Of the latest round, in the order of their places."""
