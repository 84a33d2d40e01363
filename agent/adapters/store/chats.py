"""Chat sessions by the hash of their token; the token itself is never kept."""

from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from agent.adapters.store.tables import chat_sessions
from agent.adapters.store.work import Work

_c = chat_sessions.c
_OPEN = insert(chat_sessions)
_FIND = select(_c.conversation, _c.origin, _c.opened_at, _c.seen_at).where(_c.token_hash == bindparam("token"))
_TOUCH = update(chat_sessions).where(_c.token_hash == bindparam("token")).values(seen_at=bindparam("now"))
_SHOWN = (
    update(chat_sessions)
    .where(_c.conversation == bindparam("talk"), _c.seen_line < bindparam("line"))
    .values(seen_line=bindparam("line"))
)
_SEEN = select(func.max(_c.seen_line)).where(_c.conversation == bindparam("talk"))


class ChatSessionsRoom:
    """See `agent.ports.ChatSessions`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def open(self, token_hash: str, conversation: str, origin: str, now: datetime) -> None:
        given = {"token_hash": token_hash, "conversation": conversation, "origin": origin}
        self._work.connection.execute(_OPEN, given | {"opened_at": now, "seen_at": now})

    def find(self, token_hash: str) -> tuple[str, str, datetime, datetime] | None:
        row = self._work.connection.execute(_FIND, {"token": token_hash}).first()
        return (row.conversation, row.origin, row.opened_at, row.seen_at) if row else None

    def touch(self, token_hash: str, now: datetime) -> None:
        self._work.connection.execute(_TOUCH, {"token": token_hash, "now": now})

    def has_seen(self, conversation: str, line: str) -> bool:
        return bool(self._work.connection.execute(_SHOWN, {"talk": conversation, "line": line}).rowcount)

    def seen(self, conversation: str) -> str:
        return self._work.connection.execute(_SEEN, {"talk": conversation}).scalar_one() or ""
