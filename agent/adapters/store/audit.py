"""The audit chain: each row's hash covers the row and the hash before it; a signed head tells where it ends."""

import hashlib
import hmac
import json
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from agent.adapters.store.flow import Ahead
from agent.adapters.store.tables import audit, audit_head
from agent.adapters.store.work import AnyRow, Work, upsert
from agent.model.audit import AuditEvent

_PAGE = 2000  # rows read at a time by verify
_LOCK_ID = 0x46524F4E54
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode

_LOCK = select(func.pg_advisory_xact_lock(_LOCK_ID))
_HEAD = select(audit_head.c.seq, audit_head.c.hash, audit_head.c.seal).where(audit_head.c.name == "audit")
_HOLD = _HEAD.with_for_update()  # one writer of the chain at a time on PostgreSQL; SQLite has one writer anyway
_ADD = insert(audit)
_SET_HEAD = upsert(audit_head)
_SET_HEAD = _SET_HEAD.on_conflict_do_update(
    index_elements=["name"],
    set_={"seq": _SET_HEAD.excluded.seq, "hash": _SET_HEAD.excluded.hash, "seal": _SET_HEAD.excluded.seal},
)
_WALK = select(audit).where(audit.c.seq > bindparam("after")).order_by(audit.c.seq).limit(_PAGE)
_TAIL = select(audit).order_by(audit.c.seq.desc()).limit(bindparam("limit"))
_TAIL_OF = _TAIL.where(audit.c.subject == bindparam("of"))


class AuditRoom:
    """See `agent.ports.Audit`. Rows wait in memory and join the chain just before the commit, so that the chain is
    locked for as short as can be."""

    def __init__(self, work: Work, key: bytes) -> None:
        self._work = work
        self._key = key
        self._waiting: list[AuditEvent] = []
        self._foreseen: Ahead | None = None

    def write(self, event: AuditEvent) -> None:
        self._waiting.append(event)

    def expect(self) -> None:
        if self._work.postgres and self._waiting:
            self._foreseen = self._work.connection.ahead(_HOLD, {})

    def flush(self) -> None:
        """Chain what waits; called by the unit before it commits."""
        if not self._waiting:
            return
        events, self._waiting = self._waiting, []
        flow, head = self._work.connection, self._held_head()
        seq, chained = (head.seq, head.hash) if head else (0, "")
        rows: list[dict[str, Any]] = []
        for event in events:
            seq += 1
            row = _columns(event, seq)
            chained = row["hash"] = _link(self._key, chained, row)
            rows.append(row)
        for row in rows:
            flow.later(_ADD, row)
        flow.later(_SET_HEAD, {"name": "audit", "seq": seq, "hash": chained, "seal": _seal(self._key, seq, chained)})

    def verify(self) -> tuple[int, str | None]:
        """Finds rows edited, deleted, inserted or reordered, and a tail cut off. What it cannot find alone: the
        whole chain gone together with its head, or both put back to an earlier state; for that compare with a head
        that was exported."""
        self.flush()
        if self._work.postgres and self._work.write:
            self._held_head()  # a writer sees each row as it is committed: nobody may add now
        good, chained = 0, ""
        while page := self._work.connection.execute(_WALK, {"after": good}).all():
            for row in page:
                if row.seq != good + 1:
                    return good, f"row {good + 1} is missing"
                if not hmac.compare_digest(_link(self._key, chained, row._mapping), row.hash):
                    return good, f"row {row.seq} ({row.id}) is not what was written"
                good, chained = row.seq, row.hash
        return good, self._wrong_end(good, chained)

    def tail(self, limit: int = 100, subject: str | None = None) -> list[AuditEvent]:
        """Newest first."""
        self.flush()
        if subject is None:
            rows = self._work.connection.execute(_TAIL, {"limit": limit})
        else:
            rows = self._work.connection.execute(_TAIL_OF, {"limit": limit, "of": subject})
        return [_read(row) for row in rows]

    def _held_head(self) -> AnyRow | None:
        """The head, which nobody else moves before this transaction ends."""
        foreseen, self._foreseen = self._foreseen, None
        held = (foreseen and foreseen.rows) or self._work.connection.ask(_HOLD, {})
        if not held and self._work.postgres:  # the very first: there is no row yet that could be held
            self._work.connection.execute(_LOCK)
            held = self._work.connection.ask(_HOLD, {})
        return held[0] if held else None

    def _wrong_end(self, good: int, chained: str) -> str | None:
        head = self._work.connection.execute(_HEAD).first()
        if head is None:
            return "the signed head of the chain is missing" if good else None
        if not hmac.compare_digest(_seal(self._key, head.seq, head.hash), head.seal):
            return "the signed head of the chain was changed"
        if head.seq > good:
            return f"row {good + 1} is missing"
        if (head.seq, head.hash) != (good, chained):
            return f"row {head.seq + 1} was not written by the desk"
        return None


def audit_key(secret: bytes) -> bytes:
    """The chain's key, derived from the application's secret."""
    return hmac.new(secret, b"frontdesk/audit chain", hashlib.sha256).digest()


def _columns(event: AuditEvent, seq: int) -> dict[str, Any]:
    return {
        "seq": seq,
        "id": event.id,
        "at": event.at,
        "actor": event.actor,
        "tag": event.tag,
        "subject": event.subject,
        "why": event.why,
        "fields": _canonical(event.fields),
        "data": _canonical(event.model_dump(mode="json", include={"data"})["data"]),
        "content_revision": event.content_revision,
    }


def _link(key: bytes, previous: str, row: Any) -> str:
    names = ("seq", "id", "actor", "tag", "subject", "why", "fields", "data", "content_revision")
    moment = round(row["at"].timestamp() * 1_000_000)  # the same instant whatever zone it is written in
    said = _canonical([previous, moment, *(row[name] for name in names)])
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def _seal(key: bytes, seq: int, chained: str) -> str:
    return hmac.new(key, f"head|{seq}|{chained}".encode(), hashlib.sha256).hexdigest()


def _read(row: AnyRow) -> AuditEvent:
    kept = {n: getattr(row, n) for n in ("id", "at", "actor", "tag", "subject", "why", "content_revision")}
    return AuditEvent(**kept, fields=tuple(json.loads(row.fields)), data=json.loads(row.data))
