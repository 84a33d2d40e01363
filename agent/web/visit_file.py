"""A visit as a file for anybody's calendar (RFC 5545): when, where and which clinic; never whose, why or with whom."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agent.model.calendar import Appointment
from agent.model.clinic import Clinic
from agent.ports import Tx

_STATUS = {"pending": "TENTATIVE", "booked": "CONFIRMED", "fulfilled": "CONFIRMED", "noshow": "CONFIRMED",
           "cancelled": "CANCELLED"}  # fmt: skip
_MOST_MOVES = 100  # of one visit


def chain(tx: Tx, visit: Appointment) -> list[Appointment]:
    """The visit and those that it took the place of when it was moved, the newest first."""
    return list(_back(tx, visit))


def _back(tx: Tx, visit: Appointment) -> Iterator[Appointment]:
    seen: set[str] = set()
    at: Appointment | None = visit
    while at is not None and at.id not in seen and len(seen) < _MOST_MOVES:
        seen.add(at.id)
        yield at
        at = tx.appointments.get(at.replaces) if at.replaces else None


def calendar_file(clinic: Clinic, visits: list[Appointment], now: datetime) -> bytes:
    """`visits` as `chain` gives them. The UID stays through every move, the sequence number rises with every change;
    a visit that was given up says so, and takes itself out of a calendar that has it."""
    from icalendar import Calendar, Event  # a tenth of a second of the start, for a file that is seldom asked for

    visit, first = visits[0], visits[-1]
    place = next((x for x in clinic.locations if x.id == visit.location), None)
    zone = ZoneInfo(visit.zone)
    event = Event()
    event.add("uid", f"{first.id}@{clinic.id}.frontdesk")
    event.add("sequence", sum(v.version for v in visits) + len(visits) - 1)
    event.add("dtstamp", now)
    event.add("dtstart", visit.start.astimezone(zone))
    event.add("dtend", visit.end.astimezone(zone))
    event.add("summary", clinic.alias or clinic.name)
    event.add("status", _STATUS[visit.status])
    event.add("class", "PRIVATE")
    if place is not None:
        event.add("location", f"{place.name}, {place.address}")
    event.add("contact", (place.phone if place is not None else "") or clinic.phone)
    out = Calendar()
    out.add("prodid", "-//Frontdesk//Visits//EN")
    out.add("version", "2.0")
    out.add("method", "CANCEL" if visit.status == "cancelled" else "PUBLISH")
    out.add_component(event)
    out.add_missing_timezones(first_date=date(visit.start.year, 1, 1), last_date=date(visit.end.year + 1, 1, 1))
    return bytes(out.to_ical())
