"""Folds the expressions of one message into what a booking wants; finds nothing in text itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, cast

from agent.understand.times.values import OPEN, Expression

Part = Literal["morning", "afternoon", "evening"]
HORIZON = timedelta(weeks=8)
"""How far "from Monday on" reaches."""

LAST_MINUTE = time(23, 59)


@dataclass(frozen=True)
class Wanted:
    """What a message asks for. `dates` from and to, both included; `times` half-open, an exact time twice;
    `quote` where in the text it was said. All None: nothing about when."""

    dates: tuple[date, date] | None = None
    times: tuple[time, time] | None = None
    part: Part | None = None
    ambiguous: bool = False
    quote: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    dates: tuple[date, date] | None
    times: tuple[time, time] | None
    said: Expression


def wanted(expressions: Sequence[Expression], now: datetime) -> Wanted:
    """One wish out of all that was said. Durations, repeats and days gone by ("it began last Friday") are
    left out. Several days give the range that holds them; with days between nobody named it is ambiguous."""
    pieces = _without_since([piece for each in expressions if (piece := _piece(each, now))])
    if not pieces:
        return Wanted()
    dates, gap = _all_dates([piece.dates for piece in pieces if piece.dates])
    times, clash = _all_times(pieces)
    parts = {piece.said.part for piece in pieces if piece.said.part}
    exact = times is not None and times[0] == times[1]
    return Wanted(
        dates=dates,
        times=times,
        part=cast(Part, parts.pop()) if len(parts) == 1 and not exact else None,
        ambiguous=gap or clash or any(piece.said.ambiguous for piece in pieces),
        quote=(min(piece.said.start for piece in pieces), max(piece.said.end for piece in pieces)),
    )


def _without_since(pieces: list[_Piece]) -> list[_Piece]:
    """ "A rash od soboty, who can see it tomorrow": where a day is named, "from Saturday" after it says since when."""
    days = [p.dates[0] for p in pieces if p.dates and p.dates[0] == p.dates[1]]
    since = [p for p in pieces if p.said.kind == "daterange" and p.said.value[1] == OPEN and p.dates]
    return [p for p in pieces if p not in since or not any(day < p.dates[0] for day in days if p.dates)]


def _all_dates(found: list[tuple[date, date]]) -> tuple[tuple[date, date] | None, bool]:
    if not found:
        return None, False
    found = sorted(set(found))
    gap = any(after[0] - before[1] > timedelta(days=1) for before, after in pairwise(found))
    inner = [each for each in found if all(o[0] <= each[0] and each[1] <= o[1] for o in found)]
    if inner:
        return inner[0], False
    return (found[0][0], max(last for _, last in found)), gap


def _all_times(pieces: list[_Piece]) -> tuple[tuple[time, time] | None, bool]:
    """The time said most exactly: "afternoon, after 3" is from three until the afternoon's end."""
    found = [piece.times for piece in pieces if piece.times and not piece.said.part]
    named = [piece.times for piece in pieces if piece.times and piece.said.part]
    if not found:
        return (named[0], len(set(named)) > 1) if named else (None, False)
    start, end = max(each[0] for each in found), min(each[1] for each in found)
    if start > end:
        return (min(each[0] for each in found), max(each[1] for each in found)), True
    if len(named) == 1 and end == LAST_MINUTE and named[0][0] <= start < named[0][1]:
        end = named[0][1]
    return (start, end), False


def _piece(said: Expression, now: datetime) -> _Piece | None:
    dates, times = _read(said, now)
    if dates and dates[1] < now.date():
        return None
    if dates is None and times is None:
        return None
    if said.kind == "daterange" and said.value[1] == OPEN and OPEN != said.value[0] < now.date().isoformat():
        return None  # "it has hurt since Friday" is no wish for a day
    return _Piece(dates, times, said)


def _read(said: Expression, now: datetime) -> tuple[tuple[date, date] | None, tuple[time, time] | None]:
    value = said.value
    match said.kind:
        case "date":
            day = date.fromisoformat(cast(str, value))
            return (day, day), None
        case "time":
            at = time.fromisoformat(cast(str, value))
            return None, (at, at)
        case "datetime":
            moment = datetime.fromisoformat(cast(str, value))
            return (moment.date(), moment.date()), (moment.time(), moment.time())
        case "daterange":
            return _date_range(cast(tuple[str, str], value), now), None
        case "timerange":
            start, end = cast(tuple[str, str], value)
            since, until = _time(start, time.min), _time(end, LAST_MINUTE)
            return None, (since, until if since <= until else LAST_MINUTE)
        case "datetimerange":
            return _moment_range(cast(tuple[str, str], value), now)
    return None, None


def _date_range(value: tuple[str, str], now: datetime) -> tuple[date, date]:
    end = None if value[1] == OPEN else date.fromisoformat(value[1])
    end = end - timedelta(days=1) if end and end > date.min else end
    start = now.date() if value[0] == OPEN else date.fromisoformat(value[0])
    if end is not None and start <= end:
        start = max(start, min(now.date(), end)) if end >= now.date() else start
    return start, end if end is not None else _far(max(start, now.date()))


def _far(start: date) -> date:
    return date.max if date.max - start < HORIZON else start + HORIZON


def _moment_range(value: tuple[str, str], now: datetime) -> tuple[tuple[date, date] | None, tuple[time, time] | None]:
    start = now if value[0] == OPEN else datetime.fromisoformat(value[0])
    end = datetime.combine(start.date(), LAST_MINUTE) if value[1] == OPEN else datetime.fromisoformat(value[1])
    if end <= start:
        return (start.date(), start.date()), None
    if end.time() == time.min and end.date() - start.date() == timedelta(days=1):
        return (start.date(), start.date()), (start.time(), LAST_MINUTE)
    if start.date() == end.date():
        return (start.date(), end.date()), (start.time(), end.time())
    return (start.date(), end.date()), None


def _time(text: str, otherwise: time) -> time:
    if text == OPEN or text.startswith("24"):
        return otherwise
    return time.fromisoformat(text)
