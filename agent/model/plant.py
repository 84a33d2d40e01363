"""A planted error: one wrong value in the copy of a task that one person is shown, to see whether it is read."""

from datetime import datetime
from typing import Any, Literal

from agent.model.value import Value

Facet = Literal["day", "time", "provider", "kind", "dob"]
PlantState = Literal["open", "caught", "missed", "undecided"]


class Plant(Value):
    """`shown` lies over the task's proposal in this person's copy; `before` is what stands there in truth. `staff` is a
    staff id; `undecided` counts neither as caught nor as missed."""

    id: str
    clinic: str
    task: str
    conversation: str
    staff: str
    facet: Facet
    field: str  # of the proposal, whose value is told when it ends
    before: dict[str, Any]
    shown: dict[str, Any]
    shown_at: datetime
    state: PlantState = "open"
    ended_at: datetime | None = None
