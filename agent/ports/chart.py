"""What the desk needs of the clinic's record (a FHIR R4 server), and of the rows that say what is written there."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from agent.model.chart import ChartWrite, WriteState
from agent.model.wording import Sayable


class ChartFault(Sayable):
    """The record did not do what it was asked; the reason is for a person."""


class ChartAway(ChartFault):
    """Not accepted, try again later: no connection, too many requests."""


class ChartUnsure(ChartFault):
    """Perhaps accepted, perhaps not: look before anything is sent again."""


class ChartChanged(ChartFault):
    """The record has changed since it was looked at: look again."""


class ChartRefuses(ChartFault):
    """Nothing comes of trying again: a person has to mend something."""


class OpenChart(Protocol):
    """A record that answers, speaks FHIR R4 and lets us in. Every method raises ChartFault."""

    def search(self, kind: str, by: Mapping[str, str]) -> list[dict[str, Any]]:
        """All resources of this kind that the record finds; what is searched for never stands in an address."""

    def create(self, resource: Mapping[str, Any], unless: str) -> dict[str, Any]:
        """As the record keeps it, with id and version; the one that is there where a search for `unless` finds one."""

    def update(self, resource: Mapping[str, Any], seen: str) -> dict[str, Any]:
        """As the record keeps it. Raises ChartChanged unless it is still at version `seen`."""


class Chart(Protocol):
    """The clinic's record."""

    @property
    def server(self) -> str:
        """Its address, to be shown and compared."""

    def opened(self) -> AbstractContextManager[OpenChart]:
        """Raises ChartFault where it is away, something else, or not R4."""


@dataclass(frozen=True)
class ChartLengths:
    """How many writings wait and how many have stopped for a person; since when the oldest waiting one was approved."""

    waiting: int
    stopped: int
    since: datetime | None


class ChartWrites(Protocol):
    """Writings, one for each document or form; changed by compare-and-swap only."""

    def get(self, id: str) -> ChartWrite | None: ...

    def put(self, write: ChartWrite) -> ChartWrite:
        """With the next version; a row of version 0 is new. Raises Conflict where somebody was faster."""

    def take_due(self, clinic: str, now: datetime, until: datetime) -> ChartWrite | None:
        """The waiting one that is due longest, one attempt more; nobody else has it before `until`."""

    def by_state(self, clinic: str, states: Sequence[WriteState], limit: int = 100) -> list[ChartWrite]:
        """The newest change first."""

    def lengths(self, clinic: str) -> ChartLengths:
        """The oldest is looked for among the two hundred waiting ones that were tried longest ago."""
