"""Answers that nobody hears any more, because the line is gone: void, so that the next caller does not get them."""

from datetime import datetime

from agent.desk.desk import Desk
from agent.model.sighting import SendDone
from agent.ports import Tx


def void_answers(desk: Desk, tx: Tx, conversation: str, now: datetime) -> None:
    """The desk's own answers to what was said in a call that is over; words of staff are told another way."""
    for row in tx.calls.due(conversation, now):
        if row.author == "agent" and row.in_reply_to is not None:
            tx.outbox.mark(row.id, "void", now, failure="the line was gone")
            desk.watch(SendDone("voice", "void"))
