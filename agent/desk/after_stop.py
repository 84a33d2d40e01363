"""Whoever writes again after STOP may not be answered: a person hears of it, at most once a day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.dialogue.consent import PERHAPS_STOP
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask
from agent.model.message import Inbound
from agent.model.task import OPEN
from agent.model.understanding import Understanding
from agent.ports import Tx

REASON = "wrote_after_stop"
_WORDS = frozenset({"text", "choice"})  # STOP, START and HELP are no words that somebody waits to be answered
_CALLED = frozenset({REASON, "opted_out"})  # of these tasks staff call them anyway
_NOTHING = frozenset({"thanks", "goodbye", "affirm"})  # "ok, thank you"


def tell(
    desk: Desk, tx: Tx, conversation: Conversation, inbound: Inbound, heard: Understanding, done: Done, now: datetime
) -> None:
    """Add a quiet task to the turn's `done`, unless staff have or get these words anyway. What is written while such
    a task is open stands with it; after it was closed, another one comes on another day."""
    if inbound.channel != "sms" or inbound.kind not in _WORDS or conversation.mode == "staff" or done.tasks:
        return
    if not tx.optouts.stopped(inbound.sender) or _no_wish(inbound, heard):
        return
    before = tx.tasks.of(conversation.id)
    told = next((task for task in before if task.reason in _CALLED and task.status in OPEN), None)
    if told is None and any(t.reason == REASON and _day(desk, t.created_at) == _day(desk, now) for t in before):
        return
    said = {"field": "message", "quote": inbound.text, "inbound": inbound.id, "sure": True}
    wanted = OpenTask(
        kind="callback", proposal={"why": REASON, "message": inbound.text or None},
        evidence=(said,) if inbound.text else (), reason=told.reason if told is not None else REASON,
    )  # fmt: skip
    open_task(desk, tx, conversation, wanted, now, done)


def _day(desk: Desk, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(desk.clinic.zone)).date()


def _no_wish(inbound: Inbound, heard: Understanding) -> bool:
    """Thanks, and what only sounds like STOP once more, wait for nobody."""
    if inbound.media:
        return False
    again = heard.intent == "stop_messages" and heard.confidence >= PERHAPS_STOP
    return again or (heard.intent in _NOTHING and not heard.commands)
