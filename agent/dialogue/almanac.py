"""How a language writes days, clocks and lists: by CLDR, or by a table of its own where CLDR has none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.localedata import exists

# CLDR knows Tagalog as Filipino, and Chinese and Portuguese by where they are written.
_BABEL = {"tl": "fil", "zh": "zh_Hans", "pt": "pt_BR"}
_FRENCH_INSTEAD = frozenset({"ht"})  # Babel answers for Haitian Creole in French, without a word
_NOON = 12
_FIRST = {"fr": "1er", "ht": "1ye", "pt": "1º"}  # of a month; CLDR has "1 décembre"
_ONE = re.compile(r"(?<![\w.,:])1(?= [^\W\d_])")
_NARROW = str.maketrans("\u202f\u00a0", "  ")  # a narrow space turns a GSM-7 text into UCS-2


@lru_cache(maxsize=64)
def babel_locale(tag: str, country: str) -> Locale:
    """The CLDR locale for a language in the clinic's country (es in the US writes 10:30 a. m.); English where CLDR
    lacks the language."""
    base = _BABEL.get(tag, tag).replace("-", "_")
    if not knows(tag):
        return Locale.parse("en")
    for candidate in (f"{base}_{country}", base):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def knows(tag: str) -> bool:
    """Whether CLDR has the language's own words."""
    name = _BABEL.get(tag, tag).replace("-", "_")
    return name not in _FRENCH_INSTEAD and bool(exists(name))


@dataclass(frozen=True)
class Almanac:
    """One language in one country. `own`: the table locales/<lang>/calendar.yaml, for a language that CLDR lacks, or
    for the part of it that its people write another way."""

    tag: str
    country: str
    own: Mapping[str, Any] | None = None

    def day(self, when: date, *, year: bool, short: bool = False) -> str:
        """ "Tuesday, March 10", shortened to "Tue, Mar 10"."""
        pattern = self._own("day_year" if year else "day")
        if pattern:
            return self._filled(pattern, when, short)
        told = _day(self.tag, self.country, when, "yMMMEd" if year else "MMMEd", not short)
        return self._first_named(told, when)

    def language(self, tag: str) -> str | None:
        """Another language's name in this one ("español"); None where CLDR has none."""
        name = babel_locale(self.tag, self.country).languages.get(_BABEL.get(tag, tag)) if knows(self.tag) else None
        return None if name is None else str(name)

    def long_date(self, when: date) -> str:
        """A date without its weekday, in full. Not kept: it may be somebody's date of birth."""
        if pattern := self._own("date"):
            return self._filled(pattern, when, short=False)
        return self._first_named(str(format_date(when, "long", locale=babel_locale(self.tag, self.country))), when)

    def clock(self, when: time) -> str:
        """ "2:30 PM", "14:30"."""
        if pattern := self._own("clock"):
            half = self._own("am" if when.hour < _NOON else "pm")
            parts = {"hour12": when.hour % 12 or 12, "hour": when.hour, "minute": f"{when.minute:02d}", "half": half}
            return _fill(pattern, parts)
        return _clock(self.tag, self.country, when)

    def weekday(self, index: int, *, short: bool) -> str:
        """0 is Monday."""
        if self.own and "weekdays" in self.own:
            return str(self.own["weekdays_short" if short else "weekdays"][index])
        width = "abbreviated" if short else "wide"
        return str(babel_locale(self.tag, self.country).days["format"][width][index])

    def weekdays(self, first: int, last: int, *, short: bool) -> tuple[str, str]:
        """Two days as the ends of a stretch, spoken in the cases of the language where its table has them."""
        if self.own and "weekdays_from" in self.own and not short:
            return str(self.own["weekdays_from"][first]), str(self.own["weekdays_to"][last])
        return self.weekday(first, short=short), self.weekday(last, short=short)

    @property
    def comma(self) -> str:
        """Between two things of one list."""
        return self._own("comma") or ", "

    @property
    def semicolon(self) -> str:
        """Between two such lists."""
        return self._own("semicolon") or "; "

    def listed(self, items: list[str], *, either: bool) -> str:
        """ "a, b, and c", or with "or" for `either`."""
        last = self._own("or" if either else "and")
        if last and items:
            return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
        locale = babel_locale(self.tag, self.country)
        return format_list(items, style="or" if either else "standard", locale=locale) if items else ""

    def _own(self, name: str) -> str:
        return str(self.own.get(name, "")) if self.own else ""

    def _filled(self, pattern: str, when: date, short: bool) -> str:
        assert self.own is not None
        suffix = "_short" if short else ""
        names = {"weekday": self.own[f"weekdays{suffix}"][when.weekday()]}
        names["month"] = self.own[f"months{suffix}"][when.month - 1]
        return self._first_named(_fill(pattern, {**names, "day": when.day, "year": when.year}), when)

    def _first_named(self, told: str, when: date) -> str:
        """ "Mardi 1er décembre", in languages that count the first day of a month."""
        first = _FIRST.get(self.tag.partition("-")[0]) if when.day == 1 else None
        return _ONE.sub(first, told, count=1) if first else told


def _fill(pattern: str, parts: Mapping[str, object]) -> str:
    return re.sub(r"\{([a-z0-9_]+)\}", lambda m: str(parts.get(m[1], m[0])), pattern)


@lru_cache(maxsize=4096)
def _day(tag: str, country: str, when: date, skeleton: str, full: bool) -> str:
    """Days of visits, kept: CLDR's data are slow to reach."""
    locale = babel_locale(tag, country)
    pattern = _full_pattern(locale, skeleton) if full else locale.datetime_skeletons[skeleton].pattern
    return str(format_date(when, pattern, locale=locale))


@lru_cache(maxsize=128)
def _full_pattern(locale: Locale, skeleton: str) -> str:
    """CLDR's own pattern with weekday and month widened, as its skeleton matching does."""
    pattern = locale.datetime_skeletons[skeleton].pattern
    return re.sub(r"\bccc\b|\bE{1,3}\b|E(?=$)", "EEEE", re.sub(r"\b(MMM|LLL)\b", "MMMM", pattern))


@lru_cache(maxsize=4096)
def _clock(tag: str, country: str, when: time) -> str:
    return str(format_time(when, "short", locale=babel_locale(tag, country))).translate(_NARROW)
