"""A question after a visit, how somebody is: planned, asked once or passed over with a reason, answered or not.

`calling`: their telephone is to put it, see `agent.model.outgoing_call`."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

NOTHING = "none"  # the rule of a visit after which nobody is asked
CheckInState = Literal["due", "calling", "asked", "answered", "silent", "skipped"]


class CheckIn(Value):
    """One for each visit and rule (`CheckInRule.name`). What was answered stands in the conversation, not here."""

    appointment: str
    rule: str
    clinic: str
    due_at: datetime
    state: CheckInState = "due"
    why: str = ""  # it was skipped
    must_answer: bool = False
    hours: int = 24  # from asking until nobody answering is silence
    settled_at: datetime | None = None
    silent_at: datetime | None = None  # when silence counts; set with the question
    outbound: str | None = None
    conversation: str | None = None
    task: str | None = None  # what a nurse was told because of it
    answered_at: datetime | None = None
