"""Puts a step's question: which wording of it fits what happened, and what can be chosen."""

from datetime import date
from typing import Any

from agent.dialogue import by_key, forms
from agent.dialogue.closures import closed_on, text_in
from agent.dialogue.draft import Draft, value_of
from agent.dialogue.options import option_values
from agent.model.conversation import Frame
from agent.model.flow import Step

_NEAREST = "other_day"  # nothing was free on the day that was wished for


def ask(draft: Draft, frame: Frame, step: Step) -> None:
    """The question, worded anew when it was not understood, shorter when the talk comes back to it."""
    assert step.collect is not None
    key, values = _wording(draft, frame, step)
    beside = by_key.beside(draft, frame, step)
    frame = frame.model_copy(update={"keys": ()})
    listed = beside.listed or option_values(draft, frame, step.collect)
    draft.say(beside.ask if beside.ask and draft.knows(beside.ask) else key, frame, options=listed, values=values)
    if beside.says:
        draft.say(beside.says)
    tries = frame.tries if frame.asked == step.collect else 0
    draft.put(frame.model_copy(update={"asked": step.collect, "tries": tries, "keys": beside.keys}))
    draft.happened("Asked", slot=step.collect, run=frame.run)
    draft.asked_now = True


def _wording(draft: Draft, frame: Frame, step: Step) -> tuple[str, dict[str, Any]]:
    key, values = step.ask or "", dict[str, Any]()
    manner = value_of(frame, step.ask_by) if step.ask_by and step.collect == forms.SLOT else None
    if isinstance(manner, str) and draft.knows(f"{key}.{manner}"):  # what is known is said each time
        return f"{key}.{manner}", values
    if frame.asked == step.collect and not _unnamed(draft, frame, key):
        again = (step.again or f"{key}.again") if frame.tries else f"{key}.back"
        if draft.knows(again):
            return again, values
    variant = value_of(frame, step.ask_by) if step.ask_by else None
    if step.ask_by and _turned_the_page(frame):
        variant = "more"
    if variant == _NEAREST:
        variant, values = _closed(draft, frame)
    if isinstance(variant, str) and draft.knows(f"{key}.{variant}"):
        key = f"{key}.{variant}"
    if _unnamed(draft, frame, key):
        return f"{key}.unnamed", values
    if _only_one(draft, frame, step) and draft.knows(f"{key}.one"):
        key = f"{key}.one"
    return key, values


def _unnamed(draft: Draft, frame: Frame, key: str) -> bool:
    """The name was left to staff, and the question would say it."""
    return "name" in frame.slots and not value_of(frame, "name") and draft.knows(f"{key}.unnamed")


def _closed(draft: Draft, frame: Frame) -> tuple[str, dict[str, Any]]:
    """ "We're closed that day" says more than "nothing is open"."""
    wished = value_of(frame, "date")
    if isinstance(wished, str):
        place = value_of(frame, "location")
        name = closed_on(draft.clinic, date.fromisoformat(wished[:10]), place if isinstance(place, str) else None)
        if name is not None:
            values: dict[str, Any] = {"closed_day": {"as": "date", "value": wished}}
            if name:
                own = draft.clinic.default_language
                return "holiday", {**values, "holiday": text_in(name, draft.conversation.locale, own)}
            return "closed", values
    return _NEAREST, {}


def _turned_the_page(frame: Frame) -> bool:
    """Other times than those first offered."""
    seen, shown = value_of(frame, "openings_seen"), value_of(frame, "openings")
    return isinstance(seen, list) and isinstance(shown, list) and len(seen) > len(shown)


def _only_one(draft: Draft, frame: Frame, step: Step) -> bool:
    spec = draft.slot(frame, step.collect or "")
    held = value_of(frame, spec.options_from) if spec and spec.options_from else None
    return isinstance(held, list) and len(held) == 1
