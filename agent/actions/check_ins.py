"""What a patient answers when asked after a visit how they are."""

from typing import Any

from agent.actions import our_calls
from agent.actions.context import ClinicAction, Context
from agent.desk.check_in_calls import ABOUT, TO_ANSWER, waits
from agent.desk.leaflets import nearest, told
from agent.model.check_in import CheckIn


class NoteCheckIn(ClinicAction):
    """`appointment` and `rule` of a question that was asked -> `noted`: true when it is on record that it was answered,
    late answers too; false where it was never asked. With `words`: the `nearest` passage of the patient's instructions,
    for staff to see, and whether that one is for a nurse, or the words tell of a fever, pus or blood: `alarming`."""

    called = "action_note_check_in"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        row = _asked(at, slots.get("appointment"), slots.get("rule"))
        if row is None:
            return {"noted": False}
        at.tx.check_ins.save(row.model_copy(update={"state": "answered", "answered_at": at.now}))
        visit, words = at.tx.appointments.get(row.appointment), slots.get("words")
        if not words or visit is None or visit.patient is None:
            return {"noted": True}
        of, language = (at.tx, at.passages, at.clinic.id), at.conversation.locale
        hit = nearest(*of, visit.patient, str(words), language, at.now, visit)
        near = {"nearest": told(hit)} if hit is not None else {}
        of_nurse = hit is not None and hit.passage.nurse and not at.passages.only_denies(str(words), language)
        alarming = at.passages.alarming(str(words), language) or of_nurse
        return {"noted": True, "alarming": alarming, **near}


class NoteAsked(ClinicAction):
    """`appointment` and `rule` of a question, `theirs` (does whoever is at the telephone answer for the patient?) ->
    `reached`: true when it is on record that the question is put to them; false where they do not, or where it needs no
    answer any more."""

    called = "action_note_asked"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        visit, theirs = slots.get("appointment"), bool(slots.get("theirs"))
        id, rule = str(visit.get("id")) if isinstance(visit, dict) else "", str(slots.get("rule"))
        row = at.tx.check_ins.get(id, rule, lock=True)
        to_answer = row is not None and row.clinic == at.clinic.id and row.state in TO_ANSWER
        if to_answer or not theirs:
            our_calls.note(at, our_calls.rung(at, ABOUT, id, rule), theirs=theirs)
        if row is None or not to_answer or not theirs:
            return {"reached": False}
        if row.state == "calling":
            at.tx.check_ins.save(row.model_copy(update=waits(row, at.conversation.id, at.now)))
        return {"reached": True}


def _asked(at: Context, appointment: Any, rule: Any) -> CheckIn | None:
    if not isinstance(appointment, dict):
        return None
    row = at.tx.check_ins.get(str(appointment.get("id")), str(rule), lock=True)
    return row if row is not None and row.clinic == at.clinic.id and row.state in ("asked", "silent") else None
