"""The messages that understanding is measured on, each with what it means; nothing is ever trained on them."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from agent.model.content import Content

ROUTINE = "routine"
URGENT = frozenset({"urgent", "emergency"})
_SAFETY = {"emergency": "emergency", "self_harm": "emergency", "clinical_question": "person", "distress": "person"}


class Case(NamedTuple):
    """One message and what it means. `danger`: emergency, urgent, person (must reach one) or routine; `values` are
    entities as `frontdesk understand` writes them, `None` for an intent that nobody wrote down."""

    text: str
    lang: str
    intent: str | None
    also: tuple[str, ...]
    style: str
    danger: str
    values: Mapping[str, Any]
    final: bool


def cases(content: Content, lang: str, *, final: bool = False) -> Iterator[Case]:
    """Every test message of a language: those beside the examples, those with two requests, those of another writer.

    Half of the other writer's are kept apart as the final set, by a hash of their text; `final` gives only these."""
    for case in _all(content, lang):
        if case.final == final:
            yield case


def regressions(content: Content, lang: str) -> Iterator[Case]:
    """What was once misheard and must not be again; no part of any figure, and may be trained on."""
    for row in content.rows.get("regressions", {}).get(lang, {}).get("regressions") or ():
        yield _written(lang, row)


def _all(content: Content, lang: str) -> Iterator[Case]:
    for intent, row in content.rows.get("corpus", {}).get(lang, {}).items():
        for test in row.get("tests") or ():
            text = str(test["text"] if isinstance(test, Mapping) else test)
            yield Case(text, lang, intent, (), "own", _SAFETY.get(intent, ROUTINE), {}, False)
    for test in content.rows.get("two", {}).get(lang, {}).get("tests") or ():
        first, *more = test["intents"]
        yield Case(str(test["text"]), lang, first, tuple(more), "two", _SAFETY.get(first, ROUTINE), {}, False)
    for row in content.rows.get("tests", {}).get(lang, {}).get("messages") or ():
        yield _written(lang, row)


def _written(lang: str, row: Mapping[str, Any]) -> Case:
    intent, text = row.get("intent"), str(row["text"])
    danger = str(row.get("urgency") or _SAFETY.get(str(intent), ROUTINE))
    also, values = tuple(row.get("also") or ()), row.get("values") or {}
    return Case(text, lang, intent, also, str(row.get("style", "plain")), danger, values, is_final(text))


def is_final(text: str) -> bool:
    """Whether a message belongs to the half that is looked at once; the same text always does or does not."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1
