"""Closed tests of the flow language; there is no expression to evaluate."""

from agent.dialogue.draft import Draft, is_empty, value_of
from agent.model.conversation import Conversation, Frame
from agent.model.flow import Condition


def holds(draft: Draft, frame: Frame, test: Condition) -> bool:
    """True when every part that the condition names is met."""
    conversation = draft.conversation
    if test.channel is not None and conversation.channel != test.channel:
        return False
    if test.identity is not None and conversation.identity != test.identity:
        return False
    if test.number is not None and not _without_number(conversation, test.number):
        return False
    if test.slot is None:
        return True
    value = value_of(frame, test.slot)
    if test.empty is not None and is_empty(value) != test.empty:
        return False
    if test.any_of is not None and value not in test.any_of:
        return False
    return test.is_ is None or value == test.is_


def _without_number(conversation: Conversation, how: str) -> bool:
    """Does nobody know at which number this person can be reached?"""
    here = conversation.channel == "voice" or how == "unknown"
    return here and not conversation.address.value.startswith("+")
