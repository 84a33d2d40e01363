"""Tells staff of a text that did not reach its reader: once for each reason, never in a flood."""

from datetime import datetime, timedelta

from structlog import get_logger

from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.model.effect import OpenTask
from agent.model.message import Outbound
from agent.model.task import OPEN
from agent.ports import Tx

_SECRET = frozenset({"identity.code"})  # words that are for the patient alone
HOUR = timedelta(hours=1)


def tell_staff(
    desk: Desk, tx: Tx, row: Outbound, reason: str, now: datetime, code: str | None = None, why: str = ""
) -> None:
    """A person must reach the patient another way: one open task per conversation and reason, and never a second one
    for the same text. `why`: the key of what staff read, where it is more exact than the reason."""
    conversation = tx.conversations.get(row.conversation)
    if conversation is None:
        get_logger().error("unsent_without_conversation", kind=reason)
        return
    for task in tx.tasks.of(conversation.id):
        if task.reason == reason and (task.status in OPEN or task.proposal.get("outbound") == row.id):
            return
    proposal = {"why": why or reason, "code": code, "unsent": None if set(row.keys) & _SECRET else row.text}
    wanted = OpenTask(
        kind="callback", proposal={**proposal, "outbound": row.id}, priority="urgent", reason=reason, run=row.id
    )
    open_task(desk, tx, conversation, wanted, now, Done())


def tell_of_cap(desk: Desk, tx: Tx, row: Outbound, now: datetime) -> None:
    """The alarm of a number that reached its cap: once in an hour, however many texts are held back and in however
    many conversations; a person whose own words were held back hears of it in any case."""
    if not tx.sends.first_refusal(row.to, now) and row.author == "agent":
        return
    get_logger().error("texts_capped", kind=row.channel)
    tell_staff(desk, tx, row, "hourly_cap", now)
