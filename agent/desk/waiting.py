"""Who is on the waitlist: put on it by staff, taken off by staff or by themselves; offers are made elsewhere."""

from datetime import date, datetime, time, timedelta
from typing import Any

from agent.desk.desk import Desk
from agent.desk.receive import open_conversation
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.model.waitlist import Entry
from agent.model.wish import dates_of, known, times_of
from agent.ports import Tx

_AROUND = timedelta(hours=1)  # who wishes for three o'clock is offered two to four


def join(desk: Desk, tx: Tx, task: Task, patient: str | None, now: datetime) -> Entry:
    """Staff agreed: on the list since the moment it was asked for. Somebody who waits for the same kind of visit
    already keeps their place and has the newer wishes. Raises Refused where it is not known who waits."""
    wish = task.proposal
    kind, name, dob = _kind(desk, wish), str(wish.get("name") or ""), str(wish.get("dob") or "")
    if not name or not dob or not task.conversation:
        raise Refused("it is not clear who waits; ask the patient, or close this with a word")
    people, places = {p.id for p in desk.clinic.providers}, {p.id for p in desk.clinic.locations}
    entry = Entry(
        id=desk.new_id(), clinic=desk.clinic.id, conversation=task.conversation, task=task.id,
        patient=patient or task.patient, language=task.language, joined_at=task.created_at, visit_type=kind,
        provider=known(wish.get("provider"), people), location=known(wish.get("location"), places),
        dates=dates_of(wish.get("date")), times=_times(wish.get("time")), name=name, dob=dob,
        **{n: str(wish.get(n) or "") for n in ("phone", "relation", "reason")},
    )  # fmt: skip
    person = tx.waitlist.person(name, dob)
    for before in tx.waitlist.of_person(desk.clinic.id, person):
        if before.visit_type == kind and tx.waitlist.move(before.id, ("waiting",), "left", now, "asked again"):
            entry = entry.model_copy(update={"joined_at": min(entry.joined_at, before.joined_at)})
    tx.waitlist.add(entry, person)
    desk.record(tx, "agent", "waitlist:joined", entry.id, now, data={"task": task.id})
    return entry


def take_off(desk: Desk, by: StaffUser, id: str) -> None:
    """Off the list; an open offer runs on until it is answered. Raises Refused, and Conflict where it was settled."""
    now = desk.clock()
    with desk.store.begin() as tx:
        entry = tx.waitlist.entry(id)
        if entry is None or entry.clinic != desk.clinic.id:
            raise Refused("there is no such entry on the waitlist")
        if not tx.waitlist.move(id, ("waiting",), "left", now, "taken off by staff"):
            raise Conflict("they are no longer waiting; look again")
        desk.record(tx, f"staff:{by.id}", "waitlist:left", id, now, why="taken off by staff")
    desk.bus.ring(f"console:{desk.clinic.id}")


def number_of(tx: Tx, entry: Entry) -> str | None:
    """Where they are offered a time by text: the number that they wrote from or gave in the chat; of a caller one that
    agreed to texts or is on file. None: in their chat, or not at all (see `unreachable`)."""
    talk = tx.conversations.get(entry.conversation)
    if talk is None or talk.channel == "chat":
        return entry.phone or None
    if talk.channel == "sms":
        return talk.address.value
    known = tx.patients.get(entry.patient) if entry.patient else None
    caller = Address(channel="sms", value=talk.address.value)
    if caller.value.startswith("+") and tx.consents.given(caller):
        return caller.value
    return known.phones[0] if known and known.phones else None


def unreachable(tx: Tx, entry: Entry) -> str:
    """Why the desk can offer them nothing, and staff would have to ring; empty where it can."""
    number = number_of(tx, entry)
    if number is not None:
        return "opted out" if tx.optouts.stopped(Address(channel="sms", value=number)) else ""
    talk = tx.conversations.get(entry.conversation)
    return "" if talk is not None and talk.channel == "chat" else "no texts"


def talk_of(desk: Desk, tx: Tx, entry: Entry, now: datetime) -> Conversation | None:
    """The conversation in which they are offered a time, locked; a new one at their number where there is none."""
    number = number_of(tx, entry)
    if number is None:
        return tx.conversations.get(entry.conversation, lock=True)
    address = Address(channel="sms", value=number)
    known = tx.conversations.id_at(desk.clinic.id, address)
    held = tx.conversations.get(known, lock=True) if known else None
    return held or open_conversation(desk, tx, address, now, entry.language)


def _kind(desk: Desk, wish: dict[str, Any]) -> str:
    """The kind of visit; of an unknown one the clinic's first that this provider has, as when a time is looked for."""
    kinds = {v.id: v.desk_may_prepare for v in desk.clinic.kinds}
    named = known(wish.get("appointment_type"), set(kinds))
    person = next((p for p in desk.clinic.providers if p.id == wish.get("provider")), None)
    usual = [id for id, prepared in kinds.items() if prepared and (person is None or id in person.visit_types)]
    return named or next(iter(usual), next(iter(kinds)))


def _times(value: Any) -> tuple[time, time] | None:
    """As said; a single time stands for an hour on either side."""
    said = times_of(value)
    return _near(said[0]) if said and said[0] == said[1] else said


def _near(at: time) -> tuple[time, time]:
    noon = datetime.combine(date(2000, 1, 1), at)
    first, last = noon - _AROUND, noon + _AROUND
    return max(first, datetime.combine(noon.date(), time())).time(), min(
        last, datetime.combine(noon.date(), time(23, 59))
    ).time()
