"""A decision taken back by the person who took it, in the moment before the patient is told of it."""

from datetime import datetime, timedelta
from typing import Any

from agent.desk.booking import hold_anew
from agent.desk.decide import noted, rung
from agent.desk.desk import Desk
from agent.desk.relieve import waits_again
from agent.desk.unsay import undisturbed
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser
from agent.model.task import OPEN, Task
from agent.ports import Tx

UNDONE = ("confirmed", "changed", "declined", "done")


def until(desk: Desk, task: Task, by: StaffUser) -> datetime | None:
    """Up to when this person may take their decision back; None: not, or no longer."""
    if task.status in OPEN or task.decided_at is None or not task.changes or task.decided_by != by.name:
        return None
    last = task.changes[-1].what.partition(":")[0]
    end = task.decided_at + timedelta(seconds=desk.settings.undo_seconds)
    return end if last in UNDONE and desk.clock() < end else None


@undisturbed
def undo(desk: Desk, task_id: str, version: int, by: StaffUser) -> Task:
    """Open again and with its owner, as if nothing had been decided. Raises Conflict where the patient is told
    already, somebody else was faster or the time is gone; nothing is changed then."""
    now = desk.clock()
    with desk.store.begin() as tx:
        seen = tx.tasks.get(task_id)
        if seen is None or seen.clinic != desk.clinic.id:
            raise Refused("there is no such task")
        talk = tx.conversations.get(seen.conversation, lock=True) if seen.conversation else None
        task = tx.tasks.get(task_id, lock=True)
        assert task is not None
        if task.version != version or until(desk, task, by) is None:
            raise Conflict("it is too late to take this back; the patient is told, or somebody changed it")
        _unsaid(tx, task, by, now)
        held = _back(desk, tx, task, now)
        update: dict[str, Any] = {
            "status": "accepted", "assignee": by.id, "decided_by": None, "decided_at": None, "result": {},
            "appointment": held,
        }  # fmt: skip
        saved = tx.tasks.save(noted(task.model_copy(update=update), by, "took the decision back", now))
        waits_again(tx, talk, saved, now)
        desk.record(tx, f"staff:{by.id}", "task:undone", task.id, now, why=task.changes[-1].what)
    return rung(desk, saved)


def _unsaid(tx: Tx, task: Task, by: StaffUser, now: datetime) -> None:
    """What was to be said of the decision is not said."""
    for line in tx.conversations.thread(task.conversation, _just_before(tx, task)) if task.conversation else ():
        if line.author != f"staff:{by.id}" or line.at != task.decided_at:
            continue
        row = tx.outbox.get(line.id)
        if row is None or not row.held(now):
            raise Conflict("it is too late to take this back: the patient is told already")
        tx.outbox.mark(row.id, "void", now, failure="taken back")


def _just_before(tx: Tx, task: Task) -> str:
    """The id of the last line before the decision, so that a long thread is read at its end."""
    last, found = "", ""
    while task.conversation:
        page = tx.conversations.thread(task.conversation, last)
        found = next((x.id for x in reversed(page) if task.decided_at and x.at < task.decided_at), found)
        if len(page) < 200:
            break
        last = page[-1].id
    return found


def _back(desk: Desk, tx: Tx, task: Task, now: datetime) -> str | None:
    """The calendar as it was before; the id of the time that is held for this request, if any."""
    what, concerned = task.changes[-1].what.partition(":")[0], task.result.get("appointment")
    if "entry" in task.result and not tx.waitlist.move(task.result["entry"], ("waiting",), "left", now, "taken back"):
        raise Conflict("they were offered a time since")
    if what == "confirmed" and task.kind == "cancel":
        row = tx.appointments.get(str(concerned), lock=True)
        if row is not None and row.status == "cancelled":
            tx.appointments.change(row.model_copy(update={"status": "booked"}), now)
        return task.appointment
    if what in ("confirmed", "changed") and concerned:
        booked = tx.appointments.get(str(concerned), lock=True)
        if booked is None or booked.status != "booked":
            raise Conflict("this visit has been changed since")
        if what == "changed":
            tx.appointments.change(booked.model_copy(update={"status": "cancelled"}), now)
        else:
            hold_anew(desk, tx, booked, now)
        former = tx.appointments.get(booked.replaces, lock=True) if booked.replaces else None
        if former is not None and former.status == "cancelled":
            tx.appointments.change(former.model_copy(update={"status": "booked"}), now)
        if what == "confirmed":
            return booked.id
    held = task.result.get("given_up", task.appointment)
    row = tx.appointments.get(str(held), lock=True) if held else None
    if row is not None and row.status == "cancelled" and row.start > now:
        hold_anew(desk, tx, row, now)
        return row.id
    return None
