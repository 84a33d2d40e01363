"""Messages that staff look at again, each stored once; their words are sealed like everything a patient wrote."""

from sqlalchemy import bindparam, select, update

from agent.adapters.store.keyring import of_conversation
from agent.adapters.store.tables import inbox, second_looks
from agent.adapters.store.work import Work, upsert
from agent.model.fault import Conflict
from agent.model.second_look import SecondLook, Verdict

_c = second_looks.c
_ADD = upsert(second_looks).on_conflict_do_nothing(index_elements=["inbound"]).returning(_c.id)
_OF = select(_c.id, _c.body).where(_c.clinic == bindparam("clinic"), _c.inbound == bindparam("inbound"))
_BY = (
    select(_c.id, _c.body)
    .where(_c.clinic == bindparam("clinic"), _c.verdict == bindparam("verdict"))
    .order_by(_c.id.desc())
    .limit(bindparam("limit"))
)
_SAVE = update(second_looks).where(_c.id == bindparam("of")).values(verdict=bindparam("now"), body=bindparam("sealed"))
_WHERE = select(inbox.c.conversation).where(inbox.c.id == bindparam("of"))


class LooksRoom:
    """See `agent.ports.SecondLooks`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, look: SecondLook) -> bool:
        given = {"id": look.id, "clinic": look.clinic, "inbound": look.inbound, "verdict": look.verdict}
        sealed = self._seal(look)
        return self._work.connection.execute(_ADD, given | {"body": sealed}).first() is not None

    def of(self, clinic: str, inbound: str) -> SecondLook | None:
        row = self._work.connection.execute(_OF, {"clinic": clinic, "inbound": inbound}).first()
        return self._work.open("second_looks", row.id, row.body, SecondLook) if row else None

    def by_verdict(self, clinic: str, verdict: Verdict, limit: int = 100) -> list[SecondLook]:
        rows = self._work.all(_BY, {"clinic": clinic, "verdict": verdict, "limit": limit})
        return [self._work.open("second_looks", row.id, row.body, SecondLook) for row in rows]

    def save(self, look: SecondLook) -> None:
        given = {"of": look.id, "now": look.verdict, "sealed": self._seal(look)}
        if self._work.connection.execute(_SAVE, given).rowcount != 1:
            raise Conflict(f"there is no second look {look.id}")

    def _seal(self, look: SecondLook) -> bytes:
        where = self._work.connection.execute(_WHERE, {"of": look.inbound}).scalar()
        return self._work.seal(of_conversation(where), "second_looks", look.id, look)
