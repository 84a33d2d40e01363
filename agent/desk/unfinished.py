"""Whoever answers a reminder with "I can't come" or "another time" and then says no more is not left unheard: where no
request came of it, a person calls them."""

from datetime import UTC, datetime

from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.desk.waking import TALKING
from agent.model.address import Address, Channel
from agent.model.calendar import Appointment
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask
from agent.model.patient import Patient
from agent.model.reminder import Reminder
from agent.model.task import OPEN, Task
from agent.ports import Tx

REASONS = {"not_coming": "cannot_come_unfinished", "other_time": "other_time_unfinished"}  # answer -> the task's
_BEGUN = frozenset({"cancel", "reschedule"})  # flows, and kinds of tasks that come of them
_CARED_FOR = frozenset({*_BEGUN, "callback", "handoff", "urgent"})
_NEVER = datetime.min.replace(tzinfo=UTC)
_CHANNELS: tuple[Channel, ...] = ("sms", "voice")


def chase(desk: Desk, tx: Tx, row: Reminder, now: datetime) -> str | None:
    """A task to call them back, nothing where it is settled, or later while they are still at it; the conversation in
    which they said it, where there is a task."""
    visit = tx.appointments.get(row.appointment)
    patient = tx.patients.get(visit.patient) if visit is not None and visit.patient else None
    if visit is None or patient is None or visit.status != "booked" or visit.start != row.visit_at:
        tx.reminders.settle(row, "skipped", now, why="the visit has changed")
        return None
    talks = _talks(desk, tx, patient)
    cared_for = any(_cares(task, visit) for talk in talks for task in tx.tasks.of(talk.id))
    left = [talk for talk in talks if any(f.flow in _BEGUN for f in talk.frames)]
    if cared_for or not left:
        why = "a request came of it" if cared_for else "they thought better of it"
        tx.reminders.settle(row, "skipped", now, why=why)
        return None
    last = {talk.id: heard[1] for talk in left if (heard := tx.conversations.last_heard(talk.id)) is not None}
    talk = max(left, key=lambda t: last.get(t.id, _NEVER))
    if talk.mode == "staff" or now - last.get(talk.id, _NEVER) < TALKING:
        tx.reminders.put_off(row, now + TALKING)
        return None
    reason = REASONS.get(row.why, REASONS["other_time"])
    proposal = {"why": reason, "patient_name": patient.name, "appointment": spoken_opening(visit)}
    wanted = OpenTask(kind="callback", proposal=proposal, reason=reason, run=f"unfinished:{visit.id}:{row.due_at}")
    open_task(desk, tx, talk, wanted, now, Done())
    tx.reminders.settle(row, "skipped", now, why="a person calls")  # no text of ours: it counts as none that was late
    return talk.id


def _talks(desk: Desk, tx: Tx, patient: Patient) -> list[Conversation]:
    """At the patient's numbers, by text and by telephone."""
    ids = [
        tx.conversations.id_at(desk.clinic.id, Address(channel=channel, value=phone))
        for phone in patient.phones
        for channel in _CHANNELS
    ]
    return [talk for id in ids if id and (talk := tx.conversations.get(id, lock=True)) is not None]


def _cares(task: Task, visit: Appointment) -> bool:
    """Somebody has it already: it is open, or it was about this visit."""
    about = task.proposal.get("appointment")
    of_it = task.kind in _BEGUN and isinstance(about, dict) and about.get("id") == visit.id
    return of_it or (task.status in OPEN and task.kind in _CARED_FOR)
