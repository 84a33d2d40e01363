"""The clinic's questions before a visit, offered once when such a visit is confirmed: here, or on a page."""

from datetime import datetime, timedelta

from agent.desk.acting import run_actions
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.form_page import linked
from agent.dialogue.turn import begin_for_staff
from agent.model.calendar import Appointment
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.form import Form
from agent.model.message import Claim
from agent.model.patient import Patient
from agent.model.reminder import FORM_OFFER, Reminder
from agent.ports import Tx

FLOW = "form_offer"
_AFTER = timedelta(seconds=1)  # the words that the visit is confirmed go first


def plan_offer(desk: Desk, tx: Tx, visit: Appointment, now: datetime) -> None:
    """One offer, when the moment for second thoughts is over: a row beside the visit's reminders, so that it goes with
    the visit, waits for the morning, and heeds STOP as they do."""
    if _form_for(desk, tx, visit) is not None:
        due = now + timedelta(seconds=desk.settings.undo_seconds) + _AFTER
        tx.reminders.plan(
            Reminder(appointment=visit.id, rule=FORM_OFFER, clinic=desk.clinic.id, visit_at=visit.start, due_at=due)
        )


def offer(
    desk: Desk, tx: Tx, reminder: Reminder, visit: Appointment, patient: Patient, talk: Conversation, now: datetime
) -> None:
    """Ask whether the questions should be put here, with the link beside it; nothing where they were answered since."""
    form = _form_for(desk, tx, visit)
    if form is None:
        tx.reminders.settle(reminder, "skipped", now, why="filled in already")
        return
    row, link = linked(desk, tx, patient, form, talk, now)
    slots = {"which": form.name, "link": link}
    begun = begin_for_staff(talk, FLOW, slots, desk.content_for(talk), desk.clinic, now)
    decision = run_actions(desk, tx, begun, now)
    claims = (Claim(fact="booked", row=visit.id),)
    effects = tuple(e.model_copy(update={"claims": claims}) if isinstance(e, Say) else e for e in decision.effects)
    done = carry_out(desk, tx, decision.conversation, effects, now, expires_at=visit.start)
    tx.conversations.save(decision.conversation, now)
    tx.conversations.append(talk.id, decision.events, None, now)
    tx.reminders.settle(reminder, "sent", now, outbound=done.outbound[0] if done.outbound else None)
    desk.record(tx, "agent", "form:offered", row.id, now, data={"form": form.name, "outbound": done.outbound})


def _form_for(desk: Desk, tx: Tx, visit: Appointment) -> Form | None:
    """The form of this kind of visit, where this patient has not begun or filled it in ever."""
    kind = next((v for v in desk.clinic.visit_types if v.id == visit.visit_type), None)
    form = desk.content.forms.get(kind.form) if kind is not None and kind.form else None
    if form is None or visit.patient is None:
        return None
    return None if any(f.form == form.name for f in tx.forms.of_patient(visit.patient)) else form
