"""Who asked not to be written to; found by a blind index of the address, the address itself is not kept."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from agent.adapters.store.consents import TAKEN_BACK
from agent.adapters.store.flow import Ahead
from agent.adapters.store.tables import optouts
from agent.adapters.store.work import Work, upsert
from agent.model.address import Address

_put = upsert(optouts)
# the condition makes a row come back only where something changed
_STOP = _put.on_conflict_do_update(
    index_elements=["address_key"],
    set_={"stopped": _put.excluded.stopped, "at": _put.excluded.at, "how": _put.excluded.how},
    where=optouts.c.stopped.is_(False),
).returning(optouts.c.address_key)
_START = (
    optouts.update()
    .where(optouts.c.address_key == bindparam("key"), optouts.c.stopped.is_(True), optouts.c.at <= bindparam("now"))
    .values(stopped=False, at=bindparam("now"), how="start")
)
_STOPPED = select(optouts.c.stopped).where(optouts.c.address_key == bindparam("key"))
_STOPPED_OF = select(optouts.c.address_key, optouts.c.stopped).where(
    optouts.c.address_key == any_(bindparam("keys", type_=ARRAY(Text)))
)


class OptOutsRoom:
    """See `agent.ports.OptOuts`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._foreseen: tuple[frozenset[str], Ahead] | None = None

    def stop(self, address: Address, now: datetime, how: str) -> bool:
        if address.channel == "sms":
            calls = Address(channel="voice", value=address.value)
            self._work.connection.execute(TAKEN_BACK, {"key": self._work.address_key(calls)})
        given = {"address_key": self._work.address_key(address), "stopped": True, "at": now, "how": how}
        return self._work.connection.execute(_STOP, given).first() is not None

    def start(self, address: Address, now: datetime) -> bool:
        given = {"key": self._work.address_key(address), "now": now}
        return self._work.connection.execute(_START, given).rowcount == 1

    def stopped(self, address: Address) -> bool:
        key = self._work.address_key(address)
        keys, ahead = self._foreseen or (frozenset(), None)
        if ahead is not None and ahead.rows is not None and key in keys:
            return any(row.stopped for row in ahead.rows if row.address_key == key)
        return bool(self._work.connection.execute(_STOPPED, {"key": key}).scalar())

    def expect(self, addresses: Iterable[Address]) -> None:
        keys = frozenset(map(self._work.address_key, addresses))
        if self._work.postgres and keys:
            self._foreseen = keys, self._work.connection.ahead(_STOPPED_OF, {"keys": sorted(keys)})
