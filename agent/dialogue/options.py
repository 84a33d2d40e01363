"""What can be chosen where the desk asks: labels for people, payloads for buttons, values for slots."""

from typing import Any

from agent.dialogue import family, forms
from agent.dialogue.draft import Draft, value_of
from agent.model.content import Content
from agent.model.conversation import Conversation, Frame
from agent.model.question import BY_KEY, Offered, Question

MOST_VISITS = 5


def offered(content: Content, frame: Frame, slot: str) -> tuple[Offered, ...]:
    """The options of a slot in this run, in the order shown."""
    if frame.keys and frame.asked == slot:
        return tuple(Offered(**key, kind=BY_KEY) for key in frame.keys)
    spec = content.flows[frame.flow].slots[slot]
    if spec.type == "bool":
        return tuple(
            Offered(f"{slot}={word}", word == "yes", {"as": "key", "value": f"option.{word}"}) for word in ("yes", "no")
        )
    if spec.type == "form_answer":
        return forms.options(content, value_of(frame, "item"))
    if spec.options_from:
        held = value_of(frame, spec.options_from) or []
        found = [_from_list(slot, item) for item in _nearest(slot, held)]
        if slot == "opening" and found:
            found.append(Offered("opening=more", "more", {"as": "key", "value": "option.more"}))
        return tuple(found)
    return tuple(
        Offered(f"{slot}={word}", word, {"as": "key", "value": f"option.{word}"})
        for word in _static(frame, slot, spec.options)
    )


def _static(frame: Frame, slot: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if slot != "change":
        return words
    if frame.step == "none_left":
        return tuple(w for w in words if w in ("other_day", "waitlist", "drop"))
    return tuple(w for w in words if w != "waitlist")


def _nearest(slot: str, held: Any) -> list[Any]:
    """Of many visits the next ones; nobody reads a list of fourteen."""
    return sorted(held, key=lambda v: str(v["start"]))[:MOST_VISITS] if slot == "appointment" else list(held)


def _from_list(slot: str, item: Any) -> Offered:
    if slot == "wanted":  # one of several flows, see workflows/patterns/which.yaml
        return Offered(f"flow={item}", item, {"as": "key", "value": f"flow.{item}.want"})
    if slot == "sheet":  # instructions for one visit or another, see workflows/after_visit/aftercare.yaml
        title = item.get("title")
        label = {"as": "text", "value": title} if title else {"as": "key", "value": "option.other_sheet"}
        return Offered(f"sheet={item['id']}", item["id"], label, "sheet")
    if isinstance(item, dict):
        return Offered(f"{slot}={item['id']}", item, {"as": "opening", "value": item}, "opening")
    return Offered(f"{slot}={item}", item, {"as": "visit_type", "value": item}, "visit_type")


def question(conversation: Conversation, content: Content) -> Question | None:
    """The open question of the topmost flow, if it has asked one."""
    if not conversation.frames:
        return None
    frame = conversation.frames[-1]
    if frame.asked is None or frame.flow not in content.flows:
        return None
    flow = content.flows[frame.flow]
    spec = flow.slots[frame.asked]
    return Question(
        frame.run,
        frame.flow,
        frame.asked,
        spec.type,
        offered(content, frame, frame.asked),
        flow.step(frame.step).optional,
        frame.tries,
        (value_of(frame, "item"), value_of(frame, "last")) if spec.type == "form_answer" else None,
        family.asked(conversation, frame),
        str(value_of(frame, "told") or ""),
    )


def option_values(draft: Draft, frame: Frame, slot: str) -> tuple[dict[str, Any], ...]:
    """Options as a Say carries them."""
    return tuple({"label": o.label, "payload": o.payload} for o in offered(draft.content, frame, slot))
