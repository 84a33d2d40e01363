"""The word after a missed visit, by telephone: what it is about, and what the call comes to."""

from datetime import datetime, timedelta
from typing import Any

from agent.desk.call_kind import HEARD_US, Kind, Subject
from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.reminder_calls import by_text
from agent.model.calendar import Appointment
from agent.model.outgoing_call import About, OutgoingCall, RingOutcome
from agent.model.patient import Patient
from agent.model.reminder import Reminder
from agent.ports import Tx

FLOW = MISSED = "missed"  # the flow, and the rule under which the word is planned
ABOUT: About = "missed"
WORTHWHILE = timedelta(days=3)  # what is put off for longer helps nobody


def call_of(tx: Tx, row: Reminder) -> OutgoingCall | None:
    """The call that is to say it, or has said it."""
    return tx.outgoing_calls.of(ABOUT, row.appointment, "", row.visit_at)


def slots(visit: Appointment, patient: Patient) -> dict[str, Any]:
    """What the flow is begun with."""
    opening = spoken_opening(visit)
    return {"visit": opening, "appointment": opening, "appointment_type": visit.visit_type,
            "patient_name": patient.name}  # fmt: skip


def pointless(tx: Tx, visit: Appointment | None, patient: Patient | None, due: datetime, now: datetime) -> str:
    """Why nobody should be asked any more, by whatever means; empty where somebody should."""
    if visit is None or visit.status != "noshow":
        return "they came"
    if now - due > WORTHWHILE:
        return "too late to help"
    if patient is None or not patient.phones:
        return "no number"
    return "has a visit" if tx.appointments.of_patient(patient.id, now) else ""


def told_back(tx: Tx, appointment: str, now: datetime) -> None:
    """They rang us and are asked: neither a call nor a text of it follows."""
    for row in tx.reminders.of(appointment):
        if row.rule == MISSED and row.state in ("calling", "due"):
            tx.reminders.settle(row, "sent", now)


def _look(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | str:  # noqa: ARG001
    planned = _planned(tx, row)
    if planned is None or planned.state != "calling":
        return "no longer asked"
    return _subject(tx, row, planned, now)


def _subject(tx: Tx, row: OutgoingCall, planned: Reminder, now: datetime) -> Subject | str:
    visit = tx.appointments.get(row.subject)
    patient = tx.patients.get(visit.patient) if visit is not None and visit.patient else None
    why = pointless(tx, visit, patient, planned.due_at, now)
    if why or visit is None or patient is None:
        return why
    return Subject(patient, visit.zone, {**slots(visit, patient), "called": True, "whom": patient.first_name})


def _planned(tx: Tx, row: OutgoingCall) -> Reminder | None:
    return next((r for r in tx.reminders.of(row.subject) if r.rule == MISSED), None)


def _settle(desk: Desk, tx: Tx, row: OutgoingCall, outcome: RingOutcome, now: datetime) -> None:  # noqa: ARG001
    planned = _planned(tx, row)
    if planned is not None and planned.state == "calling":
        by_text(tx, planned, outcome, now)


def _back(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | None:  # noqa: ARG001
    planned = _planned(tx, row)
    found = _subject(tx, row, planned, now) if planned is not None and row.outcome not in HEARD_US else ""
    return found if isinstance(found, Subject) else None


KIND = Kind(flow=FLOW, tag="missed", look=_look, settle=_settle, back=_back)
