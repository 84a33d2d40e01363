"""Patients with a visit ahead, and the texts that remind them of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.demo.instructions import instructions
from agent.desk.reminders import remind
from agent.model.calendar import Appointment
from agent.model.patient import Patient
from agent.model.reminder import Reminder
from tests.desk.world import MONDAY, World


def visit(world: World, who: Patient, start: datetime, id: str = "v1") -> Appointment:
    provider = world.clinic.providers[0]
    zone = world.clinic.location(provider.location).zone
    made = Appointment(
        id=id, clinic=world.clinic.id, patient=who.id, provider=provider.id, location=provider.location,
        visit_type=provider.visit_types[0], start=start, end=start + timedelta(minutes=20), busy_from=start,
        busy_until=start + timedelta(minutes=20), local=start.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        zone=zone, status="booked",
    )  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.appointments.add(made, world.clock())
    return made


def removed(world: World, who: Patient, id: str = "v1", kind: str = "procedure", **given: object) -> Appointment:
    """A visit that has just taken place, and instructions that were in force before."""
    start = world.clock() - timedelta(hours=1)
    row = {
        "id": id, "clinic": world.clinic.id, "patient": who.id, "provider": "okafor", "location": "brooklyn",
        "visit_type": kind, "start": start, "end": start + timedelta(minutes=30), "busy_from": start,
        "busy_until": start + timedelta(minutes=30),
        "local": start.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None),
        "zone": "America/New_York", "status": "fulfilled",
    }  # fmt: skip
    made = Appointment.model_validate({**row, **given})
    by = world.staff("clinician")
    with world.desk.store.begin() as tx:
        if not tx.instructions.approved(world.clinic.id):
            for sheet in instructions(world.clinic, by, start, world.desk.new_id):
                tx.instructions.add(sheet)
        tx.appointments.add(made, world.clock())
    return made


def somebody(world: World, phone: str = "+17185550177", language: str = "en", name: str = "Rosa Marin") -> Patient:
    given = {"id": world.desk.new_id(), "clinic": world.clinic.id, "name": name, "dob": "1980-03-03"}
    made = Patient.model_validate({**given, "phones": (phone,), "language": language})
    with world.desk.store.begin() as tx:
        tx.patients.add(made)
    return made


def of(world: World, id: str = "v1") -> dict[str, Reminder]:
    with world.desk.store.begin(write=False) as tx:
        return {r.rule: r for r in tx.reminders.of(id)}


def reminded(world: World) -> list[str]:
    before = len(world.carrier.taken)
    remind(world.desk)
    world.settle()
    return world.carrier.texts[before:]


def asked_to_come(world: World) -> Patient:
    """Somebody with a visit on Thursday who was asked on Tuesday whether they come."""
    who = somebody(world)
    visit(world, who, MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    reminded(world)
    return who
