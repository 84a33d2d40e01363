"""Turns a held time into a booked visit: who it is for, what it replaces, and beside whom, if need be."""

from datetime import date, datetime, timedelta
from typing import Any

from agent.desk.desk import Desk
from agent.desk.unsay import unsay
from agent.model.calendar import Appointment, Opening
from agent.model.fault import Conflict, Refused
from agent.model.patient import Patient
from agent.model.task import Task
from agent.ports import Tx


def book(desk: Desk, tx: Tx, task: Task, patient: str | None, now: datetime, *, overbook: bool = False) -> Appointment:
    assert task.appointment is not None
    held = tx.appointments.get(task.appointment, lock=True)
    if held is None:
        raise Conflict("the held time is gone")
    if patient is not None:
        known = tx.patients.get(patient)
        if known is None or known.clinic != desk.clinic.id:
            raise Refused("there is no such patient")
    who = patient or held.patient or task.patient or put_on_file(desk, tx, task, now)
    if who != held.patient:
        held = tx.appointments.change(held.model_copy(update={"patient": who}), now)
    try:
        booked = desk.calendar.book(tx, held.id, held.version, now)
    except Conflict as lost:
        if not overbook:
            raise _lost(held, now) from lost
        booked = _beside(desk, tx, held, now)
    if booked.replaces:
        unsay(desk, tx, booked.replaces, "moved")
    return booked


def hold_anew(desk: Desk, tx: Tx, row: Appointment, now: datetime) -> Appointment:
    """A visit that was booked or given up is only held again. Raises Conflict when somebody has the time."""
    until = min(row.start, now + timedelta(minutes=desk.clinic.booking.hold_minutes))
    return tx.appointments.change(row.model_copy(update={"status": "pending", "hold_expires_at": until}), now)


def _lost(held: Appointment, now: datetime) -> Conflict:
    """Why it cannot be booked, for the person who pressed the button."""
    if held.start <= now:
        return Conflict("this time has passed")
    if held.status == "booked":
        return Conflict("this visit is booked already")
    if held.status == "cancelled" and held.hold_expires_at is None:
        return Conflict("this time was given up")
    return Conflict("somebody else has this time now; book or offer another one")


def _beside(desk: Desk, tx: Tx, held: Appointment, now: datetime) -> Appointment:
    """The same time once more, in the clinic's spare lane."""
    opening = Opening.model_validate({name: getattr(held, name) for name in Opening.model_fields})
    try:
        extra = desk.calendar.overbook(
            tx, opening, id=desk.new_id(), patient=held.patient, conversation=held.conversation,
            replaces=held.replaces, now=now,
        )  # fmt: skip
    except Conflict as full:
        raise Conflict("this time cannot be overbooked any further; book or offer another one") from full
    return desk.calendar.book(tx, extra.id, extra.version, now)


def put_on_file(desk: Desk, tx: Tx, task: Task, now: datetime) -> str | None:
    """A person confirmed a visit for somebody not on file: put them on file, with what they said."""
    name, dob = task.proposal.get("name"), task.proposal.get("dob")
    born = _date(dob)
    if not name or born is None:
        return None
    conversation = tx.conversations.get(task.conversation) if task.conversation else None
    phone = task.proposal.get("phone")
    if not phone and conversation is not None and conversation.channel != "chat":
        phone = conversation.address.value
    born_then = tx.patients.by_dob(desk.clinic.id, born.isoformat())
    known = [p for p in born_then if p.name.casefold() == str(name).casefold()]
    if len(known) == 1 and (not phone or phone in known[0].phones):
        return known[0].id
    fresh = Patient(
        id=desk.new_id(), clinic=desk.clinic.id, name=str(name), dob=born,
        phones=(str(phone),) if phone else (), language=task.language,
    )  # fmt: skip
    tx.patients.add(fresh)
    desk.record(tx, "staff", "patient:added", fresh.id, now, why=f"task {task.id}")
    return fresh.id


def _date(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return None
