"""One-time codes, hashed, and the tries that failed; how many are too many is the caller's to say."""

import hmac
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select

from agent.adapters.store.tables import codes, failed_tries
from agent.adapters.store.work import Work, upsert

_put = upsert(codes)
_ISSUE = _put.on_conflict_do_update(
    index_elements=["subject"],
    set_={n: getattr(_put.excluded, n) for n in ("code_hash", "patient", "expires_at")},
)
_LOCK = select(codes).where(codes.c.subject == bindparam("subject")).with_for_update()
_USED = delete(codes).where(codes.c.subject == bindparam("subject"))
_FAILED = insert(failed_tries)
_COUNT = (
    select(func.count())
    .select_from(failed_tries)
    .where(failed_tries.c.subject == bindparam("subject"), failed_tries.c.at >= bindparam("since"))
)
_CLEAR = delete(failed_tries).where(failed_tries.c.subject == bindparam("subject"))
_NOBODY = "0" * 64


class CodesRoom:
    """See `agent.ports.Codes`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def issue(self, subject: str, code_hash: str, patient: str | None, expires_at: datetime) -> None:
        given = {"subject": subject, "code_hash": code_hash, "patient": patient, "expires_at": expires_at}
        self._work.connection.execute(_ISSUE, given)

    def check(self, subject: str, code_hash: str, now: datetime) -> tuple[bool, str | None]:
        row = self._work.connection.execute(_LOCK, {"subject": subject}).first()
        same = hmac.compare_digest((row.code_hash if row else _NOBODY).encode(), code_hash.encode())
        if row is None or not same or row.expires_at <= now:
            return False, None
        self._work.connection.execute(_USED, {"subject": subject})
        return True, row.patient

    def failed(self, subject: str, now: datetime) -> None:
        self._work.connection.execute(_FAILED, {"id": self._work.new_id(), "subject": subject, "at": now})

    def failures(self, subject: str, since: datetime) -> int:
        return int(self._work.connection.execute(_COUNT, {"subject": subject, "since": since}).scalar_one())

    def clear(self, subject: str) -> None:
        """Forgets the failed tries; a code that is still out stays."""
        self._work.connection.execute(_CLEAR, {"subject": subject})
