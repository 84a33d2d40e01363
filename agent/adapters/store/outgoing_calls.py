"""Calls of our own: planned once, taken by one process at a time, one dialled for each conversation."""

from datetime import datetime

from sqlalchemy import bindparam, exists, select, update

from agent.adapters.store.tables_calls import outgoing_calls
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.outgoing_call import DIALLED, About, OutgoingCall

_c, _other = outgoing_calls.c, outgoing_calls.alias("other")
_PLAN = upsert(outgoing_calls).on_conflict_do_nothing().returning(_c.id)
_DUE = (
    select(outgoing_calls)
    .where(_c.clinic == bindparam("clinic"), _c.state == word("due"), _c.due_at <= bindparam("now"))
    .where(~exists().where(_other.c.conversation == _c.conversation, _other.c.state.in_(sorted(DIALLED))))
    .order_by(_c.due_at, _c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=outgoing_calls)
)
_GET = select(outgoing_calls).where(_c.id == bindparam("of"))
_LOCK = _GET.with_for_update()
_OF = select(outgoing_calls).where(
    _c.about == bindparam("kind"),
    _c.subject == bindparam("of"),
    _c.rule == bindparam("by"),
    _c.moment == bindparam("at"),
)
_AT = select(outgoing_calls).where(_c.provider_id == bindparam("of"))
_LATELY = (
    select(outgoing_calls)
    .where(_c.conversation == bindparam("of"), _c.seen_at >= bindparam("since"))
    .order_by(_c.seen_at.desc(), _c.id)
)
_CHANGING = ("state", "outcome", "tries", "due_at", "claimed_at", "seen_at", "provider_id")
_SAVE = update(outgoing_calls).where(_c.id == bindparam("of")).values({n: bindparam(n) for n in _CHANGING})
_DIALLED = (
    select(outgoing_calls)
    .where(_c.clinic == bindparam("clinic"), _c.state.in_(sorted(DIALLED)), _c.seen_at < bindparam("before"))
    .order_by(_c.seen_at)
)


class OutgoingCallsRoom:
    """See `agent.ports.outgoing_calls.OutgoingCalls`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def plan(self, call: OutgoingCall) -> bool:
        return self._run(_PLAN, call.model_dump()).first() is not None

    def take_due(self, clinic: str, now: datetime) -> OutgoingCall | None:
        return _read(self._run(_DUE, {"clinic": clinic, "now": now}).first())

    def get(self, id: str, *, lock: bool = False) -> OutgoingCall | None:
        return _read(self._run(_LOCK if lock else _GET, {"of": id}).first())

    def of(self, about: About, subject: str, rule: str, moment: datetime) -> OutgoingCall | None:
        return _read(self._run(_OF, {"kind": about, "of": subject, "by": rule, "at": moment}).first())

    def at(self, provider_id: str) -> OutgoingCall | None:
        return _read(self._run(_AT, {"of": provider_id}).first())

    def lately(self, conversation: str, since: datetime) -> list[OutgoingCall]:
        given = {"of": conversation, "since": since}
        return [OutgoingCall.model_validate(row._asdict()) for row in self._run(_LATELY, given)]

    def save(self, call: OutgoingCall) -> None:
        self._run(_SAVE, {**call.model_dump(include=set(_CHANGING)), "of": call.id})

    def dialled(self, clinic: str, seen_before: datetime) -> list[OutgoingCall]:
        given = {"clinic": clinic, "before": seen_before}
        return [OutgoingCall.model_validate(row._asdict()) for row in self._run(_DIALLED, given)]


def _read(row: AnyRow | None) -> OutgoingCall | None:
    return None if row is None else OutgoingCall.model_validate(row._asdict())
