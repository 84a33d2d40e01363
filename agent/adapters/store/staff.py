"""People with a sign-in and their console sessions; passwords and time-outs are decided elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from agent.adapters.store.keyring import DESK
from agent.adapters.store.tables import staff, staff_sessions
from agent.adapters.store.work import AnyRow, Work
from agent.model.fault import Conflict
from agent.model.patient import StaffUser
from agent.model.staff import StaffSession

_ADD = insert(staff)
_GET = select(staff).where(staff.c.id == bindparam("id"))
_BY_EMAIL = select(staff).where(staff.c.email == bindparam("email"))
_BY_OIDC = select(staff).where(staff.c.oidc == bindparam("subject"))
_SAVE = (
    update(staff)
    .where(staff.c.id == bindparam("of"))
    .values({n: bindparam(n) for n in StaffUser.model_fields if n != "id"})
)
_STEP = (
    update(staff)
    .where(staff.c.id == bindparam("of"), staff.c.totp_step < bindparam("step"))
    .values(totp_step=bindparam("step"))
)
_ALL = select(staff).where(staff.c.clinic == bindparam("clinic")).order_by(staff.c.name, staff.c.id)
_OPEN = insert(staff_sessions)
_s = staff_sessions.c
_SESSION = select(_s.user, _s.csrf, _s.opened_at, _s.seen_at).where(_s.token_hash == bindparam("token"))
_SESSIONS = (
    select(_s.token_hash, _s.opened_at, _s.seen_at, _s.about, _s.glass_until)
    .where(_s.user == bindparam("of"))
    .order_by(_s.seen_at.desc(), _s.token_hash)
)
_TOUCH = update(staff_sessions).where(_s.token_hash == bindparam("token")).values(seen_at=bindparam("now"))
_BREAK = update(staff_sessions).where(_s.token_hash == bindparam("token")).values(glass_until=bindparam("until"))
_GLASS = select(_s.glass_until).where(_s.token_hash == bindparam("token"))
_CLOSE = delete(staff_sessions).where(_s.token_hash == bindparam("token"))
_CLOSE_OF = delete(staff_sessions).where(_s.user == bindparam("of"))


class StaffRoom:
    """See `agent.ports.staff.Staff`. E-mail addresses are compared without case."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, user: StaffUser) -> None:
        self._work.connection.execute(_ADD, self._columns(user))

    def get(self, id: str) -> StaffUser | None:
        return self._one(self._work.connection.execute(_GET, {"id": id}).first())

    def by_email(self, email: str) -> StaffUser | None:
        return self._one(self._work.connection.execute(_BY_EMAIL, {"email": email.lower()}).first())

    def by_oidc(self, subject: str) -> StaffUser | None:
        return self._one(self._work.connection.execute(_BY_OIDC, {"subject": subject}).first()) if subject else None

    def save(self, user: StaffUser) -> None:
        """Raises Conflict when there is no such user."""
        given = self._columns(user) | {"of": user.id}
        del given["id"]
        if self._work.connection.execute(_SAVE, given).rowcount != 1:
            raise Conflict(f"no staff user {user.id}")

    def all(self, clinic: str) -> list[StaffUser]:
        return [self._read(row) for row in self._work.connection.execute(_ALL, {"clinic": clinic})]

    def use_step(self, user: str, step: int) -> bool:
        return self._work.connection.execute(_STEP, {"of": user, "step": step}).rowcount == 1

    def open_session(self, token_hash: str, user: str, csrf: str, now: datetime, about: str = "") -> None:
        given = {"token_hash": token_hash, "user": user, "csrf": csrf, "opened_at": now, "seen_at": now}
        self._work.connection.execute(_OPEN, given | {"about": about})

    def session(self, token_hash: str) -> tuple[str, str, datetime, datetime] | None:
        row = self._work.connection.execute(_SESSION, {"token": token_hash}).first()
        return (row.user, row.csrf, row.opened_at, row.seen_at) if row else None

    def sessions_of(self, user: str) -> list[StaffSession]:
        rows = self._work.connection.execute(_SESSIONS, {"of": user})
        return [StaffSession(key=key, opened_at=opened, seen_at=seen, about=about, glass_until=glass)
                for key, opened, seen, about, glass in rows]  # fmt: skip

    def touch_session(self, token_hash: str, now: datetime) -> None:
        self._work.connection.execute(_TOUCH, {"token": token_hash, "now": now})

    def break_glass(self, token_hash: str, until: datetime | None) -> None:
        self._work.connection.execute(_BREAK, {"token": token_hash, "until": until})

    def glass_until(self, token_hash: str) -> datetime | None:
        return self._work.connection.execute(_GLASS, {"token": token_hash}).scalar()

    def close_session(self, token_hash: str) -> None:
        self._work.connection.execute(_CLOSE, {"token": token_hash})

    def close_sessions_of(self, user: str) -> None:
        self._work.connection.execute(_CLOSE_OF, {"of": user})

    def _columns(self, user: StaffUser) -> dict[str, Any]:
        sealed = self._work.keys.seal(DESK, "staff", "totp", user.id, user.totp.encode()) if user.totp else None
        return user.model_dump() | {
            "email": user.email.lower(), "locations": " ".join(user.locations), "totp": sealed,
        }  # fmt: skip

    def _one(self, row: AnyRow | None) -> StaffUser | None:
        return self._read(row) if row else None

    def _read(self, row: AnyRow) -> StaffUser:
        kept = {n: getattr(row, n) for n in StaffUser.model_fields}
        secret = self._work.keys.open("staff", "totp", row.id, row.totp).decode() if row.totp else ""
        return StaffUser(**kept | {"locations": tuple(row.locations.split()), "totp": secret})
