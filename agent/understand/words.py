"""A text as folded words with offsets into the original, and phrase matching over them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.understand.normalize import fold, fold_with_offsets

_WORD = re.compile(r"[\w']+|[👍👎✅❌👌#]", re.UNICODE)
MOST = 2000  # characters that are read


@dataclass(frozen=True)
class Word:
    """A folded word and where it stands in the original text."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=256)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of the first MOST characters."""
    folded = fold_with_offsets(text[:MOST])
    out = []
    for m in _WORD.finditer(folded.text):
        start, end = folded.raw_span(m.start(), m.end())
        out.append(Word(m.group().strip("'"), start, end))
    return tuple(w for w in out if w.text)


@lru_cache(maxsize=8192)
def phrase(text: str) -> tuple[str, ...]:
    """A phrase of a table, folded into words."""
    return tuple(w.strip("'") for w in _WORD.findall(fold(text)) if w.strip("'"))


class Phrases:
    """A set of phrases, found anywhere in a message."""

    def __init__(self, phrases: Iterable[object]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for raw in phrases:
            each = phrase(str(raw))
            if each:
                self._by_first.setdefault(each[0], []).append(each)
        for group in self._by_first.values():
            group.sort(key=len, reverse=True)

    def at(self, words: Sequence[Word], index: int) -> int:
        """How many words the longest phrase takes that begins here; 0 for none."""
        for each in self._by_first.get(words[index].text, ()):
            if len(words) - index >= len(each) and all(words[index + k].text == part for k, part in enumerate(each)):
                return len(each)
        return 0

    def first(self, words: Sequence[Word]) -> tuple[int, int] | None:
        """(index, count) of the first phrase in the message."""
        return next(((i, n) for i in range(len(words)) if (n := self.at(words, i))), None)

    def all(self, words: Sequence[Word]) -> list[tuple[int, int]]:
        return [(i, n) for i in range(len(words)) if (n := self.at(words, i))]
