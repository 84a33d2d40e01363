"""A reminder by telephone for whoever tries the demo: their next visit, told by a call that comes at once."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from agent.desk.desk import Desk
from agent.desk.outgoing_calls import agree, number_for, place
from agent.desk.outgoing_calls import plan as plan_call
from agent.model.calendar import Appointment, OpeningRequest
from agent.model.fault import Refused
from agent.model.patient import Patient
from agent.model.reminder import Reminder
from agent.ports import Tx

_SOON = timedelta(hours=4)  # a visit before this is not told of
_RULE = "demo"


def remind_by_call(desk: Desk, number: str) -> str:
    """Rings this telephone in the demo, at any hour of the day; what the page says about it. The person of the number
    counts as having agreed, which a clinic's staff would note on their page."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        known = tx.patients.by_phone(desk.clinic.id, number)
        staff = tx.staff.by_email("front@demo.clinic")
    if not known or staff is None:
        return "The clinic knows nobody with this number. Choose a patient's phone."
    patient = known[0]
    try:
        agree(desk, patient.id, number, staff, agreed=True)
    except Refused as refused:
        return f"{str(refused)[:1].upper()}{str(refused)[1:]}."
    with desk.store.begin() as tx:
        visit = _visit(desk, tx, patient, now)
        if visit is None or number_for(desk, tx, patient, "reminder") != number:
            return "There is no time left in the diary for a visit to be reminded of."
        rule = f"{_RULE} {desk.new_id()}"
        reminder = Reminder(
            appointment=visit.id, rule=rule, clinic=desk.clinic.id, visit_at=visit.start, due_at=now
        )  # fmt: skip
        tx.reminders.plan(reminder)
        plan_call(desk, tx, "reminder", visit.id, patient, number, visit.start, now, rule=rule)
        tx.reminders.settle(reminder, "calling", now)
    awake = desk.clinic.reminders.model_copy(update={"quiet_from": time.max, "quiet_until": time.min})
    place(replace(desk, clinic=desk.clinic.model_copy(update={"reminders": awake})))
    return f"It reminds {patient.name} of a visit. A real call never comes at night, and only to those who agreed."


def _visit(desk: Desk, tx: Tx, patient: Patient, now: datetime) -> Appointment | None:
    """Their next one, or one that is made up for them."""
    coming = [a for a in tx.appointments.of_patient(patient.id, now) if a.status == "booked" and a.start > now + _SOON]
    if coming:
        return coming[0]
    kinds = [k for k in desk.clinic.visit_types if k.desk_may_prepare]
    for kind in kinds:
        wish = OpeningRequest(visit_type=kind.id, not_before=now + timedelta(days=1), limit=1)
        for found in desk.calendar.openings(tx, wish, now):
            made = Appointment(
                id=desk.new_id(), clinic=desk.clinic.id, patient=patient.id, busy_from=found.start,
                busy_until=found.end, status="booked", **found.model_dump(),
            )  # fmt: skip
            tx.appointments.add(made, now)
            return made
    return None
