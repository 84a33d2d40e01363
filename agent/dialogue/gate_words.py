"""Knows every word of the phrases: which steps a written word may stand for, however it was spelled."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_DRAWN = re.compile(r"(.)\1{2,}")
_MOST_STEPS = 65_000
_SHORTEST_REST = 3  # letters after a prefix
_HEAD = 2  # letters of the shortest stem
_NOTHING: frozenset[int] = frozenset()
REMEMBERED = 200  # words of one language: the first ones heard are the common ones, and more make nothing quicker
_LEAST, _LONGEST, _SHORT_STEM = 6, 24, 9


class Words:
    """From a folded word to the numbers of the steps (sets of words) that it satisfies."""

    def __init__(self, prefixes: tuple[str, ...] = ()) -> None:
        """`prefixes`: short words that are written together with the next one (French l', Arabic و)."""
        self._prefixes = prefixes
        self.steps: dict[frozenset[str], int] = {}
        self._exact: dict[str, set[int]] = {}
        self._stems: dict[str, set[int]] = {}
        self._heads: dict[str, set[int]] = {}  # how the stems begin -> how long those stems are
        self._spelled: dict[str, set[str]] = {}
        self._near: dict[str, list[str]] = {}
        self._near_stems: dict[str, list[str]] = {}
        self._right: set[str] = set()
        self._memory: dict[str, frozenset[int]] = {}
        self._same: dict[frozenset[int], frozenset[int]] = {}  # many words may stand for the same steps

    def number(self, words: frozenset[str]) -> int:
        """The number of a step, the same for the same words."""
        known = self.steps.get(words)
        if known is not None:
            return known
        self.steps[words] = number = len(self.steps)
        if number > _MOST_STEPS:
            raise ValueError(f"more than {_MOST_STEPS} different sets of words: shorten the file")
        for word in words:
            table = self._stems if word.endswith("*") else self._exact
            if word.endswith("*"):
                self._heads.setdefault(word[:_HEAD], set()).add(len(word) - 1)
            table.setdefault(word.rstrip("*"), set()).add(number)
        return number

    def state(self) -> dict[str, Any]:
        """What is looked up in, as JSON can hold it; `of` takes it back, and nothing is added any more."""
        return {
            "exact": {word: sorted(steps) for word, steps in self._exact.items()},
            "stems": {stem: sorted(steps) for stem, steps in self._stems.items()},
            "spelled": {typed: sorted(meant) for typed, meant in self._spelled.items()},
            "right": sorted(self._right),
        }

    @classmethod
    def of(cls, prefixes: tuple[str, ...], state: Mapping[str, Any]) -> "Words":
        """The words that `state` was taken from. Raises KeyError where a part is missing."""
        made = cls(prefixes)
        made._exact = {word: set(steps) for word, steps in state["exact"].items()}
        made._stems = {stem: set(steps) for stem, steps in state["stems"].items()}
        made._spelled = {typed: set(meant) for typed, meant in state["spelled"].items()}
        made._right = set(state["right"])
        for stem in (s for s in made._stems if len(s) >= _HEAD):
            made._heads.setdefault(stem[:_HEAD], set()).add(len(stem))
        return made

    def reopen(self) -> None:
        """Take more words, after `of`. Raises ValueError where numbers are missing."""
        held: dict[int, set[str]] = {}
        for table, star in ((self._exact, ""), (self._stems, "*")):
            for word, numbers in table.items():
                for number in numbers:
                    held.setdefault(number, set()).add(word + star)
        self.steps = {frozenset(held[number]): number for number in range(len(held)) if number in held}
        if len(self.steps) != len(held):
            raise ValueError("the numbers of the steps are not whole")

    def spell(self, typed: str, meant: str) -> None:
        """`typed` is a known way to write `meant`."""
        self._spelled.setdefault(typed, set()).add(meant)

    def right(self, word: str) -> None:
        """`word` is a word of its own, never a slip of the pen."""
        self._right.add(word)

    def is_right(self, word: str) -> bool:
        """Whether it is known for a word of its own."""
        return word in self._right

    def _ready(self) -> None:
        """The tables for slips of the pen, made when the first is looked for: most languages never need them."""
        for word in self._exact:
            if len(word) >= _LEAST and _letters(word):
                for cut in _cuts(word):
                    self._near.setdefault(cut, []).append(word)
        for stem in self._stems:
            if _LEAST <= len(stem) <= _SHORT_STEM:
                for cut in _cuts(stem):
                    self._near_stems.setdefault(cut, []).append(stem)

    def knows(self, word: str) -> bool:
        """Whether the word itself stands in a phrase (not a stem, not a slip)."""
        return word in self._exact or word in self._spelled

    def read(self, word: str) -> frozenset[int]:
        """The steps that `word` may stand for. Only words of the phrases are remembered, never a patient's own."""
        known = self._memory.get(word)
        if known is not None:
            return known
        found = self.exactly(word)
        if found or word in self._right:
            self._remember(word, found)
            return found
        if not _DRAWN.search(word):
            return self._slip(word)
        once, twice = _DRAWN.sub(r"\1", word), _DRAWN.sub(r"\1\1", word)  # "helpppp" may be "help" or "helpp"
        return self._literal(once) | self._literal(twice) or self._slip(once)

    def exactly(self, word: str) -> frozenset[int]:
        """As `read`, without slips: the word as it is written, or what is left of it after a prefix."""
        known = self._memory.get(word)
        if known is not None:
            return known
        if not (self._prefixes or word in self._exact or word[:_HEAD] in self._heads or self._is_other(word)):
            return _NOTHING  # most words, in most of the languages that listen
        found = self._literal(word)
        if self._prefixes and word not in self._right:
            for prefix in self._prefixes:
                rest = word[len(prefix) :]
                if len(rest) >= _SHORTEST_REST and word.startswith(prefix):
                    found |= self._literal(rest)
        if found:
            self._remember(word, found)
        return found

    def _remember(self, word: str, found: frozenset[int]) -> None:
        """No numbers: each is another one, and most are somebody's."""
        if len(self._memory) < REMEMBERED and not word.isdigit():
            self._memory[word] = self._same.setdefault(found, found)

    def _is_other(self, word: str) -> bool:
        return word in self._spelled or word.isdigit()

    def _literal(self, word: str, *, spelled: bool = True) -> frozenset[int]:
        exact, sizes = self._exact.get(word), self._heads.get(word[:_HEAD])
        meant = self._spelled.get(word) if spelled else None
        if exact is None and sizes is None and meant is None and not word.isdigit():
            return _NOTHING
        found = set(exact or ())
        for size in sizes or ():
            if (head := word[:size]) in self._stems and len(head) == size:
                found |= self._stems[head]
        for each in meant or ():
            found |= self._literal(each, spelled=False)
        if word.isdigit():
            found |= self._exact.get("#number", set())
            if len(word) == 4 and word[:2] in ("19", "20"):
                found |= self._exact.get("#year", set())
        return frozenset(found)

    def _slip(self, word: str) -> frozenset[int]:
        """One letter too many, too few, wrong, or two swapped, in a word of six letters or more."""
        if not _LEAST - 1 <= len(word) <= _LONGEST or not _letters(word) or word in self._right:
            return frozenset()
        if not self._near:
            self._ready()
        found: set[int] = set()
        for cut in _cuts(word):
            if cut in self._near:
                for meant in self._near[cut]:
                    if one_slip(word, meant):
                        found |= self._exact[meant]
        for size in range(_LEAST, min(len(word), _SHORT_STEM) + 1):
            head = word[:size]
            for cut in _cuts(head):
                if cut in self._near_stems:
                    for stem in self._near_stems[cut]:
                        if len(stem) == size and one_slip(head, stem):
                            found |= self._stems[stem]
        return frozenset(found)


def _letters(word: str) -> bool:
    """Letters, with the vowel signs that some scripts write as marks."""
    return all(c.isalpha() or unicodedata.category(c)[0] == "M" for c in word)


def _cuts(word: str) -> list[str]:
    return [word, *[word[:i] + word[i + 1 :] for i in range(len(word))]]


def one_slip(a: str, b: str) -> bool:
    """Whether one insertion, removal, substitution or swap of neighbours makes `a` into `b`."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1:
        return False
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    if len(a) == len(b):
        return a[i + 1 :] == b[i + 1 :] or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])
    short, long = (a, b) if len(a) < len(b) else (b, a)
    return short[i:] == long[i + 1 :]
