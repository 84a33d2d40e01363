"""What a question gets beside it for whoever answers with keys: choices by number where there are any; what only words
could say is left to staff."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.dialogue import tongues
from agent.dialogue.draft import Draft
from agent.model.conversation import Frame
from agent.model.flow import Step

_MOST = 8  # of a list that is heard; one key more stands for what is not in it
_OF_FIGURES = frozenset({"dob", "phone", "code"})  # slots whose digits are keyed; they prove no ear
_HEARD = frozenset({"patient", "classifier", "model"})
_DIGITS = {"dob": "voice.keys.dob", "phone": "voice.keys.phone"}
_FRIDAY = 4
_WEEKS = ("voice.keys.this_week", "voice.keys.next_week", "voice.keys.week_after")


@dataclass(frozen=True)
class Beside:
    """What a question gets beside it for whoever uses keys. `keys`: what they mean; `listed`: those that are read out
    as options; `says`: a sentence after the question; `ask`: another wording of it."""

    keys: tuple[dict[str, Any], ...] = ()
    listed: tuple[dict[str, Any], ...] = ()
    says: str = ""
    ask: str = ""


def beside(draft: Draft, frame: Frame, step: Step) -> Beside:
    """For a question that waits for words, put to somebody who presses keys or was not understood."""
    slot = step.collect or ""
    spec = draft.slot(frame, slot)
    if spec is None or not _by_key(draft, frame, slot) or spec.options or spec.options_from:
        return Beside()
    flow = draft.flow(frame)
    base = step.ask or ""
    match spec.type:
        case "text" if "appointment_type" in flow.slots and slot == "reason":
            return _list(_kinds(draft), base)
        case "date" if "openings" in flow.slots:
            return _list(_days(draft), base)
        case "provider":
            return _list(_providers(draft), base)
        case "name":
            alone = "back" if tongues.unheard(draft) else "again"  # the name without the date of birth beside it
            return Beside((_left(slot),), says="voice.keys.leave", ask=f"{base}.{alone}")
        case "dob" | "phone":
            return Beside(says=_DIGITS[spec.type])
        case "bool" | "choice" | "letters" | "form_answer":
            return Beside()
        case _:
            return (
                Beside((_left(slot),), says="voice.keys.leave") if step.optional else Beside(says="voice.keys.person")
            )


def _by_key(draft: Draft, frame: Frame, slot: str) -> bool:
    """Keys are offered to whoever has just pressed one and has said nothing of this request yet, where an answer was
    not understood, and where no ear knows the language."""
    if draft.conversation.channel != "voice":
        return False
    if tongues.unheard(draft) or (frame.asked == slot and frame.tries):
        return True
    pressed = draft.inbound is not None and draft.inbound.kind in ("digits", "choice")
    said = any(
        held.source in _HEARD and held.value is not None
        for name, held in frame.slots.items()
        if name not in _OF_FIGURES
    )
    return pressed and not said


def _list(keys: tuple[dict[str, Any], ...], ask: str) -> Beside:
    return Beside(keys, tuple({"label": k["label"], "payload": k["payload"]} for k in keys), ask=ask)


def _key(slot: str, name: str, value: Any, label: dict[str, Any]) -> dict[str, Any]:
    return {"payload": f"{slot}={name}", "value": value, "label": label}


def _left(slot: str) -> dict[str, Any]:
    """The question stays open, and staff put it."""
    return _key(slot, "", None, {"as": "key", "value": "voice.keys.other"})


def _kinds(draft: Draft) -> tuple[dict[str, Any], ...]:
    """The clinic's kinds of visit; "something else" leaves the reason to staff."""
    kinds = [v.id for v in draft.clinic.kinds[:_MOST]]
    named = (_key("appointment_type", id, id, {"as": "visit_type", "value": id}) for id in kinds)
    return (*named, _left("reason"))


def _providers(draft: Draft) -> tuple[dict[str, Any], ...]:
    people = [p.id for p in draft.clinic.providers[:_MOST]]
    return tuple(_key("provider", id, id, {"as": "provider", "value": id}) for id in (*people, "any"))


def _days(draft: Draft) -> tuple[dict[str, Any], ...]:
    """The first free time, or one of the next weeks."""
    today = draft.now.astimezone(ZoneInfo(draft.clinic.zone)).date()
    last = today + timedelta(days=draft.clinic.booking.horizon_days)
    monday = today - timedelta(days=today.weekday())
    spans = [("voice.keys.soonest", today, last)]
    for ahead, label in enumerate(_WEEKS):
        start = max(monday + timedelta(weeks=ahead), today)
        if ahead or today.weekday() < _FRIDAY:
            spans.append((label, start, monday + timedelta(weeks=ahead, days=6)))
    return tuple(
        _key("date", label.rpartition(".")[2], _span(start, end), {"as": "key", "value": label})
        for label, start, end in spans
    )


def _span(start: date, end: date) -> list[str]:
    return [start.isoformat(), end.isoformat()]
