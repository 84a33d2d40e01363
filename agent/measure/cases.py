"""The messages that understanding is measured on, each with what it means; nothing is ever trained on them."""

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


def cases(content: Content, lang: str, *, final: bool = False) -> Iterator[Case]:
    """Every test message of a language: those beside the examples, those with two requests, those of another writer.
    `final` gives instead the messages that are kept apart: their misses are read by nobody, their figures seldom."""
    if final:
        yield from (_written(lang, row) for row in content.rows.get("unseen", {}).get(lang, {}).get("messages") or ())
    else:
        yield from _daily(content, lang)


def regressions(content: Content, lang: str) -> Iterator[Case]:
    """What was once misheard and must not be again; no part of any figure, and may be trained on."""
    for row in content.rows.get("regressions", {}).get(lang, {}).get("regressions") or ():
        yield _written(lang, row)


def _daily(content: Content, lang: str) -> Iterator[Case]:
    for intent, row in content.rows.get("corpus", {}).get(lang, {}).items():
        for test in row.get("tests") or ():
            text = str(test["text"] if isinstance(test, Mapping) else test)
            yield Case(text, lang, intent, (), "own", _SAFETY.get(intent, ROUTINE), {})
    for test in content.rows.get("two", {}).get(lang, {}).get("tests") or ():
        first, *more = test["intents"]
        yield Case(str(test["text"]), lang, first, tuple(more), "two", _SAFETY.get(first, ROUTINE), {})
    for row in content.rows.get("tests", {}).get(lang, {}).get("messages") or ():
        yield _written(lang, row)


def _written(lang: str, row: Mapping[str, Any]) -> Case:
    intent, text = row.get("intent"), str(row["text"])
    danger = str(row.get("urgency") or _SAFETY.get(str(intent), ROUTINE))
    also, values = tuple(row.get("also") or ()), row.get("values") or {}
    return Case(text, lang, intent, also, str(row.get("style", "plain")), danger, values)
