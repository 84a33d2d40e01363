"""Where planted errors are kept, apart from the tasks that they are shown in, as a Protocol."""

from datetime import datetime
from typing import NamedTuple, Protocol

from agent.model.plant import Plant, PlantState


class Tally(NamedTuple):
    """One person's planted errors that ended in a decision."""

    staff: str
    caught: int
    missed: int


class Plants(Protocol):
    """Planted errors, their values sealed under the key of the task's conversation."""

    def add(self, plant: Plant) -> bool:
        """False, and nothing is written, where this task has had one."""

    def get(self, id: str) -> Plant | None: ...

    def of_task(self, task: str) -> Plant | None: ...

    def open_of(self, staff: str) -> list[Plant]:
        """Those that this person is being shown."""

    def open_since(self, clinic: str, before: datetime) -> list[Plant]:
        """Those shown before then of which nobody has decided anything."""

    def end(self, id: str, state: PlantState, now: datetime) -> bool:
        """False where it has ended already."""

    def shown_to(self, staff: str, since: datetime) -> int:
        """How many this person has been shown since then."""

    def tallies(self, clinic: str, since: datetime) -> list[Tally]: ...

    def tasks(self, clinic: str, since: datetime) -> set[str]:
        """Ids of the tasks that had one since then."""
