"""People with past or coming visits, and bulk sends to them, for the tests and the proof."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk import bulk
from agent.desk.bulk_out import bulk_out
from agent.desk.desk import Desk
from agent.model.bulk import Bulk, Choice, Person
from agent.model.calendar import Appointment
from agent.model.patient import Patient, StaffUser
from tests.desk.world import World

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


def number(n: int) -> str:
    return f"+1718555{1000 + n:04d}"


def crowd(world: World, count: int, language: str = "en") -> list[str]:
    """So many people who were last seen more than a year ago; their numbers."""
    for n in range(count):
        who = on_file(world.desk, number(n), f"Pat{n} Marin", language)
        visits(world.desk, who, world.clock() - YEAR, lane=n)
    return [number(n) for n in range(count)]


def goes(world: World, seconds: float = 0) -> list[str]:
    """What is sent after that time."""
    before = len(world.carrier.taken)
    world.clock.pass_time(seconds=seconds)
    bulk_out(world.desk)
    world.settle()
    bulk_out(world.desk)
    return world.carrier.texts[before:]


def held(world: World, id: str) -> Bulk:
    with world.desk.store.begin(write=False) as tx:
        found = tx.bulk.get(id)
    assert found is not None
    return found


def state(world: World, id: str, **change: object) -> None:
    now = held(world, id)
    with world.desk.store.begin() as tx:
        tx.bulk.save(now.model_copy(update=change))


def people(world: World, id: str) -> list[Person]:
    with world.desk.store.begin(write=False) as tx:
        return tx.bulk.people(id, limit=1000)


def agreed(world: World, made: Bulk) -> None:
    bulk.agree(world.desk, made.id, world.staff("clinician"))
