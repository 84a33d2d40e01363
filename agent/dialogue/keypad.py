"""Wishes by key, on a telephone: whoever cannot be heard, or does not want to speak, presses a key where nothing was
asked, and chooses from what people call for most. How each question is answered by keys: see `by_key`."""

from agent.dialogue import evolve, tongues
from agent.dialogue.accept import WHICH
from agent.dialogue.advance import hand_over
from agent.dialogue.draft import Draft, action_value
from agent.model.message import Inbound

_TAKEN = frozenset({"prepared", "held", "withdrawn"})  # what a message says of a request
_KEYS_ONLY = "voice.keys.unheard"
_WISHES = ("book", "reschedule", "cancel", "check_appointment", "hours", "directions")  # in this order, from key 1 on


def menu(draft: Draft, inbound: Inbound) -> bool:
    """A single key that means nothing else, while nothing is asked and the desk answers."""
    pressed = inbound.kind == "digits" and inbound.payload is None and len(inbound.text) == 1
    if not pressed or not inbound.text.isdigit() or not possible(draft):
        return False
    offer(draft)
    return True


def offer(draft: Draft) -> None:
    """The list of what people call for, by key."""
    frame = evolve.begin(draft, WHICH)
    evolve.fill(draft, frame.run, "flows", action_value(_wishes(draft)))
    draft.change(misunderstood=0)


def instead_of_words(draft: Draft, inbound: Inbound | None) -> bool:
    """In a language that nobody's recogniser knows the desk asks for keys, once where only words come or nothing; then
    a person is put through. Without `inbound` a call begins."""
    if not tongues.unheard(draft) or draft.conversation.mode != "agent" or draft.conversation.alarmed:
        return False
    switched = any(e.name == "LanguageChanged" for e in draft.events)
    if inbound is not None and inbound.kind != "speech" and not (switched and draft.top is None):
        return False
    if inbound is not None and not inbound.text.strip() and prepared(draft):
        draft.say("courtesy.good")
    elif any(k.get("key") == _KEYS_ONLY for k in draft.conversation.last_keys):
        hand_over(draft, "language")
    else:
        draft.say(_KEYS_ONLY)
        if possible(draft):
            offer(draft)
    return True


def prepared(draft: Draft) -> bool:
    """Was a request of theirs just taken, so that silence is no fault?"""
    said = draft.conversation.last_keys
    key = str(said[-1].get("key")) if said and draft.top is None else "safety."
    message = None if key.startswith("safety.") else draft.content.message("en", key, "voice")
    return message is not None and message.asserts in _TAKEN


def possible(draft: Draft) -> bool:
    """Would a key open the list of what people call for?"""
    conversation = draft.conversation
    idle = draft.top is None and conversation.mode == "agent" and not conversation.alarmed
    return conversation.channel == "voice" and idle and WHICH in draft.content.flows and len(_wishes(draft)) > 1


def _wishes(draft: Draft) -> list[str]:
    return [name for name in _WISHES if name in draft.content.flows]
