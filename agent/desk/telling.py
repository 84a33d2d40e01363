"""How and when a patient hears of a decision: once the moment for second thoughts is over, and in nobody's night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.waking import by_morning, zones_of
from agent.model.conversation import Conversation
from agent.model.effect import Effect
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.ports import Tx

AWAKE = timedelta(hours=1)  # who wrote within it is up, and waits for the answer
_PRESSING = ("asap", "stat")


def told_of(
    desk: Desk, tx: Tx, conversation: Conversation | None, effects: tuple[Effect, ...], now: datetime, by: StaffUser,
    task: Task, row: str, starts: datetime | None = None,
) -> None:  # fmt: skip
    """The patient's own channel and language; `starts`: of the visit that it is about. Without a conversation nobody
    can be told, and staff see that."""
    if conversation is None:
        return
    due = now + timedelta(seconds=desk.settings.undo_seconds)
    due = max(due, waking_hour(desk, tx, conversation, task, now, starts))
    carry_out(desk, tx, conversation, effects, now, author=f"staff:{by.id}", row=row, due=due)


def waking_hour(
    desk: Desk, tx: Tx, talk: Conversation, task: Task, now: datetime, starts: datetime | None = None
) -> datetime:  # fmt: skip
    """From when on words about this request may reach the patient: at once where it is pressing, where they have just
    written or look at an open page; else not at night, but before they would set out for a visit."""
    if talk.channel == "chat" or task.kind == "urgent" or task.priority in _PRESSING:
        return now
    heard = tx.conversations.last_heard(talk.id)
    if heard is not None and now - heard[1] < AWAKE:
        return now
    zones = (ZoneInfo(desk.clinic.zone), *zones_of(talk.address.value))
    return by_morning(now, zones, desk.clinic.reminders, starts)
