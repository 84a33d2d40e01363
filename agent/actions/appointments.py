"""A verified patient's own appointments, and the open request of a conversation; nobody else's."""

from datetime import datetime, timedelta
from typing import Any

from agent.actions import our_calls
from agent.actions.context import ClinicAction, Context
from agent.actions.openings import opening_dict
from agent.model.calendar import Appointment, Opening
from agent.model.clinic import Clinic
from agent.model.reminder import UNFINISHED, Reminder
from agent.model.task import OPEN, Task

TIMED = ("booking", "reschedule", "waitlist")  # requests that a patient can move or take back
_TAKEN_BACK = (*TIMED, "cancel", "refill", "records", "referral", "billing")
_GIVES_UP = ("cancel", "reschedule")
_FOR_PEOPLE = ("urgent", "handoff")  # told of only where nothing else is open
_BY_STAFF = ("completed", "rejected")
_REMEMBERED = timedelta(days=30)
LEFT_ALONE = timedelta(minutes=30)  # after which a wish that became no request is a person's


class MyAppointments(ClinicAction):
    """`appointments`: the verified patient's coming ones, as openings whose `id` is the appointment's. `appointment`:
    the only one of several on `which_day`; with `named`, on the day, at the time or with the provider that they
    named, or the only one that they have.

    Without verified identity it refuses, and says nothing of what there is.
    """

    called = "action_my_appointments"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        if at.conversation.identity != "verified" or not at.conversation.patient:
            raise PermissionError("appointments are told to verified patients only")
        rows = at.tx.appointments.of_patient(at.conversation.patient, at.now)
        coming = [_as_opening(at.clinic, row) for row in rows if row.clinic == at.clinic.id]
        named = None if slots.get("appointment") else _named(coming, slots)
        return {"appointments": coming, **({"appointment": named} if named else {})}


class PendingRequest(ClinicAction):
    """The newest open request for a time that this conversation made: `pending_task`, `pending_number` and what it
    was about; all empty when there is none.

    `meant`: "any" request that its patient may take back, or "keep", one by which a visit would be given up or moved.
    Then `pending_kind` is "time", or "other", or "too_late" where staff have given the visit up already."""

    called = "action_pending_request"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        meant = slots.get("meant")
        kinds = {"any": _TAKEN_BACK, "keep": _GIVES_UP}.get(str(meant), TIMED)
        mine = [t for t in at.tx.tasks.of(at.conversation.id) if t.kind in kinds]
        open_ones = [t for t in mine if t.status in OPEN]
        if not open_ones:
            late = meant == "keep" and any(_settled(t, at.now) and t.status == "completed" for t in mine)
            kind = {"pending_kind": "too_late" if late else None} if meant else {}
            return {"pending_task": None, "pending_number": None, **kind}
        task = max(open_ones, key=lambda t: t.number)
        found = {"pending_task": task.id, "pending_number": str(task.number)}
        if meant:
            return {**found, "pending_kind": "time" if task.kind in TIMED else "other"}
        return {**found, **{name: value for name, value in _about(task).items() if not slots.get(name)}}


class RequestStatus(ClinicAction):
    """What became of a request that this conversation made: `pending_task` and `pending_state`, "open", "late" or
    "settled" (decided by staff in the last month), and what it was about; empty when there is none.

    Only requests for a time count, and those by which a person looks for the patient's visits, unless
    `request_meant`: the patient asked for a request, not for a visit."""

    called = "action_request_status"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        meant = bool(slots.get("request_meant"))
        mine = [t for t in at.tx.tasks.of(at.conversation.id) if meant or t.kind in TIMED or _seeks_a_visit(t)]
        open_ones = [t for t in mine if t.status in OPEN]
        if open_ones:
            task = max(open_ones, key=lambda t: (t.kind not in _FOR_PEOPLE, t.number))
            about = {name: value for name, value in _about(task).items() if not slots.get(name)}
            return {"pending_task": task.id, "pending_state": "late" if task.due_at < at.now else "open", **about}
        decided = [(t.decided_at, t.id) for t in mine if t.decided_at and _settled(t, at.now)]
        if meant and decided:
            return {"pending_task": max(decided)[1], "pending_state": "settled"}
        return {"pending_task": None, "pending_state": None}


class NoteAttendance(ClinicAction):
    """`visit` (an opening with the appointment's `id`, of which the patient was reminded) -> `noted`: true when the
    answer is kept for staff to see, false when the visit is over, moved or given up."""

    called = "action_note_attendance"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        visit = slots.get("visit")
        row = at.tx.appointments.get(str(visit["id"])) if isinstance(visit, dict) else None
        if row is None or row.status != "booked" or row.start <= at.now:
            return {"noted": False}
        return {"noted": at.tx.reminders.coming(row.id, at.now)}


class NoteWish(ClinicAction):
    """`visit` (an opening with the appointment's `id`, of which the patient was reminded) -> `wished`: true. They
    do not come, or want another time: a row looks later whether a request came of it, so that nobody is left unheard
    who says so and no more."""

    called = "action_note_wish"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        visit = slots.get("visit")
        row = at.tx.appointments.get(str(visit["id"])) if isinstance(visit, dict) else None
        if row is not None and row.status == "booked" and row.start > at.now:
            due = at.now + LEFT_ALONE
            wanted = Reminder(
                appointment=row.id, rule=UNFINISHED, clinic=row.clinic, visit_at=row.start, due_at=due,
                why=str(slots.get("coming") or ""),
            )  # fmt: skip
            if not at.tx.reminders.plan(wanted):
                at.tx.reminders.settle(wanted, "due", at.now, why=wanted.why)
                at.tx.reminders.put_off(wanted, due)
        return {"wished": True}


class NoteReached(ClinicAction):
    """`visit` and `theirs` (does whoever took our call answer for the patient?) -> `reached`: true when it is on record
    that the call told them, and the visit still stands; false where they do not, or where it has changed."""

    called = "action_note_reached"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        visit, theirs = slots.get("visit"), bool(slots.get("theirs"))
        row = at.tx.appointments.get(str(visit["id"])) if isinstance(visit, dict) else None
        call = our_calls.rung(at, "reminder", row.id) if row is not None else None
        if call is None or row is None:
            return {"reached": False}
        stands = row.status == "booked" and row.start == call.moment and row.start > at.now
        if stands or not theirs:
            our_calls.note(at, call, theirs=theirs)
        return {"reached": theirs and stands}


def _seeks_a_visit(task: Task) -> bool:
    """Staff were asked to look, since the desk could not be sure who writes; no call that somebody wanted of itself."""
    return task.kind == "callback" and "request" not in task.proposal


def _settled(task: Task, now: datetime) -> bool:
    """Decided by staff, not long ago."""
    by_staff = task.decided_by is not None and task.status in _BY_STAFF
    return by_staff and task.decided_at is not None and task.decided_at > now - _REMEMBERED


def _about(task: Task) -> dict[str, Any]:
    """Kind of visit, provider and place of a request, so that a new time is looked for in the same way."""
    opening = task.proposal.get("opening")
    named = opening if isinstance(opening, dict) else {}
    found = {
        "appointment_type": task.proposal.get("appointment_type") or named.get("visit_type"),
        "provider": task.proposal.get("provider") or named.get("provider"),
        "location": task.proposal.get("location") or named.get("location"),
    }
    return {name: value for name, value in found.items() if value}


def _named(coming: list[dict[str, Any]], slots: dict[str, Any]) -> dict[str, Any] | None:
    """The one of several that the patient's words fit: "my appointment on Friday"; or their only one, where a visit is
    named (`named`) and nothing that they said contradicts it."""
    told_by = ("date", "time", "provider") if slots.get("named") else ("which_day", "", "")
    day, clock, provider = (slots.get(name) for name in told_by)
    fits = [
        each
        for each in coming
        if (not isinstance(day, str) or str(each["local"])[:10] == day)
        and (not isinstance(clock, str) or str(each["local"])[11:16] == clock)
        and (not isinstance(provider, str) or each["provider"] == provider)
    ]
    told = any(isinstance(each, str) for each in (day, clock, provider))
    meant = bool(slots.get("named")) or (told and len(coming) > 1)
    return fits[0] if meant and len(fits) == 1 else None


def _as_opening(clinic: Clinic, row: Appointment) -> dict[str, Any]:
    opening = Opening(**{name: getattr(row, name) for name in Opening.model_fields})
    return {**opening_dict(clinic, opening), "id": row.id}
