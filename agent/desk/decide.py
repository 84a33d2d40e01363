"""What staff decide on a prepared task: compare-and-swap under lock, and the patient told from the committed row."""

from datetime import datetime
from typing import Any

from agent.desk.acting import run_actions
from agent.desk.booking import book
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.form_offer import plan_offer
from agent.desk.planted import refuse_planted
from agent.desk.relieve import relieved
from agent.desk.telling import told_of, waking_hour
from agent.desk.unsay import undisturbed, unsay
from agent.desk.visit_link import in_own_calendar
from agent.desk.waiting import join
from agent.desk.watching import person_came
from agent.dialogue.turn import begin_for_staff
from agent.model.calendar import Appointment, Opening
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser
from agent.model.task import OPEN, Change, Task
from agent.ports import Tx

WHY = ("not_offered", "other_clinic", "call_us", "insurance")


@undisturbed
def confirm(
    desk: Desk, task_id: str, version: int, by: StaffUser, patient: str | None = None, *, overbook: bool = False
) -> Task:
    """Book, move, cancel or put on the waitlist, as prepared. Raises Conflict when somebody was first or the time is
    gone; `overbook`: book beside whoever has it, knowingly, where the clinic's policy allows that."""
    now = desk.clock()
    with desk.store.begin() as tx:
        task, conversation = load(desk, tx, task_id, version, by)
        appointment: Appointment | None = None
        beside: tuple[Say, ...] = ()
        result = "appointment"
        if task.kind == "waitlist":
            key, row, result = "decision.waitlisted", join(desk, tx, task, patient, now).id, "entry"
        elif task.kind in ("booking", "reschedule") and task.appointment:
            appointment = book(desk, tx, task, patient, now, overbook=overbook)
            plan_offer(desk, tx, appointment, now)
            task = task.model_copy(update={"appointment": appointment.id})
            beside = in_own_calendar(desk, tx, conversation, appointment, now)
            key, row = "decision.booked", appointment.id
        elif task.kind == "cancel" and _concerned(task):
            try:
                appointment = desk.calendar.cancel(tx, _concerned(task), now)
            except Conflict as lost:
                raise Conflict("this visit is over or unknown; close the request with a word to the patient") from lost
            unsay(desk, tx, appointment.id, "cancelled")
            key, row = "decision.cancelled", appointment.id
        else:
            raise Refused("this task has no time to confirm; close it with a word to the patient")
        saved = settled(desk, tx, task, "completed", by, "confirmed", now, {result: row})
        values = _values(saved, by, appointment)
        shown = row if result == "appointment" else saved.id
        starts = appointment.start if appointment is not None else None
        says = (Say(key=key, values=values), *beside)
        told_of(desk, tx, conversation, says, now, by, saved, shown, starts)
    return rung(desk, saved)


@undisturbed
def change(
    desk: Desk, task_id: str, version: int, by: StaffUser, opening: Opening, patient: str | None = None, *,
    because: str = "",
) -> Task:  # fmt: skip
    """Book another time than the one prepared, at once; the patient hears which and how to object. What was prepared
    and what was booked instead are kept beside one another, with the key of the reason."""
    now = desk.clock()
    with desk.store.begin() as tx:
        task, conversation = load(desk, tx, task_id, version, by)
        if task.kind == "cancel":
            raise Refused("this visit is to be cancelled, not moved: confirm that, or decline it")
        replaces, given_up = _replaced(tx, task), task.appointment
        _let_go(desk, tx, task, "changed by staff", now)
        try:
            fresh = desk.calendar.hold(
                tx, opening, id=desk.new_id(), patient=task.patient, conversation=task.conversation,
                replaces=replaces, now=now,
            )  # fmt: skip
        except Conflict as lost:
            raise Conflict("somebody else has this time now; choose another one") from lost
        task = task.model_copy(update={"appointment": fresh.id})
        appointment = book(desk, tx, task, patient, now)
        plan_offer(desk, tx, appointment, now)
        prepared = task.proposal.get("opening")
        diff = {"prepared": prepared, "booked": spoken_opening(appointment)}
        result = {"appointment": appointment.id, "given_up": given_up, "diff": diff}
        saved = settled(desk, tx, task, "completed", by, "changed", now, result, because)
        values = _values(saved, by, appointment)
        beside = in_own_calendar(desk, tx, conversation, appointment, now)
        says = (Say(key="decision.changed", values=values), *beside)
        told_of(desk, tx, conversation, says, now, by, saved, appointment.id, appointment.start)
    return rung(desk, saved)


@undisturbed
def offer(desk: Desk, task_id: str, version: int, by: StaffUser, openings: list[dict[str, Any]]) -> Task:
    """Give up the held time and let the patient choose among others; the task waits for the patient."""
    if not openings:
        raise Refused("choose at least one time to offer")
    now = desk.clock()
    with desk.store.begin() as tx:
        task, conversation = load(desk, tx, task_id, version, by)
        conversation = _need(conversation)
        replaces = _replaced(tx, task)
        _let_go(desk, tx, task, "other times offered", now)
        task = task.model_copy(update={"appointment": None})
        saved = settled(desk, tx, task, "on-hold", by, "offered other times", now, {})
        slots = {
            k: v
            for k, v in task.proposal.items()
            if k in ("appointment_type", "reason", "name", "dob", "phone", "relation")
        }
        slots |= {"task": task.id, "openings": openings} | ({"replaces": replaces} if replaces else {})
        begun = begin_for_staff(conversation, "offered", slots, desk.content_for(conversation), desk.clinic, now)
        decision = run_actions(desk, tx, begun, now)
        extra = {"number": str(task.number)}
        due = waking_hour(desk, tx, conversation, task, now)
        carry_out(desk, tx, decision.conversation, decision.effects, now, author=f"staff:{by.id}", extra=extra, due=due)
        tx.conversations.save(decision.conversation, now)
        tx.conversations.append(conversation.id, decision.events, None, now)
    return rung(desk, saved)


@undisturbed
def decline(desk: Desk, task_id: str, version: int, by: StaffUser, why: str, words: str = "") -> Task:
    """Refuse with a reason: one of WHY in the patient's language, or the person's own words."""
    now = desk.clock()
    if why not in WHY and not words.strip():
        raise Refused("say why, so that the patient can understand it")
    with desk.store.begin() as tx:
        task, conversation = load(desk, tx, task_id, version, by)
        _let_go(desk, tx, task, "declined", now)
        kept = why if why in WHY else "words"  # the person's own words go to the patient, never to the trail
        saved = settled(desk, tx, task, "rejected", by, f"declined:{kept}", now, {"why": kept})
        conversation = relieved(tx, conversation, saved, by, now)
        reason: Any = {"as": "key", "value": f"why.{why}"} if why in WHY else words.strip()
        values = {**_values(saved, by, None), "why": reason}
        told_of(desk, tx, conversation, (Say(key="decision.declined", values=values),), now, by, saved, saved.id)
    return rung(desk, saved)


@undisturbed
def close(desk: Desk, task_id: str, version: int, by: StaffUser, words: str = "") -> Task:
    """Done by hand (a call was made, a refill written); the patient hears it, with the person's words if any."""
    now = desk.clock()
    with desk.store.begin() as tx:
        task, conversation = load(desk, tx, task_id, version, by)
        _let_go(desk, tx, task, "closed", now)
        saved = settled(desk, tx, task, "completed", by, "done", now, {})
        conversation = relieved(tx, conversation, saved, by, now)
        quiet = task.kind in ("handoff", "urgent") or "outbound" in task.proposal
        if words.strip() or not quiet:
            values = {**_values(saved, by, None), "why": words.strip()}
            told_of(desk, tx, conversation, (Say(key="decision.done", values=values),), now, by, saved, saved.id)
    return rung(desk, saved)


def claim(desk: Desk, task_id: str, version: int, by: StaffUser) -> Task:
    """Become the task's owner."""
    now = desk.clock()
    with desk.store.begin() as tx:
        task, _ = load(desk, tx, task_id, version)
        updated = task.model_copy(
            update={"assignee": by.id, "status": "accepted" if task.status == "requested" else task.status}
        )
        saved = tx.tasks.save(noted(updated, by, "took", now))
        person_came(desk, task, now)
        desk.record(tx, f"staff:{by.id}", "task:claimed", task.id, now)
    return rung(desk, saved)


def give_up(desk: Desk, task_id: str, version: int, by: StaffUser) -> Task:
    """Back to the queue, without owner."""
    now = desk.clock()
    with desk.store.begin() as tx:
        task, _ = load(desk, tx, task_id, version)
        saved = tx.tasks.save(
            noted(task.model_copy(update={"assignee": None, "status": "requested"}), by, "gave back", now)
        )
        desk.record(tx, f"staff:{by.id}", "task:released", task.id, now)
    return rung(desk, saved)


def load(
    desk: Desk, tx: Tx, id: str, version: int, by: StaffUser | None = None
) -> tuple[Task, Conversation | None]:  # fmt: skip
    """An open task at this version, with its conversation; locks the conversation first and then the task, in the
    order in which turns do. `by`: who decides; raises PlantOpen where what they see is not the true task."""
    seen = tx.tasks.get(id)
    if seen is None or seen.clinic != desk.clinic.id:
        raise Refused("there is no such task")
    conversation = tx.conversations.get(seen.conversation, lock=True) if seen.conversation else None
    task = tx.tasks.get(id, lock=True)
    assert task is not None
    if task.status not in OPEN:
        if task.decided_by:
            raise Conflict("#%(number)s was already decided by %(name)s", number=task.number, name=task.decided_by)
        raise Conflict("#%(number)s was already decided", number=task.number)
    if task.version != version:
        raise Conflict("#%(number)s changed while you looked at it; look again", number=task.number)
    if by is not None:
        refuse_planted(tx, task.id, by.id)
    return task, conversation


def _replaced(tx: Tx, task: Task) -> str | None:
    """The appointment that this request is to take the place of, also when nothing is held any more."""
    held = tx.appointments.get(task.appointment) if task.appointment else None
    if held is not None and held.replaces:
        return held.replaces
    return (_concerned(task) or None) if task.kind == "reschedule" else None


def _let_go(desk: Desk, tx: Tx, task: Task, why: str, now: datetime) -> None:
    """The held time is free, and what still waits to be said of it is not said."""
    if task.appointment:
        desk.calendar.release(tx, task.appointment, now)
        unsay(desk, tx, task.appointment, why)


def _need(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise Refused("this task has no conversation to answer in")
    return conversation


def _concerned(task: Task) -> str:
    held = task.proposal.get("appointment")
    return str(held["id"]) if isinstance(held, dict) and held.get("id") else ""


def noted(task: Task, by: StaffUser, what: str, now: datetime, why: str = "") -> Task:
    """The task with one more line of its history."""
    return task.model_copy(update={"changes": (*task.changes, Change(at=now, by=by.name, what=what, why=why))})


def settled(
    desk: Desk, tx: Tx, task: Task, status: str, by: StaffUser, what: str, now: datetime, result: dict[str, Any],
    because: str = "",
) -> Task:  # fmt: skip
    update: dict[str, Any] = {"status": status, "result": {**task.result, **result}, "assignee": task.assignee or by.id}
    if status not in OPEN:
        update |= {"decided_by": by.name, "decided_at": now}
    saved = tx.tasks.save(noted(task.model_copy(update=update), by, what, now, because))
    person_came(desk, task, now)
    tag = f"task:{what.partition(':')[0].replace(' ', '-')}"
    kept = {k: v for k, v in result.items() if k != "diff"}  # what the visit is for stays in the task, sealed
    desk.record(tx, f"staff:{by.id}", tag, task.id, now, why=what, data=kept)
    return saved


def _values(task: Task, by: StaffUser, appointment: Appointment | None) -> dict[str, Any]:
    values: dict[str, Any] = {"number": str(task.number), "staff": by.name}
    if appointment is not None:
        values["opening"] = {"as": "opening", "value": spoken_opening(appointment)}
    return values


def spoken_opening(a: Appointment | Opening) -> dict[str, Any]:
    """An appointment as wording reads it."""
    return {
        "id": getattr(a, "id", ""), "provider": a.provider, "location": a.location, "visit_type": a.visit_type,
        "start": a.start.isoformat(), "local": a.local.isoformat(), "zone": a.zone,
    }  # fmt: skip


def rung(desk: Desk, task: Task) -> Task:
    """Tell whoever looks at the task, its conversation or the queue."""
    if task.conversation:
        desk.bus.ring("outbox", task.conversation)
        desk.bus.ring(f"thread:{task.conversation}")
    desk.bus.ring(f"console:{desk.clinic.id}", task.id)
    return task


__all__ = [
    "WHY", "change", "claim", "close", "confirm", "decline", "give_up", "load", "noted", "offer", "rung",
    "spoken_opening",
]  # fmt: skip
