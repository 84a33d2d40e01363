"""Dates and times in a language that has no `_times.yaml` yet, as dateparser reads them; every one is to be asked."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from agent.understand.times import Expression

LONGEST = 400  # characters that are searched; dateparser takes a millisecond for each try
_MOST_PIECES = 40
_WINDOW = 6  # pieces of one expression; dateparser's own search misses most dates within a sentence
_PIECE = re.compile(r"[\u3040-\u9fff]|[^\s,;!?()\u3000-\u303f\u3040-\u9fff\uff00-\uffef]+")
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
    pieces = [(m.start(), m.end()) for m in _PIECE.finditer(text[:LONGEST])][:_MOST_PIECES]
    out: list[Expression] = []
    at = 0
    while at < len(pieces):
        for size in range(min(_WINDOW, len(pieces) - at), 0, -1):
            start, end = pieces[at][0], pieces[at + size - 1][1]
            made = _expression(text[start:end], known, now, start) if _worth_it(text[start:end]) else None
            if made is not None:
                out.append(made)
                at += size - 1
                break
        at += 1
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
    if at is None or (data.parts and not {"day", "weekday"} & set(data.parts)) or said[-1] in ".:":
        return None
    end = start + len(said)
    day = at.date()
    value: str | tuple[str, str] = day.isoformat()
    kind: Any = "date"
    if period == "time":
        kind, value = "datetime", at.strftime("%Y-%m-%dT%H:%M:00")
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
