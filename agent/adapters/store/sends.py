"""The hour's texts of each number, and the stop on all sending; one claim at a time per number."""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, cast, delete, exists, func, select, text

from agent.adapters.store.tables import appointments, outbox, outbox_claims
from agent.adapters.store.tables_sends import send_halt, sends_taken
from agent.adapters.store.work import Work, upsert, word
from agent.model.address import Address
from agent.model.halt import Halt

_ALL = "all"
_t, _h = sends_taken.c, send_halt.c
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 14))")
_OLD = delete(sends_taken).where(_t.at <= bindparam("since"))
_TAKEN = select(cast(func.coalesce(func.sum(_t.texts), 0), BigInteger)).where(
    _t.address_key == bindparam("key"), _t.message != bindparam("of")
)
_put = upsert(sends_taken)
_TAKE = _put.on_conflict_do_update(
    index_elements=["message"],
    set_={"address_key": _put.excluded.address_key, "texts": _put.excluded.texts, "at": _put.excluded.at},
)
_REFUSED = upsert(sends_taken).on_conflict_do_nothing().returning(_t.message)
_few = appointments.c.id.in_(bindparam("ids", expanding=True))
_KNOWN = select(func.count()).select_from(appointments).where(_few)
_STEADY = select(appointments.c.id).where(_few).with_for_update(read=True, skip_locked=True)
_IN_HAND = select(
    exists()
    .where(outbox_claims.c.row == bindparam("of"), outbox.c.id == outbox_claims.c.message)
    .where(outbox.c.state == word("claimed"), outbox.c.claimed_at > bindparam("since"))
)
_HALTED = select(_h.by, _h.at, _h.everything).where(_h.name == word(_ALL))
_stop = upsert(send_halt)
_HALT = _stop.on_conflict_do_update(
    index_elements=["name"],
    set_={"by": _stop.excluded.by, "at": _stop.excluded.at, "everything": _stop.excluded.everything},
)
_RESUME = delete(send_halt).where(_h.name == word(_ALL))


class SendsRoom:
    """See `agent.ports.sends.Sends`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def take(
        self, to: Address, message: str, texts: int, since: datetime, now: datetime, most: int, *, of: str = ""
    ) -> bool:  # fmt: skip
        run, key = self._work.connection.execute, self._key(to, of)
        if self._work.postgres:
            run(_LOCK, {"key": key})
        run(_OLD, {"since": since})
        if int(run(_TAKEN, {"key": key, "of": message}).scalar_one()) + texts > most:
            return False
        run(_TAKE, {"message": message, "address_key": key, "texts": texts, "at": now})
        return True

    def first_refusal(self, to: Address, now: datetime) -> bool:
        key = self._key(to)
        given = {"message": f"refused:{key}", "address_key": key, "texts": 0, "at": now}
        return self._work.connection.execute(_REFUSED, given).first() is not None

    def steady(self, appointments: Iterable[str]) -> bool:
        ids = list(set(appointments))
        if not ids or not self._work.postgres:  # SQLite has one writer: us
            return True
        run = self._work.connection.execute
        held = len(run(_STEADY, {"ids": ids}).all())
        return held == int(run(_KNOWN, {"ids": ids}).scalar_one())

    def in_hand(self, row: str, since: datetime) -> bool:
        return bool(self._work.connection.execute(_IN_HAND, {"of": row, "since": since}).scalar())

    def halted(self) -> Halt | None:
        row = self._work.connection.execute(_HALTED).first()
        return Halt(by=row.by, at=row.at, everything=row.everything) if row else None

    def halt(self, halt: Halt) -> None:
        self._work.connection.execute(_HALT, {"name": _ALL, **halt.model_dump()})

    def resume(self) -> bool:
        return self._work.connection.execute(_RESUME).rowcount == 1

    def _key(self, to: Address, of: str = "") -> str:
        """The same for every way to write a number."""
        written = re.sub(r"\D", "", to.value) if to.channel == "sms" else to.value
        return self._work.ring.blind("send", f"{to.channel}:{written}{of and f'|{of}'}")
