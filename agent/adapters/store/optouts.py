"""Who asked not to be written to; found by a blind index of the address, the address itself is not kept."""

from datetime import datetime

from sqlalchemy import bindparam, select

from agent.adapters.store.consents import TAKEN_BACK
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


class OptOutsRoom:
    """See `agent.ports.OptOuts`."""

    def __init__(self, work: Work) -> None:
        self._work = work

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
        return bool(self._work.connection.execute(_STOPPED, {"key": self._work.address_key(address)}).scalar())
