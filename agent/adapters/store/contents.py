"""Drafts, revisions and proposals of the clinic's wording; changes compare and swap, a revision is written once."""

from sqlalchemy import bindparam, delete, func, insert, select, update

from agent.adapters.store.tables_contents import content_edits, content_proposals, content_revisions
from agent.adapters.store.work import Work, upsert
from agent.model.edit import Edit, Proposal, Revision
from agent.model.fault import Conflict

_e, _r, _p = content_edits.c, content_revisions.c, content_proposals.c
_this = (_e.clinic == bindparam("of"), _e.key == bindparam("at"))
_EDITS = select(_e.body).where(_e.clinic == bindparam("of")).order_by(_e.key)
_EDIT = select(_e.body).where(*_this)
_FIRST = upsert(content_edits).on_conflict_do_nothing().returning(_e.version)
_AGAIN = (
    update(content_edits)
    .where(*_this, _e.version == bindparam("seen"))
    .values(version=bindparam("next"), body=bindparam("text"))
)
_DROP = delete(content_edits).where(*_this, _e.version == bindparam("seen"))
_HEAD = select(func.coalesce(func.max(_r.number), 0)).where(_r.clinic == bindparam("of"))
_REVISION = select(_r.body).where(_r.clinic == bindparam("of"), _r.number == bindparam("nth"))
_WITH = (
    select(_r.body)
    .where(_r.clinic == bindparam("of"), _r.content == bindparam("hash"))
    .order_by(_r.number.desc())
    .limit(1)
)
_REVISIONS = select(_r.body).where(_r.clinic == bindparam("of")).order_by(_r.number.desc()).limit(bindparam("most"))
_PUBLISH = insert(content_revisions)
_PROPOSE = insert(content_proposals)
_PROPOSAL = select(_p.body).where(_p.id == bindparam("of"))
_SAVE = (
    update(content_proposals)
    .where(_p.id == bindparam("of"), _p.version == bindparam("seen"))
    .values(version=bindparam("next"), body=bindparam("text"))
)
_PROPOSALS = select(_p.body).where(_p.clinic == bindparam("of")).order_by(_p.id.desc()).limit(bindparam("most"))


class ContentsRoom:
    """See `agent.ports.content.Contents`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def edits(self, clinic: str) -> list[Edit]:
        return [Edit.model_validate_json(body) for body in self._run(_EDITS, {"of": clinic}).scalars()]

    def edit(self, clinic: str, key: str) -> Edit | None:
        body = self._run(_EDIT, {"of": clinic, "at": key}).scalar()
        return Edit.model_validate_json(body) if body is not None else None

    def put(self, edit: Edit) -> Edit:
        saved = edit.model_copy(update={"version": edit.version + 1})
        text = saved.model_dump_json()
        if edit.version == 0:
            given = {"clinic": edit.clinic, "key": edit.key, "version": saved.version, "body": text}
            done = self._run(_FIRST, given).first() is not None
        else:
            seen = {"of": edit.clinic, "at": edit.key, "seen": edit.version, "next": saved.version, "text": text}
            done = self._run(_AGAIN, seen).rowcount == 1
        if not done:
            raise Conflict("somebody else has changed this meanwhile")
        return saved

    def drop(self, clinic: str, key: str, version: int) -> None:
        if self._run(_DROP, {"of": clinic, "at": key, "seen": version}).rowcount != 1:
            raise Conflict("somebody else has changed this meanwhile")

    def head(self, clinic: str) -> int:
        return int(self._run(_HEAD, {"of": clinic}).scalar() or 0)

    def revision(self, clinic: str, number: int) -> Revision | None:
        body = self._run(_REVISION, {"of": clinic, "nth": number}).scalar()
        return Revision.model_validate_json(body) if body is not None else None

    def with_content(self, clinic: str, content: str) -> Revision | None:
        body = self._run(_WITH, {"of": clinic, "hash": content}).scalar()
        return Revision.model_validate_json(body) if body is not None else None

    def revisions(self, clinic: str, limit: int = 50) -> list[Revision]:
        found = self._run(_REVISIONS, {"of": clinic, "most": limit}).scalars()
        return [Revision.model_validate_json(body) for body in found]

    def publish(self, revision: Revision) -> None:
        if revision.number != self.head(revision.clinic) + 1:
            raise Conflict("something else was published meanwhile")
        given = {"clinic": revision.clinic, "number": revision.number, "content": revision.content}
        self._run(_PUBLISH, given | {"body": revision.model_dump_json()})

    def propose(self, proposal: Proposal) -> None:
        given = {"id": proposal.id, "clinic": proposal.clinic, "version": proposal.version}
        self._run(_PROPOSE, given | {"body": proposal.model_dump_json()})

    def proposal(self, id: str) -> Proposal | None:
        body = self._run(_PROPOSAL, {"of": id}).scalar()
        return Proposal.model_validate_json(body) if body is not None else None

    def save_proposal(self, proposal: Proposal) -> Proposal:
        saved = proposal.model_copy(update={"version": proposal.version + 1})
        seen = {"of": proposal.id, "seen": proposal.version, "next": saved.version, "text": saved.model_dump_json()}
        if self._run(_SAVE, seen).rowcount != 1:
            raise Conflict("somebody else has changed this proposal meanwhile")
        return saved

    def proposals(self, clinic: str, limit: int = 20) -> list[Proposal]:
        found = self._run(_PROPOSALS, {"of": clinic, "most": limit}).scalars()
        return [Proposal.model_validate_json(body) for body in found]
