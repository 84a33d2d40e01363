"""Documents by link, and drafts of replies; all of it sealed."""

from sqlalchemy import bindparam, insert, select, update

from agent.adapters.store.keyring import of_conversation, of_patient
from agent.adapters.store.tables_replies import enclosures, reply_drafts
from agent.adapters.store.work import AnyRow, Work
from agent.model.draft import ReplyDraft
from agent.model.enclosure import Enclosure
from agent.model.fault import Conflict

_e = enclosures.c
_row = (_e.id, _e.body)
_ADD = insert(enclosures)
_GET = select(*_row).where(_e.id == bindparam("of"))
_BY_KEY = select(*_row).where(_e.key == bindparam("of"))
_OF = select(*_row).where(_e.conversation == bindparam("of")).order_by(_e.id)
_SAVE = (
    update(enclosures)
    .where(_e.id == bindparam("of"), _e.version == bindparam("seen"))
    .values({n: bindparam(n) for n in ("state", "changed_at", "version", "body")})
)
_d = reply_drafts.c
_ADD_DRAFT = insert(reply_drafts)
_SAVE_DRAFT = update(reply_drafts).where(_d.id == bindparam("of")).values(body=bindparam("body"))
_DRAFTS = select(_d.id, _d.body).where(_d.conversation == bindparam("of")).order_by(_d.id)


class EnclosuresRoom:
    """See `agent.ports.replies.Enclosures`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, row: Enclosure) -> None:
        given = {n: getattr(row, n) for n in ("id", "clinic", "conversation", "patient", "key")}
        self._work.connection.execute(_ADD, given | self._columns(row))

    def get(self, id: str) -> Enclosure | None:
        return self._read(self._work.connection.execute(_GET, {"of": id}).first())

    def save(self, row: Enclosure) -> Enclosure:
        saved = row.model_copy(update={"version": row.version + 1})
        given = {"of": row.id, "seen": row.version} | self._columns(saved)
        if self._work.connection.execute(_SAVE, given).rowcount != 1:
            raise Conflict(f"enclosure {row.id} is no longer at version {row.version}")
        return saved

    def by_key(self, key: str) -> Enclosure | None:
        return self._read(self._work.connection.execute(_BY_KEY, {"of": key}).first())

    def of(self, conversation: str) -> list[Enclosure]:
        rows = self._work.all(_OF, {"of": conversation})
        return [self._work.open("enclosures", row.id, row.body, Enclosure) for row in rows]

    def _read(self, row: AnyRow | None) -> Enclosure | None:
        return None if row is None else self._work.open("enclosures", row.id, row.body, Enclosure)

    def _columns(self, row: Enclosure) -> dict[str, object]:
        body = self._work.seal(of_patient(row.patient), "enclosures", row.id, row)
        return {"state": row.state, "changed_at": self._work.clock(), "version": row.version, "body": body}


class DraftsRoom:
    """See `agent.ports.replies.Drafts`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, draft: ReplyDraft) -> None:
        given = {"id": draft.id, "conversation": draft.conversation, "body": self._seal(draft)}
        self._work.connection.execute(_ADD_DRAFT, given)

    def save(self, draft: ReplyDraft) -> None:
        self._work.connection.execute(_SAVE_DRAFT, {"of": draft.id, "body": self._seal(draft)})

    def of(self, conversation: str) -> list[ReplyDraft]:
        rows = self._work.all(_DRAFTS, {"of": conversation})
        return [self._work.open("reply_drafts", row.id, row.body, ReplyDraft) for row in rows]

    def _seal(self, draft: ReplyDraft) -> bytes:
        return self._work.seal(of_conversation(draft.conversation), "reply_drafts", draft.id, draft)
