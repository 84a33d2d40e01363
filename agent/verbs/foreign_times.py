"""Dates and times in a language that has no `_times.yaml` yet, as dateparser reads them; every one is to be asked."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from agent.understand.times import Expression

LONGEST = 400  # characters that are searched; dateparser takes milliseconds for each word
# dateparser's own names; Haitian Creole it does not know, and reads best as French.
_KNOWN = {"fr": "fr", "pt": "pt", "de": "de", "it": "it", "pl": "pl", "ru": "ru", "ar": "ar", "hi": "hi", "zh": "zh",
          "vi": "vi", "ko": "ko", "tl": "fil", "ht": "fr", "en": "en", "es": "es"}  # fmt: skip
_CLOCK = re.compile(r"\D{0,8}\d{1,2}\s*(?:[:.hH時时点點시]\s*(?:\d{2})?)?\D{0,8}")
_FEWEST_LETTERS = 4
_WIDE = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")


def foreign_times(text: str, lang: str, now: datetime) -> list[Expression]:
    """Expressions in the order of the text; none for a language that dateparser does not know. Never raises."""
    known = _KNOWN.get(lang)
    if known is None or not text.strip():
        return []
    from dateparser.search import search_dates  # on first use: it takes 0.1 s

    settings: dict[str, Any] = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future", "RETURN_AS_TIMEZONE_AWARE": False}
    try:
        found = search_dates(text[:LONGEST], languages=[known], settings=settings) or []
    except Exception:  # a foreign parser on hostile text may fail in any way; nothing found is an answer
        return []
    out: list[Expression] = []
    at = 0
    for said, _ in found:
        start = text.find(said, at)
        if start < 0 or not _worth_it(said):
            continue
        made = _expression(said, known, now, start)
        if made is not None:
            out.append(made)
            at = made.end
    return out


def _worth_it(said: str) -> bool:
    """Short words without a figure are mostly something else ("mar", "do", "se")."""
    letters = sum(c.isalpha() for c in said)
    if any(c.isdigit() for c in said):
        return letters > 0 or any(c in ":/.-" for c in said)
    return letters >= (2 if _WIDE.search(said) else _FEWEST_LETTERS)


def _expression(said: str, lang: str, now: datetime, start: int) -> Expression | None:
    try:
        data = _parser(lang, now).get_date_data(said)
    except Exception:
        return None
    at, period = data.date_obj, data.period
    if at is None:
        return None
    end = start + len(said)
    day = at.date()
    value: str | tuple[str, str] = day.isoformat()
    kind: Any = "date"
    if period == "time":
        kind, value = "datetime", at.strftime("%Y-%m-%dT%H:%M")
        if _CLOCK.fullmatch(said) and day - now.date() in (timedelta(0), timedelta(1)):
            kind, value = "time", at.strftime("%H:%M")
    elif period == "week":
        first = day - timedelta(days=day.weekday())
        kind, value = "daterange", (first.isoformat(), (first + timedelta(days=7)).isoformat())
    elif period in ("month", "year"):
        return None
    return Expression(start=start, end=end, text=said, kind=kind, value=value, ambiguous=True)


@lru_cache(maxsize=64)
def _parser(lang: str, now: datetime) -> Any:
    from dateparser.date import DateDataParser

    settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future", "RETURN_TIME_AS_PERIOD": True}
    return DateDataParser(languages=[lang], settings=settings)
