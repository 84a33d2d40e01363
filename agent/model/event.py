"""What happened in a conversation: ids and slot names only, never a patient's words."""

from typing import Any

from pydantic import Field

from agent.model.value import Value

NAMES = frozenset(
    """MessageHeard CommandAccepted CommandRefused FlowStarted SlotFilled SlotForgotten StepEntered Asked
    ActionAnswered ActionFailed TaskOpened HandedOff StaffTook StaffReplied StaffReturned LanguageChanged PaceChanged
    FlowEnded OptedOut OptedIn Closed Said SafetyRaised IdentityChanged""".split()
)


class Event(Value):
    """One past-tense fact; `data` holds ids, slot and step names, reasons."""

    name: str
    data: dict[str, Any] = Field(default_factory=dict)
