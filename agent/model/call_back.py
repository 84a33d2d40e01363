"""A call that a member of staff asked for: the clinic's own telephone rings first, then the patient's."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

CallBackState = Literal[
    "asked", "ringing", "talking",  # under way: committed, at our telephone, at the patient's
    "answered", "busy", "no-answer", "failed", "nobody", "unknown",  # over
]  # fmt: skip
UNDER_WAY: frozenset[CallBackState] = frozenset({"asked", "ringing", "talking"})


class CallBack(Value):
    """`nobody`: no colleague took it, so the patient's telephone never rang. The number stays with the task."""

    id: str
    clinic: str
    task: str
    conversation: str | None = None
    by: str
    state: CallBackState = "asked"
    asked_at: datetime
    seen_at: datetime
