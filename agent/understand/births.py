"""Dates of birth in figures and in words; always in the past, never more than 110 years ago."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from agent.understand.found import Found
from agent.understand.words import Phrases, Word, phrase, words_of

Order = Literal["mdy", "dmy"]
_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,4})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{2,4})(?![\d/-])")
_SPACED = re.compile(r"(?<![\d/.-])(\d{1,2})\s(\d{1,2})\s(\d{4}|\d{2})(?![\d/-])")
_RUN = re.compile(r"(?<!\d)(\d{8}|\d{6})(?!\d)")
_OLDEST = 110


class Births:
    """Reads dates of birth with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._months = {phrase(str(k))[0]: int(v) for k, v in rows.get("months", {}).items()}
        self._numbers = {phrase(str(k))[0]: int(v) for k, v in rows.get("numbers", {}).items()}
        self._fill = {phrase(str(k))[0] for k in (*rows.get("date_fillers", ()), *rows.get("number_joiners", ()))}
        self._born = Phrases(rows.get("born", ()))

    def read(self, text: str, asked: bool, today: date, order: Order) -> Found | None:
        """Without being asked, only where it says "born" or the year is long past."""
        words = words_of(text)
        said = self._born.first(words) is not None
        found = self._by_figures(text, today, order, runs=asked or said) or self._by_month(words, today)
        if found is None:
            return None
        old = (today - date.fromisoformat(found.value)).days > 366
        return found if asked or said or (old and found.sure) or (old and order == "mdy") else None

    def _by_figures(self, text: str, today: date, order: Order, *, runs: bool) -> Found | None:
        patterns = (_FIGURES, _SPACED) if runs else (_FIGURES,)
        for m in (m for p in patterns for m in p.finditer(text[:2000])):
            found = _dated(m.group(1), m.group(2), m.group(3), today, order)
            if found is not None:
                return Found(found[0].isoformat(), m.start(), m.end(), 0.95 if found[1] else 0.6, found[1])
        for m in _RUN.finditer(text[:2000]) if runs else ():
            run = m.group()
            splits = (
                [(run[:2], run[2:4], run[4:])]
                if len(run) == 6
                else [(run[:4], run[4:6], run[6:]), (run[:2], run[2:4], run[4:])]
            )
            for parts in splits:
                found = _dated(*parts, today, order)
                if found is not None:
                    return Found(found[0].isoformat(), m.start(), m.end(), 0.9 if found[1] else 0.6, found[1])
        return None

    def _by_month(self, words: tuple[Word, ...], today: date) -> Found | None:
        for at, word in enumerate(words):
            month = self._months.get(word.text)
            if month is None:
                continue
            after, end = self._figures(words, at + 1, 1)
            before, start = self._figures(words, at - 1, -1)
            for day, year, first, last in self._readings(before, after, start, end, at):
                found = _real(_year(year, today), month, day, today)
                if found is not None:
                    return Found(found.isoformat(), words[first].start, words[last].end, 0.95, True)
        return None

    @staticmethod
    def _readings(
        before: list[int], after: list[int], start: int, end: int, at: int
    ) -> list[tuple[int, int, int, int]]:
        """(day, year, first word, last word) in the orders people use: March 12 1980, 12 March 1980, 1980 March 12."""
        out = []
        if before and after:
            out += [(before[-1], _joined(after), start, end), (after[0], _joined(before), start, end)]
        if len(after) >= 2:
            out += [(after[0], _joined(after[1:]), at, end)]
            if len(after) >= 3 and after[0] in (20, 30):
                out.insert(0, (after[0] + after[1], _joined(after[2:]), at, end))
        return out

    def _figures(self, words: tuple[Word, ...], at: int, step: int) -> tuple[list[int], int]:
        """The numbers beside a month's name, in reading order, and the outermost word taken."""
        out: list[int] = []
        edge = at - step
        while 0 <= at < len(words) and abs(at - edge) <= 2 and len(out) < 7:
            number = self._number(words[at].text)
            if number is not None:
                out.append(number)
                edge = at
            elif words[at].text not in self._fill:
                break
            at += step
        return (out if step > 0 else out[::-1]), edge

    def _number(self, word: str) -> int | None:
        m = re.fullmatch(r"(\d{1,4})(?:st|nd|rd|th|er|ro|º|o)?", word)
        return int(m.group(1)) if m else self._numbers.get(word)


def _joined(numbers: list[int]) -> int:
    """Spoken years: [19, 80] 1980, [1000, 900, 80] 1980, [2, 1000, 5] 2005, [80] 80."""
    if len(numbers) >= 2 and numbers[0] in (18, 19, 20) and numbers[1] < 100:
        return numbers[0] * 100 + sum(numbers[1:])
    total = 0
    for n in numbers:
        total = (total or 1) * n if n == 1000 else total * 100 if n == 100 and 0 < total < 100 else total + n
    return total


def _dated(a: str, b: str, c: str, today: date, order: Order) -> tuple[date, bool] | None:
    if len(a) > 2:
        found = _real(int(a), int(b), int(c), today) if len(c) <= 2 else None
        return (found, True) if found else None
    year = _year(int(c), today) if len(c) <= 2 or int(c) >= 100 else int(c)
    mdy, dmy = _real(year, int(a), int(b), today), _real(year, int(b), int(a), today)
    first, other = (mdy, dmy) if order == "mdy" else (dmy, mdy)
    chosen = first or other
    if chosen is None:
        return None
    return chosen, not (first and other and first != other and order == "dmy")


def _year(year: int, today: date) -> int:
    if year >= 100:
        return year
    return 2000 + year if 2000 + year <= today.year else 1900 + year


def _real(year: int, month: int, day: int, today: date) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found <= today and today.year - year <= _OLDEST else None
