"""Visits that a patient did not come to: staff mark them, and the patient gets one kind text, or a call, with a new
time or a person at a digit; nothing when the mark is taken back first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.acting import run_actions
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.missed_calls import ABOUT, FLOW, MISSED, call_of, pointless, slots
from agent.desk.outgoing_calls import number_for, plan
from agent.desk.outgoing_calls_over import told_nobody
from agent.desk.receive import talk_by_text
from agent.desk.waking import TALKING, after_night, zones_of
from agent.dialogue.leaving import takes_texts
from agent.dialogue.turn import begin_for_staff
from agent.model.address import Address
from agent.model.calendar import BLOCK, Appointment
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.fault import Refused
from agent.model.message import Claim
from agent.model.outgoing_call import OutgoingCall
from agent.model.patient import Patient, StaffUser
from agent.model.reminder import Reminder
from agent.ports import Tx

_REACHABLE_BY_A_PERSON = frozenset({"opted out", "no texts there"})  # where they were to be called


def mark(desk: Desk, by: StaffUser, id: str) -> None:
    """The patient did not come. They are asked once, after the clinic's delay. Raises Refused for what is no past visit
    of a patient."""
    now, after = desk.clock(), desk.clinic.missed.after_minutes
    with desk.store.begin() as tx:
        visit = _visit(desk, tx, by, id)
        if visit.status not in ("booked", "fulfilled") or visit.start > now:
            raise Refused("only a visit whose time has come can be marked so")
        tx.appointments.change(visit.model_copy(update={"status": "noshow"}), now)
        if after is not None:
            _plan(tx, visit, now, now + timedelta(minutes=after))
        desk.record(tx, f"staff:{by.id}", "visit:missed", id, now)
    desk.bus.ring(f"console:{desk.clinic.id}")


def unmark(desk: Desk, by: StaffUser, id: str) -> None:
    """They came after all: what is planned or queued about it is withdrawn. Raises Refused where it was not marked."""
    now = desk.clock()
    with desk.store.begin() as tx:
        visit = _visit(desk, tx, by, id)
        if visit.status != "noshow":
            raise Refused("this visit is not marked as missed")
        tx.appointments.change(visit.model_copy(update={"status": "fulfilled"}), now)
        tx.reminders.stop(id, "they came", now)
        tx.outbox.void(None, id, "they came")
        desk.record(tx, f"staff:{by.id}", "visit:came", id, now)
    desk.bus.ring(f"console:{desk.clinic.id}")


def follow_up(desk: Desk, tx: Tx, row: Reminder, now: datetime) -> str | None:
    """Ask them, pass it over with a reason, or put it off; the conversation in which it was said."""
    visit = tx.appointments.get(row.appointment)
    patient = tx.patients.get(visit.patient) if visit is not None and visit.patient else None
    called = call_of(tx, row)
    number = number_for(desk, tx, patient, ABOUT) if patient is not None and called is None else ""
    why = pointless(tx, visit, patient, row.due_at, now) or ("" if number else _unasked(tx, patient, called))
    if why or visit is None or patient is None:
        if why in _REACHABLE_BY_A_PERSON:
            told_nobody(desk, tx, called, now)
        tx.reminders.settle(row, "skipped", now, why=why)
        desk.record(tx, "agent", "missed:skipped", row.appointment, now, why=why)
        return None
    if number:
        plan(desk, tx, ABOUT, visit.id, patient, number, visit.start, now)
        tx.reminders.settle(row, "calling", now)
        return None
    later = after_night(now, (ZoneInfo(visit.zone), *zones_of(patient.phones[0])), desk.clinic.reminders)
    if later != now:
        tx.reminders.put_off(row, later)
        return None
    talk = talk_by_text(desk, tx, patient, patient.phones[:1], now)
    if talk.mode in ("staff", "waiting_staff") or FLOW not in desk.content_for(talk).flows:
        tx.reminders.put_off(row, now + TALKING)
        return None
    _ask(desk, tx, row, visit, patient, talk, now)
    return talk.id


def _visit(desk: Desk, tx: Tx, by: StaffUser, id: str) -> Appointment:
    visit = tx.appointments.get(id, lock=True)
    if visit is None or visit.clinic != desk.clinic.id or visit.visit_type == BLOCK or not visit.patient:
        raise Refused("there is no such visit of a patient")
    if by.locations and visit.location not in by.locations:
        raise Refused("there is no such visit of a patient")
    return visit


def _plan(tx: Tx, visit: Appointment, now: datetime, due: datetime) -> None:
    """Once for each visit, also where it is marked, corrected and marked again."""
    wanted = Reminder(appointment=visit.id, rule=MISSED, clinic=visit.clinic, visit_at=visit.start, due_at=due)
    if tx.reminders.plan(wanted):
        return
    known = next(r for r in tx.reminders.of(visit.id) if r.rule == MISSED)
    if known.state == "skipped":
        tx.reminders.settle(known, "due", now)
        tx.reminders.put_off(known, due)


def _unasked(tx: Tx, patient: Patient | None, called: OutgoingCall | None) -> str:
    """Why no text can ask them; empty where one can. After a call that told nobody none goes to a landline."""
    number = patient.phones[0] if patient is not None and patient.phones else ""
    if tx.optouts.stopped(Address(channel="sms", value=number)):
        return "opted out"
    return "no texts there" if called is not None and not takes_texts(number) else ""


def _ask(
    desk: Desk, tx: Tx, row: Reminder, visit: Appointment, patient: Patient, talk: Conversation, now: datetime
) -> None:  # fmt: skip
    held: dict[str, object] = slots(visit, patient)
    if len(tx.patients.by_phone(desk.clinic.id, patient.phones[0])) > 1:  # a shared number: whose visit it was
        held |= {"whom": patient.first_name, "manner": "for"}
    begun = begin_for_staff(talk, FLOW, held, desk.content_for(talk), desk.clinic, now)
    decision = run_actions(desk, tx, begun, now)
    claims = (Claim(fact="missed", row=visit.id),)
    effects = tuple(e.model_copy(update={"claims": claims}) if isinstance(e, Say) else e for e in decision.effects)
    done = carry_out(desk, tx, decision.conversation, effects, now, expires_at=now + timedelta(hours=4))
    tx.conversations.save(decision.conversation, now)
    tx.conversations.append(talk.id, decision.events, None, now)
    tx.reminders.settle(row, "sent", now, outbound=done.outbound[0] if done.outbound else None)
    desk.record(tx, "agent", "missed:asked", visit.id, now, data={"outbound": done.outbound})
