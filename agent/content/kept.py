"""Checked content, kept beside the trained models: a start with the same files and rules reads nothing anew."""

import contextlib
import hashlib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from agent.model.content import Content, IntentInfo, Language, Message, TaskPolicy
from agent.model.flow import Flow
from agent.model.form import Form
from agent.model.jurisdiction import Pack
from agent.model.shelf import Shelf

_HOUSE = Path(__file__).parents[1]
_ROOMS = ("content", "intake", "model")  # whose code reads and checks content, and says what it is made of
_NUMBERED = "\0"  # marks a table whose keys are not all words, which JSON does not know


class _Parts(NamedTuple):
    """What Content is made of, its rows apart."""

    flows: dict[str, Flow]
    languages: dict[str, Language]
    messages: dict[str, dict[str, Message]]
    tasks: dict[str, TaskPolicy]
    intents: dict[str, IntentInfo]
    packs: dict[str, Pack]
    forms: dict[str, Form]
    aged: dict[str, frozenset[str]]


_PARTS = TypeAdapter(_Parts)


class Published:
    """Contents that were published, a file for each, the newest few: a start with one of them reads nothing either."""

    def __init__(self, folder: Path, most: int) -> None:
        """`folder`: made where it is missing; `most`: files that stay."""
        self._folder, self._most = folder, most

    def find(self, revision: str, actions: frozenset[str]) -> Content | None:
        """As `Kept.find`."""
        return self._kept(revision).find(revision, actions)

    def keep(self, content: Content, actions: frozenset[str]) -> None:
        """As `Kept.keep`; those kept longest go."""
        self._kept(content.revision).keep(content, actions)
        with contextlib.suppress(OSError):
            files = sorted(self._folder.glob("content-*.json"), key=lambda file: file.stat().st_mtime)
            for file in files[: -self._most]:
                file.unlink()

    def _kept(self, revision: str) -> "Kept":
        return Kept(self._folder / f"content-{revision}.json")


class Kept:
    """One file with the content that was last found in order. What cannot be read or written back is no fault: then
    everything is read."""

    def __init__(self, file: Path) -> None:
        """`file`: made where it is missing; its folder too."""
        self._file = file

    def find(self, revision: str, actions: frozenset[str]) -> Content | None:
        """The content of these very files, checked by the code that runs now against these actions."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            head, parts, rows, shelves = self._file.read_bytes().split(b"\n")
            if head.decode() == _head(revision, actions, parts, rows, shelves):
                found = _PARTS.validate_json(parts)
                tables = _words(from_json(rows))
                packed = {kind: Shelf.packed(row) for kind, row in from_json(shelves).items()}
                return Content(revision=revision, rows={**tables, **packed}, **found._asdict())
        return None

    def keep(self, content: Content, actions: frozenset[str]) -> None:
        """Only of content without a grave fault."""
        parts = _PARTS.dump_json(_Parts(*(getattr(content, name) for name in _Parts._fields)), by_alias=True)
        rows = to_json({kind: _numbered(row) for kind, row in content.rows.items() if not isinstance(row, Shelf)})
        shelves = to_json({kind: row.pack() for kind, row in content.rows.items() if isinstance(row, Shelf)})
        head = _head(content.revision, actions, parts, rows, shelves).encode()
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(b"\n".join((head, parts, rows, shelves)))
            fresh.replace(self._file)


def _head(revision: str, actions: frozenset[str], *lines: bytes) -> str:
    """Of what the content was made, by which rules, and the lines as they were written."""
    names = hashlib.sha256("\n".join(sorted(actions)).encode()).hexdigest()
    return " ".join((revision, _rules(), names, *(hashlib.sha256(line).hexdigest() for line in lines)))


@cache
def _rules() -> str:
    digest = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((_HOUSE / room).rglob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _numbered(value: Any) -> Any:
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {key: _numbered(each) for key, each in value.items()}
        return {_NUMBERED: [[key, _numbered(each)] for key, each in value.items()]}
    return [_numbered(each) for each in value] if isinstance(value, list) else value


def _words(value: Any) -> Any:
    if isinstance(value, dict):
        if _NUMBERED in value:
            return {key: _words(each) for key, each in value[_NUMBERED]}
        return {key: _words(each) if each.__class__ in (dict, list) else each for key, each in value.items()}
    return [_words(each) if each.__class__ in (dict, list) else each for each in value]
