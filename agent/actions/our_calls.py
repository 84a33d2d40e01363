"""A call of ours in which somebody is just now: whether they answer for the patient is noted on it."""

from agent.actions.context import Context
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
    """They have heard it, or it is somebody else's telephone."""
    if row is not None:
        at.tx.outgoing_calls.save(row.model_copy(update={"outcome": "told" if theirs else "wrong"}))
