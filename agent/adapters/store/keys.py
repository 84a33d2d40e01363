"""Idempotency keys: the first answer to a request is the answer to its repeats, for a day."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from agent.adapters.store.keyring import DESK
from agent.adapters.store.tables import idempotency_keys
from agent.adapters.store.work import Work, upsert

KEPT = timedelta(hours=24)

_k = idempotency_keys.c
_put = upsert(idempotency_keys)
_BEGIN = _put.on_conflict_do_update(
    index_elements=["key"],
    set_={"body_hash": _put.excluded.body_hash, "at": _put.excluded.at, "answer": None},
    where=_k.at < bindparam("stale"),
).returning(_k.key)
_FIND = select(_k.body_hash, _k.answer).where(_k.key == bindparam("of"))
_FINISH = update(idempotency_keys).where(_k.key == bindparam("of")).values(answer=bindparam("answer"))


class KeysRoom:
    """See `agent.ports.IdempotencyKeys`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def begin(self, key: str, body_hash: str, now: datetime) -> tuple[str, str | None]:
        given = {"key": key, "body_hash": body_hash, "at": now, "stale": now - KEPT}
        if self._work.connection.execute(_BEGIN, given).first():
            return "new", None
        row = self._work.connection.execute(_FIND, {"of": key}).one()
        if row.body_hash != body_hash:
            return "other", None
        if row.answer is None:
            return "running", None
        return "done", self._work.keys.open("idempotency_keys", "answer", key, row.answer).decode()

    def finish(self, key: str, answer: str) -> None:
        sealed = self._work.keys.seal(DESK, "idempotency_keys", "answer", key, answer.encode())
        self._work.connection.execute(_FINISH, {"of": key, "answer": sealed})
