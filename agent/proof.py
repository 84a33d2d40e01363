"""Proves checked content by use: builds every room that reads its tables, and measures every text at its longest."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from agent.content.check_packs import laxer
from agent.content.faults import Fault
from agent.content.read_yaml import Document, Key
from agent.content.sources import Reading
from agent.dialogue.gate import SafetyGate
from agent.dialogue.gate_core import silenced, taken
from agent.model.clinic import Clinic
from agent.text_lengths import too_long
from agent.understand.repairs import Repairs
from agent.understand.times import TimeGrammar
from agent.understand.values import ValueReader

_PIECES = re.compile(r": |\.(?=\w)")
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"|“([^”]+)”")


def prove(reading: Reading, clinic: Clinic, like: Reading | None = None) -> list[Fault]:
    """Every table that a room cannot be built from, every text that is too long for a text message, and where the
    clinic is laxer than the law of its place. `like`: what serves already, so that a table of it is not built again."""
    rows = reading.content.rows
    faults = [Fault(clinic.id, 0, line, "Mend the clinic's facts.") for line in laxer(clinic, reading.content)]

    def build(kind: str, tag: str, make: Callable[[], object]) -> None:
        document = reading.sources.documents[f"intents/{tag}/_{kind}.yaml"]
        try:
            make()
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as e:
            faults.append(_said(document, e))

    def fresh(kind: str) -> list[tuple[str, Any]]:
        served = like.content.written if like is not None else ()  # what was in preparation is proven now
        known = {tag: row for tag, row in (like.content.rows.get(kind, {}) if like else {}).items() if tag in served}
        return [(tag, row) for tag, row in rows.get(kind, {}).items() if tag not in known or known[tag] != row]

    for tag, row in ((t, r) for t, r in fresh("safety") if t in reading.content.written):
        build("safety", tag, lambda tag=tag, row=row: _safe(tag, row))  # type: ignore[misc]
    for tag, row in fresh("times"):
        build("times", tag, lambda row=row: TimeGrammar(row))  # type: ignore[misc]
    for tag, row in rows.get("values", {}).items():
        build("values", tag, lambda tag=tag, row=row: ValueReader({tag: row}, clinic))  # type: ignore[misc]
    for tag, row in fresh("repairs"):
        build("repairs", tag, lambda tag=tag, row=row: Repairs({tag: row}))  # type: ignore[misc]
    return faults + (too_long(reading, clinic) if not faults else [])


def _safe(tag: str, row: Mapping[str, Any]) -> None:
    """Raises ValueError where the rows make no gate, the core is not whole, or one of the tests is silent."""
    gate = SafetyGate({tag: row})
    if lines := taken(tag, row) or silenced(tag, row, gate):
        raise ValueError(lines[0])


def _said(document: Document, error: Exception) -> Fault:
    """A room's own complaint, with the line of the key that it names."""
    words = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, KeyError):
        words = f"the key {error} is missing"
    words = re.sub(r"^(?:\w+/)?_\w+\.yaml: ", "", words)
    what = words if isinstance(error, ValueError) else f"a value of the wrong kind ({words})"
    return Fault(document.name, document.line(*place_of(document, words)), what, "Compare it with intents/en.")


def place_of(document: Document, words: str) -> tuple[Key, ...]:
    """The deepest place of the document that a complaint such as "words.month.13: …" spells out."""
    place: tuple[Key, ...] = ()
    at: Any = document.data
    for piece in _PIECES.split(words):
        key = next((k for k in at if str(k) == piece), None) if isinstance(at, Mapping) else None
        if key is None:
            break
        place, at = (*place, key), at[key]
    if isinstance(at, list):
        named = {x for found in _QUOTED.findall(words) for x in found if x}
        place += next(((i,) for i, entry in enumerate(at) if str(entry) in named), ())
    return place
