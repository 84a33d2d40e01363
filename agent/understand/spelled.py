"""Letters that are said one by one: "M as in Mike, u, double l", "弓长张"; which name they belong to is not decided
here."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.understand.found import Found
from agent.understand.words import Phrases, Word, phrase, singles, words_of

_FEWEST = 3  # letters, where nobody was asked for them
_LONG = 4  # a row of more names of letters says nothing else
_NEAR = 4  # Chinese characters before "的" in which the one after it must stand


@dataclass(frozen=True)
class _Read:
    """What stands at one place: its letters, how many words it took, and how surely it is nothing else: 1, 0 for the
    name of a letter ("you"); `word`: one of an alphabet ("Mike"), which in a row of four is sure too."""

    letters: str
    count: int
    sure: bool
    word: bool = False


class Spelled:
    """Reads letters with one language's table `spelling`."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        table: Mapping[str, Sequence[str]] = rows.get("spelling", {})
        named = dict(_pairs(table.get("letters", ())))
        self._named, self._written = Phrases(named), {name.casefold(): letter for name, letter in named.items()}
        self._words = frozenset(table.get("words", ()))
        self._as_in, self._as_before = Phrases(table.get("as_in", ())), Phrases(table.get("as_before", ()))
        self._double, self._beside = Phrases(table.get("double", ())), Phrases(table.get("beside", ()))
        self._alphabet = singles(table, "alphabet")
        self._described = Phrases(dict(_pairs(table.get("characters", ()))))

    def read(self, text: str, asked: bool) -> Found | None:
        """The longest run of letters, in capitals as they are written; `asked`: for a name or its letters, so that
        names of letters alone ("be, e") will do."""
        words = words_of(text)
        best: tuple[str, int, int] | None = None
        at = 0
        while at < len(words):
            letters, end, sure = self._run(text, words, at)
            whole = asked and at == 0 and end == len(words)
            fewest = 1 if _is_signs(letters) else 2 if whole and sure else _FEWEST
            share = 3 if asked else 2  # of what counts as sure
            long = len(letters) > (_FEWEST if whole else _LONG)
            plain = sure * share >= len(letters) or (asked and long)
            if len(letters) >= fewest and plain and (best is None or len(letters) > len(best[0])):
                best = (letters, words[at].start, words[end - 1].end)
            at = max(end, at + 1)
        return None if best is None else Found(best[0], best[1], best[2], 0.9)

    def _run(self, text: str, words: Sequence[Word], at: int) -> tuple[str, int, int]:
        """(letters, the index after them, how many of them are sure)."""
        letters, end, sure, named = "", at, 0, 0
        while at < len(words):
            one = self._at(text, words, at)
            if one is not None:
                letters, at = letters + one.letters, at + one.count
                end, sure, named = at, sure + one.sure * len(one.letters), named + one.word
            elif letters and (skipped := self._beside.at(words, at)):
                at += skipped
            else:
                break
        return letters, end, sure + (named if named > _FEWEST or sure else 0)

    def _at(self, text: str, words: Sequence[Word], at: int) -> _Read | None:
        described = self._described.match(words, at)
        if described is not None:
            return self._described_at(words, at, *described)
        doubled, named = self._double.at(words, at), self._named.match(words, at)
        if doubled and at + doubled < len(words) and not (named and named[0] > doubled):  # "double u" is one letter
            letter = self._letter(text, words, at + doubled)
            if letter is not None:
                return _Read(letter.letters * 2, doubled + letter.count, sure=True)
        letter = self._letter(text, words, at)
        if letter is not None:
            return self._with_example(text, words, at, letter)
        if words[at].text in self._alphabet:
            return _Read(_capital(_raw(text, words[at])[0]), 1, sure=False, word=True)
        return self._after_example(text, words, at)

    def _letter(self, text: str, words: Sequence[Word], at: int) -> _Read | None:
        named = self._named.match(words, at)
        raw = _raw(text, words[at])
        if named is not None:  # "eñe" is no "ene"
            letter = self._written.get(raw.casefold(), str(named[1])) if named[0] == 1 else str(named[1])
            return _Read(_capital(letter), named[0], sure=named[0] > 1)
        if len(raw) == 1 and raw.isalpha() and not "\u3400" <= raw <= "\u9fff" and not "\uac00" <= raw <= "\ud7a3":
            return _Read(_capital(raw), 1, sure=raw.casefold() not in self._words)
        return None

    def _with_example(self, text: str, words: Sequence[Word], at: int, letter: _Read) -> _Read:
        """ "B as in Victor": the word counts; recognisers mishear single letters, hardly whole words."""
        after = at + letter.count
        joined = self._as_in.at(words, after) if after < len(words) else 0
        example = after + joined
        if not joined or example >= len(words) or len(words[example].text) < 2:
            return letter
        first = _capital(_raw(text, words[example])[0])
        same = _bare(first) == _bare(letter.letters)
        return _Read(letter.letters if same else first, letter.count + joined + 1, sure=True)

    def _after_example(self, text: str, words: Sequence[Word], at: int) -> _Read | None:
        """ "민들레 할 때 민", "张三的张": the example comes first, and the character stands in it."""
        for size in range(1, _NEAR + 1):
            joined = self._as_before.at(words, at + size) if at + size < len(words) else 0
            last = at + size + joined
            if joined and last < len(words):
                sign, example = _raw(text, words[last]), text[words[at].start : words[at + size - 1].end]
                return _Read(sign, size + joined + 1, sure=True) if len(sign) == 1 and sign in example else None
        return None

    def _described_at(self, words: Sequence[Word], at: int, count: int, sign: str) -> _Read:
        named = at + count < len(words) and words[at + count].text == sign
        return _Read(sign, count + named, sure=True)


def _pairs(entries: Iterable[str]) -> Iterable[tuple[str, str]]:
    """(name, letter) of "b=bee|be"; of "弓长=张" the description and its character."""
    for entry in entries:
        left, _, right = entry.partition("=")
        if len(phrase(left)) > 1 and len(right) == 1:
            yield left, right
        else:
            yield from ((name, left) for name in right.split("|"))


def _is_signs(letters: str) -> bool:
    """Characters and syllables that were described, not letters."""
    return bool(letters) and all(ord(c) > 0x2E80 for c in letters)


def _raw(text: str, word: Word) -> str:
    return text[word.start : word.end]


def _capital(letter: str) -> str:
    return letter if letter == "ß" else letter.upper()


def _bare(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
