"""Texts of bulk sends become outbox rows, and calls rows of calls: one person at a time, looked at once more, in
nobody's night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.acting import run_actions
from agent.desk.bulk import stop
from agent.desk.bulk_calls import ABOUT, LATER, LOOK_AGAIN, heard, ids_of, part_of
from agent.desk.bulk_why import RECALL, beyond, hindered
from agent.desk.bulk_words import FLOWS, mark, slots_of
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.outgoing_calls import number_for, plan
from agent.desk.outgoing_calls_over import told_nobody
from agent.desk.receive import talk_by_text
from agent.desk.waking import LATEST, TALKING, after_night, zones_of
from agent.dialogue.turn import begin_for_staff
from agent.model.address import Address
from agent.model.bulk import Bulk, BulkKind, Person
from agent.model.calendar import Appointment
from agent.model.clinic import Reminders
from agent.model.conversation import Conversation, Frame
from agent.model.effect import Say
from agent.model.event import Event
from agent.model.fault import Refused
from agent.model.message import Claim
from agent.model.patient import Patient
from agent.ports import Tx

MOST = 100  # people in one pass
WORTHWHILE = timedelta(days=14)  # a stage that could not go out for longer is not sent any more
_ONE_TALK = frozenset(FLOWS.values())
_UNTOLD = frozenset({"opted out", "no texts there", "no number", "no consent", "share"})  # they still should know


def bulk_out(desk: Desk) -> int:
    """Text who is due, or have them called; how many people were settled. Several processes may do it at once."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        going = tx.bulk.sending(desk.clinic.id)
    if not going:
        return 0
    with desk.store.begin() as tx:
        for bulk in going:
            tx.bulk.take_back(bulk, now)
        settled = tx.bulk.finish(desk.clinic.id, now)
    marks: dict[tuple[str, BulkKind], str] = {}  # of this pass: reading every message costs milliseconds
    while settled < MOST and _next(desk, now, marks):
        settled += 1
    return settled


def next_out(desk: Desk, tx: Tx, bulk: Bulk, now: datetime) -> datetime | None:
    """When the next of what was released leaves: `now` while they are leaving, None where nobody is due."""
    first = tx.bulk.first_due(bulk.id) if bulk.state == "sending" else None
    if first is None:
        return None
    place = bulk.choice.location
    zone = desk.clinic.location(place).zone if place else desk.clinic.zone
    return after_night(max(first, now), (ZoneInfo(zone),), desk.clinic.reminders)


def before_night(now: datetime, zones: tuple[ZoneInfo, ...], quiet: Reminders) -> datetime:
    """When the next quiet hours begin in any of the zones, UTC; `now` is in none."""
    return min(datetime.combine(now.astimezone(zone).date(), quiet.quiet_from, zone) for zone in zones)


def _next(desk: Desk, now: datetime, marks: dict[tuple[str, BulkKind], str]) -> bool:
    """One person, in a transaction of their own; False when nobody is due."""
    changed = ""
    with desk.store.begin() as tx:
        taken = tx.bulk.take_due(desk.clinic.id, now)
        if taken is None:
            return False
        bulk, person = taken
        words = (desk.content.revision, bulk.kind)
        if words not in marks:
            marks[words] = mark(desk, bulk.kind)
        if bulk.wording != marks[words]:
            changed = bulk.id
            conversation = None
        else:
            conversation = _settle(desk, tx, bulk, person, now)
    if changed:
        _stopped(desk, changed)
    if conversation is not None:
        desk.bus.ring("outbox", conversation)
        desk.bus.ring(f"thread:{conversation}")
    return True


def _stopped(desk: Desk, bulk: str) -> None:
    """What goes out is what was looked at: other words are another send."""
    try:
        stop(desk, bulk, None, "the approved words have changed")
    except Refused:
        return  # another process was faster


def _settle(desk: Desk, tx: Tx, bulk: Bulk, person: Person, now: datetime) -> str | None:
    """Text them, pass them over with a reason, or put it off; the conversation in which it was said."""
    if heard(person):
        tx.bulk.settle(person.model_copy(update={"state": "called", "settled_at": now}))
        return None
    patient = tx.patients.get(person.patient)
    visit = tx.appointments.get(person.about) if person.about != RECALL else None
    number = number_for(desk, tx, patient, ABOUT) if patient is not None and person.way == "call" else ""
    person = person.model_copy(
        update={"way": "call" if number else "text"}
    )  # who agreed to calls may have taken it back
    why = _why(desk, tx, person, patient, visit, now)
    if why or patient is None:
        _passed_over(desk, tx, bulk, person, why, now)
        return None
    zones = (ZoneInfo(visit.zone if visit else desk.clinic.zone), *zones_of(number or patient.phones[0]))
    later = after_night(now, zones, desk.clinic.reminders)
    if later != now:
        tx.bulk.settle(person.model_copy(update={"due_at": later, "why": "night"}))
        return None
    if person.call is not None and not _has_room(desk, tx, person, patient, now):
        tx.bulk.settle(person.model_copy(update={"due_at": now + LOOK_AGAIN, "why": LATER}))
        return None
    if number:
        _call(desk, tx, bulk, person, patient, number, now)
        return None
    talk = talk_by_text(desk, tx, patient, patient.phones[:1], now)
    held = talk.mode in ("staff", "waiting_staff")
    if held or FLOWS[bulk.kind] not in desk.content_for(talk).flows:  # an open flow keeps its older content
        tx.bulk.settle(person.model_copy(update={"due_at": now + TALKING, "why": "talking"}))
        return None
    until = before_night(now, zones, desk.clinic.reminders)
    _say(desk, tx, bulk, person, patient, visit, talk, now, min(until, visit.start - LATEST / 2) if visit else until)
    return talk.id


def _why(
    desk: Desk, tx: Tx, person: Person, patient: Patient | None, visit: Appointment | None, now: datetime
) -> str:  # fmt: skip
    """Why they are passed over; empty where they are not."""
    if patient is None:
        return "no longer on file"
    if person.due_at is not None and now - person.due_at > WORTHWHILE:
        return "too late"
    rung = person.call is not None
    why = hindered(desk, tx, patient, person.about, visit, now, person.way, rung=rung, share=not rung)
    if not why and rung and person.about != RECALL and not _has_room(desk, tx, person, patient, now):
        return "share"  # a visit does not wait for another day
    return why


def _has_room(desk: Desk, tx: Tx, person: Person, patient: Patient, now: datetime) -> bool:
    """May they be told once more, after a call that told nobody?"""
    if person.about == RECALL and beyond(desk, tx, patient, now):
        return False
    day = now.astimezone(ZoneInfo(desk.clinic.zone)).date().isoformat()
    return tx.bulk.has_room(desk.clinic.id, Address(channel="sms", value=patient.phones[0]), day)


def _passed_over(desk: Desk, tx: Tx, bulk: Bulk, person: Person, why: str, now: datetime) -> None:
    """They stand in the list of whom staff call; after a call that told nobody that is a task."""
    tx.bulk.settle(person.model_copy(update={"state": "skipped", "why": why, "settled_at": now}))
    desk.record(tx, "agent", "bulk:skipped", bulk.id, now, why=why)
    rung = tx.outgoing_calls.get(person.call) if person.call is not None else None
    if rung is not None and why in _UNTOLD:
        told_nobody(desk, tx, rung, now)


def _call(
    desk: Desk, tx: Tx, bulk: Bulk, person: Person, patient: Patient, number: str, now: datetime
) -> None:  # fmt: skip
    """They are told by telephone: their row waits for what comes of it. What a stop took back is planned again."""
    part = part_of(person.patient, person.about)
    plan(desk, tx, ABOUT, bulk.id, patient, number, bulk.made_at, now, rule=part)
    row = tx.outgoing_calls.of(ABOUT, bulk.id, part, bulk.made_at)
    if row is None:
        return
    if row.state == "over":
        tx.outgoing_calls.save(row.model_copy(update={"state": "due", "outcome": "", "due_at": now, "seen_at": now}))
    tx.bulk.settle(person.model_copy(update={"state": "calling", "why": "", "call": row.id, "settled_at": now}))


def _say(
    desk: Desk, tx: Tx, bulk: Bulk, person: Person, patient: Patient, visit: Appointment | None, talk: Conversation,
    now: datetime, until: datetime,
) -> None:  # fmt: skip
    shared = len(tx.patients.by_phone(desk.clinic.id, patient.phones[0])) > 1
    whom = patient.first_name if shared else ""
    slots = slots_of(bulk.kind, bulk.choice, bulk.lines, talk.locale, visit, whom)
    slots |= ids_of(bulk, person, patient)
    older = [f for f in talk.frames if f.flow in _ONE_TALK and _of(f, "patient", "about") == _of_person(person)]
    before = talk.model_copy(update={"frames": tuple(f for f in talk.frames if f not in older)})
    own = now + timedelta(microseconds=len(talk.frames))  # a run's name: two in one pass are two
    begun = begin_for_staff(before, FLOWS[bulk.kind], slots, desk.content_for(talk), desk.clinic, own)
    decision = run_actions(desk, tx, begun, now)
    claims = (Claim(fact="released", row=bulk.id), *((Claim(fact="booked", row=visit.id),) if visit else ()))
    effects = tuple(e.model_copy(update={"claims": claims}) if isinstance(e, Say) else e for e in decision.effects)
    closed = [Event(name="FlowEnded", data={"flow": f.flow, "run": f.run, "how": "newer"}) for f in older]
    done = carry_out(desk, tx, decision.conversation, effects, now, expires_at=until)
    tx.conversations.save(decision.conversation, now)
    tx.conversations.append(talk.id, (*closed, *decision.events), None, now)
    out = done.outbound[0] if done.outbound else None
    tx.bulk.settle(person.model_copy(update={"state": "queued", "why": "", "outbound": out, "settled_at": now}))
    desk.record(tx, "agent", "bulk:queued", bulk.id, now, data={"outbound": done.outbound})


def _of(frame: Frame, *names: str) -> tuple[object, ...]:
    return tuple(frame.slots[n].value if n in frame.slots else None for n in names)


def _of_person(person: Person) -> tuple[object, ...]:
    return person.patient, person.about
