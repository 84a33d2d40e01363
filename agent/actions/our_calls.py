"""A call of ours in which somebody is just now: whether they answer for the patient is noted on it."""

from typing import Any

from agent.actions.context import ClinicAction, Context
from agent.model.outgoing_call import About, OutgoingCall


def rung(at: Context, about: About, subject: str, rule: str | None = None) -> OutgoingCall | None:
    """The call of this conversation, locked, where it is one of ours about this."""
    call = at.tx.calls.last_of(at.conversation.id)
    seen = at.tx.outgoing_calls.at(call.id) if call is not None else None
    row = at.tx.outgoing_calls.get(seen.id, lock=True) if seen is not None else None
    if row is None or (row.about, row.subject) != (about, subject) or rule not in (None, row.rule):
        return None
    return row


def note(at: Context, row: OutgoingCall | None, *, theirs: bool) -> None:
    """They have heard it, or somebody else has taken the call."""
    if row is not None:
        at.tx.outgoing_calls.save(row.model_copy(update={"outcome": "told" if theirs else "other"}))


class NoteNumber(ClinicAction):
    """`number_theirs` (can the patient be reached at the number where somebody else took our call?) ->
    `number_noted`: true when it is on record that the number is somebody else's."""

    called = "action_note_number"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        call = at.tx.calls.last_of(at.conversation.id)
        seen = at.tx.outgoing_calls.at(call.id) if call is not None else None
        row = at.tx.outgoing_calls.get(seen.id, lock=True) if seen is not None else None
        if row is None or row.outcome != "other" or slots.get("number_theirs"):
            return {"number_noted": False}
        at.tx.outgoing_calls.save(row.model_copy(update={"outcome": "wrong"}))
        return {"number_noted": True}
