"""When somebody would like to come, as slots of a conversation keep it: ISO days, clock times, parts of the day."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = {"morning": (time(0), time(12)), "afternoon": (time(12), time(17)), "evening": (time(17), time(23, 59))}


def known(value: Any, among: set[str]) -> str | None:
    """An id that the clinic has; None for "any", for what is not said and for what it has no longer."""
    return str(value) if value in among else None


def dates_of(value: Any) -> tuple[date, date] | None:
    """An ISO day, or [from, to] inclusive."""
    if not value:
        return None
    first, last = (value, value) if isinstance(value, str) else (value[0], value[1])
    return date.fromisoformat(str(first)[:10]), date.fromisoformat(str(last)[:10])


def suits(on: date, avoid: Iterable[str]) -> bool:
    """Is it none of the days to avoid: ISO dates, and weekdays as RFC 5545 writes them (MO)?"""
    return not {on.isoformat(), _WEEKDAYS[on.weekday()]} & set(avoid)


def times_of(value: Any) -> tuple[time, time] | None:
    """ "HH:MM" (that start), ["HH:MM", "HH:MM"] (from, until) or a part of the day."""
    if not value:
        return None
    if isinstance(value, str):
        return PARTS.get(value) or (time.fromisoformat(value), time.fromisoformat(value))
    return time.fromisoformat(str(value[0])), time.fromisoformat(str(value[1]))
