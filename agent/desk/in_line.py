"""Whom a free time suits, and for how long it is held for them: the declared rules of the waitlist, nothing sent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.outgoing_calls import number_for
from agent.desk.waiting import number_of, unreachable
from agent.desk.waking import after_night, zones_of
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.clinic import Clinic
from agent.model.patient import Patient
from agent.model.waitlist import Entry, Freed
from agent.ports import Tx

NIGHT = "it is night where they are"
_TIMES = 200  # free times of a day that are looked at


def fits(desk: Desk, tx: Tx, entry: Entry, freed: Freed, earliest: datetime, now: datetime) -> Opening | None:
    """The first time within the stretch that is as this person wishes, as long as their visit, and free."""
    person = next((p for p in desk.clinic.providers if p.id == freed.provider), None)
    kind = next((v for v in desk.clinic.visit_types if v.id == entry.visit_type), None)
    if person is None or kind is None or not kind.desk_may_prepare or kind.id not in person.visit_types:
        return None
    if entry.provider not in (None, person.id) or entry.location not in (None, person.location):
        return None
    zone = ZoneInfo(desk.clinic.location(person.location).zone)
    first, last = freed.since.astimezone(zone).date(), freed.until.astimezone(zone).date()
    if entry.dates is not None:
        first, last = max(first, entry.dates[0]), min(last, entry.dates[1])
    if first > last:
        return None
    wish = OpeningRequest(
        visit_type=kind.id, provider=person.id, location=entry.location, dates=(first, last), times=entry.times,
        not_before=max(earliest, freed.since), limit=_TIMES,
    )  # fmt: skip
    found = [o for o in desk.calendar.openings(tx, wish, now) if freed.since <= o.start < freed.until]
    return min(found, key=lambda o: o.start, default=None)


def passed_over(desk: Desk, tx: Tx, entry: Entry, opening: Opening, now: datetime) -> str:
    """Why this person is not asked about this time; empty where they are."""
    before = [o for o in tx.waitlist.offers_of(entry.id) if (o.provider, o.start) == (opening.provider, opening.start)]
    if any((o.state, o.why) != ("withdrawn", NIGHT) for o in before):
        return "was offered it before"
    called = by_telephone(desk, tx, entry)
    if called is None and (why := unreachable(tx, entry)) != "":
        return why
    number = called[1] if called is not None else number_of(tx, entry)
    if after_night(now, zones_of(number), desk.clinic.reminders) != now:
        return NIGHT
    patient = called[0].id if called is not None else entry.patient
    booked = tx.appointments.of_patient(patient, now) if patient else []
    if any(a.visit_type == entry.visit_type and a.start <= opening.start for a in booked):
        return "has an earlier visit of this kind"
    return ""


def _of_number(desk: Desk, tx: Tx, entry: Entry) -> Patient | None:
    """Whoever of those on file with the number they asked from has the very name and date of birth."""
    number, who = number_of(tx, entry), tx.waitlist.person(entry.name, entry.dob)
    known = tx.patients.by_phone(desk.clinic.id, number) if number is not None else []
    same = [p for p in known if tx.waitlist.person(p.name, p.dob.isoformat()) == who]
    return same[0] if len(same) == 1 else None


def later_visit(tx: Tx, entry: Entry, opening: Opening, now: datetime) -> Appointment | None:
    """The visit of that kind that this person has after the opening, which would take its place."""
    booked = tx.appointments.of_patient(entry.patient, now) if entry.patient else []
    return next((a for a in booked if a.visit_type == entry.visit_type and a.start > opening.start), None)


def kept_until(clinic: Clinic, start: datetime, now: datetime) -> datetime:
    """Until when a time that begins at `start` is held for whoever hears of it now."""
    ahead, minutes = start - now, 60
    for rule in clinic.waitlist.offers:
        if rule.within_hours is None or ahead <= timedelta(hours=rule.within_hours):
            minutes = rule.minutes
            break
    return min(now + timedelta(minutes=minutes), start)


def by_telephone(desk: Desk, tx: Tx, entry: Entry) -> tuple[Patient, str] | None:
    """Who is called, and where, for those who have agreed to calls."""
    patient = tx.patients.get(entry.patient) if entry.patient else _of_number(desk, tx, entry)
    number = number_for(desk, tx, patient, "vacancy") if patient is not None else ""
    return (patient, number) if patient is not None and number else None
