"""Several of a family who were asked the same at one number: who they are, and one word of thanks for all."""

from agent.dialogue.draft import Draft, value_of
from agent.dialogue.wording import placeholders
from agent.model.conversation import Conversation, Frame
from agent.model.effect import Effect, Say

WHOM = "whom"  # the slot that holds the name by which somebody is called


def asked(conversation: Conversation, frame: Frame) -> tuple[tuple[str, str], ...]:
    """The run and the name ("" for who writes) of each of whom the same is asked as in `frame`, the topmost first;
    empty where it is asked once."""
    alike = [f for f in reversed(conversation.frames) if f.flow == frame.flow and f.asked == frame.asked]
    return tuple((f.run, str(value_of(f, WHOM) or "")) for f in alike) if len(alike) > 1 else ()


def bring_on_top(draft: Draft, run: str) -> None:
    """The answer is for this one of them."""
    frames = draft.conversation.frames
    meant = tuple(f for f in frames if f.run == run)
    draft.change(frames=(*(f for f in frames if f.run != run), *meant))


def said_once(draft: Draft) -> tuple[Effect, ...]:
    """What would be said to each in turn is said once, with all their names."""
    out: list[Effect] = []
    for effect in draft.effects:
        before = out[-1] if out else None
        if isinstance(effect, Say) and isinstance(before, Say) and _alike(draft, before, effect):
            names = list(dict.fromkeys([*_names(before), *_names(effect)]))
            out[-1] = before.model_copy(update={"values": {**before.values, WHOM: {"as": "people", "value": names}}})
        else:
            out.append(effect)
    return tuple(out)


def _alike(draft: Draft, before: Say, effect: Say) -> bool:
    """Do they differ in nothing but the name?"""
    if before.key != effect.key or before.locale != effect.locale or before.options or effect.options:
        return False
    message = draft.content.message(draft.conversation.locale, effect.key, draft.conversation.channel)
    return message is not None and placeholders(message.text) <= {WHOM}


def _names(said: Say) -> list[str]:
    value = said.values.get(WHOM)
    held = value.get("value") if isinstance(value, dict) else value
    return [str(v) for v in held] if isinstance(held, list) else [str(held)] if held else []
