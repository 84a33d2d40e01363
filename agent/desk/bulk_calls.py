"""A bulk send by telephone: what a call of it is about, whether it may ring now, and what follows from it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.bulk_why import RECALL, beyond, hindered
from agent.desk.bulk_words import FLOWS, mark, slots_of
from agent.desk.call_kind import HEARD_US, Kind, Subject
from agent.desk.desk import Desk
from agent.desk.reminder_pace import BACK, Share
from agent.desk.waking import LATEST
from agent.model.address import Address
from agent.model.bulk import A_DAY, Bulk, Person
from agent.model.calendar import Appointment
from agent.model.outgoing_call import About, OutgoingCall, RingOutcome
from agent.model.patient import Patient
from agent.ports import Tx

ABOUT: About = "bulk"
LATER = "later"  # they have had their share of calls and texts for now
LOOK_AGAIN = timedelta(hours=1)  # whether there is room again
_MOST_DIALS = A_DAY - 1  # so that the text that follows has a place of that day
_UNTOLD = {"calling", "due"}


def part_of(patient: str, about: str) -> str:
    """Whose part of a send a call is."""
    return f"{patient} {about}"


def stands(tx: Tx, row: OutgoingCall, now: datetime, *, back: bool = False) -> bool:
    """Is it still to be told, while a person is on the line? Neither after a stop nor where the visit has changed.
    `back`: they ring us, whatever has gone to them since, unless they have answered it."""
    person, bulk = tx.bulk.of_call(row.id), tx.bulk.get(row.subject)
    if person is None or bulk is None or (back and (person.answer or row.outcome in HEARD_US)):
        return False
    to_tell, going = (_UNTOLD | {"queued"}, {"sending", "done"}) if back else ({"calling"}, {"sending"})
    if person.state not in to_tell or bulk.state not in going:
        return False
    visit = _visit(tx, person)
    return person.about == RECALL or (visit is not None and visit.status == "booked" and visit.start > now)


def heard(person: Person) -> bool:
    """It is on record that they know: whatever made them due again, they are neither called nor texted."""
    return person.rang in HEARD_US


def told_back(tx: Tx, row: OutgoingCall, now: datetime) -> None:
    """They rang us and have heard it: neither a call nor a text of it follows."""
    person = tx.bulk.of_call(row.id, lock=True)
    if person is not None and person.state in _UNTOLD:
        told = {"state": "called", "rang": "told", "why": "", "settled_at": now}
        tx.bulk.settle(person.model_copy(update=told))


def ready(desk: Desk, tx: Tx, row: OutgoingCall, number: str, now: datetime) -> datetime | str | None:
    """None: it may ring, in the transaction in which it is claimed, and has taken its place of the number's day. A
    moment: not before that; a reason: not any more."""
    person, patient = tx.bulk.of_call(row.id, lock=True), tx.patients.get(row.patient)
    if person is None or patient is None or row.tries >= _MOST_DIALS:
        return "enough"
    if not Share(desk.clinic.id, desk.clinic.bulk.calls_per_minute, now, of=ABOUT).take(tx):
        return now + timedelta(seconds=BACK)
    day = now.astimezone(ZoneInfo(desk.clinic.zone)).date().isoformat()
    dial, to = row.tries + 1, Address(channel="voice", value=number)
    recall = person.about == RECALL
    spent = recall and beyond(desk, tx, patient, now)
    if not spent and tx.bulk.place(person, to, day, _place(row, dial), now, dial=dial):
        tx.bulk.settle(person.model_copy(update={"why": ""}))
        return None
    if recall:  # it can wait until there is room again
        tx.bulk.settle(person.model_copy(update={"why": LATER}))
        return now + LOOK_AGAIN
    if not row.tries:  # else a person hears of it, see `bulk_out`
        tx.bulk.settle(person.model_copy(update={"state": "skipped", "why": "share", "settled_at": now}))
    return "share"


def unrung(tx: Tx, row: OutgoingCall) -> None:
    """It certainly did not ring: its place is free."""
    tx.bulk.give_back(_place(row, row.tries))


def _look(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | str:
    person, bulk, patient = tx.bulk.of_call(row.id), tx.bulk.get(row.subject), tx.patients.get(row.patient)
    if person is None or bulk is None or patient is None or person.state != "calling":
        return "no longer on file"
    if bulk.state != "sending":
        return "the bulk send was stopped"
    if heard(person):
        return "told already"
    visit = _visit(tx, person)
    why = hindered(desk, tx, patient, person.about, visit, now, "call", rung=row.tries > 0, share=False)
    return why or _subject(desk, tx, row, bulk, person, patient)


def _back(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | None:
    person, bulk, patient = tx.bulk.of_call(row.id), tx.bulk.get(row.subject), tx.patients.get(row.patient)
    if person is None or bulk is None or patient is None or not stands(tx, row, now, back=True):
        return None
    found = _subject(desk, tx, row, bulk, person, patient)
    return found if isinstance(found, Subject) else None


def _subject(
    desk: Desk, tx: Tx, row: OutgoingCall, bulk: Bulk, person: Person, patient: Patient
) -> Subject | str:  # fmt: skip
    talk, visit = tx.conversations.get(row.conversation), _visit(tx, person)
    if talk is None:
        return "no longer on file"
    if bulk.wording != mark(desk, bulk.kind):
        return "the bulk send was stopped"
    slots = slots_of(bulk.kind, bulk.choice, bulk.lines, talk.locale, visit, patient.first_name, "call")
    slots |= ids_of(bulk, person, patient) | {"called": True}
    if visit is None:
        return Subject(patient, desk.clinic.zone, slots, flow=FLOWS[bulk.kind])
    return Subject(patient, visit.zone, slots, (visit.id,), visit.start - LATEST, FLOWS[bulk.kind])


def ids_of(bulk: Bulk, person: Person, patient: Patient) -> dict[str, object]:
    """Whose answer it will be."""
    return {"bulk": bulk.id, "patient": patient.id, "about": person.about, "patient_name": patient.name}


def _settle(desk: Desk, tx: Tx, row: OutgoingCall, outcome: RingOutcome, now: datetime) -> None:  # noqa: ARG001
    """Whoever was not told is texted, as anybody whom nobody calls; looked at once more then."""
    person, bulk = tx.bulk.of_call(row.id, lock=True), tx.bulk.get(row.subject)
    if person is None or bulk is None or person.state != "calling":
        return
    after: dict[str, object]
    if heard(person):
        after = {"state": "called", "settled_at": now}
    elif outcome in HEARD_US:
        after = {"state": "called", "rang": outcome, "why": "", "settled_at": now}
    elif outcome == "wrong":
        after = {"state": "skipped", "rang": outcome, "why": "wrong number", "settled_at": now}
    elif bulk.state != "sending" and not row.tries:  # it never rang: called when the send goes on
        after = {"state": "due", "call": None, "due_at": now}
    else:
        after = {"state": "due", "way": "text", "rang": outcome, "why": "", "due_at": now}
    tx.bulk.settle(person.model_copy(update=after))


def _visit(tx: Tx, person: Person) -> Appointment | None:
    return tx.appointments.get(person.about) if person.about != RECALL else None


def _place(row: OutgoingCall, dial: int) -> str:
    return f"call:{row.id}:{dial}"


KIND = Kind(flow="", tag="bulk", look=_look, settle=_settle, back=_back, ready=ready, unrung=unrung)
