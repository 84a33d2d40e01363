"""People with a sign-in and their console sessions; passwords and time-outs are decided elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from agent.adapters.store.tables import staff, staff_sessions
from agent.adapters.store.work import AnyRow, Work
from agent.model.fault import Conflict
from agent.model.patient import StaffUser

_ADD = insert(staff)
_GET = select(staff).where(staff.c.id == bindparam("id"))
_BY_EMAIL = select(staff).where(staff.c.email == bindparam("email"))
_SAVE = (
    update(staff)
    .where(staff.c.id == bindparam("of"))
    .values({n: bindparam(n) for n in StaffUser.model_fields if n != "id"})
)
_ALL = select(staff).where(staff.c.clinic == bindparam("clinic")).order_by(staff.c.name, staff.c.id)
_OPEN = insert(staff_sessions)
_s = staff_sessions.c
_SESSION = select(_s.user, _s.csrf, _s.opened_at, _s.seen_at).where(_s.token_hash == bindparam("token"))
_TOUCH = update(staff_sessions).where(_s.token_hash == bindparam("token")).values(seen_at=bindparam("now"))
_CLOSE = delete(staff_sessions).where(_s.token_hash == bindparam("token"))
_CLOSE_OF = delete(staff_sessions).where(_s.user == bindparam("of"))


class StaffRoom:
    """See `agent.ports.Staff`. E-mail addresses are compared without case."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, user: StaffUser) -> None:
        self._work.connection.execute(_ADD, _columns(user))

    def get(self, id: str) -> StaffUser | None:
        return _read(self._work.connection.execute(_GET, {"id": id}).first())

    def by_email(self, email: str) -> StaffUser | None:
        return _read(self._work.connection.execute(_BY_EMAIL, {"email": email.lower()}).first())

    def save(self, user: StaffUser) -> None:
        """Raises Conflict when there is no such user."""
        given = _columns(user) | {"of": user.id}
        del given["id"]
        if self._work.connection.execute(_SAVE, given).rowcount != 1:
            raise Conflict(f"no staff user {user.id}")

    def all(self, clinic: str) -> list[StaffUser]:
        rows = self._work.connection.execute(_ALL, {"clinic": clinic})
        return [StaffUser(**row._mapping) for row in rows]

    def open_session(self, token_hash: str, user: str, csrf: str, now: datetime) -> None:
        given = {"token_hash": token_hash, "user": user, "csrf": csrf, "opened_at": now, "seen_at": now}
        self._work.connection.execute(_OPEN, given)

    def session(self, token_hash: str) -> tuple[str, str, datetime, datetime] | None:
        row = self._work.connection.execute(_SESSION, {"token": token_hash}).first()
        return (row.user, row.csrf, row.opened_at, row.seen_at) if row else None

    def touch_session(self, token_hash: str, now: datetime) -> None:
        self._work.connection.execute(_TOUCH, {"token": token_hash, "now": now})

    def close_session(self, token_hash: str) -> None:
        self._work.connection.execute(_CLOSE, {"token": token_hash})

    def close_sessions_of(self, user: str) -> None:
        self._work.connection.execute(_CLOSE_OF, {"of": user})


def _columns(user: StaffUser) -> dict[str, Any]:
    return user.model_dump() | {"email": user.email.lower()}


def _read(row: AnyRow | None) -> StaffUser | None:
    return StaffUser(**row._mapping) if row else None
