"""Telephone calls by id, and the rows of the outbox that one call may speak."""

from datetime import datetime

from sqlalchemy import bindparam, exists, select, text, update

from agent.adapters.store.outbox import read_outbound
from agent.adapters.store.tables import OPEN_INBOUND, OPEN_OUTBOUND, inbox, outbox
from agent.adapters.store.tables_calls import calls
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.call import Call
from agent.model.message import Outbound

_OPEN = upsert(calls).on_conflict_do_nothing().returning(calls.c.id)
_GET = select(calls).where(calls.c.id == bindparam("of"))
_LOCK = _GET.with_for_update()
_LAST = select(calls).where(calls.c.conversation == bindparam("of")).order_by(calls.c.opened_at.desc()).limit(1)
_SAVE = (
    update(calls)
    .where(calls.c.id == bindparam("of"))
    .values({n: bindparam(n) for n in ("way", "state", "wish", "tried", "drops", "recording", "seen_at", "since")})
)
_ENDED = (
    select(calls)
    .where(calls.c.clinic == bindparam("clinic"), calls.c.state == "ended", calls.c.wish == "")
    .where(calls.c.seen_at > bindparam("since"), calls.c.seen_at <= bindparam("until"), calls.c.tried.is_(False))
    .order_by(calls.c.seen_at)
    .limit(bindparam("limit"))
)
_UP = (
    select(calls)
    .where(calls.c.clinic == bindparam("clinic"), calls.c.state.in_(("live", "transfer", "person")))
    .where(calls.c.seen_at > bindparam("since"))
    .order_by(calls.c.opened_at)
)
_one = outbox.alias("one")
_DUE = (
    select(
        _one.c.id, _one.c.state, _one.c.due_at, _one.c.attempts, _one.c.claimed_at, _one.c.provider_ids,
        _one.c.delivery, _one.c.failure, _one.c.body,
    )
    .where(_one.c.conversation == bindparam("of"), _one.c.due_at <= bindparam("now"))
    .where(text("one." + OPEN_OUTBOUND), _one.c.state == word("queued"), _one.c.channel == word("voice"))
    .order_by(_one.c.urgent.desc(), _one.c.id)
    .with_for_update(skip_locked=True, of=_one)
)  # fmt: skip
_TO_SAY = select(
    exists().where(_one.c.conversation == bindparam("of"), _one.c.due_at <= bindparam("now"))
    .where(text("one." + OPEN_OUTBOUND), _one.c.state == word("queued"), _one.c.channel == word("voice"))
)  # fmt: skip
_WAITS = select(exists().where(inbox.c.conversation == bindparam("of"), text(OPEN_INBOUND)))


class CallsRoom:
    """See `agent.ports.calls.Calls`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._run = work.connection.execute

    def open(self, call: Call) -> bool:
        return self._run(_OPEN, call.model_dump()).first() is not None

    def get(self, id: str, *, lock: bool = False) -> Call | None:
        return _read(self._run(_LOCK if lock else _GET, {"of": id}).first())

    def save(self, call: Call) -> None:
        self._run(_SAVE, {**call.model_dump(exclude={"id", "clinic", "conversation", "opened_at"}), "of": call.id})

    def last_of(self, conversation: str) -> Call | None:
        return _read(self._run(_LAST, {"of": conversation}).first())

    def ended(self, clinic: str, since: datetime, until: datetime, limit: int) -> list[Call]:
        given = {"clinic": clinic, "since": since, "until": until, "limit": limit}
        return [Call.model_validate(row._asdict()) for row in self._run(_ENDED, given)]

    def up(self, clinic: str, since: datetime) -> list[Call]:
        return [Call.model_validate(row._asdict()) for row in self._run(_UP, {"clinic": clinic, "since": since})]

    def due(self, conversation: str, now: datetime) -> list[Outbound]:
        return [read_outbound(self._work, row) for row in self._work.all(_DUE, {"of": conversation, "now": now})]

    def to_say(self, conversation: str, now: datetime) -> bool:
        return bool(self._run(_TO_SAY, {"of": conversation, "now": now}).scalar())

    def unheard(self, conversation: str) -> bool:
        return bool(self._run(_WAITS, {"of": conversation}).scalar())


def _read(row: AnyRow | None) -> Call | None:
    return None if row is None else Call.model_validate(row._asdict())
