"""Who agreed to texts or automated calls, in which conversation; by a blind index, the address is not kept."""

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select

from agent.adapters.store.tables_calls import consents
from agent.adapters.store.work import Work, upsert
from agent.model.address import Address

_put = upsert(consents)
_GIVE = _put.on_conflict_do_update(
    index_elements=["address_key"], set_={n: _put.excluded[n] for n in ("conversation", "at", "how")}
)
TAKEN_BACK = delete(consents).where(consents.c.address_key == bindparam("key"))
_GIVEN = select(exists().where(consents.c.address_key == bindparam("key")))


class ConsentsRoom:
    """See `agent.ports.consents.Consents`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def give(self, address: Address, conversation: str, now: datetime, how: str) -> None:
        key = self._work.address_key(address)
        given = {"address_key": key, "conversation": conversation, "at": now, "how": how}
        self._work.connection.execute(_GIVE, given)

    def given(self, address: Address) -> bool:
        return bool(self._work.connection.execute(_GIVEN, {"key": self._work.address_key(address)}).scalar())

    def withdraw(self, address: Address) -> bool:
        return self._work.connection.execute(TAKEN_BACK, {"key": self._work.address_key(address)}).rowcount == 1
