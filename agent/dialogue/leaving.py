"""Leaves a call for texts: what goes along, what the caller hears, and what the first text says. Pure, like a turn."""

import phonenumbers
from phonenumbers import PhoneNumberType

from agent.dialogue import evolve
from agent.dialogue.draft import Draft
from agent.model.conversation import Frame
from agent.model.effect import GoOnByText
from agent.model.flow import Flow
from agent.model.understanding import Understanding

SURE_OF_STOP = 0.8  # confidence in stop_messages
_OF_THE_PERSON = frozenset(
    {"appointment", "appointments", "confirmed", "hold", "pending_task", "task", "which", "which_day"}
)

_NO_TEXTS = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE,
                       PhoneNumberType.SHARED_COST, PhoneNumberType.PAGER, PhoneNumberType.UAN,
                       PhoneNumberType.VOICEMAIL})  # fmt: skip


def to_text(draft: Draft, frame: Frame) -> None:
    """The caller has agreed: every open request goes along, and the call asks nothing more."""
    evolve.end(draft, frame)
    leave(draft, agreed=True)
    draft.say("text.sent")
    draft.asked_now = True


def leave(draft: Draft, *, agreed: bool) -> None:
    """Every open flow ends here and goes on by text."""
    going = draft.conversation.frames
    kept = tuple(_without(draft.flow(f), f, stranger=not agreed) for f in going)
    draft.effects.append(GoOnByText(frames=kept, agreed=agreed))
    for frame in going:
        evolve.end(draft, frame, "to_text")


def arrive(draft: Draft, frames: tuple[Frame, ...], *, agreed: bool) -> None:
    """In the text conversation: why it begins, and the open requests on top of what is open there."""
    if not draft.conversation.greeted:
        draft.say("greeting.disclosure")
        draft.change(greeted=True)
    draft.say("text.begin" if agreed else "text.dropped")
    for frame in frames:
        draft.change(frames=(*draft.conversation.frames, frame))
        draft.happened("FlowStarted", flow=frame.flow, run=frame.run)
        for name, held in frame.slots.items():
            draft.happened("SlotFilled", slot=name, run=frame.run, source=held.source)
    if not draft.conversation.frames:
        draft.say("greeting.offer")


def no_more_calls(draft: Draft, heard: Understanding) -> bool:
    """ "Don't call me again", said in a call that we made: a last word, and nothing is asked any more."""
    ours = any("called" in f.slots and "back" not in f.slots for f in draft.conversation.frames)
    sure = heard.intent == "stop_messages" and heard.confidence >= SURE_OF_STOP
    if not ours or not sure or draft.conversation.channel != "voice":
        return False
    for frame in draft.conversation.frames:
        evolve.end(draft, frame, "call_over")
    draft.say("call.no_more")
    return True


def lost(flow: Flow, frame: Frame, *, stranger: bool) -> tuple[str, ...]:
    """Slots that do not go along: what the clinic's systems said for the caller of that moment; to a `stranger` also
    who the caller said they were."""
    own = {n for n, s in flow.slots.items() if s.class_ == "identity"}
    gone = {n for n, held in frame.slots.items() if held.source in ("action", "staff") and n not in own}
    return tuple(n for n in frame.slots if n in gone or n in _OF_THE_PERSON or (stranger and n in own))


def _without(flow: Flow, frame: Frame, *, stranger: bool) -> Frame:
    gone = lost(flow, frame, stranger=stranger)
    slots = {n: held for n, held in frame.slots.items() if n not in gone}
    return frame.model_copy(update={"slots": slots, "step": flow.steps[0].id, "asked": None, "tries": 0})


def takes_texts(number: str) -> bool:
    """Can this number get texts, as far as its digits tell? In North America they do not tell mobiles apart."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(number)) not in _NO_TEXTS
    except phonenumbers.NumberParseException:
        return False
