"""Reminders by telephone: planned once, taken by one process at a time, one dialled for each conversation."""

from datetime import datetime

from sqlalchemy import bindparam, exists, select, update

from agent.adapters.store.tables_calls import reminder_calls
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.reminder_call import DIALLED, ReminderCall

_c, _other = reminder_calls.c, reminder_calls.alias("other")
_PLAN = upsert(reminder_calls).on_conflict_do_nothing().returning(_c.id)
_DUE = (
    select(reminder_calls)
    .where(_c.clinic == bindparam("clinic"), _c.state == word("due"), _c.due_at <= bindparam("now"))
    .where(~exists().where(_other.c.conversation == _c.conversation, _other.c.state.in_(sorted(DIALLED))))
    .order_by(_c.due_at, _c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=reminder_calls)
)
_GET = select(reminder_calls).where(_c.id == bindparam("of"))
_LOCK = _GET.with_for_update()
_OF = select(reminder_calls).where(
    _c.appointment == bindparam("of"), _c.rule == bindparam("by"), _c.visit_at == bindparam("at")
)
_AT = select(reminder_calls).where(_c.provider_id == bindparam("of"))
_LATELY = (
    select(reminder_calls)
    .where(_c.conversation == bindparam("of"), _c.seen_at >= bindparam("since"))
    .order_by(_c.seen_at.desc(), _c.id)
)
_CHANGING = ("state", "outcome", "tries", "due_at", "claimed_at", "seen_at", "provider_id")
_SAVE = update(reminder_calls).where(_c.id == bindparam("of")).values({n: bindparam(n) for n in _CHANGING})
_DIALLED = (
    select(reminder_calls)
    .where(_c.clinic == bindparam("clinic"), _c.state.in_(sorted(DIALLED)), _c.seen_at < bindparam("before"))
    .order_by(_c.seen_at)
)


class ReminderCallsRoom:
    """See `agent.ports.reminder_calls.ReminderCalls`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def plan(self, call: ReminderCall) -> bool:
        return self._run(_PLAN, call.model_dump()).first() is not None

    def take_due(self, clinic: str, now: datetime) -> ReminderCall | None:
        return _read(self._run(_DUE, {"clinic": clinic, "now": now}).first())

    def get(self, id: str, *, lock: bool = False) -> ReminderCall | None:
        return _read(self._run(_LOCK if lock else _GET, {"of": id}).first())

    def of(self, appointment: str, rule: str, visit_at: datetime) -> ReminderCall | None:
        return _read(self._run(_OF, {"of": appointment, "by": rule, "at": visit_at}).first())

    def at(self, provider_id: str) -> ReminderCall | None:
        return _read(self._run(_AT, {"of": provider_id}).first())

    def lately(self, conversation: str, since: datetime) -> list[ReminderCall]:
        given = {"of": conversation, "since": since}
        return [ReminderCall.model_validate(row._asdict()) for row in self._run(_LATELY, given)]

    def save(self, call: ReminderCall) -> None:
        self._run(_SAVE, {**call.model_dump(include=set(_CHANGING)), "of": call.id})

    def dialled(self, clinic: str, seen_before: datetime) -> list[ReminderCall]:
        given = {"clinic": clinic, "before": seen_before}
        return [ReminderCall.model_validate(row._asdict()) for row in self._run(_DIALLED, given)]


def _read(row: AnyRow | None) -> ReminderCall | None:
    return None if row is None else ReminderCall.model_validate(row._asdict())
