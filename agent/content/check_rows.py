"""Checks the form of the sentence files and word tables: which keys there may be, and that lists hold text."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from agent.content.check_added import check_added
from agent.content.faults import Fault, instead_of
from agent.content.read_yaml import Document
from agent.content.sources import Sources
from agent.model.content import Content

_INTENT_KEYS = frozenset({"examples", "phrases", "not_this", "tests"})
_FEWEST_EXAMPLES = 5
_LONGEST = 2000  # characters of one sentence
_TEST_KEYS = frozenset({"text", "intent", "also", "style", "urgency", "values"})
_URGENCIES = (None, "routine", "urgent", "emergency", "person")


def check_rows(content: Content, sources: Sources) -> list[Fault]:
    """Every defect of form below the level of keys that other rooms read for themselves."""
    faults: list[Fault] = []
    for tag, intents in content.rows.get("corpus", {}).items():
        for intent in intents:
            document = sources.documents[f"intents/{tag}/{intent}.yaml"]
            faults += _intent(content, document, whole=tag in content.written)
    for kind in ("values", "repairs", "honest"):
        for tag in content.rows.get(kind, {}):
            faults += _words(sources.documents[_file(kind, tag)], content, kind)
    for kind, key in (("tests", "messages"), ("unseen", "messages"), ("regressions", "regressions")):
        for tag in content.rows.get(kind, {}):
            faults += _tests(sources.documents[_file(kind, tag)], content, key)
    for tag in content.rows.get("added", {}):
        faults += check_added(content, sources.documents[_file("added", tag)], tag)
    faults += _floors(content, sources.documents["intents/floors.yaml"])
    for tag in content.rows.get("two", {}):
        faults += _two(sources.documents[_file("two", tag)], content)
    for tag in content.rows.get("swaps", {}):
        faults += _swaps(sources.documents[_file("swaps", tag)])
    return faults


def _file(kind: str, tag: str) -> str:
    return f"locales/{tag}/honest.yaml" if kind == "honest" else f"intents/{tag}/_{kind}.yaml"


def _intent(content: Content, document: Document, *, whole: bool) -> list[Fault]:
    name = PurePosixPath(document.name).stem
    faults: list[Fault] = []
    if name not in content.intents:
        fix = instead_of(name, content.intents)
        faults.append(document.fault(f"there is no intent {name} in intents/intents.yaml", f"Rename the file. {fix}"))
    faults += [
        document.fault(f"unknown key {k}", instead_of(str(k), _INTENT_KEYS), k)
        for k in document.data
        if k not in _INTENT_KEYS
    ]
    for key in ("examples", "phrases", "tests"):
        faults += _sentences(document, key, sure=key != "tests")
    faults += _near_misses(document, content)
    if not whole:  # it may be half written
        return faults
    if len(document.data.get("examples") or ()) < _FEWEST_EXAMPLES:
        fix = "Write what people really say."
        faults.append(document.fault(f"fewer than {_FEWEST_EXAMPLES} examples", fix, "examples"))
    if not document.data.get("tests"):
        fix = "Write sentences that nothing is trained on."
        faults.append(document.fault("no `tests`: how well it is heard is never measured", fix, "tests"))
    return faults


def _sentences(document: Document, key: str, *, sure: bool) -> list[Fault]:
    rows = document.data.get(key)
    if rows is not None and not isinstance(rows, list):
        return [document.fault(f"{key} must be a list", "Begin each sentence with a dash.", key)]
    faults: list[Fault] = []
    for at, row in enumerate(rows or ()):
        text = row.get("text") if isinstance(row, Mapping) and not sure else row
        faults += _sentence(document, text, key, at)
    return faults


def _sentence(document: Document, text: Any, *place: str | int) -> list[Fault]:
    if not isinstance(text, str) or not text.strip():
        what = f"{place[0]} {int(place[1]) + 1} is not text" if len(place) > 1 else f"{place[0]} is not text"
        return [document.fault(what, "Put the sentence in quotes.", *place)]
    if len(text) > _LONGEST:
        return [document.fault(f"a sentence of more than {_LONGEST} characters", "Shorten it.", *place)]
    return []


def _near_misses(document: Document, content: Content) -> list[Fault]:
    rows, faults = document.data.get("not_this") or (), []
    if not isinstance(rows, list | tuple):
        return [document.fault("not_this must be a list", "Write `- {text: …, intent: …}`.", "not_this")]
    for at, row in enumerate(rows):
        if not isinstance(row, Mapping) or set(row) != {"text", "intent"}:
            faults.append(document.fault("a near miss has text and intent", "Write both.", "not_this", at))
            continue
        faults += _sentence(document, row["text"], "not_this", at)
        if row["intent"] not in content.intents:
            fix = instead_of(str(row["intent"]), content.intents)
            faults.append(document.fault(f"there is no intent {row['intent']}", fix, "not_this", at, "intent"))
    return faults


def _two(document: Document, content: Content) -> list[Fault]:
    faults = [
        document.fault(f"unknown key {k}", "Use connectors, joints or tests.", k)
        for k in document.data
        if k not in ("connectors", "joints", "tests")
    ]
    faults += [f for k in ("connectors", "joints") for f in _sentences(document, k, sure=True)]
    faults += _sentences(document, "tests", sure=False)
    for at, row in enumerate(document.data.get("tests") or ()):
        for intent in (row.get("intents") or ()) if isinstance(row, Mapping) else ():
            if intent not in content.intents:
                fix = instead_of(str(intent), content.intents)
                faults.append(document.fault(f"there is no intent {intent}", fix, "tests", at, "intents"))
    return faults


def _tests(document: Document, content: Content, key: str) -> list[Fault]:
    """Rows of messages and what they mean: another writer's tests, or what was once misheard."""
    rows = document.data.get(key)
    if set(document.data) - {key} or not isinstance(rows, list):
        return [document.fault(f"this file holds `{key}:` and nothing else", "Write rows {text: …, intent: …}.")]
    faults: list[Fault] = []
    for at, row in enumerate(rows):
        place = (key, at)
        if not isinstance(row, Mapping) or set(row) - _TEST_KEYS:
            keys = ", ".join(sorted(_TEST_KEYS))
            faults.append(document.fault("a test is a row {text: …, intent: …}", f"Use the keys {keys}.", *place))
            continue
        faults += _sentence(document, row.get("text"), *place)
        named = [row["intent"]] if "intent" in row else []
        for intent in (*named, *(row.get("also") or ())):
            if intent not in content.intents:
                faults.append(
                    document.fault(f"there is no intent {intent}", instead_of(intent, content.intents), *place)
                )
        if row.get("urgency") not in _URGENCIES:
            fix = instead_of(str(row["urgency"]), [u for u in _URGENCIES if u])
            faults.append(document.fault(f"unknown urgency {row['urgency']}", fix, *place))
        if not isinstance(row.get("values", {}), Mapping):
            faults.append(document.fault("values must be a table", "Write {date: 2026-03-12}.", *place))
    return faults


def _floors(content: Content, document: Document) -> list[Fault]:
    own = document.data.get("languages") or {}
    tables = {("all",): document.data.get("all") or {}} | {("languages", tag): row for tag, row in own.items()}
    faults = [document.fault(f"there is no language {tag}", "Take it out.", "languages", tag)
              for tag in own if tag not in content.languages]  # fmt: skip
    for place, row in tables.items():
        for name, bound in row.items() if isinstance(row, Mapping) else ():
            if name != "why" and not (isinstance(bound, int | float) and 0 <= bound <= 1):
                faults.append(document.fault(f"{name}: a floor is a share from 0 to 1", "Write 0.95.", *place, name))
    return faults


def _swaps(document: Document) -> list[Fault]:
    rows = document.data.get("swaps")
    if set(document.data) != {"swaps"} or not isinstance(rows, list):
        return [document.fault("this file holds `swaps:` and nothing else", "Write lists of words below it.")]
    return [
        document.fault("a row of words that stand for one another has two or more", "Quote each word.", "swaps", at)
        for at, row in enumerate(rows)
        if not isinstance(row, list) or len(row) < 2 or not all(isinstance(w, str) and w.strip() for w in row)
    ]


def _words(document: Document, content: Content, kind: str) -> list[Fault]:
    """A word table: the same keys as the English one, and lists that hold text."""
    known = set(content.rows.get(kind, {}).get("en", {})) | set(document.data)
    if kind != "honest" and "/en/" not in document.name:
        known = set(content.rows.get(kind, {}).get("en", {}))
    faults = [document.fault(f"unknown key {k}", instead_of(str(k), known), k) for k in document.data if k not in known]
    for key, rows in document.data.items():
        if isinstance(rows, list):
            faults += [
                document.fault(f"{key}: {word!r} is not text", "Put it in quotes.", key, at)
                for at, word in enumerate(rows)
                if not isinstance(word, str) or not word.strip()
            ]
        elif kind in ("repairs", "honest"):
            faults.append(document.fault(f"{key} must be a list", "Write [word, word].", key))
    return faults
