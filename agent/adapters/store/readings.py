"""How far the provider's list of inbound messages has been read, for each number of the clinic."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from agent.adapters.store.tables import readings
from agent.adapters.store.work import AnyRow, Work, upsert
from agent.ports.missed import Reading

_c = readings.c
_put = upsert(readings)
_row = (_c.begun, _c.until, _c.failing_since, _c.told)
_CLAIM = _put.on_conflict_do_update(
    index_elements=["number"], set_={"due_at": _put.excluded.due_at}, where=_c.due_at <= bindparam("now")
).returning(*_row)
_CLAIM_AT_ONCE = _put.on_conflict_do_update(index_elements=["number"], set_={"due_at": _put.excluded.due_at}).returning(
    *_row
)
_GET = select(*_row).where(_c.number == bindparam("of"))
_REACHED = update(readings).where(_c.number == bindparam("of")).values(failing_since=None, told=False)
_FORWARD = (
    update(readings)
    .where(_c.number == bindparam("of"), _c.until < bindparam("reached"))
    .values(until=bindparam("reached"))
)
_FAILED = (
    update(readings)
    .where(_c.number == bindparam("of"))
    .values(failing_since=bindparam("since"), told=bindparam("said"))
)


class ReadingsRoom:
    """See `agent.ports.missed.Readings`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def claim(self, number: str, now: datetime, every: float, *, at_once: bool = False) -> Reading | None:
        due = now + timedelta(seconds=every)
        given = {"number": number, "begun": now, "until": now, "due_at": due, "told": False}
        if at_once:
            return _read(self._work.connection.execute(_CLAIM_AT_ONCE, given).first())
        return _read(self._work.connection.execute(_CLAIM, given | {"now": now}).first())

    def reached(self, number: str, until: datetime) -> None:
        self._work.connection.execute(_REACHED, {"of": number})
        self._work.connection.execute(_FORWARD, {"of": number, "reached": until})

    def failed(self, number: str, since: datetime, told: bool) -> None:
        self._work.connection.execute(_FAILED, {"of": number, "since": since, "said": told})

    def get(self, number: str) -> Reading | None:
        return _read(self._work.connection.execute(_GET, {"of": number}).first())


def _read(row: AnyRow | None) -> Reading | None:
    return Reading(row.begun, row.until, row.failing_since, row.told) if row else None
