"""A text as folded words with offsets into the original, and phrase matching over them; no word of any language."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agent.understand.normalize import MAX_CHARS, fold, fold_with_offsets

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"  # written without spaces: every character is a word
_MARKS = "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"  # vowel signs are part of a word
_WORD = re.compile(rf"[{_HAN}]|(?:(?![{_HAN}])[\w'{_MARKS}])+|[👍👎✅❌👌]")
_PREFIX = "~"  # at the end of a phrase: its last word may go on (Korean endings)
_NOT_WORDS = frozenset({
    "given_names", "particles", "spelling", "asking_words", "feels_better", "feels_same", "feels_worse",
    "feels_alarming",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands in the original text."""

    text: str
    start: int
    end: int


# Ten readers read each message in turn. Kept small on purpose: these are patients' words, and they soon go again.
@lru_cache(maxsize=32)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of the first MAX_CHARS characters."""
    folded = fold_with_offsets(text[:MAX_CHARS])
    out = []
    for m in _WORD.finditer(folded.text):
        raw = m.group()
        bare = raw.strip("'")
        if bare:
            at = m.start() + raw.index(bare)
            start, end = folded.raw_span(at, at + len(bare))
            out.append(Word(bare, start, end))
    return tuple(out)


def phrase(text: object) -> tuple[str, ...]:
    """A phrase of a table, folded into words."""
    return tuple(w for raw in _WORD.findall(fold(str(text))) if (w := raw.strip("'")))


def singles(rows: Mapping[str, Any], *tables: str) -> frozenset[str]:
    """The one-word entries of some tables."""
    found = (phrase(p) for table in tables for p in rows.get(table, ()))
    return frozenset(p[0] for p in found if len(p) == 1)


def ordinary(rows: Mapping[str, Any]) -> frozenset[str]:
    """Every word of a language's tables but those of names; some are names too ("Will", "Rosa")."""
    out: set[str] = set()
    for table, entries in rows.items():
        if table not in _NOT_WORDS:
            for entry in _entries(entries):
                out.update(w for w in phrase(entry) if len(w) > 1)
    return frozenset(out)


def _entries(table: Any) -> Iterator[object]:
    if isinstance(table, Mapping):
        for key, value in table.items():
            if isinstance(value, list | tuple | Mapping):
                yield from _entries(value)
            else:
                yield key
    elif isinstance(table, list | tuple):
        yield from table


class Phrases:
    """Phrases with a meaning each, found anywhere in a message; the longest first."""

    def __init__(self, phrases: Iterable[object] | Mapping[Any, Any]) -> None:
        pairs = phrases.items() if isinstance(phrases, Mapping) else ((p, True) for p in phrases)
        self._exact: dict[str, list[tuple[tuple[str, ...], Any]]] = {}
        self._open: list[tuple[tuple[str, ...], Any]] = []
        for raw, meaning in pairs:
            each = phrase(raw)
            if not each:
                continue
            if str(raw).endswith(_PREFIX):
                self._open.append((each, meaning))
            self._exact.setdefault(each[0], []).append((each, meaning))
        for group in self._exact.values():
            group.sort(key=lambda x: -len(x[0]))

    def match(self, words: Sequence[Word], index: int) -> tuple[int, Any] | None:
        """(how many words, meaning) of the longest phrase that begins at `index`."""
        for each, meaning in self._exact.get(words[index].text, ()):
            size = len(each)
            if size <= len(words) - index and all(words[index + k].text == each[k] for k in range(1, size)):
                return size, meaning
        for each, meaning in self._open:
            said = [w.text for w in words[index : index + len(each)]]
            if len(said) == len(each) and said[:-1] == list(each[:-1]) and said[-1].startswith(each[-1]):
                return len(each), meaning
        return None

    def at(self, words: Sequence[Word], index: int) -> int:
        """How many words the longest phrase takes that begins here; 0 for none."""
        found = self.match(words, index)
        return found[0] if found else 0

    def found(self, words: Sequence[Word]) -> list[tuple[int, int, Any]]:
        """(index, count, meaning) of every phrase, none inside another."""
        out, at = [], 0
        while at < len(words):
            hit = self.match(words, at)
            if hit:
                out.append((at, *hit))
            at += hit[0] if hit else 1
        return out

    def first(self, words: Sequence[Word]) -> tuple[int, int, Any] | None:
        return next(iter(self.found(words)), None)

    def skip(self, words: Sequence[Word], index: int) -> int:
        """The index after all phrases that follow one another from `index`."""
        while index < len(words) and (count := self.at(words, index)):
            index += count
        return index
