"""A reminder of a visit: planned, sent once or passed over with a reason, and what the patient answered."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

FORM_OFFER = "form"  # the rule of a row that offers a form, beside those of the clinic's own rules
UNFINISHED = "unfinished"  # … of a row that looks whether what they began in answer to a reminder became a request
ReminderState = Literal["due", "calling", "sent", "skipped"]  # calling: see `agent.model.outgoing_call`


class Reminder(Value):
    """One for each visit and rule. `visit_at` is when the visit was to start when this was planned, UTC."""

    appointment: str
    rule: str  # ReminderRule.name
    clinic: str
    visit_at: datetime
    due_at: datetime
    state: ReminderState = "due"
    why: str = ""  # it was skipped
    settled_at: datetime | None = None
    outbound: str | None = None  # the first row that said it
    coming_at: datetime | None = None  # when the patient said that they will come
