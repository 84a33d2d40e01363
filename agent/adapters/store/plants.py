"""Planted errors: who is shown one and how it ended stand in columns, what is shown is sealed."""

from datetime import datetime

from sqlalchemy import bindparam, case, func, select, update

from agent.adapters.store.keyring import of_conversation
from agent.adapters.store.tables_plants import plants
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.plant import Plant, PlantState
from agent.ports.plants import Tally

TABLE = "plants"
_c = plants.c
_row = (_c.id, _c.state, _c.ended_at, _c.body)
_since = _c.shown_at >= bindparam("since")
_ADD = upsert(plants).on_conflict_do_nothing().returning(_c.id)
_GET = select(*_row).where(_c.id == bindparam("of"))
_OF_TASK = select(*_row).where(_c.task == bindparam("of"))
_OPEN = select(*_row).where(_c.state == word("open")).order_by(_c.id)
_OPEN_OF = _OPEN.where(_c.staff == bindparam("of"))
_OPEN_SINCE = _OPEN.where(_c.clinic == bindparam("clinic"), _c.shown_at < bindparam("before"))
_END = (
    update(plants)
    .where(_c.id == bindparam("of"), _c.state == word("open"))
    .values(state=bindparam("to"), ended_at=bindparam("now"))
)
_SHOWN = select(func.count()).where(_c.staff == bindparam("of"), _since)
_caught, _missed = (func.sum(case((_c.state == state, 1), else_=0)) for state in ("caught", "missed"))
_TALLIES = (
    select(_c.staff, _caught.label("caught"), _missed.label("missed"))
    .where(_c.clinic == bindparam("clinic"), _since, _c.state.in_(("caught", "missed")))
    .group_by(_c.staff)
    .order_by(_c.staff)
)
_TASKS = select(_c.task).where(_c.clinic == bindparam("clinic"), _since)
_PLAIN = ("id", "clinic", "task", "conversation", "staff", "state", "shown_at", "ended_at")


class PlantsRoom:
    """See `agent.ports.plants.Plants`."""

    def __init__(self, work: Work) -> None:
        self._work, self._run = work, work.connection.execute

    def add(self, plant: Plant) -> bool:
        sealed = self._work.seal(of_conversation(plant.conversation), TABLE, plant.id, plant)
        return self._run(_ADD, {n: getattr(plant, n) for n in _PLAIN} | {"body": sealed}).first() is not None

    def get(self, id: str) -> Plant | None:
        row = self._run(_GET, {"of": id}).first()
        return self._read(row) if row else None

    def of_task(self, task: str) -> Plant | None:
        row = self._run(_OF_TASK, {"of": task}).first()
        return self._read(row) if row else None

    def open_of(self, staff: str) -> list[Plant]:
        return [self._read(row) for row in self._work.all(_OPEN_OF, {"of": staff})]

    def open_since(self, clinic: str, before: datetime) -> list[Plant]:
        return [self._read(row) for row in self._work.all(_OPEN_SINCE, {"clinic": clinic, "before": before})]

    def end(self, id: str, state: PlantState, now: datetime) -> bool:
        return self._run(_END, {"of": id, "to": state, "now": now}).rowcount == 1

    def shown_to(self, staff: str, since: datetime) -> int:
        return int(self._run(_SHOWN, {"of": staff, "since": since}).scalar_one())

    def tallies(self, clinic: str, since: datetime) -> list[Tally]:
        rows = self._run(_TALLIES, {"clinic": clinic, "since": since})
        return [Tally(row.staff, int(row.caught), int(row.missed)) for row in rows]

    def tasks(self, clinic: str, since: datetime) -> set[str]:
        return set(self._run(_TASKS, {"clinic": clinic, "since": since}).scalars())

    def _read(self, row: AnyRow) -> Plant:
        kept = self._work.open(TABLE, row.id, row.body, Plant)
        return kept.model_copy(update={"state": row.state, "ended_at": row.ended_at})
