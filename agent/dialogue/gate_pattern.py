"""Reads the little phrase language of `_safety.yaml` into word sequences; it matches nothing itself.

chest pain            these words, in this order
[arm|left arm|jaw]    one of these            @name     one of the words listed under `words: name:`
(really|very)         may be missing          bleed*    any word that begins so
...                   up to 4 other words     ...2      up to 2 other words
chest ~ hurts         both, in either order, up to 6 words apart
#year #number         a year such as 2010; any number
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import permutations, product
from typing import NamedTuple

from agent.dialogue.fold import fold

_PIECE = re.compile(r"\s*(\.\.\.\d*|[\[\]()|~]|@\w+|#[a-z]+|[^\s\[\]()|~@#]+)")
GAP, APART, MOST_GAP, MOST_SEQUENCES = 4, 6, 12, 4000
_MOST_ORDERS, _MOST_PIECES, _DEEPEST = 3, 400, 12  # signs ~, pieces of a phrase, brackets in one another
SPECIAL = frozenset({"#year", "#number"})


class Step(NamedTuple):
    """One of `words` (a trailing * is a stem), after at most `gap` other words."""

    gap: int
    words: frozenset[str]


Sequence = tuple[Step, ...]
Sets = Mapping[str, list[Sequence]]


def expand(pattern: str, sets: Sets) -> list[Sequence]:
    """Every sequence that `pattern` stands for. ValueError says what is wrong with it and how to mend it."""
    pieces = _PIECE.findall(pattern)
    if not pieces:
        raise ValueError(f"{pattern!r} holds no words: write a phrase or remove the line")
    _modest(pieces, pattern)
    reader = _Reader(pieces, pattern, sets)
    found = reader.either_order()
    if reader.at < len(pieces):
        raise ValueError(f"{pattern!r}: {pieces[reader.at]!r} closes nothing: remove it or open it before")
    if any(not s or s[0].gap for s in found):
        raise ValueError(f"{pattern!r} may begin with nothing or with a gap: begin it with a word")
    return found


def _modest(pieces: list[str], pattern: str) -> None:
    """Before anything is multiplied out: a phrase that stands for millions must not be tried."""
    deep = deepest = 0
    for piece in pieces:
        deep += (piece in "[(") - (piece in "])")
        deepest = max(deepest, deep)
    if len(pieces) > _MOST_PIECES or deepest > _DEEPEST or pieces.count("~") > _MOST_ORDERS:
        raise ValueError(f"{pattern[:60]!r} is too long or too deep: split it into several lines")


class _Reader:
    def __init__(self, pieces: list[str], pattern: str, sets: Sets) -> None:
        self.pieces, self.pattern, self.sets, self.at = pieces, pattern, sets, 0

    def peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def either_order(self) -> list[Sequence]:
        parts = [self.sequence()]
        while self.peek() == "~":
            self.at += 1
            parts.append(self.sequence())
        if len(parts) == 1:
            return parts[0]
        found: list[Sequence] = []
        for order in permutations(parts):
            for chosen in product(*order):
                found.append(chosen[0] + tuple(step for part in chosen[1:] for step in _after(part, APART)))
        return self.bounded(found)

    def sequence(self) -> list[Sequence]:
        found: list[tuple[Sequence, int]] = [((), 0)]  # and the gap that stands before what follows
        while (piece := self.peek()) and piece not in "|])~":
            self.at += 1
            if piece.startswith("..."):
                wide = min(int(piece[3:] or GAP), MOST_GAP)
                found = [(sequence, max(gap, wide)) for sequence, gap in found]
                continue
            part = self.part(piece)
            # what may be left out leaves the gap before it to what comes next
            found = [(a + _after(b, gap), 0) if b else (a, gap) for a, gap in found for b in part]
            self.bounded([sequence for sequence, _ in found])
        return [sequence for sequence, _ in found]

    def part(self, piece: str) -> list[Sequence]:
        if piece in "[(":
            return self.group("]" if piece == "[" else ")")
        if piece[0] == "@":
            if piece[1:] not in self.sets:
                raise ValueError(
                    f"{self.pattern!r}: {piece} is not listed under words: add it there, or write the words"
                )
            return self.sets[piece[1:]]
        if piece[0] == "#":
            if piece not in SPECIAL:
                raise ValueError(f"{self.pattern!r}: {piece} is unknown: use one of {', '.join(sorted(SPECIAL))}")
            return [(Step(0, frozenset({piece})),)]
        stem = piece.endswith("*")
        words = list(_folded(piece.rstrip("*")))
        if not words or (stem and len(words[-1]) < 3 and words[-1].isascii()):
            raise ValueError(
                f"{self.pattern!r}: {piece!r} is no word, or too short a stem: write at least three letters"
            )
        if stem:
            words[-1] += "*"
        return [tuple(Step(0, frozenset({w})) for w in words)]

    def group(self, closing: str) -> list[Sequence]:
        branches = [*self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches += self.sequence()
        if self.peek() != closing:
            raise ValueError(f"{self.pattern!r}: a bracket is not closed: add {closing!r}")
        self.at += 1
        return ([()] if closing == ")" else []) + merged(branches)

    def bounded(self, found: list[Sequence]) -> list[Sequence]:
        if len(found) > MOST_SEQUENCES:
            raise ValueError(f"{self.pattern!r} stands for over {MOST_SEQUENCES} phrases: split it into several lines")
        return found


@lru_cache(maxsize=65_536)  # words of the phrases, never a patient's
def _folded(piece: str) -> tuple[str, ...]:
    return tuple(w.text for w in fold(piece))


def merged(branches: list[Sequence]) -> list[Sequence]:
    """Single words together as one step, the longer branches after them."""
    single = frozenset(w for b in branches if len(b) == 1 and not b[0].gap for w in b[0].words)
    longer = [b for b in branches if len(b) != 1 or b[0].gap]
    return ([(Step(0, single),)] if single else []) + list(dict.fromkeys(longer))


def _after(sequence: Sequence, gap: int) -> Sequence:
    return (Step(max(gap, sequence[0].gap), sequence[0].words), *sequence[1:]) if sequence else ()
