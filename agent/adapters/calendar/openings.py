"""Free times: hours minus closures minus what is taken, on the clinic's grid; pure, writes nothing."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from agent.adapters.calendar.hours import Hours
from agent.adapters.calendar.spread import Free, choose
from agent.adapters.calendar.walltime import MINUTE, WallDay, wall_day
from agent.model.calendar import Opening, OpeningRequest
from agent.model.clinic import Clinic, Provider, VisitType
from agent.model.wish import suits

Interval = tuple[datetime, datetime]  # [from, until) in UTC
Busy = Mapping[str, Sequence[Interval]]
LONGEST = timedelta(hours=26)  # a whole day that staff have blocked, on which the clock goes back: nothing is longer


def find_openings(clinic: Clinic, request: OpeningRequest, busy: Busy, now: datetime) -> list[Opening]:
    """At most `request.limit` free times, soonest first, spread over times of day, providers and days.

    `busy`: per provider sorted UTC [from, until), buffers included. An exact time (`times` equal) that is free comes
    first, then the nearest around it; when it is not free the nearest times come, and their `local` shows that they
    differ. Visit types that the desk may not prepare, and unknown ids, have none.
    """
    visit = next((v for v in clinic.visit_types if v.id == request.visit_type), None)
    if visit is None or visit.ended or not visit.desk_may_prepare or request.limit < 1:
        return []
    days = _days(clinic, request, visit, busy, now)
    return [_opening(clinic, visit, free) for free in choose(days, request)]


def is_open(clinic: Clinic, opening: Opening, busy: Busy, now: datetime) -> bool:
    """Whether this very opening can still be held. The lead time was the offer's business: it is not asked again,
    only that the visit lies ahead."""
    rank = next((i for i, p in enumerate(clinic.providers) if p.id == opening.provider), None)
    visit = next((v for v in clinic.visit_types if v.id == opening.visit_type), None)
    if rank is None or visit is None or opening.start <= now:
        return False
    provider = clinic.providers[rank]
    if visit.ended or visit.id not in provider.visit_types or clinic.location(provider.location).ended:
        return False
    day = wall_day(clinic.location(provider.location).zone, opening.local.date())
    search = _Search(Hours(clinic), clinic.booking.step_minutes, visit, now)
    frees = search.of(provider, rank, day, busy.get(provider.id, ()))
    return any(_opening(clinic, visit, free) == opening for free in frees)


def window(clinic: Clinic, request: OpeningRequest, now: datetime) -> tuple[date, date]:
    """The local dates that a search may touch, inclusive; from > to when there are none."""
    start = (_earliest(clinic, request, now)).astimezone(UTC)
    first, last = start.date() - timedelta(days=1), now.date() + timedelta(days=clinic.booking.horizon_days)
    if request.dates is None:
        return first, last
    return max(first, request.dates[0]), min(last, request.dates[1])


def _earliest(clinic: Clinic, request: OpeningRequest, now: datetime) -> datetime:
    """After the lead time, and never this very moment: a visit that begins now can no longer be held."""
    ahead = max(now + timedelta(minutes=clinic.booking.lead_minutes), now + timedelta.resolution)
    return max(ahead, request.not_before or now)


def _days(clinic: Clinic, request: OpeningRequest, visit: VisitType, busy: Busy, now: datetime) -> Iterator[list[Free]]:
    """Every day's free times in order of time, a day at a time, so that a search stops when it has enough."""
    earliest = _earliest(clinic, request, now)
    search = _Search(Hours(clinic), clinic.booking.step_minutes, visit, earliest)
    people = [
        (rank, p, clinic.location(p.location).zone)
        for rank, p in enumerate(clinic.providers)
        if visit.id in p.visit_types
        and request.provider in (None, p.id)
        and request.location in (None, p.location)
        and not clinic.location(p.location).ended
    ]
    day, last = window(clinic, request, now)
    while people and day <= last:
        found: list[Free] = []
        clocks = {zone: wall_day(zone, day) for _, _, zone in people}
        for rank, provider, zone in people if suits(day, request.avoid) else ():
            found += search.of(provider, rank, clocks[zone], busy.get(provider.id, ()))
        if found:
            yield sorted(found)
        day += timedelta(days=1)


@dataclass
class _Search:
    """One kind of visit, looked for from `earliest` (UTC) on."""

    hours: Hours
    step: int
    visit: VisitType
    earliest: datetime

    def __post_init__(self) -> None:
        self.before, self.after = self.visit.buffer_before * MINUTE, self.visit.buffer_after * MINUTE
        self.length = self.visit.minutes * MINUTE

    def of(self, provider: Provider, rank: int, day: WallDay, taken: Sequence[Interval]) -> list[Free]:
        """The free starts of one provider on one local date."""
        spans = self.hours.of_provider(provider, day.day)
        if not spans:
            return []
        before, length, after = self.before, self.length, self.after
        need = before + length + after
        found: list[Free] = []
        for opens, closes in spans:
            start, end = day.bound(opens), day.bound(closes)
            if end - length < self.earliest:
                continue
            if provider.parallel == 1:
                for since, until in _gaps(taken, start - before, end + after, need):
                    found += self._grid(day, rank, since + before, until - after - length, (opens, closes))
            else:
                starts = self._grid(day, rank, start, end - length, (opens, closes))
                room = provider.parallel
                found += [f for f in starts if _lanes(taken, f.start - before, f.start + length + after) < room]
        return found

    def _grid(self, day: WallDay, rank: int, first: datetime, last: datetime, span: tuple[int, int]) -> list[Free]:
        """Starts from `first` to `last` (UTC, inclusive) that lie on the grid of the clock face."""
        first = max(first, self.earliest)
        if first > last:
            return []
        if day.even:
            offset = first - day.midnight
            at = -(-offset // (self.step * MINUTE)) * self.step
            stop = (last - day.midnight) // MINUTE
            return [Free(day.midnight + m * MINUTE, rank, day.day, m) for m in range(at, stop + 1, self.step)]
        found = []
        for m in range(-(-span[0] // self.step) * self.step, span[1], self.step):
            moment = day.utc(m)
            if moment is not None and first <= moment <= last:
                found.append(Free(moment, rank, day.day, m))
        return found


def _gaps(taken: Sequence[Interval], start: datetime, end: datetime, need: timedelta) -> list[Interval]:
    """Stretches of at least `need` in [start, end) that nothing takes; the search's hottest place."""
    near = taken[bisect_left(taken, (start - LONGEST,)) : bisect_left(taken, (end,))]
    free_from = accumulate([until for _, until in near], max, initial=start)
    taken_from = [since for since, _ in near]
    taken_from.append(end)
    return [(a, b) for a, b in zip(free_from, taken_from, strict=True) if b > a and b - a >= need]


def _lanes(taken: Sequence[Interval], start: datetime, end: datetime) -> int:
    """How many lanes might be in use: each visit that touches the stretch may sit in a lane of its own."""
    near = taken[bisect_left(taken, (start - LONGEST,)) : bisect_left(taken, (end,))]
    return sum(until > start for _, until in near)


def _opening(clinic: Clinic, visit: VisitType, free: Free) -> Opening:
    provider = clinic.providers[free.rank]
    zone = clinic.location(provider.location).zone
    return Opening(
        provider=provider.id,
        location=provider.location,
        visit_type=visit.id,
        start=free.start,
        end=free.start + visit.minutes * MINUTE,
        local=datetime.combine(free.day, free.clock),  # wall time; its zone stands beside it
        zone=zone,
    )
