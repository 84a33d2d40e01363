"""Reads one YAML file of an admin: strings stay strings, no aliases, no bombs, and every key remembers its line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from agent.content.faults import ContentFault, Fault

MAX_BYTES = 1_000_000
MAX_NODES = 60_000
MAX_DEPTH = 20
_MOST_DIGITS = 18

Key = str | int
Place = tuple[Key, ...]  # the keys and list positions that lead to a value

# libyaml reads ten times as fast; the pure reader answers the same where it is missing.
_Reader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# YAML 1.2-like scalars: only true/false/null, integers and decimals are converted ("no" and "12:30" stay text).
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_QUOTED = ("'", '"', "|", ">")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_MEANS = {  # what the reader says, in words for people who do not write YAML every day
    "mapping values are not allowed in this context": "a second colon, or a line indented too far",
    "found character that cannot start any token": "a value begins with a tab, @, ` or %",
    "could not find expected ':'": "a line without its colon",
    "did not find expected key": "a line that does not fit the ones around it",
    "found unexpected end of stream": "a quote that is never closed",
    "did not find expected ',' or ']'": "a [list] without its comma or closing bracket",
    "did not find expected ',' or '}'": "a {table} without its comma or closing brace",
    "did not find expected '-' indicator": "a list entry without its dash",
    "found unknown escape character": "a backslash within double quotes",
}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Document:
    """What a file says, and on which line each key and list entry stands (from 1)."""

    name: str
    data: Any
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line(self, *place: Key) -> int:
        """The line of that value, or of the nearest one around it."""
        for size in range(len(place), 0, -1):
            if place[:size] in self.lines:
                return self.lines[place[:size]]
        return 1

    def fault(self, what: str, fix: str, *place: Key) -> Fault:
        """A defect of that value."""
        return Fault(self.name, self.line(*place), what, fix)

    def table(self, *place: Key) -> Mapping[Any, Any]:
        """The mapping at that place; empty where there is none."""
        found: Any = self.data
        for key in place:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}


def read_yaml(path: Path, name: str) -> Any:
    """The file's data. Raises ContentFault with one Fault: file, line, what, how to fix."""
    return read_document(path, name).data


def read_document(path: Path, name: str) -> Document:
    """The file's data and lines. Raises ContentFault with one Fault."""
    data = _bytes(path, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise ContentFault([Fault(name, line, "this is not UTF-8 text", "Save the file as UTF-8.")]) from None
    return parse_document(text, name)


def parse_yaml(text: str, name: str) -> Any:
    """As `read_yaml`, from text at hand."""
    return parse_document(text, name).data


def parse_document(text: str, name: str) -> Document:
    """As `read_document`, from text at hand."""
    try:
        if len(text) > MAX_BYTES:
            raise _refused(name, 0, f"the file is larger than {MAX_BYTES} characters", "Split it.")
        if strange := _FORBIDDEN.search(text):
            line = text.count("\n", 0, strange.start()) + 1
            raise _refused(name, line, f"an invisible character (U+{ord(strange[0]):04X})", "Type the line anew.")
        lines: dict[Place, int] = {}
        return Document(name, _Builder(name, yaml.parse(text, Loader=_Reader), lines).document(), lines)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        what = (e.problem or e.context or "this is not valid YAML").strip()
        what = _MEANS.get(what, what)
        raise _refused(name, line, what, "Mend the line; check indentation, colons and quotes.") from None
    except yaml.YAMLError as e:
        raise _refused(name, 1, str(e).splitlines()[0], "Remove the character that YAML does not allow.") from None


def _refused(name: str, line: int, what: str, fix: str) -> ContentFault:
    return ContentFault([Fault(name, line, what, fix)])


def _bytes(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused(name, 0, f"the file is larger than {MAX_BYTES} bytes", "Split it.")
        return path.read_bytes()
    except OSError:
        raise _refused(name, 0, "the file cannot be read", "Check that it exists and is readable.") from None


class _Builder:
    """Builds plain data from YAML events: no tags, no anchors, and the caps hold before memory is spent."""

    def __init__(self, name: str, events: Iterator[Any], lines: dict[Place, int]) -> None:
        self._name, self._events, self._lines, self._nodes = name, events, lines, 0

    def document(self) -> Any:
        data: Any = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                data = self._value(event, ())
            elif isinstance(event, yaml.DocumentStartEvent) and event.explicit and self._nodes:
                raise self._no(event, "a second document begins here", "Remove the line with three dashes.")
        return data

    def _value(self, event: Any, place: Place) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(place) > MAX_DEPTH:
            raise self._no(event, "this is nested too deeply or too long", "Split the file.")
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self._no(event, "anchors and aliases (& and *) are not allowed", "Write it out, or put it in quotes.")
        if event.tag and event.tag != "!":
            raise self._no(event, f"tags ({event.tag}) are not allowed", "Put the text in quotes.")
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style in _QUOTED else _plain(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(place)
        return self._mapping(place)

    def _list(self, place: Place) -> list[Any]:
        out: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            here = (*place, len(out))
            self._lines[here] = event.start_mark.line + 1
            out.append(self._value(event, here))
        return out

    def _mapping(self, place: Place) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._value(event, place) if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent) else None
            if key is None:
                raise self._no(event, "a key must be plain text", "Write `key: value`.")
            here = (*place, key)
            line = event.start_mark.line + 1
            if key in out:
                raise self._no(
                    event, f"the key {key!r} stands twice (first on line {self._lines[here]})", "Keep one of them."
                )
            self._lines[here] = line
            out[key] = self._value(next(self._events), here)
        return out

    def _no(self, event: Any, what: str, fix: str) -> ContentFault:
        return _refused(self._name, event.start_mark.line + 1, what, fix)


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _MOST_DIGITS and text[-1].isdigit():
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return float(text)
    return text
