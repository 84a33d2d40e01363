"""People with past or coming visits, and bulk sends to them, for the tests and the proof."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk import bulk
from agent.desk.desk import Desk
from agent.model.bulk import Bulk, Choice
from agent.model.calendar import Appointment
from agent.model.patient import Patient, StaffUser

YEAR = timedelta(days=400)
RECALL = Choice(visit_type="physical", months=12)


def on_file(desk: Desk, phone: str, name: str = "Rosa Marin", language: str = "en", dob: str = "1980-03-03") -> Patient:
    made = person(desk, phone, name, language, dob)
    with desk.store.begin() as tx:
        tx.patients.add(made)
    return made


def visits(desk: Desk, who: Patient, start: datetime, kind: str = "physical", lane: int = 0) -> Appointment:
    """A visit of that kind, booked, with whoever does such visits."""
    made = visit(desk, who, start, kind, lane)
    with desk.store.begin() as tx:
        tx.appointments.add(made, desk.clock())
    return made


def person(desk: Desk, phone: str, name: str, language: str = "en", dob: str = "1980-03-03") -> Patient:
    """Not stored."""
    return Patient(
        id=desk.new_id(), clinic=desk.clinic.id, name=name, dob=date.fromisoformat(dob), phones=(phone,),
        language=language,
    )  # fmt: skip


def visit(desk: Desk, who: Patient, start: datetime, kind: str = "physical", lane: int = 0) -> Appointment:
    """Not stored."""
    provider = next(p for p in desk.clinic.providers if kind in p.visit_types)
    zone = desk.clinic.location(provider.location).zone
    end = start + timedelta(minutes=20)
    return Appointment(
        id=desk.new_id(), clinic=desk.clinic.id, patient=who.id, provider=provider.id, location=provider.location,
        visit_type=kind, start=start, end=end, busy_from=start, busy_until=end,
        local=start.astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone=zone, status="booked", lane=lane,
    )  # fmt: skip


def recall(desk: Desk, by: StaffUser, lines: dict[str, str] | None = None, choice: Choice = RECALL) -> Bulk:
    """A recall, prepared."""
    return bulk.prepare(desk, by, "recall", choice, lines or {})
