"""Invitations of new colleagues, reminders given once each, and reports that something was wrong."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from agent.adapters.store.keyring import of_conversation
from agent.adapters.store.tables_staff import invitations, nudges, wrongs
from agent.adapters.store.work import AnyRow, Work, upsert
from agent.model.fault import Conflict
from agent.model.staff import Invitation
from agent.model.wrong import Wrong

_i, _n, _w = invitations.c, nudges.c, wrongs.c
_INVITE = insert(invitations)
_INVITED = select(invitations).where(_i.token_hash == bindparam("token"))
_JOINED = delete(invitations).where(_i.token_hash == bindparam("token")).returning(invitations)
_NUDGE = upsert(nudges).on_conflict_do_nothing().returning(_n.task)
_NUDGED = select(_n.what, _n.at).where(_n.task == bindparam("of"))
_ADD = insert(wrongs)
_GET = select(_w.id, _w.body).where(_w.id == bindparam("of"))
_SAVE = update(wrongs).where(_w.id == bindparam("of")).values(status=bindparam("now"), body=bindparam("sealed"))
_ALL = (
    select(_w.id, _w.body).where(_w.clinic == bindparam("clinic")).order_by(_w.id.desc()).limit(bindparam("limit"))
)  # fmt: skip


class InvitationsRoom:
    """See `agent.ports.staff.Invitations`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def add(self, token_hash: str, invitation: Invitation) -> None:
        given = invitation.model_dump() | {"locations": " ".join(invitation.locations), "token_hash": token_hash}
        self._run(_INVITE, given)

    def get(self, token_hash: str) -> Invitation | None:
        return _invitation(self._run(_INVITED, {"token": token_hash}).first())

    def take(self, token_hash: str) -> Invitation | None:
        return _invitation(self._run(_JOINED, {"token": token_hash}).first())


class NudgesRoom:
    """See `agent.ports.staff.Nudges`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def first(self, task: str, what: str, now: datetime) -> bool:
        return self._run(_NUDGE, {"task": task, "what": what, "at": now}).first() is not None

    def of(self, task: str) -> dict[str, datetime]:
        return {row.what: row.at for row in self._run(_NUDGED, {"of": task})}


class WrongsRoom:
    """See `agent.ports.staff.Wrongs`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, wrong: Wrong) -> None:
        given = {"id": wrong.id, "clinic": wrong.clinic, "conversation": wrong.conversation, "status": wrong.status}
        self._work.connection.execute(_ADD, given | {"body": self._seal(wrong)})

    def get(self, id: str) -> Wrong | None:
        row = self._work.connection.execute(_GET, {"of": id}).first()
        return self._work.open("wrongs", row.id, row.body, Wrong) if row else None

    def save(self, wrong: Wrong) -> None:
        given = {"of": wrong.id, "now": wrong.status, "sealed": self._seal(wrong)}
        if self._work.connection.execute(_SAVE, given).rowcount != 1:
            raise Conflict(f"there is no report {wrong.id}")

    def all(self, clinic: str, limit: int = 200) -> list[Wrong]:
        rows = self._work.all(_ALL, {"clinic": clinic, "limit": limit})
        return [self._work.open("wrongs", row.id, row.body, Wrong) for row in rows]

    def _seal(self, wrong: Wrong) -> bytes:
        return self._work.seal(of_conversation(wrong.conversation), "wrongs", wrong.id, wrong)


def _invitation(row: AnyRow | None) -> Invitation | None:
    if row is None:
        return None
    kept = {n: getattr(row, n) for n in Invitation.model_fields}
    return Invitation(**kept | {"locations": tuple(row.locations.split())})
