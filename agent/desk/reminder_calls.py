"""A reminder by telephone: what it is about, and what follows from the call."""

from datetime import datetime

from agent.desk.call_kind import WITH_US, Kind, Subject
from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.waking import LATEST
from agent.model.outgoing_call import OutgoingCall, RingOutcome
from agent.model.reminder import Reminder
from agent.ports import Tx


def _look(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | str:  # noqa: ARG001
    visit = tx.appointments.get(row.subject)
    patient = tx.patients.get(visit.patient) if visit is not None and visit.patient else None
    if visit is None or patient is None or visit.status != "booked" or visit.start != row.moment:
        return "no longer booked"
    slots = {"called": True, "visit": spoken_opening(visit), "location": visit.location, "whom": patient.first_name}
    return Subject(patient, visit.zone, slots, (visit.id,))


def _settle(desk: Desk, tx: Tx, row: OutgoingCall, outcome: RingOutcome, now: datetime) -> None:  # noqa: ARG001
    reminder = next((r for r in tx.reminders.of(row.subject) if r.rule == row.rule), None)
    if reminder is None or reminder.state != "calling" or reminder.visit_at != row.moment:
        return  # planned anew since
    if by_text(tx, reminder, outcome, now):
        tx.reminders.put_off(reminder, now)


def by_text(tx: Tx, planned: Reminder, outcome: RingOutcome, now: datetime) -> bool:
    """What has followed from the call; True where nobody was told, who is told by text as anybody else."""
    if outcome == "told":
        tx.reminders.settle(planned, "sent", now)
    elif outcome in WITH_US:
        tx.reminders.settle(planned, "skipped", now, why="they talked with us")
    elif outcome == "wrong":
        tx.reminders.settle(planned, "skipped", now, why="somebody else's number")
    else:
        tx.reminders.settle(planned, "due", now, why=f"by telephone: {outcome}")
        return True
    return False


KIND = Kind(flow="remind", tag="reminder", look=_look, settle=_settle, before=LATEST)
