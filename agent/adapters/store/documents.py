"""Documents of visits, sealed under their patient's key; one worker drafts each, and changes compare and swap."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select, update

from agent.adapters.store.keyring import of_patient
from agent.adapters.store.tables_documents import documents
from agent.adapters.store.work import Work, upsert
from agent.model.document import Document, State
from agent.model.fault import Conflict

_c = documents.c
_row = (_c.id, _c.body)
_ADD = upsert(documents).on_conflict_do_nothing(index_elements=["clinic", "key"]).returning(_c.id)
_BY_KEY = select(*_row).where(_c.clinic == bindparam("of"), _c.key == bindparam("hash"))
_GET = select(*_row).where(_c.id == bindparam("of"))
_SAVE = (
    update(documents)
    .where(_c.id == bindparam("of"), _c.version == bindparam("seen"))
    .values({n: bindparam(n) for n in ("state", "lease_until", "version", "body")})
)
_NEXT = (
    select(*_row)
    .where(
        _c.clinic == bindparam("of"),
        _c.state == "waiting",
        or_(_c.lease_until.is_(None), _c.lease_until <= bindparam("now")),
    )
    .order_by(_c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_BY_STATE = (
    select(*_row)
    .where(_c.clinic == bindparam("of"), _c.state.in_(bindparam("states", expanding=True)))
    .order_by(_c.id)
    .limit(bindparam("most"))
)
_NEWEST = _BY_STATE.order_by(None).order_by(_c.id.desc())
_VERSIONS = _NEWEST.with_only_columns(_c.id, _c.version)
_OF_PATIENT = select(*_row).where(_c.patient == bindparam("of")).order_by(_c.id)


class DocumentsRoom:
    """See `agent.ports.notes.Documents`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, document: Document) -> Document:
        given = {"id": document.id, "clinic": document.clinic, "patient": document.patient, "key": document.key}
        if self._work.connection.execute(_ADD, given | self._columns(document)).first():
            return document
        row = self._work.connection.execute(_BY_KEY, {"of": document.clinic, "hash": document.key}).one()
        return self._work.open("documents", row.id, row.body, Document)

    def get(self, id: str) -> Document | None:
        row = self._work.connection.execute(_GET, {"of": id}).first()
        return self._work.open("documents", row.id, row.body, Document) if row else None

    def save(self, document: Document) -> Document:
        saved = document.model_copy(update={"version": document.version + 1})
        given = {"of": document.id, "seen": document.version} | self._columns(saved)
        if self._work.connection.execute(_SAVE, given).rowcount != 1:
            raise Conflict(f"document {document.id} is no longer at version {document.version}")
        return saved

    def claim(self, clinic: str, now: datetime, lease_seconds: float) -> Document | None:
        row = self._work.connection.execute(_NEXT, {"of": clinic, "now": now}).first()
        if row is None:
            return None
        found = self._work.open("documents", row.id, row.body, Document)
        lease = now + timedelta(seconds=lease_seconds)
        return self.save(found.model_copy(update={"lease_until": lease, "attempts": found.attempts + 1}))

    def by_state(self, clinic: str, states: Sequence[State], limit: int = 200) -> list[Document]:
        rows = self._work.all(_BY_STATE, {"of": clinic, "states": list(states), "most": limit})
        return [self._work.open("documents", row.id, row.body, Document) for row in rows]

    def newest(self, clinic: str, states: Sequence[State], limit: int) -> list[Document]:
        rows = self._work.all(_NEWEST, {"of": clinic, "states": list(states), "most": limit})
        return [self._work.open("documents", row.id, row.body, Document) for row in reversed(rows)]

    def versions(self, clinic: str, states: Sequence[State], limit: int) -> dict[str, int]:
        rows = self._work.connection.execute(_VERSIONS, {"of": clinic, "states": list(states), "most": limit})
        return {row.id: row.version for row in rows}

    def of_patient(self, patient: str) -> list[Document]:
        rows = self._work.all(_OF_PATIENT, {"of": patient})
        return [self._work.open("documents", row.id, row.body, Document) for row in rows]

    def _columns(self, document: Document) -> dict[str, object]:
        body = self._work.seal(of_patient(document.patient), "documents", document.id, document)
        lease = document.lease_until
        return {"state": document.state, "lease_until": lease, "version": document.version, "body": body}
