"""Whom a bulk send is for, as the clinic's rows say, and why somebody of them is left out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.desk.desk import Desk
from agent.desk.waking import LATEST
from agent.model.address import Address
from agent.model.bulk import A_DAY, BulkKind, Choice
from agent.model.calendar import BLOCK, Appointment
from agent.model.fault import Refused
from agent.model.patient import Patient
from agent.ports import Tx

RECALL = "recall"
MOST = 10_000  # people of one send
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Meant:
    """Somebody whom the choice fits. `about`: the visit that it concerns, or "recall"; `why`: left out for it."""

    patient: Patient
    about: str
    visit: Appointment | None = None
    why: str = ""


def meant(desk: Desk, tx: Tx, kind: BulkKind, choice: Choice, now: datetime) -> list[Meant]:
    """Everybody whom the choice fits, with the reason where they cannot be texted. Raises Refused where they are more
    than one send may hold."""
    found: list[Meant] = []
    texts: Counter[str] = Counter()
    for one in _fits(desk, tx, kind, choice, now):
        if len(found) == MOST:
            raise Refused("these are more than %(most)s people; choose fewer", most=MOST)
        why = hindered(desk, tx, one.patient, one.about, one.visit, now)
        number = one.patient.phones[0] if one.patient.phones else ""
        if not why and texts[number] >= A_DAY:
            why = "share"
        if not why:
            texts[number] += 1
        found.append(replace(one, why=why))
    return found


def hindered(desk: Desk, tx: Tx, patient: Patient, about: str, visit: Appointment | None, now: datetime) -> str:
    """Why nobody should be texted about this now; empty where somebody should. Asked when a send is prepared, and again
    for each person just before they are texted."""
    if not patient.phones:
        return "no number"
    address = Address(channel="sms", value=patient.phones[0])
    if tx.optouts.stopped(address):
        return "opted out"
    if about != RECALL:
        if visit is None or visit.status != "booked":
            return "no longer booked"
        return "too late" if visit.start - now < LATEST else ""
    rules = desk.clinic.bulk
    if rules.recalls_need_consent and not _agreed(desk, tx, address):
        return "no consent"
    if tx.bulk.told_since(desk.clinic.id, patient.id, RECALL, now - timedelta(days=rules.recall_gap_days)):
        return "recalled lately"
    if _beyond(desk, tx, patient, now):
        return "share"
    return "has a visit" if tx.appointments.of_patient(patient.id, now) else ""


def _beyond(desk: Desk, tx: Tx, patient: Patient, now: datetime) -> bool:
    """Have they had their share of bulk texts, by the law of the place or the clinic's own rule?"""
    rules, law = desk.clinic.bulk, desk.law.share
    shares = [(1, rules.texts_a_day), (7, rules.texts_a_week)]
    if law is not None:
        shares += [(1, law.a_day), (7, law.a_week)]
    least = {days: min(n for d, n in shares if d == days and n is not None) for days, n in shares if n is not None}
    return any(tx.bulk.texts_since(desk.clinic.id, patient.id, now - d * _DAY) >= n for d, n in least.items())


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


def _agreed(desk: Desk, tx: Tx, address: Address) -> bool:
    if tx.consents.given(address):
        return True
    talk = tx.conversations.id_at(desk.clinic.id, address)
    return talk is not None and tx.conversations.last_heard(talk) is not None
