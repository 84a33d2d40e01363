"""What YAML and PO files said when they were last parsed, kept beside the trained models: a start reads only news."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

_HERE = Path(__file__).parent
_RULES = hashlib.sha256(
    b"".join((_HERE / name).read_bytes() for name in ("read_yaml.py", "read_po.py", "marks.py", "../model/content.py"))
).hexdigest()
"""A text that other rules have let through is parsed again."""


class Parsed:
    """Data of texts, by their hash. What cannot be read or written back is no fault: then everything is parsed."""

    def __init__(self, file: Path) -> None:
        """`file`: JSON, made where it is missing; its folder too."""
        self._file = file
        self._before: dict[str, Any] = {}
        self._met: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError, AttributeError):
            held = from_json(file.read_bytes())
            self._before = dict(held["texts"]) if held.get("rules") == _RULES else {}

    def find(self, text: str) -> tuple[bool, Any]:
        """Whether the text is known, and the data that it was."""
        key = _key(text)
        if key not in self._before:
            return False, None
        self._met[key] = self._before[key]
        return True, self._before[key]

    def keep(self, text: str, data: Any) -> None:
        """The data of a text without a fault. (Keys that are numbers are no JSON: such a text is parsed each time.)"""
        if all(isinstance(key, str) for key in _keys(data)):
            self._met[_key(text)] = data

    def save(self) -> None:
        """Writes what was met this time, when that is something else than what was known."""
        if self._met.keys() == self._before.keys():
            return
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(to_json({"rules": _RULES, "texts": self._met}))
            fresh.replace(self._file)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _keys(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        yield from data
        for value in data.values():
            yield from _keys(value)
    elif isinstance(data, list):
        for value in data:
            yield from _keys(value)
