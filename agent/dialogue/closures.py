"""Is the clinic closed on a day, and why; when does somebody come back to the desk, and what is said meanwhile. No
calendar is read here."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.model.clinic import WEEKDAYS, Clinic, Closure, Location, Texts
from agent.model.effect import Say

ADDED = "handoff.added"
# said otherwise where nobody is at any desk
BY_HOURS = {ADDED: "handoff.added.closed", "arrived.told": "arrived.told.closed", "late.told": "late.told.closed"}
_FURTHEST = 30  # days


def closed_on(clinic: Clinic, day: date, location: str | None = None) -> Texts | None:
    """None where some place (or the one named) is open that day; else the closure's name by language, {} if it has
    none (a Sunday)."""
    places = [x for x in clinic.places if location in (None, "", x.id)] or list(clinic.places)
    if any(_spans(clinic, x, day) for x in places):
        return None
    found = _closure(clinic, places[0], day) if places else None
    return found.name if found else {}


def opens_next(clinic: Clinic, now: datetime) -> datetime | None:
    """None while somebody is at some desk; else when the next one opens (UTC offset of its place)."""
    soonest: datetime | None = None
    for place in clinic.places:
        zone = ZoneInfo(place.zone)
        local = now.astimezone(zone)
        for ahead in range(_FURTHEST):
            day = local.date() + timedelta(days=ahead)
            for begins, ends in _spans(clinic, place, day):
                start, stop = (datetime.combine(day, t, tzinfo=zone) for t in (begins, ends))
                if start <= local < stop:
                    return None
                if start > local and (soonest is None or start < soonest):
                    soonest = start
            if soonest is not None and soonest.astimezone(zone).date() <= day:
                break
    return soonest


def passed_on(clinic: Clinic, now: datetime, key: str = ADDED) -> Say:
    """What is told to somebody for whom staff have been asked already: passed on, too; where nobody is at a desk, when
    somebody will be. `key`: another of `BY_HOURS`."""
    opens = opens_next(clinic, now)
    if opens is None:
        return Say(key=key)
    return Say(key=BY_HOURS[key], values={"opens": {"as": "due", "value": opens.isoformat()}})


def text_in(texts: Texts, locale: str, default: str) -> str:
    """The clinic's text in a language, else in its own."""
    for tag in (locale, locale.split("-", maxsplit=1)[0], default):
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()), "")


def _spans(clinic: Clinic, place: Location, day: date) -> tuple[tuple[time, time], ...]:
    closure = _closure(clinic, place, day)
    return closure.hours if closure else tuple(place.hours.get(WEEKDAYS[day.weekday()], ()))


def _closure(clinic: Clinic, place: Location, day: date) -> Closure | None:
    return next(
        (
            c
            for c in clinic.closures
            if c.day <= day <= (c.until or c.day) and c.provider is None and c.location in (None, place.id)
        ),
        None,
    )
