"""Dates of birth in figures and in words; always in the past, never more than 110 years ago."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from agent.understand.found import Found
from agent.understand.normalize import MAX_CHARS, fold, fold_with_offsets
from agent.understand.spoken_numbers import Spoken, as_day_and_year, as_year
from agent.understand.words import Phrases, phrase, words_of

Order = Literal["mdy", "dmy"]
MONTH_FIRST = frozenset({"US", "FM", "MH", "PW"})  # countries that write 3/12/80 for the twelfth of March
_EDGE, _END = r"(?<![\w/.-])", r"(?!\d|[/.-]\d)"
_FIGURES = re.compile(rf"{_EDGE}(\d{{1,4}})\s?([/.\-])\s?(\d{{1,2}})\s?\2\s?(\d{{2,4}}){_END}")
_SPACED = re.compile(rf"{_EDGE}(\d{{1,2}})( )(\d{{1,2}}) (\d{{4}}|\d{{2}}){_END}")
_RUN = re.compile(rf"{_EDGE}(\d{{8}}|\d{{6}}){_END}")
_OLDEST = 110  # years
_RECENT = 6  # years; a date this young may be a visit as well as a birth
_SOON = 3  # years; "3/12/28" not long before 2028 is a wish, not somebody born in 1928


class Births:
    """Reads dates of birth with the words of one language's table; `country` says which order is at home."""

    def __init__(self, rows: Mapping[str, Any], country: str) -> None:
        self._home: Order = "mdy" if country.upper() in MONTH_FIRST else "dmy"
        self._months = {phrase(k)[0]: int(v) for k, v in rows.get("months", {}).items()}
        self._spoken = Spoken(rows)
        self._born, self._other = Phrases(rows.get("born", ())), Phrases(rows.get("not_born", ()))
        self._units = _units(rows.get("date_units", {}), rows.get("numbers", {}))

    def read(self, text: str, asked: bool, today: date, order: Order) -> Found | None:
        """Without being asked, only where it says "born" or where the date cannot well be a wish."""
        folded = fold_with_offsets(text[:MAX_CHARS])
        words = self._spoken.whole(words_of(text))
        told = self._born.first(words) is not None
        mended = self._spoken.mended(words, self._months) if asked else words
        if mended != words and (meant := self._by_month(mended, today)) is not None:
            return Found(meant[0].isoformat(), *meant[1], 0.6, False)  # to be confirmed
        found = (
            self._by_units(folded.text, today)
            or self._by_figures(folded.text, today, order, loose=asked or told)
            or self._by_month(words, today)
            or (self._by_groups(words, today, order) if asked or told else None)
        )
        if found is None:
            return None
        born, (a, b), sure, short, raw = found
        if not raw:
            a, b = folded.raw_span(a, b)
        if not (asked or told):
            age = today.year - born.year
            if short and _is_one_figure(text[a:b]):
                return None  # "the one of November 3"
            if self._other.first(words) or (today - born).days < 366 or (short and age > 100 - _SOON):
                return None
            sure = sure and age > _RECENT
        return Found(born.isoformat(), a, b, 0.95 if sure else 0.6, sure)

    def _by_groups(self, words: Sequence[Any], today: date, order: Order) -> "_Date | None":
        """Three numbers in words with fillers between: "el doce del tres del ochenta"."""
        for at in range(len(words)):
            said = self._spoken.is_word(words[at].text)
            groups = (self._spoken.groups(words, at) or self._spoken.padded(words, at)) if said else None
            if groups is None:
                continue
            (a, b, c), last = groups
            hit = self._figures(str(a), str(b), str(c), today, order)
            return (hit[0], (words[at].start, words[last].end), hit[1], c < 100, True) if hit else None
        return None

    def _by_units(self, text: str, today: date) -> "_Date | None":
        for pattern in self._units:
            for m in pattern.finditer(text):
                year, month, day = (self._spoken.written(m[name]) for name in "ymd")
                born = real_date(year, month, day, today) if year and month and day else None
                if born is not None:
                    return born, m.span(), True, len(m["y"]) == 2, False
        return None

    def _by_figures(self, text: str, today: date, order: Order, *, loose: bool) -> "_Date | None":
        for pattern in (_FIGURES, _SPACED) if loose else (_FIGURES,):
            for m in pattern.finditer(text):
                hit = self._figures(m.group(1), m.group(3), m.group(4), today, order)
                if hit is not None:
                    return hit[0], m.span(), hit[1], len(m.group(1)) < 4 and len(m.group(4)) == 2, False
        for m in _RUN.finditer(text) if loose else ():
            run = m.group()
            cuts = [(run[:2], run[2:4], run[4:])]
            if len(run) == 8:
                cuts.insert(0, (run[:4], run[4:6], run[6:]))
            for cut in cuts:
                hit = self._figures(*cut, today, order)
                if hit is not None:
                    return hit[0], m.span(), hit[1], len(run) == 6, False
        return None

    def _figures(self, a: str, b: str, c: str, today: date, order: Order) -> tuple[date, bool] | None:
        if len(a) == 4:
            born = real_date(int(a), int(b), int(c), today) if len(c) <= 2 else None
            return (born, True) if born else None
        if len(a) == 3 or len(c) == 3:
            return None
        mdy, dmy = real_date(int(c), int(a), int(b), today), real_date(int(c), int(b), int(a), today)
        first, other = (mdy, dmy) if order == "mdy" else (dmy, mdy)
        chosen = first or other
        if chosen is None:
            born = real_date(int(a), int(b), int(c), today) if len(c) == 2 else None  # 800312, 80.3.12: the year first
            return (born, True) if born else None
        return chosen, not (mdy and dmy and mdy != dmy and order != self._home)

    def _by_month(self, words: Sequence[Any], today: date) -> "_Date | None":
        for at, word in enumerate(words):
            parts = [p for p in re.split(r"(\d+)", word.text) if p]
            month = next((self._months[p] for p in parts if p in self._months), None)
            if month is None:
                continue
            inner = [p for p in parts if p.isdigit()]  # "12mar1980" is one word
            before, first = self._spoken.run(words, at, -1)
            after, last = self._spoken.run(words, at, 1)
            if inner and len(parts) > 1:
                cut = parts.index(next(p for p in parts if p in self._months))
                before += [(int(p), False) for p in parts[:cut] if p.isdigit()]
                after = [(int(p), False) for p in parts[cut:] if p.isdigit()] + after
            for day, year, a, b in _readings(before, after, first, last, at):
                born = real_date(year, month, day, today)
                if born is not None:
                    return born, (words[a].start, words[b].end), True, year < 100, True
        return None


def _is_one_figure(said: str) -> bool:
    figures = re.findall(r"\d+", said)
    return len(figures) == 1 and len(figures[0]) == 1


_Date = tuple[date, tuple[int, int], bool, bool, bool]  # date, span, sure, two-digit year, span is of the original


def _readings(
    before: list[tuple[int, bool]], after: list[tuple[int, bool]], first: int, last: int, at: int
) -> list[tuple[int, int, int, int]]:
    """(day, year, first word, last word) as people order them: March 12 1980, 12 March 1980, 1980 March 12."""
    out = []
    if before and after:
        days, years = as_day_and_year(after)
        if (whole := as_year(before)) is not None and whole > 31 and days is not None and years is None:
            out.append((days, whole, first, last))
        day, year = as_year(before), as_year(after)
        if day is not None and year is not None:
            out.append((day, year, first, last))
    if after:
        out += [(d, y, at, last) for d, y in (as_day_and_year(after),) if d is not None and y is not None]
    return out


def _units(table: Mapping[str, Any], numbers: Mapping[str, Any]) -> list[re.Pattern[str]]:
    """Patterns for languages that write units beside the figures: 1980年3月12日, ngày 12 tháng 3 năm 1980. Figures of
    one Han character each (一九八零年三月十二日) count too."""
    if not table:
        return []
    own = "".join(
        sorted(folded for k in numbers if len(folded := fold(str(k))) == 1 and "\u3400" <= folded <= "\u9fff")
    )
    year, small = (
        (rf"(?:\d{{4}}|\d\d|[{own}]{{2,6}})", rf"(?:\d{{1,2}}|[{own}]{{1,3}})")
        if own
        else (r"(?:\d{4}|\d\d)", r"\d{1,2}")
    )
    y, m, d = ("(?:" + "|".join(re.escape(fold(str(u))) for u in table[k]) + ")" for k in ("year", "month", "day"))
    if table.get("before"):
        return [
            re.compile(rf"(?:{d}\s?)?(?P<d>{small})\s?{m}\s?(?P<m>{small})[\s,/-]*(?:{y}\s?|(?=\d{{4}}))(?P<y>{year})")
        ]
    return [re.compile(rf"(?<!\d)(?P<y>{year})\s?{y}\s?(?P<m>{small})\s?{m}\s?(?P<d>{small})\s?{d}?")]


def real_date(year: int, month: int, day: int, today: date) -> date | None:
    """A day not in the future and at most 110 years ago; two-digit years mean the nearest such one."""
    for full in (2000 + year, 1900 + year) if year < 100 else (year,):
        try:
            found = date(full, month, day)
        except ValueError:
            continue
        if found <= today and today.year - full <= _OLDEST:
            return found
    return None
