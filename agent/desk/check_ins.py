"""Asking patients after a visit how they are: planned as rows on a clinician's schedule, each asked once, in nobody's
night; what silence means; and which task came of an answer."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk import check_in_calls
from agent.desk.acting import run_actions
from agent.desk.check_in_calls import ABOUT, FLOW, TOO_LATE, TOOK_PLACE
from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.outgoing_calls import number_for, plan
from agent.desk.receive import talk_by_text
from agent.desk.reminders import MOST
from agent.desk.waking import TALKING, after_night, zones_of
from agent.dialogue.leaving import takes_texts
from agent.dialogue.turn import begin_for_staff
from agent.model.address import Address
from agent.model.calendar import Appointment
from agent.model.check_in import NOTHING, CheckIn
from agent.model.conversation import Conversation, Frame
from agent.model.effect import Say
from agent.model.event import Event
from agent.model.instructions import CheckInRule, Sheet
from agent.model.message import Claim
from agent.model.outgoing_call import OutgoingCall
from agent.model.patient import Patient
from agent.ports import Tx

LOOKED_BACK = timedelta(days=2)  # visits that ended longer ago are planned for no more
_UNREACHED = frozenset({"opted out", "no texts there"})  # where the call told nobody either, that is silence


def check_in(desk: Desk) -> int:
    """Plan for visits that have ended, ask who is due, and tell a nurse of silence; how many rows were settled."""
    now, settled = desk.clock(), 0
    _plan(desk, now)
    while settled < MOST and (_next(desk, now) or _silence(desk, now)):
        settled += 1
    return settled


def moment(rule: CheckInRule, visit: Appointment, zones: tuple[ZoneInfo, ...], desk: Desk) -> datetime:
    """When a patient is asked, UTC: by the wall clock where the visit was, later where that is somebody's night."""
    zone = ZoneInfo(visit.zone)
    day = visit.start.astimezone(zone).date() + timedelta(days=rule.day)
    return after_night(datetime.combine(day, rule.at, zone), (zone, *zones), desk.clinic.reminders)


def rules_for(desk: Desk, tx: Tx, visit: Appointment) -> dict[str, CheckInRule]:
    """By name: the schedule of the visit's own instructions, else that of its kind."""
    own = [s for s in tx.instructions.of_patient(visit.patient) if s.appointment == visit.id] if visit.patient else []
    approved = tx.instructions.approved(desk.clinic.id)
    kind = [s for s in approved if s.visit_type == visit.visit_type and s.since and s.since <= visit.end]
    return {rule.name: rule for sheet in own or kind for rule in sheet.check_ins}


def plan_for(desk: Desk, tx: Tx, sheet: Sheet, now: datetime) -> None:
    """Instructions for one visit were approved: its own schedule stands from now on."""
    visit = tx.appointments.get(sheet.appointment) if sheet.appointment else None
    if visit is not None and visit.end <= now:
        _plan_one(desk, tx, visit, now)


def _plan(desk: Desk, now: datetime) -> None:
    with desk.store.begin() as tx:
        for visit in tx.check_ins.unplanned(desk.clinic.id, now - LOOKED_BACK, now, MOST):
            _plan_one(desk, tx, visit, now)


def _plan_one(desk: Desk, tx: Tx, visit: Appointment, now: datetime) -> None:
    patient = tx.patients.get(visit.patient) if visit.patient else None
    number = patient.phones[0] if patient and patient.phones else None
    rules = rules_for(desk, tx, visit)
    for name, rule in rules.items():
        due = moment(rule, visit, zones_of(number), desk)
        why = "no number" if number is None else "approved too late for it" if due <= now - TOO_LATE else ""
        planned = CheckIn(
            appointment=visit.id, rule=name, clinic=desk.clinic.id, due_at=due, must_answer=rule.must_answer,
            hours=rule.hours, state="skipped" if why else "due", why=why, settled_at=now if why else None,
        )  # fmt: skip
        tx.check_ins.plan(planned)
    if not rules:
        nothing = CheckIn(
            appointment=visit.id, rule=NOTHING, clinic=desk.clinic.id, due_at=visit.end, state="skipped", settled_at=now
        )
        tx.check_ins.plan(nothing)


def _next(desk: Desk, now: datetime) -> bool:
    """One question, in a transaction of its own; False when none is due."""
    with desk.store.begin() as tx:
        row = tx.check_ins.take_due(desk.clinic.id, now)
        if row is None:
            return False
        conversation = _settle(desk, tx, row, now)
    _rung(desk, conversation)
    return True


def _settle(desk: Desk, tx: Tx, row: CheckIn, now: datetime) -> str | None:
    """Ask, pass it over with a reason, or put it off; the conversation in which it was asked."""
    visit = tx.appointments.get(row.appointment)
    patient = tx.patients.get(visit.patient) if visit and visit.patient else None
    called = tx.outgoing_calls.of(ABOUT, row.appointment, row.rule, visit.start) if visit is not None else None
    number = number_for(desk, tx, patient, ABOUT) if patient is not None and called is None else ""
    why = _pointless(desk, tx, row, visit, patient, now) or ("" if number else _unasked(tx, patient, called))
    if why in _UNREACHED and called is not None and called.outcome != "void":
        check_in_calls.give_up(desk, tx, row, called.conversation, why, now)
        return called.conversation
    if not why and number and visit is not None and patient is not None:
        talk = plan(desk, tx, ABOUT, visit.id, patient, number, visit.start, now, rule=row.rule)
        tx.check_ins.save(row.model_copy(update={"state": "calling", "conversation": talk.id}))
        return None
    if why or visit is None or patient is None:
        tx.check_ins.save(row.model_copy(update={"state": "skipped", "why": why, "settled_at": now}))
        desk.record(tx, "agent", "check-in:skipped", row.appointment, now, why=why)
        return None
    zones = (ZoneInfo(visit.zone), *zones_of(patient.phones[0]))
    later = after_night(now, zones, desk.clinic.reminders)
    if later != now:  # the desk was down when it was due
        tx.check_ins.save(row.model_copy(update={"due_at": later}))
        return None
    talk = talk_by_text(desk, tx, patient, patient.phones[:1], now)
    if talk.mode == "staff":
        tx.check_ins.save(row.model_copy(update={"due_at": now + TALKING}))
        return None
    _ask(desk, tx, row, visit, patient, talk, now)
    return talk.id


def _pointless(
    desk: Desk, tx: Tx, row: CheckIn, visit: Appointment | None, patient: Patient | None, now: datetime
) -> str:  # fmt: skip
    """Why nobody should be asked any more; empty where somebody should."""
    if visit is None or visit.status not in TOOK_PLACE:
        return "did not take place"
    if row.rule not in rules_for(desk, tx, visit):
        return "no longer asked"
    if now - row.due_at > TOO_LATE:
        return "too late to help"
    return "no number" if patient is None or not patient.phones else ""


def _unasked(tx: Tx, patient: Patient | None, called: OutgoingCall | None) -> str:
    """Why no text can ask them; empty where one can. After a call that told nobody none goes to a landline."""
    number = patient.phones[0] if patient is not None and patient.phones else ""
    if tx.optouts.stopped(Address(channel="sms", value=number)):
        return "opted out"
    return "no texts there" if called is not None and not takes_texts(number) else ""


def _ask(
    desk: Desk, tx: Tx, row: CheckIn, visit: Appointment, patient: Patient, talk: Conversation, now: datetime
) -> None:  # fmt: skip
    slots = {"appointment": spoken_opening(visit), "rule": row.rule, "name": patient.name}
    if len(tx.patients.by_phone(desk.clinic.id, patient.phones[0])) > 1:  # a shared number: who is asked after
        slots["whom"] = patient.first_name
    older = [f for f in talk.frames if f.flow == FLOW and _patient_of(tx, f) == visit.patient]
    before = talk.model_copy(update={"frames": tuple(f for f in talk.frames if f not in older)})
    own = now + timedelta(microseconds=len(talk.frames))  # a run's name: two in one sweep are two
    begun = begin_for_staff(before, FLOW, slots, desk.content_for(talk), desk.clinic, own)
    decision = run_actions(desk, tx, begun, now)
    claims = (Claim(fact="took_place", row=visit.id),)
    effects = tuple(e.model_copy(update={"claims": claims}) if isinstance(e, Say) else e for e in decision.effects)
    closed = [Event(name="FlowEnded", data={"flow": FLOW, "run": f.run, "how": "newer"}) for f in older]
    silent_at = now + timedelta(hours=row.hours)
    done = carry_out(desk, tx, decision.conversation, effects, now, expires_at=silent_at)
    tx.conversations.save(decision.conversation, now)
    tx.conversations.append(talk.id, (*closed, *decision.events), None, now)
    asked = {"state": "asked", "settled_at": now, "silent_at": silent_at, "conversation": talk.id}
    tx.check_ins.save(row.model_copy(update={**asked, "outbound": done.outbound[0] if done.outbound else None}))
    desk.record(tx, "agent", "check-in:asked", visit.id, now, why=row.rule, data={"outbound": done.outbound})


def visit_of(frame: Frame) -> str:
    """The id of the visit that a question is about; empty where it names none."""
    held = frame.slots.get("appointment")
    return str(held.value.get("id", "")) if held is not None and isinstance(held.value, dict) else ""


def _patient_of(tx: Tx, frame: Frame) -> str | None:
    visit = tx.appointments.get(visit_of(frame))
    return visit.patient if visit else None


def _silence(desk: Desk, now: datetime) -> bool:
    """One question that nobody has answered in time; a nurse is told where an answer was required."""
    with desk.store.begin() as tx:
        row = tx.check_ins.take_silent(desk.clinic.id, now)
        if row is None:
            return False
        talk = tx.conversations.get(row.conversation, lock=True) if row.conversation else None
        if talk is not None and talk.mode == "staff":  # somebody talks with them
            tx.check_ins.save(row.model_copy(update={"silent_at": now + TALKING}))
            return True
        task = None
        if row.must_answer and talk is not None:
            task = check_in_calls.tell_nurse(desk, tx, row, talk, now)
        tx.check_ins.save(row.model_copy(update={"state": "silent", "task": task}))
        desk.record(tx, "agent", "check-in:silent", row.appointment, now, why=row.rule)
    _rung(desk, row.conversation)
    return True


def _rung(desk: Desk, conversation: str | None) -> None:
    if conversation is not None:
        desk.bus.ring("outbox", conversation)
        desk.bus.ring(f"thread:{conversation}")
        desk.bus.ring(f"console:{desk.clinic.id}", conversation)
