"""People on the waitlist of a test's desk, visits that are given up, and what came of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk import decide
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.receive import open_conversation
from agent.model.address import Address
from agent.model.calendar import Appointment
from agent.model.effect import OpenTask
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.model.waitlist import Entry, Offer


def asks(desk: Desk, phone: str, name: str = "Ana Torres", language: str = "en", **wish: object) -> Task:
    """The request to be put on the list, as the flow prepares it."""
    now = desk.clock()
    about = {"appointment_type": "office", "name": name, "dob": "1980-03-03", "reason": "knee", **wish}
    with desk.store.begin() as tx:
        address = Address(channel="sms", value=phone)
        known = tx.conversations.id_at(desk.clinic.id, address)
        held = tx.conversations.get(known) if known else None
        talk = held or open_conversation(desk, tx, address, now, language)
        if talk.greeted is False:
            talk = tx.conversations.save(talk.model_copy(update={"greeted": True}), now)
        return carry_out(desk, tx, talk, (OpenTask(kind="waitlist", proposal=about, run=desk.new_id()),), now).tasks[0]


def waits(desk: Desk, by: StaffUser, phone: str, name: str = "Ana Torres", language: str = "en", **wish: object) -> str:
    """On the list, by staff's decision; the entry's id."""
    task = asks(desk, phone, name, language, **wish)
    return str(decide.confirm(desk, task.id, task.version, by).result["entry"])


def visit_at(desk: Desk, start: datetime, provider: str = "okafor", id: str = "v1", minutes: int = 20) -> Appointment:
    """A booked visit of nobody in particular, stored."""
    made = visit_of(desk, start, id, provider, minutes)
    with desk.store.begin() as tx:
        tx.appointments.add(made, desk.clock())
    return made


def visit_of(desk: Desk, start: datetime, id: str, provider: str = "okafor", minutes: int = 20) -> Appointment:
    person = desk.clinic.provider(provider)
    zone = desk.clinic.location(person.location).zone
    end = start + timedelta(minutes=minutes)
    return Appointment(
        id=id, clinic=desk.clinic.id, provider=provider, location=person.location, visit_type="office", start=start,
        end=end, busy_from=start, busy_until=end, local=start.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        zone=zone, status="booked",
    )  # fmt: skip


def given_up(desk: Desk, visit: str) -> None:
    with desk.store.begin() as tx:
        desk.calendar.cancel(tx, visit, desk.clock())


def entry(desk: Desk, id: str) -> Entry:
    with desk.store.begin(write=False) as tx:
        found = tx.waitlist.entry(id)
    assert found is not None
    return found


def offers(desk: Desk) -> list[Offer]:
    with desk.store.begin(write=False) as tx:
        return tx.waitlist.offers_since(desk.clinic.id, desk.clock() - timedelta(days=400))
