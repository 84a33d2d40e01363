"""The words that stand behind what a task claims, and who it is about as far as this conversation has said so."""

from collections.abc import Container, Mapping
from typing import Any

from agent.dialogue.draft import Draft
from agent.model.conversation import SlotValue

_PERSON = ("name", "dob", "phone", "relation")


def evidence(slots: Mapping[str, SlotValue], names: Container[str] | None = None) -> tuple[dict[str, Any], ...]:
    """A quote for each filled slot that has one; `names`: only of these."""
    return tuple(
        {
            "field": name,
            "quote": held.quote,
            "inbound": held.inbound,
            "span": held.span,
            "source": held.source,
            "confidence": held.confidence,
            "sure": held.confirmed or held.confidence >= 0.75,
        }
        for name, held in slots.items()
        if held.quote and held.value is not None and (names is None or name in names)
    )


def person(draft: Draft) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """Name, date of birth and number that were said earlier, and their words: whoever answers an alarm must be able to
    reach somebody."""
    known = {n: draft.conversation.facts[n] for n in _PERSON if n in draft.conversation.facts}
    return {n: held.value for n, held in known.items()}, evidence(known)
