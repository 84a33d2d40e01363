"""How a language writes words together: prefixes, compounds, no spaces, letters taken for one another; cuts a text
into the pieces that its rows spell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agent.understand.times.tokens import Piece, cut, fold, marked

SHORTEST_GLUED = 3
"""A prefix is cut off only where at least so many letters are left: shorter words are too often others' ends."""


class Writing:
    """The rows of one language that say how its words are written; see `Lexicon` for what each means."""

    def __init__(self, rows: Mapping[str, Any], literals: Iterable[str]) -> None:
        self._spaced: bool = rows.get("spaced", True)
        self.plain = marked if rows.get("marks") else fold
        self.alike = str.maketrans(_alike(rows.get("alike", {})))
        self._prefixes: list[tuple[str, list[str]]] = []
        self._spelled: set[str] = set()
        prefixes = {self.fold(str(glued)): str(meant).split() for glued, meant in rows.get("prefixes", {}).items()}
        if prefixes:
            self._spelled = {self.fold(word) for word in [*_spellings(rows), *literals] if word.isalpha()}
            self._prefixes = sorted(prefixes.items(), key=lambda row: -len(row[0]))
        self._splits = _compounds(rows["words"], rows.get("compound", []))

    def fold(self, word: str) -> str:
        """A word without accents and with the letters that this language takes for one another as one."""
        return self.plain(word).translate(self.alike)

    def pieces(self, text: str) -> list[Piece]:
        """The pieces of a text; where a language writes no spaces, every letter is its own piece."""
        pieces = cut(text, self.plain)
        if self.alike:
            pieces = [
                piece._replace(folded=piece.folded.translate(self.alike)) if piece.sort == "letters" else piece
                for piece in pieces
            ]
        if self._splits:
            pieces = [one for piece in pieces for one in _split(piece, self._splits.get(piece.folded))]
        if self._prefixes:
            pieces = [one for piece in pieces for one in self._unglued(piece)]
        return pieces if self._spaced else [one for piece in pieces for one in _letters(piece)]

    def _unglued(self, piece: Piece) -> list[Piece]:
        """A word nobody listed, cut behind a prefix that leaves a listed word: "for" + "friday" written as one."""
        if piece.sort != "letters" or piece.folded in self._spelled:
            return [piece]
        for glued, meant in self._prefixes:
            rest = piece.folded[len(glued) :]
            if len(rest) >= SHORTEST_GLUED and rest in self._spelled and piece.folded.startswith(glued):
                plain = len(piece.folded) == piece.end - piece.start
                seam = piece.start + len(glued) if plain else piece.start
                words = [Piece("letters", word, piece.start, seam) for word in meant]
                return [*words, Piece("letters", rest, seam, piece.end)]
        return [piece]


def _spellings(rows: Mapping[str, Any]) -> Iterator[str]:
    """Every spelling of every class, words and phrases."""
    yield from (str(phrase) for key in ("never", "skip") for phrase in rows.get(key, []))
    for entries in rows["words"].values():
        for spellings in entries.values() if isinstance(entries, Mapping) else [entries]:
            yield from (str(spelling) for spelling in spellings if isinstance(spellings, list))


def _alike(rows: Mapping[Any, Any]) -> dict[str, str]:
    """Each letter -> the one that stands for it; "" where it is left out."""
    return {str(letter): str(meant) for meant, letters in rows.items() for letter in letters}


def _compounds(words: Mapping[str, Any], pairs: Iterable[list[str]]) -> dict[str, int]:
    """Where to cut a word written together of two known ones ("Dienstagabend"), by the classes that join."""
    found: dict[str, int] = {}
    for heads, tails in pairs:
        ends = [fold(str(tail)) for spellings in words[tails].values() for tail in spellings]
        for head in (fold(str(head)) for spellings in words[heads].values() for head in spellings):
            found |= {head + end: len(head) for end in ends if head.isalpha() and end.isalpha() and len(head) > 3}
    return found


def _split(piece: Piece, at: int | None) -> list[Piece]:
    if at is None or len(piece.folded) != piece.end - piece.start:
        return [piece]
    middle = piece.start + at
    return [
        Piece(piece.sort, piece.folded[:at], piece.start, middle),
        Piece(piece.sort, piece.folded[at:], middle, piece.end),
    ]


def _letters(piece: Piece) -> list[Piece]:
    if piece.sort != "letters" or len(piece.folded) != piece.end - piece.start:
        return [piece]
    return [
        Piece("letters", letter, piece.start + place, piece.start + place + 1)
        for place, letter in enumerate(piece.folded)
    ]
