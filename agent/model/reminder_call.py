"""A reminder, or a question after a visit, by telephone: one for each planned one, dialled at most once at a time."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

RingState = Literal["due", "claimed", "ringing", "unknown", "over"]
RingOutcome = Literal[
    "",  # not over, or over before anything was heard
    "told",  # somebody who answers for the patient has heard it
    "machine", "nobody",  # a machine; somebody, or something, that never said that it listens
    "declined", "stopped", "wrong",  # not now; no more such calls; the patient is not to be reached there
    "person", "alarm",  # they wanted one of us at once; something dangerous was said first
    "busy", "no-answer", "failed", "void",
]  # fmt: skip
DIALLED: frozenset[RingState] = frozenset({"claimed", "ringing", "unknown"})  # a telephone may be ringing
_AFTER = "after "  # before the name of a rule that asks after a visit


class ReminderCall(Value):
    """`claimed`: handed to the provider, nothing heard of it yet; `ringing`: the provider has it, up to its end;
    `unknown`: it may have been taken or not, and the provider's list is asked. The number is the conversation's."""

    id: str
    appointment: str
    rule: str  # ReminderRule.name, or `rule_after` of CheckInRule.name
    visit_at: datetime  # as planned, UTC
    clinic: str
    conversation: str
    state: RingState = "due"
    outcome: RingOutcome = ""
    tries: int = 0
    due_at: datetime
    claimed_at: datetime | None = None
    seen_at: datetime
    provider_id: str | None = None

    @property
    def after(self) -> str:
        """The rule of the question after a visit that this call puts; empty for a reminder of a visit to come."""
        return self.rule.removeprefix(_AFTER) if self.rule.startswith(_AFTER) else ""


def rule_after(rule: str) -> str:
    """As which rule a question after a visit is called for, so that no reminder of that visit has its row."""
    return f"{_AFTER}{rule}"
