"""Wishes by key, on a telephone: whoever cannot be heard, or does not want to speak, presses a key where nothing was
asked, and chooses from what people call for most."""

from agent.dialogue import evolve, tongues
from agent.dialogue.accept import WHICH
from agent.dialogue.draft import Draft, action_value
from agent.model.message import Inbound

_WISHES = ("book", "reschedule", "cancel", "check_appointment", "hours", "directions")  # in this order, from key 1 on


def menu(draft: Draft, inbound: Inbound) -> bool:
    """A single key that means nothing else, while nothing is asked and the desk answers."""
    conversation, flows = draft.conversation, draft.content.flows
    pressed = inbound.kind == "digits" and inbound.payload is None and len(inbound.text) == 1
    if conversation.channel != "voice" or not pressed or not inbound.text.isdigit():
        return False
    wishes = [name for name in _WISHES if name in flows]
    idle = draft.top is None and conversation.mode == "agent" and not conversation.alarmed
    if not idle or tongues.unheard(draft) or WHICH not in flows or len(wishes) < 2:
        return False
    frame = evolve.begin(draft, WHICH)
    evolve.fill(draft, frame.run, "flows", action_value(wishes))
    draft.change(misunderstood=0)
    return True
