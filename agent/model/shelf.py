"""Rows that are seldom looked at, kept small: whoever edits or proves a language needs its phrases, a turn does not."""

import base64
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic_core import from_json, to_json


class Shelf(Mapping[str, Any]):
    """Language tag → its rows, of tables with words for keys. A look unpacks them (some milliseconds); the last ones
    looked at stay at hand. Two shelves are equal when the same rows lie on them in the same order."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._packed = {tag: zlib.compress(to_json(row), 1) for tag, row in rows.items()}
        self._last: tuple[str, Any] = ("", None)

    @classmethod
    def packed(cls, rows: Mapping[str, str]) -> Self:
        """A shelf of what `pack` gave."""
        found = cls({})
        found._packed = {tag: base64.b64decode(row, validate=True) for tag, row in rows.items()}
        return found

    def pack(self) -> dict[str, str]:
        """Language tag → its rows, in letters that any file can hold."""
        return {tag: base64.b64encode(row).decode() for tag, row in self._packed.items()}

    @property
    def digest(self) -> str:
        """sha256 over all rows as they lie here."""
        found = hashlib.sha256()
        for tag, row in self._packed.items():
            found.update(f"{tag} {len(row)} ".encode() + row)
        return found.hexdigest()

    def __getitem__(self, tag: str) -> Any:
        last = self._last
        if last[0] == tag:
            return last[1]
        row = from_json(zlib.decompress(self._packed[tag]))
        self._last = (tag, row)
        return row

    def __contains__(self, tag: object) -> bool:
        return tag in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __eq__(self, other: object) -> bool:
        return self._packed == other._packed if isinstance(other, Shelf) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like a dict: compared by what lies on it
