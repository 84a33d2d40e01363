"""What a call that asks after a visit comes to: the question was put, a text follows, or nobody is left to ask."""

from datetime import datetime, timedelta
from typing import Any

from agent.desk.call_kind import HEARD_US, Kind, Subject
from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.model.calendar import Appointment
from agent.model.check_in import CheckIn
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask
from agent.model.outgoing_call import About, OutgoingCall, RingOutcome
from agent.model.patient import Patient
from agent.ports import Tx

FLOW = "check_in"
ABOUT: About = "check_in"
TOOK_PLACE = ("booked", "fulfilled")
TOO_LATE = timedelta(days=2)  # a question put off for longer helps nobody
TO_ANSWER = ("calling", "asked", "silent")


def _look(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | str:  # noqa: ARG001
    visit, asked = tx.appointments.get(row.subject), tx.check_ins.get(row.subject, row.rule)
    patient = tx.patients.get(visit.patient) if visit is not None and visit.patient else None
    if visit is None or patient is None or visit.status not in TOOK_PLACE:
        return "no longer asked"
    if asked is None or asked.state != "calling" or now - asked.due_at > TOO_LATE:
        return "no longer asked"
    return Subject(patient, visit.zone, slots(visit, patient, row.rule), (visit.id,))


def slots(visit: Appointment, patient: Patient, rule: str) -> dict[str, Any]:
    """What the flow is begun with on the telephone."""
    return {"called": True, "appointment": spoken_opening(visit), "rule": rule, "name": patient.name,
            "whom": patient.first_name}  # fmt: skip


def _settle(desk: Desk, tx: Tx, row: OutgoingCall, outcome: RingOutcome, now: datetime) -> None:
    """The call is over: its question waits for an answer, is put by text, or is given up."""
    asked = tx.check_ins.get(row.subject, row.rule, lock=True)
    if asked is None or asked.state != "calling":
        return
    if outcome in HEARD_US:
        tx.check_ins.save(asked.model_copy(update=waits(asked, row.conversation, now)))
    elif outcome == "wrong":
        give_up(desk, tx, asked, row.conversation, "somebody else's number", now)
    else:
        tx.check_ins.save(asked.model_copy(update={"state": "due", "due_at": now, "why": f"by telephone: {outcome}"}))


def waits(asked: CheckIn, conversation: str, now: datetime) -> dict[str, Any]:
    """It was put, and is not answered yet."""
    return {"state": "asked", "settled_at": now, "silent_at": now + timedelta(hours=asked.hours),
            "conversation": conversation, "why": ""}  # fmt: skip


def give_up(desk: Desk, tx: Tx, asked: CheckIn, conversation: str, why: str, now: datetime) -> None:
    """Nobody can be asked any more. Where an answer was required that is silence, of which a nurse hears."""
    task = None
    talk = tx.conversations.get(conversation, lock=True)
    if asked.must_answer and talk is not None:
        task = tell_nurse(desk, tx, asked, talk, now)
    state = "silent" if task is not None else "skipped"
    given = {"state": state, "why": why, "settled_at": now, "conversation": conversation, "task": task}
    tx.check_ins.save(asked.model_copy(update=given))
    desk.record(tx, "agent", f"check-in:{state}", asked.appointment, now, why=why)


def tell_nurse(desk: Desk, tx: Tx, asked: CheckIn, talk: Conversation, now: datetime) -> str:
    """One task for each question that nobody answered; whose it is stands in it."""
    visit = tx.appointments.get(asked.appointment)
    whose = tx.patients.get(visit.patient) if visit is not None and visit.patient else None
    held: dict[str, Any] = {"appointment": spoken_opening(visit)} if visit is not None else {}
    held |= {"name": whose.name, "dob": whose.dob.isoformat()} if whose is not None else {}
    wanted = OpenTask(
        kind="message", proposal={"why": "check_in_silence", **held}, reason="check_in_silence", role="nurse",
        run=f"check-in:{asked.appointment}:{asked.rule}",
    )  # fmt: skip
    return open_task(desk, tx, talk, wanted, now, Done()).id


def _back(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | None:  # noqa: ARG001
    """A question that nobody has answered; late answers count."""
    asked, visit = tx.check_ins.get(row.subject, row.rule), tx.appointments.get(row.subject)
    patient = tx.patients.get(visit.patient) if visit is not None and visit.patient else None
    if asked is None or asked.state not in TO_ANSWER or visit is None or patient is None:
        return None
    return Subject(patient, visit.zone, slots(visit, patient, row.rule)) if visit.status in TOOK_PLACE else None


KIND = Kind(flow=FLOW, tag="check-in", look=_look, settle=_settle, back=_back, alarm_answers=True)
