"""Which of many free times to offer: soonest first, but not three times the same thing."""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from typing import NamedTuple

from agent.model.calendar import OpeningRequest

NOON, EVENING = 12 * 60, 17 * 60
APART = 60  # minutes between two offers of one day that count as different times


class Free(NamedTuple):
    """A free start: the moment (UTC), the provider's place in the clinic file, the local date and clock minute."""

    start: datetime
    rank: int
    day: date
    minute: int

    @property
    def clock(self) -> time:
        return time(self.minute // 60, self.minute % 60)


def choose(days: Iterator[list[Free]], request: OpeningRequest) -> list[Free]:
    """At most `request.limit` of the days' free times (each day sorted); reads no more days than it needs."""
    if request.times is None:
        return _spread_over(days, request.limit)
    start, end = (_minute(t) for t in request.times)
    if start == end:
        return _around(days, start, request.limit)
    return _spread_over(_between(days, start, end), request.limit)


def _between(days: Iterator[list[Free]], start: int, end: int) -> Iterator[list[Free]]:
    for day in days:
        if found := [f for f in day if start <= f.minute < end]:
            yield found


def _around(days: Iterator[list[Free]], minute: int, limit: int) -> list[Free]:
    """An exact time: that time on the first day that has it, then the nearest of that day. On no day: the nearest
    of the first day with anything free."""
    nearest: list[Free] = []
    for day in days:
        exact = [f for f in day if f.minute == minute]
        if exact or not nearest:
            nearest = sorted(day, key=lambda f: (abs(f.minute - minute), f.start, f.rank))
        if exact:
            break
    return _one_each(nearest, limit)


def _one_each(frees: list[Free], limit: int) -> list[Free]:
    """The first free times with each start once, while there are enough starts."""
    seen: set[datetime] = set()
    fresh = [f for f in frees if not (f.start in seen or seen.add(f.start))]  # type: ignore[func-returns-value]
    return (fresh + [f for f in frees if f not in fresh])[:limit]


def _spread_over(days: Iterator[list[Free]], limit: int) -> list[Free]:
    """Two thirds from the first day that has any, the rest from the next; from one day only if there is no other."""
    share = limit - limit // 3
    read: list[list[Free]] = []
    chosen: list[Free] = []
    for day in days:
        read.append(day)
        room = limit - len(chosen)
        chosen += _differing(day, min(room, share if len(read) == 1 else room), chosen)
        if len(chosen) == limit:
            break
    for day in read:
        if len(chosen) < limit:
            chosen += _differing([f for f in day if f not in chosen], limit - len(chosen), chosen)
    return sorted(chosen)


def _differing(day: list[Free], count: int, already: list[Free]) -> list[Free]:
    """`count` times of one day: the soonest, then each time the soonest that differs most from those chosen."""
    if count >= len(day):  # all of them, in whatever order: nothing is left out that would have to differ
        return list(day)
    rest = list(day)
    chosen = [f for f in already if f.day == day[0].day] if day else []
    had = len(chosen)
    while rest and len(chosen) - had < count:
        best = max(rest, key=partial(_novelty, chosen=tuple(chosen))) if chosen else rest[0]
        chosen.append(best)
        rest.remove(best)
    return chosen[had:]


def _novelty(free: Free, chosen: tuple[Free, ...]) -> int:
    """How much this adds to what is offered already; `max` takes the soonest among equals."""
    new_part = all(_part(free.minute) != _part(c.minute) for c in chosen)
    new_time = all(c.day != free.day or abs(c.minute - free.minute) >= APART for c in chosen)
    new_provider = all(c.rank != free.rank for c in chosen)
    return 4 * new_time + 2 * new_part + new_provider


def _part(minute: int) -> int:
    return (minute >= NOON) + (minute >= EVENING)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
