"""Idempotency keys: the first answer to a request is the answer to its repeats, for a day."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, or_, select, update

from agent.adapters.store.keyring import DESK
from agent.adapters.store.tables import idempotency_keys
from agent.adapters.store.work import Work, upsert
from agent.model.fault import Conflict
from agent.ports.keys import Begun, Grip

KEPT = timedelta(hours=24)

_k = idempotency_keys.c
_put = upsert(idempotency_keys)
_BEGIN = _put.on_conflict_do_update(
    index_elements=["key"],
    set_={
        "request": _put.excluded.request, "at": _put.excluded.at, "lease_until": _put.excluded.lease_until,
        "fence": _k.fence + 1, "answer": None,
    },
    where=or_(
        _k.at <= bindparam("stale"),
        _k.answer.is_(None) & (_k.lease_until <= bindparam("now")) & (_k.request == _put.excluded.request),
    ),
).returning(_k.fence)  # fmt: skip
_FIND = select(_k.request, _k.answer).where(_k.key == bindparam("of"))
_mine = (_k.key == bindparam("of"), _k.fence == bindparam("held"), _k.answer.is_(None))
_FINISH = update(idempotency_keys).where(*_mine).values(answer=bindparam("given"))
_DROP = delete(idempotency_keys).where(*_mine)
_SWEEP = delete(idempotency_keys).where(_k.at <= bindparam("stale"))


class KeysRoom:
    """See `agent.ports.keys.IdempotencyKeys`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def begin(self, caller: str, key: str, request: bytes, now: datetime, lease_seconds: float) -> Begun:
        row = self._work.ring.blind("idempotency key", f"{caller}\n{key}")
        asked = self._work.ring.blind("idempotency request", request.decode("latin-1"))
        given = {
            "key": row, "request": asked, "at": now, "lease_until": now + timedelta(seconds=lease_seconds), "fence": 1,
            "stale": now - KEPT, "now": now,
        }  # fmt: skip
        taken = self._work.connection.execute(_BEGIN, given).first()
        if taken:
            return Begun("new", Grip(row, taken.fence))
        found = self._work.connection.execute(_FIND, {"of": row}).first()
        if found is None or (found.request == asked and found.answer is None):
            return Begun("running")  # None: it was given up between the two looks
        if found.request != asked:
            return Begun("other")
        return Begun("done", answer=self._work.keys.open("idempotency_keys", "answer", row, found.answer))

    def finish(self, grip: Grip, answer: bytes) -> None:
        sealed = self._work.keys.seal(DESK, "idempotency_keys", "answer", grip.row, answer)
        given = {"of": grip.row, "held": grip.fence, "given": sealed}
        if self._work.connection.execute(_FINISH, given).rowcount != 1:
            raise Conflict("this request was repeated, and another desk is carrying it out")

    def drop(self, grip: Grip) -> None:
        self._work.connection.execute(_DROP, {"of": grip.row, "held": grip.fence})

    def sweep(self, now: datetime) -> int:
        return self._work.connection.execute(_SWEEP, {"stale": now - KEPT}).rowcount
