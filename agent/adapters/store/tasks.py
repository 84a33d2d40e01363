"""Tasks for staff: numbered per clinic, one per key, changed by compare-and-swap only."""

from sqlalchemy import bindparam, select, update

from agent.adapters.store.keyring import of_conversation, of_patient
from agent.adapters.store.tables import counters, tasks
from agent.adapters.store.work import AnyRow, AnySelect, Work, upsert
from agent.model.fault import Conflict
from agent.model.task import OPEN, Task

_RANK = {"stat": 0, "asap": 1, "urgent": 2, "routine": 3}
_row = (tasks.c.id, tasks.c.body)
_NUMBER = upsert(counters).values(value=1)
_NUMBER = _NUMBER.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
_NEXT_NUMBER = _NUMBER.returning(counters.c.value)
_ADD = upsert(tasks).on_conflict_do_nothing(index_elements=["key"]).returning(tasks.c.id)
_GET = select(*_row).where(tasks.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_BY_KEY = select(*_row).where(tasks.c.key == bindparam("key"))
_BY_NUMBER = select(*_row).where(tasks.c.clinic == bindparam("clinic"), tasks.c.number == bindparam("number"))
_SAVE = (
    update(tasks)
    .where(tasks.c.id == bindparam("of"), tasks.c.version == bindparam("seen"))
    .values({n: bindparam(n) for n in ("open", "rank", "due_at", "changed_at", "version", "body")})
)
_OPEN = (
    select(*_row)
    .where(tasks.c.clinic == bindparam("clinic"), tasks.c.open.is_(True))
    .order_by(tasks.c.rank, tasks.c.due_at, tasks.c.number)
)
_DONE = (
    select(*_row)
    .where(tasks.c.clinic == bindparam("clinic"), tasks.c.open.is_(False))
    .order_by(tasks.c.changed_at.desc(), tasks.c.number.desc())
    .limit(bindparam("limit"))
)
_OF = select(*_row).where(tasks.c.conversation == bindparam("of")).order_by(tasks.c.number)


class TasksRoom:
    """See `agent.ports.Tasks`. A number may be left out when two processes add the same key at one moment."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, task: Task) -> Task:
        run = self._work.connection.execute
        key = None if task.key is None else f"{task.conversation or ''}|{task.key}"
        first = key and run(_BY_KEY, {"key": key}).first()
        if first:
            return self._read(first)
        number = int(run(_NEXT_NUMBER, {"name": f"tasks:{task.clinic}"}).scalar_one())
        task = task.model_copy(update={"number": number})
        given = {"id": task.id, "clinic": task.clinic, "number": number, "conversation": task.conversation, "key": key}
        if run(_ADD, given | self._columns(task)).first():
            return task
        return self._read(run(_BY_KEY, {"key": key}).one())

    def get(self, id: str, *, lock: bool = False) -> Task | None:
        return self._one(self._work.connection.execute(_LOCK if lock else _GET, {"id": id}).first())

    def save(self, task: Task) -> Task:
        saved = task.model_copy(update={"version": task.version + 1})
        given = {"of": task.id, "seen": task.version} | self._columns(saved)
        if self._work.connection.execute(_SAVE, given).rowcount != 1:
            raise Conflict(f"task {task.id} is no longer at version {task.version}")
        return saved

    def open(self, clinic: str) -> list[Task]:
        return self._looked(f"open {clinic}", _OPEN, {"clinic": clinic})

    def done(self, clinic: str, limit: int = 50) -> list[Task]:
        """The last settled first."""
        return self._looked(f"done {clinic} {limit}", _DONE, {"clinic": clinic, "limit": limit})

    def _looked(self, name: str, statement: AnySelect, given: dict[str, object]) -> list[Task]:
        """Every console reads them at every ring: only what has changed since the last look is opened."""
        rows = self._work.connection.execute(statement, given).all()
        before = self._work.ring.latest.get(name, {})
        fresh = [row for row in rows if before.get(row.id, (None,))[0] != row.body]
        self._work.keys.warm(row.body for row in fresh)
        changed = {row.id: (row.body, self._read(row)) for row in fresh}
        now = {row.id: changed.get(row.id) or before[row.id] for row in rows}
        if not self._work.write:  # what a transaction has not committed yet is nobody else's
            self._work.ring.latest[name] = now
        return [task for _, task in now.values()]

    def of(self, conversation: str) -> list[Task]:
        return [self._read(row) for row in self._work.connection.execute(_OF, {"of": conversation})]

    def by_number(self, clinic: str, number: int) -> Task | None:
        return self._one(self._work.connection.execute(_BY_NUMBER, {"clinic": clinic, "number": number}).first())

    def _columns(self, task: Task) -> dict[str, object]:
        return {
            "open": task.status in OPEN,
            "rank": _RANK[task.priority],
            "due_at": task.due_at,
            "changed_at": self._work.clock(),
            "version": task.version,
            "body": self._work.seal(owner_of(task), "tasks", task.id, task),
        }

    def _one(self, row: AnyRow | None) -> Task | None:
        return self._read(row) if row else None

    def _read(self, row: AnyRow) -> Task:
        return self._work.open("tasks", row.id, row.body, Task)


def owner_of(task: Task) -> str:
    """Whose key seals the task: its conversation's, else its patient's."""
    if task.conversation is None and task.patient is not None:
        return of_patient(task.patient)
    return of_conversation(task.conversation)
