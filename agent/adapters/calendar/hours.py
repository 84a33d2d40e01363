"""When a provider works on a date: location hours, own hours and closures; appointments are not looked at here."""

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta

from agent.adapters.calendar.walltime import DAY_MINUTES
from agent.model.clinic import WEEKDAYS, Clinic, Closure, Provider, Spans, Weekday

Minutes = list[tuple[int, int]]  # half-open spans in minutes of the local clock, sorted


class Hours:
    """A clinic's hours by date, worked out on demand and remembered for the life of one search."""

    def __init__(self, clinic: Clinic) -> None:
        self._closures = _by_day(clinic.closures)
        self._places = {p.id: _week(p.hours) for p in clinic.locations}
        self._people = {p.id: _week(p.hours) for p in clinic.providers}
        self._both = {
            p.id: [overlap(*both) for both in zip(self._people[p.id], self._places[p.location], strict=True)]
            for p in clinic.providers
        }

    def of_provider(self, provider: Provider, day: date) -> Minutes:
        """The local spans in which this provider sees patients on this date."""
        weekday = day.weekday()
        closures = self._closures.get(day)
        if closures is None:
            return self._both[provider.id][weekday]
        mine = _closed(self._people[provider.id][weekday], (c for c in closures if c.provider == provider.id))
        place = _closed(
            self._places[provider.location][weekday],
            (c for c in closures if c.provider is None and c.location in (None, provider.location)),
        )
        return overlap(mine, place)


def overlap(first: Minutes, second: Minutes) -> Minutes:
    """What two sorted lists of spans have in common."""
    common = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return [(start, end) for start, end in common if start < end]


def in_minutes(spans: Spans) -> Minutes:
    """Spans on the clock face; an end of 00:00 is the end of the day."""
    return sorted((_minute(start), _minute(end) or DAY_MINUTES) for start, end in spans)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _week(hours: Mapping[Weekday, Spans]) -> list[Minutes]:
    return [in_minutes(hours.get(name, ())) for name in WEEKDAYS]


def _by_day(closures: Iterable[Closure]) -> dict[date, tuple[Closure, ...]]:
    found: dict[date, tuple[Closure, ...]] = {}
    for closure in closures:
        day = closure.day
        while day <= (closure.until or closure.day):
            found[day] = (*found.get(day, ()), closure)
            day += timedelta(days=1)
    return found


def _closed(usual: Minutes, closures: Iterable[Closure]) -> Minutes:
    """Other hours of a day stand instead of the usual ones; of several closures the shortest hours hold."""
    special: Minutes | None = None
    for closure in closures:
        hours = in_minutes(closure.hours)
        special = hours if special is None else overlap(special, hours)
    return usual if special is None else special
