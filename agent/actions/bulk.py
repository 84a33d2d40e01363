"""Whether a call that went to many told the one who was meant, and what somebody answers to it, or to its text."""

from typing import Any

from agent.actions import our_calls
from agent.actions.context import ClinicAction, Context
from agent.desk.bulk_calls import ABOUT, part_of, stands, told_back
from agent.desk.call_kind import COMES_BACK
from agent.model.bulk import Answer

_ANSWERS: dict[str, Answer] = {"book_now": "yes", "later": "later", "other_time": "other_time", "person": "person"}


class NoteBulk(ClinicAction):
    """`bulk`, `patient`, `about` and `answer` -> `noted`: true when it stands beside the person's row, for staff to see
    before they release the next stage; the answer itself counts also where it does not."""

    called = "action_note_bulk"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        said = _ANSWERS.get(str(slots.get("answer")))
        return {"noted": said is not None and at.tx.bulk.note(*_of(slots), said, at.now)}


class NoteTold(ClinicAction):
    """`bulk`, `patient`, `about`, `back` (do they ring us, after a call of ours?) and `theirs` (does whoever is at the
    telephone answer for the patient?) -> `reached`: true when it is on record that they are told, and it still stands;
    false where they do not, or where the send was stopped or the visit changed."""

    called = "action_note_told"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        bulk, patient, about = _of(slots)
        theirs = bool(slots.get("theirs"))
        if slots.get("back"):
            return {"reached": theirs and self._told_back(at, bulk, part_of(patient, about))}
        call = our_calls.rung(at, ABOUT, bulk, part_of(patient, about))
        holds = call is not None and stands(at.tx, call, at.now)
        if holds or not theirs:
            our_calls.note(at, call, theirs=theirs)
        return {"reached": theirs and holds}

    def _told_back(self, at: Context, bulk: str, part: str) -> bool:
        lately = at.tx.outgoing_calls.lately(at.conversation.id, at.now - COMES_BACK)
        rung = next((row for row in lately if (row.about, row.subject, row.rule) == (ABOUT, bulk, part)), None)
        if rung is None or not stands(at.tx, rung, at.now, back=True):
            return False
        told_back(at.tx, rung, at.now)
        return True


def _of(slots: dict[str, Any]) -> tuple[str, str, str]:
    return str(slots.get("bulk")), str(slots.get("patient")), str(slots.get("about"))
