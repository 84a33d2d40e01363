"""Whether a proposed value can be a value of its slot at all: its type, the clinic's own lists, what was offered."""

import unicodedata
from collections.abc import Callable
from datetime import date, time
from typing import Any

from agent.dialogue.draft import Draft
from agent.dialogue.options import offered
from agent.model.conversation import Frame

_LONGEST = 4000  # characters of a text
_LONGEST_NAME = 80
_OF_FORMS = frozenset("answer keep anew changed gone stopped skip why later back mend photo words another".split())
_PARTS = ("morning", "afternoon", "evening")


def fits(draft: Draft, frame: Frame, slot: str, value: Any) -> bool:
    """Never raises, whatever `value` is."""
    spec = draft.flow(frame).slots[slot]
    clinic = draft.clinic
    match spec.type:
        case "bool":
            return isinstance(value, bool)
        case "choice":
            return any(value == o.value for o in offered(draft.content, frame, slot))
        case "date":
            return _one_or_two(value, date.fromisoformat)
        case "time":
            return value in _PARTS if isinstance(value, str) and value in _PARTS else _one_or_two(value, _clock)
        case "dob":
            return _reads(value, date.fromisoformat)
        case "provider":
            return value == "any" or any(value == p.id for p in clinic.providers)
        case "location":
            return any(value == x.id for x in clinic.locations)
        case "visit_type":
            return any(value == v.id for v in clinic.visit_types)
        case "name":
            return isinstance(value, str) and _is_a_name(value)
        case "form_answer":
            return isinstance(value, dict) and value.get("do") in _OF_FORMS
        case "list" | "object":
            return isinstance(value, list | dict)
        case _:
            return isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST


def _is_a_name(value: str) -> bool:
    """Letters, marks and the few signs of names; nothing invisible and no sentence dressed as one."""
    letters = all(unicodedata.category(c)[0] in "LM" or c in " .,'’-()" for c in value)
    return 0 < len(value.strip()) <= _LONGEST_NAME and letters


def _one_or_two(value: Any, read: Callable[[str], Any]) -> bool:
    """One moment, or [from, to] in order."""
    if isinstance(value, list | tuple):
        both = len(value) == 2 and all(_reads(v, read) for v in value)
        return both and bool(read(value[0]) <= read(value[1]))
    return _reads(value, read)


def _reads(value: Any, read: Callable[[str], Any]) -> bool:
    try:
        return isinstance(value, str) and read(value) is not None
    except ValueError:
        return False


def _clock(text: str) -> time:
    return time.fromisoformat(text)
