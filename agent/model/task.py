"""A prepared piece of work for staff, in FHIR Task's words."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from agent.model.value import Value

TaskKind = Literal[
    "booking", "reschedule", "cancel", "intake", "refill", "message", "callback", "handoff", "urgent",
    "waitlist", "records", "referral", "billing", "results",
]  # fmt: skip
TaskStatus = Literal["requested", "accepted", "in-progress", "on-hold", "completed", "rejected", "cancelled", "failed"]
Priority = Literal["routine", "urgent", "asap", "stat"]
OPEN: frozenset[str] = frozenset({"requested", "accepted", "in-progress", "on-hold"})


def is_urgent(task: "Task") -> bool:
    return task.kind == "urgent" or task.priority != "routine"


class Evidence(Value):
    """From which words a field came: the inbound message, the quote and its offsets in it."""

    field: str
    quote: str
    inbound: str | None = None
    span: tuple[int, int] | None = None
    source: str = "patient"
    confidence: float = 1.0
    sure: bool = True  # False: shown to staff as a question, not a statement


class Change(Value):
    """One past decision on a task."""

    at: datetime
    by: str
    what: str
    why: str = ""


class Task(Value):
    """`number` is what people say aloud; `proposal` is typed by `kind`; `version` rises at every change."""

    id: str
    number: int
    clinic: str
    kind: TaskKind
    status: TaskStatus = "requested"
    priority: Priority = "routine"
    conversation: str | None = None
    patient: str | None = None
    appointment: str | None = None  # the held or concerned appointment
    proposal: dict[str, Any] = Field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    language: str = "en"
    channel: str = "sms"
    role: str = "front-desk"
    assignee: str | None = None
    created_at: datetime
    due_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    changes: tuple[Change, ...] = ()
    result: dict[str, Any] = Field(default_factory=dict)
    key: str | None = None  # one task per key and conversation run: a repeat finds the first
    version: int = 0
