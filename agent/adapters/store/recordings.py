"""Recorded messages, sealed under the key of their conversation; of one that is only to be deleted at the provider's
nothing but its id there is left."""

from datetime import datetime

from sqlalchemy import bindparam, delete, false, select, update

from agent.adapters.store.keyring import of_conversation
from agent.adapters.store.tables_recordings import recordings
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.recording import Recording

TABLE = "recordings"
_c = recordings.c
_NAMES = ("conversation", "task", "state", "away", "due_at", "changed_at", "body")
_row = (_c.id, _c.clinic, _c.provider_id, _c.state, _c.due_at, _c.changed_at, _c.body)
_ADD = upsert(recordings).on_conflict_do_nothing().returning(_c.id)
_GET = select(*_row).where(_c.id == bindparam("of"))
_AT = select(*_row).where(_c.provider_id == bindparam("of"))
_CONTENT = select(_c.content).where(_c.id == bindparam("of"))
_OF_TASK = select(*_row).where(_c.task == bindparam("of")).order_by(_c.id)
_OF_TALKS = (
    select(*_row)
    .where(_c.conversation.in_(bindparam("ids", expanding=True)), _c.state == word("kept"))
    .order_by(_c.id.desc())
)
_DUE = (
    select(*_row)
    .where(_c.clinic == bindparam("clinic"), _c.away == false(), _c.due_at <= bindparam("now"))
    .order_by(_c.due_at, _c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_LEASE = update(recordings).where(_c.id == bindparam("of")).values(due_at=bindparam("until"))
_SAVE = (
    update(recordings)
    .where(_c.id == bindparam("of"), _c.state != word("doomed"))
    .values({n: bindparam(n) for n in _NAMES})
)
_SAVE_WHOLE = _SAVE.values(content=bindparam("content"))
_DROP = delete(recordings).where(_c.id == bindparam("of"))


class RecordingsRoom:
    """See `agent.ports.recordings.Recordings`."""

    def __init__(self, work: Work) -> None:
        self._work, self._run = work, work.connection.execute

    def add(self, recording: Recording) -> bool:
        given = {"id": recording.id, "clinic": recording.clinic, "provider_id": recording.provider_id}
        return self._run(_ADD, given | self._columns(recording)).first() is not None

    def get(self, id: str) -> Recording | None:
        return self._read(self._run(_GET, {"of": id}).first())

    def at(self, provider_id: str) -> Recording | None:
        return self._read(self._run(_AT, {"of": provider_id}).first())

    def content(self, id: str) -> bytes | None:
        sealed = self._run(_CONTENT, {"of": id}).scalar()
        return None if sealed is None else self._work.keys.open(TABLE, "content", id, sealed)

    def of_task(self, task: str) -> list[Recording]:
        return [r for row in self._work.all(_OF_TASK, {"of": task}) if (r := self._read(row))]

    def of_conversations(self, ids: list[str]) -> list[Recording]:
        rows = self._work.all(_OF_TALKS, {"ids": ids}) if ids else []
        return [r for row in rows if (r := self._read(row))]

    def take_due(self, clinic: str, now: datetime, until: datetime) -> Recording | None:
        found = self._read(self._run(_DUE, {"clinic": clinic, "now": now}).first())
        if found is None:
            return None
        taken = found.model_copy(update={"due_at": until, "attempts": found.attempts + 1})
        if taken.state == "doomed":
            self._run(_LEASE, {"of": taken.id, "until": until})
        else:
            self.save(taken)
        return taken

    def save(self, recording: Recording, content: bytes | None = None) -> bool:
        given = {"of": recording.id} | self._columns(recording)
        if content is None:
            return self._run(_SAVE, given).rowcount == 1
        sealed = self._work.keys.seal(_owner(recording), TABLE, "content", recording.id, content)
        return self._run(_SAVE_WHOLE, given | {"content": sealed}).rowcount == 1

    def put_off(self, id: str, until: datetime) -> None:
        self._run(_LEASE, {"of": id, "until": until})

    def drop(self, id: str) -> None:
        self._run(_DROP, {"of": id})

    def _read(self, row: AnyRow | None) -> Recording | None:
        if row is None:
            return None
        if row.body is None:
            return Recording(
                id=row.id, clinic=row.clinic, provider_id=row.provider_id, state="doomed", made_at=row.changed_at,
                due_at=row.due_at, changed_at=row.changed_at,
            )  # fmt: skip
        return self._work.open(TABLE, row.id, row.body, Recording)

    def _columns(self, recording: Recording) -> dict[str, object]:
        plain = {n: getattr(recording, n) for n in _NAMES if n != "body"}
        doomed = recording.state == "doomed"
        return {**plain, "body": None if doomed else self._work.seal(_owner(recording), TABLE, recording.id, recording)}


def _owner(recording: Recording) -> str:
    return of_conversation(recording.conversation)
