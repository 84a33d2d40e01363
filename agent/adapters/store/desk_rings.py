"""The staff's telephones rung for a call: ids, places and states alone."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, insert, select, update

from agent.adapters.store.tables_calls import desk_rings
from agent.adapters.store.work import Work
from agent.model.desk_ring import DeskRing

_c = desk_rings.c
_OPEN = insert(desk_rings)
_GET = select(desk_rings).where(_c.id == bindparam("of"))
_LATEST = select(func.max(_c.round)).where(_c.call == bindparam("of")).scalar_subquery()
_OF_CALL = select(desk_rings).where(_c.call == bindparam("of"), _c.round == _LATEST).order_by(_c.place)
_SAVE = (
    update(desk_rings)
    .where(_c.id == bindparam("of"))
    .values({n: bindparam(n) for n in ("state", "provider_id", "seen_at")})
)  # fmt: skip


class DeskRingsRoom:
    """See `agent.ports.calls.DeskRings`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def open(self, rings: Sequence[DeskRing]) -> None:
        self._run(_OPEN, [ring.model_dump() for ring in rings])

    def get(self, id: str) -> DeskRing | None:
        row = self._run(_GET, {"of": id}).first()
        return None if row is None else DeskRing.model_validate(row._asdict())

    def save(self, ring: DeskRing) -> None:
        given = {"state": ring.state, "provider_id": ring.provider_id, "seen_at": ring.seen_at}
        self._run(_SAVE, {"of": ring.id, **given})

    def of_call(self, call: str) -> list[DeskRing]:
        return [DeskRing.model_validate(row._asdict()) for row in self._run(_OF_CALL, {"of": call})]
