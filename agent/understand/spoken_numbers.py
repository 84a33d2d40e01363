"""Figures and number words beside a month's name, put together into a day and a year; no word of any language."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.understand.words import Phrases, Word, phrase, singles

Numbers = list[tuple[int, bool]]  # value, said in words
_MOST = 10
_TEN = 10
_GROUPS = 3  # a day, a month and a year


class Spoken:
    """Reads runs of numbers with one language's number words, ordinals' endings and fillers."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        named = {phrase(k): int(v) for k, v in rows.get("numbers", {}).items()}
        self._numbers = {" ".join(words): value for words, value in named.items()}
        self._many = Phrases([" ".join(words) for words in named if len(words) > 1])
        self._endings = frozenset(w for p in rows.get("number_endings", ()) for w in phrase(p))
        self._fillers = singles(rows, "date_fillers", "number_joiners")
        self._within = {phrase(k)[0]: int(n) for k, n in rows.get("number_within", {}).items()}
        self._between = singles(rows, "date_fillers")
        words = {value: word for word, value in reversed(self._numbers.items())}
        self._misheard = {phrase(k)[0]: words[int(n)] for k, n in rows.get("misheard", {}).items() if int(n) in words}

    def whole(self, words: Sequence[Word]) -> list[Word]:
        """The words, numbers of several ("siyam na raan") made one word each."""
        out, at = [], 0
        while at < len(words):
            size = self._many.at(words, at) or 1
            said = words[at : at + size]
            out.append(Word(" ".join(w.text for w in said), said[0].start, said[-1].end))
            at += size
        return out

    def mended(self, words: Sequence[Word], months: Mapping[str, int]) -> list[Word]:
        """With the figures for which a recogniser wrote other words: "March for nineteen eighty to"."""
        out: list[Word] = []
        for at, word in enumerate(words):
            meant = self._misheard.get(word.text)
            before = out[-1].text if out else ""
            after = words[at + 1].text if at + 1 < len(words) else ""
            between = (before in months or self.number(before)) and (
                not after or after in self._misheard or after in months or self.number(after)
            )
            out.append(Word(meant, word.start, word.end) if meant and between else word)
        return out

    def number(self, word: str) -> tuple[int, bool] | None:
        m = re.fullmatch(r"(\d{1,4})(\D*)", word)
        if m:
            return (int(m.group(1)), False) if not m.group(2) or m.group(2) in self._endings else None
        return (self._numbers[word], True) if word in self._numbers else None

    def written(self, text: str) -> int | None:
        """A number in figures, or in characters that each stand for one (一九八零, 二十一)."""
        if text.isdigit():
            return int(text)
        values = [self._numbers.get(c) for c in text]
        return None if None in values else as_year([(v or 0, True) for v in values])

    def is_word(self, word: str) -> bool:
        """Whether it is a number said in words."""
        return word in self._numbers

    def groups(self, words: Sequence[Word], at: int) -> tuple[tuple[int, int, int], int] | None:
        """Three numbers from word `at` on, with a filler of dates between them, and the index of the last word."""
        parts: list[Numbers] = [[]]
        last = at
        for i in range(at, min(len(words), at + 3 * _MOST)):
            number = self.number(words[i].text) or self._grouped(words, i, parts)
            if number is not None:
                parts[-1].append(number)
                last = i
            elif words[i].text in self._between and len(parts) < _GROUPS and parts[-1]:
                parts.append([])
            elif words[i].text not in self._fillers:
                break
        years = [as_year(p) for p in parts]
        if len(years) != _GROUPS or None in years:
            return None
        a, b, c = (y or 0 for y in years)
        return (a, b, c), last

    def padded(self, words: Sequence[Word], at: int) -> tuple[tuple[int, int, int], int] | None:
        """As `groups`, of numbers in a row of which the first two are padded: "cero tres cero tres mil novecientos"."""
        run, last = self.run(words, at - 1, 1)
        values = [n for n, spoken in run if spoken]
        if len(values) != len(run) or values[:1] != [0]:
            return None
        second = values[2:4] if values[2:3] == [0] else values[2:3]
        year = as_year(run[2 + len(second) :])
        return ((values[1], second[-1], year), last) if second and year is not None else None

    def run(self, words: Sequence[Word], at: int, step: int) -> tuple[Numbers, int]:
        """The numbers before (-1) or after (1) the word `at`, in reading order, and the outermost word taken."""
        out: Numbers = []
        edge, i = at, at + step
        while 0 <= i < len(words) and abs(i - edge) <= 2 and len(out) < _MOST:
            number = self.number(words[i].text) or (self._five(words, i, out) if step > 0 else None)
            if number is not None:
                out.append(number)
                edge = i
            elif words[i].text not in self._fillers:
                break
            i += step
        return (out if step > 0 else out[::-1]), edge

    def _grouped(self, words: Sequence[Word], at: int, parts: list[Numbers]) -> tuple[int, bool] | None:
        """ "Tháng năm" is May, "ngày năm tháng" the fifth; before a year the same word says that it is one."""
        if len(parts) == _GROUPS:
            return self._five(words, at, parts[-1])
        meant = self._within.get(words[at].text)
        month = len(parts) > 1 and not parts[-1]
        day = len(parts) == 1 and not parts[0] and at + 1 < len(words) and words[at + 1].text in self._between
        return (meant, True) if meant is not None and (month or day) else None

    def _five(self, words: Sequence[Word], at: int, before: Numbers) -> tuple[int, bool] | None:
        """A word that is a number and "year", too ("năm"): the number behind other numbers, or before a ten."""
        meant = self._within.get(words[at].text)
        ten = at + 1 < len(words) and self._numbers.get(words[at + 1].text) == _TEN
        return (meant, True) if meant is not None and (before or ten) else None


def as_year(numbers: Numbers) -> int | None:
    """One number of a run: [19, 80] 1980, [1000, 900, 80, 5] 1985, [2, 1000, 5] 2005, [20, 6] 26, [19, 100, 85] 1985,
    [4, 20, 10] 90 (quatre-vingt-dix), [2, 10, 1] 21 (二十一), [1, 9, 8, 0] 1980, [1, 9, 8, 10] 1980; None if it is
    not."""
    values = [n for n, _ in numbers]
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    if not all(spoken for _, spoken in numbers):
        return None
    if all(n < _TEN for n in values):  # figure by figure
        return int("".join(map(str, values))) if len(values) in (2, 4) else None
    if len(values) > 3 and values[0] == 1 and values[1] in (8, 9):  # "một chín tám mươi lăm"
        rest = _sum(values[2:])
        return 1000 + values[1] * 100 + rest if rest < 100 else None
    if values[0] in (18, 19, 20) and values[1] != 1000 and (values[1] >= _TEN or values[1] == 0):
        rest = _sum(values[2:] if values[1] == 100 else values[1:])
        return values[0] * 100 + rest if rest < 100 else None
    return _sum(values)


def _sum(values: Sequence[int]) -> int:
    total, part = 0, 0
    for at, n in enumerate(values):
        before = values[at - 1] if at else 0
        if n == 1000:
            total, part = (total + part or 1) * 1000, 0
        elif n == 100:
            part = (part or 1) * 100
        elif (n == 20 and before == 4) or (n == _TEN and 1 < before < _TEN):  # fourscore; two tens
            part += (n - 1) * before
        else:
            part += n
    return total + part


def as_day_and_year(numbers: Numbers) -> tuple[int | None, int | None]:
    """Split a run that begins with a day: [12, 1980], [20, 1, 19, 80] 21 and 1980, [2, 2, 1000, 5] 2 and 2005."""
    if not numbers:
        return None, None
    (first, spoken), rest = numbers[0], numbers[1:]
    if spoken and first in (20, 30) and rest and rest[0][1] and 1 <= rest[0][0] <= 9 and _not_thousand(rest):
        first, rest = first + rest[0][0], rest[1:]
    return first, as_year(rest)


def _not_thousand(rest: Numbers) -> bool:
    """ "Twenty two thousand five" is the twentieth and 2005, not the twenty-second and 1005."""
    return len(rest) < 2 or rest[1][0] != 1000
