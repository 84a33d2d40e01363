"""What is written to the clinic's record, sealed under the patient's key; changes compare and swap."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from agent.adapters.store.keyring import of_patient
from agent.adapters.store.tables_charts import chart_writes
from agent.adapters.store.work import Work, upsert, word
from agent.model.chart import ChartWrite, WriteState
from agent.model.fault import Conflict
from agent.ports.chart import ChartLengths

TABLE = "chart_writes"
_c = chart_writes.c
_row = (_c.id, _c.body)
_NAMES = ("state", "due_at", "changed_at", "version", "body")
_ADD = upsert(chart_writes).on_conflict_do_nothing(index_elements=["id"]).returning(_c.id)
_GET = select(*_row).where(_c.id == bindparam("of"))
_SAVE = (
    update(chart_writes)
    .where(_c.id == bindparam("of"), _c.version == bindparam("seen"))
    .values({n: bindparam(n) for n in _NAMES})
)
_DUE = (
    select(*_row)
    .where(_c.clinic == bindparam("clinic"), _c.state == word("waiting"), _c.due_at <= bindparam("now"))
    .order_by(_c.due_at, _c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_BY_STATE = (
    select(*_row)
    .where(_c.clinic == bindparam("clinic"), _c.state.in_(bindparam("states", expanding=True)))
    .order_by(_c.changed_at.desc(), _c.id)
    .limit(bindparam("most"))
)
_COUNTS = select(_c.state, func.count()).where(_c.clinic == bindparam("clinic"), _c.state != word("written"))
_COUNTS = _COUNTS.group_by(_c.state)
_LONGEST_AGO = (
    select(*_row)
    .where(_c.clinic == bindparam("clinic"), _c.state == word("waiting"))
    .order_by(_c.changed_at, _c.id)
    .limit(200)
)


class ChartsRoom:
    """See `agent.ports.chart.ChartWrites`."""

    def __init__(self, work: Work) -> None:
        self._work, self._run = work, work.connection.execute

    def get(self, id: str) -> ChartWrite | None:
        row = self._run(_GET, {"of": id}).first()
        return self._work.open(TABLE, row.id, row.body, ChartWrite) if row else None

    def put(self, write: ChartWrite) -> ChartWrite:
        saved = write.model_copy(update={"version": write.version + 1})
        given = {n: getattr(saved, n) for n in _NAMES if n != "body"}
        given["body"] = self._work.seal(of_patient(saved.patient), TABLE, saved.id, saved)
        if write.version == 0:
            new = {"id": saved.id, "clinic": saved.clinic, "patient": saved.patient}
            put = self._run(_ADD, new | given).first() is not None
        else:
            put = self._run(_SAVE, {"of": saved.id, "seen": write.version} | given).rowcount == 1
        if not put:
            raise Conflict("somebody else was first, or this cannot be done now: open the page again")
        return saved

    def take_due(self, clinic: str, now: datetime, until: datetime) -> ChartWrite | None:
        row = self._run(_DUE, {"clinic": clinic, "now": now}).first()
        if row is None:
            return None
        found = self._work.open(TABLE, row.id, row.body, ChartWrite)
        return self.put(found.model_copy(update={"due_at": until, "attempts": found.attempts + 1}))

    def by_state(self, clinic: str, states: Sequence[WriteState], limit: int = 100) -> list[ChartWrite]:
        rows = self._work.all(_BY_STATE, {"clinic": clinic, "states": list(states), "most": limit})
        return [self._work.open(TABLE, row.id, row.body, ChartWrite) for row in rows]

    def lengths(self, clinic: str) -> ChartLengths:
        counts = {row[0]: int(row[1]) for row in self._run(_COUNTS, {"clinic": clinic})}
        waiting = counts.get("waiting", 0)
        rows = self._work.all(_LONGEST_AGO, {"clinic": clinic}) if waiting else []
        pressed = [self._work.open(TABLE, row.id, row.body, ChartWrite).pressed_at for row in rows]
        return ChartLengths(waiting, counts.get("stopped", 0), min(pressed, default=None))
