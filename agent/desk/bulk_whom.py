"""Whom a bulk send is for, as the clinic's rows say, and why somebody of them is left out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.desk.bulk_why import RECALL, hindered
from agent.desk.desk import Desk
from agent.desk.outgoing_calls import number_for
from agent.model.bulk import A_DAY, BulkKind, Choice, Way
from agent.model.calendar import BLOCK, Appointment
from agent.model.fault import Refused
from agent.model.patient import Patient
from agent.ports import Tx

MOST = 10_000  # people of one send
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Meant:
    """Somebody whom the choice fits. `about`: the visit that it concerns, or "recall"; `why`: left out for it; `way`:
    how they are told, and at which `number`."""

    patient: Patient
    about: str
    visit: Appointment | None = None
    why: str = ""
    way: Way = "text"
    number: str = ""


def meant(desk: Desk, tx: Tx, kind: BulkKind, choice: Choice, now: datetime) -> list[Meant]:
    """Everybody whom the choice fits: how they are told, or why they can be neither texted nor called. Raises Refused
    where they are more than one send may hold."""
    found: list[Meant] = []
    told: Counter[str] = Counter()
    for one in _fits(desk, tx, kind, choice, now):
        if len(found) == MOST:
            raise Refused("these are more than %(most)s people; choose fewer", most=MOST)
        number = number_for(desk, tx, one.patient, "bulk")
        way: Way = "call" if number else "text"
        why = hindered(desk, tx, one.patient, one.about, one.visit, now, way)
        number = number or next(iter(one.patient.phones), "")
        if not why and told[number] >= A_DAY:
            why = "share"
        if not why:
            told[number] += 1
        found.append(replace(one, why=why, way=way, number=number))
    return found


def months_before(now: datetime, months: int) -> datetime:
    """The same day so many months ago; the 28th where that month is shorter."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, 28))


def _fits(desk: Desk, tx: Tx, kind: BulkKind, choice: Choice, now: datetime) -> Iterator[Meant]:
    if kind == "recall":
        before = months_before(now, choice.months or 1)
        for visits in tx.bulk.past_visits(desk.clinic.id, now):
            of_kind = [v for v in visits if v.visit_type == choice.visit_type]
            if of_kind and of_kind[-1].end <= before and choice.location in (None, of_kind[-1].location):
                patient = tx.patients.get(of_kind[-1].patient or "")
                if patient is not None:
                    yield Meant(patient, RECALL)
        return
    for visit in visits_of(desk, tx, choice, now):
        patient = tx.patients.get(visit.patient) if visit.patient else None
        if patient is not None:
            yield Meant(patient, visit.id, visit)


def visits_of(desk: Desk, tx: Tx, choice: Choice, now: datetime) -> list[Appointment]:
    """Booked visits to come on that day of their own place, by start."""
    if choice.day is None:
        return []
    noon = now.replace(year=choice.day.year, month=choice.day.month, day=choice.day.day, hour=12, minute=0)
    rows = tx.appointments.day(desk.clinic.id, noon - 2 * _DAY, noon + 2 * _DAY, choice.provider)
    return [
        a
        for a in rows
        if a.local.date() == choice.day and a.status == "booked" and a.visit_type != BLOCK and a.start > now
        and choice.location in (None, a.location)
    ]  # fmt: skip
