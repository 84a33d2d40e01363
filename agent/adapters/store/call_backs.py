"""Calls that staff asked for: ids and states alone, one under way for a task."""

from sqlalchemy import bindparam, select, update

from agent.adapters.store.tables_calls import call_backs
from agent.adapters.store.work import Work, upsert
from agent.model.call_back import CallBack

_OPEN = upsert(call_backs).on_conflict_do_nothing().returning(call_backs.c.id)
_GET = select(call_backs).where(call_backs.c.id == bindparam("of"))
_LOCK = _GET.with_for_update()
_LAST = select(call_backs).where(call_backs.c.task == bindparam("of")).order_by(call_backs.c.id.desc()).limit(1)
_SAVE = (
    update(call_backs)
    .where(call_backs.c.id == bindparam("of"))
    .values({n: bindparam(n) for n in ("state", "seen_at")})
)  # fmt: skip


class CallBacksRoom:
    """See `agent.ports.call_backs.CallBacks`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def open(self, back: CallBack) -> bool:
        return self._run(_OPEN, back.model_dump()).first() is not None

    def get(self, id: str, *, lock: bool = False) -> CallBack | None:
        row = self._run(_LOCK if lock else _GET, {"of": id}).first()
        return None if row is None else CallBack.model_validate(row._asdict())

    def save(self, back: CallBack) -> None:
        self._run(_SAVE, {"of": back.id, "state": back.state, "seen_at": back.seen_at})

    def last_of(self, task: str) -> CallBack | None:
        row = self._run(_LAST, {"of": task}).first()
        return None if row is None else CallBack.model_validate(row._asdict())
