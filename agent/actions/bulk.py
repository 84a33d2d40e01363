"""What somebody answers to a text that went to many."""

from typing import Any

from agent.actions.context import ClinicAction, Context
from agent.model.bulk import Answer

_ANSWERS: dict[str, Answer] = {"book_now": "yes", "later": "later", "other_time": "other_time", "person": "person"}


class NoteBulk(ClinicAction):
    """`bulk`, `patient`, `about` and `answer` -> `noted`: true when it stands beside the person's row, for staff to see
    before they release the next stage; the answer itself counts also where it does not."""

    called = "action_note_bulk"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        said = _ANSWERS.get(str(slots.get("answer")))
        of = tuple(str(slots.get(name)) for name in ("bulk", "patient", "about"))
        return {"noted": said is not None and at.tx.bulk.note(of[0], of[1], of[2], said, at.now)}
