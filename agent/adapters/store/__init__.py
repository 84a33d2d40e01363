"""The store on SQLAlchemy Core: one code for SQLite (file or memory) and PostgreSQL."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from threading import Lock

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError

from agent.adapters.store.audit import audit_key
from agent.adapters.store.engine import BUSY_SECONDS, busy, create_in_memory, is_memory, make_engine, scrub, start
from agent.adapters.store.keyring import Ring, find_ring, make_ring
from agent.adapters.store.migrations import migrate
from agent.adapters.store.unit import Means, Unit
from agent.adapters.vault import Vault
from agent.ports import Clock, NewId, Tx


class SqlStore:
    """See `agent.ports.Store`. Do not begin a second transaction inside another one of the same thread: with SQLite
    the second waits for the first and gives up as Busy."""

    def __init__(self, engine: Engine, means: Means, *, alone: bool) -> None:
        """`alone`: one connection for everybody, as a database in memory has."""
        self._engine = engine
        self._means = means
        lock = Lock() if engine.dialect.name == "sqlite" else None
        self._writer = self._reader = engine
        if lock is None:  # one view of the whole for a reader, which SQLite gives anyway
            self._reader = engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
        self._write_lock, self._read_lock = lock, lock if alone else None

    def begin(self, *, write: bool = True, durable: bool = True) -> AbstractContextManager[Tx]:
        if write:
            return Unit(self._writer, self._means, True, self._write_lock, durable)
        return Unit(self._reader, self._means, False, self._read_lock)

    def reseal(self) -> int:
        """Seals under the current data key what an older one has sealed: keys of owners, and rows older than those;
        returns how many. Afterwards the older key is of no use. Safe to interrupt and repeat. Raises Tampered, Busy."""
        changed, at = 0, None
        while True:
            with self.begin() as tx:
                at, some = tx.privacy.reseal(at, again=True)
            changed += some
            if at is None:
                break
        while True:
            with self.begin() as tx:
                some = tx.privacy.rewrap()
            changed += some
            if not some:
                return changed

    def scrub(self) -> None:
        scrub(self._engine, self._write_lock)

    def close(self) -> None:
        shared = self._read_lock  # to close the one connection under somebody's statement brings the process down
        free = shared is not None and shared.acquire(timeout=BUSY_SECONDS)
        try:
            self._engine.dispose()
        finally:
            if shared is not None and free:
                shared.release()


def open_store(
    url: str, *, data_key: bytes, secret: bytes, clock: Clock, new_id: NewId, older_keys: Sequence[bytes] = ()
) -> SqlStore:
    """A migrated store (see `agent.ports.Store`) at `url`: sqlite://, sqlite:///file or postgresql://. `data_key` (32
    bytes) seals what patients say, `older_keys` can still be read; `secret` keys the audit chain. Raises Busy when the
    database is away, ValueError for a wrong URL or key."""
    vault = Vault(data_key, older_keys)
    alone = is_memory(make_url(url))
    if not alone:
        migrate(url)
    engine = make_engine(url)
    if alone:
        create_in_memory(engine)
    try:
        ring = _ring(engine, vault, clock)
    except BaseException:
        engine.dispose()
        raise
    means = Means(ring, audit_key(secret), clock, new_id)
    return SqlStore(engine, means, alone=alone)


def _ring(engine: Engine, vault: Vault, clock: Clock) -> Ring:
    try:
        with engine.connect() as connection, start(connection, write=False):
            ring = find_ring(connection, vault)
        if ring is None:
            with engine.connect() as connection, start(connection, write=True):
                ring = make_ring(connection, vault, clock)
        return ring
    except DBAPIError as fault:
        if (away := busy(fault)) is not None:
            raise away from fault
        raise


__all__ = ["SqlStore", "audit_key", "migrate", "open_store"]
