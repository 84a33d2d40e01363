"""How each database is opened and how its transactions begin; what is asked of it lives in the rooms beside."""

import sqlite3
from contextlib import nullcontext
from functools import cache
from threading import Lock
from time import monotonic, sleep
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    StaticPool,
    Transaction,
    create_engine,
    create_mock_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.util import LRUCache

from agent.adapters.store import guards, tables
from agent.adapters.store.line import FairPool
from agent.model.fault import Busy

BUSY_SECONDS = 10  # how long a transaction waits for a lock or a connection before it gives up as Busy
CONNECTIONS = 10  # of one process to PostgreSQL at most: processes times this must fit its max_connections
_AWAY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR,
                   sqlite3.SQLITE_FULL, sqlite3.SQLITE_PROTOCOL})  # fmt: skip
# Databases in memory come and go by the hundred, each with the same statements: they are compiled once.
_COMPILED: LRUCache[Any, Any] = LRUCache(1000)
_KNOWN = dict[str, Dialect]()
_RETRY = ("40001", "40P01", "55P03")  # serialization failure, deadlock, lock not available


def is_memory(url: URL) -> bool:
    """A SQLite database that lives in this process only."""
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def make_engine(url: str) -> Engine:
    """An engine for sqlite:// (in memory), sqlite:///file or postgresql://; error texts never show parameters."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target)
    if target.get_backend_name() == "postgresql":
        return _postgres(target.set(drivername="postgresql+psycopg"))
    raise ValueError(f"no store for {target.drivername}: sqlite and postgresql are known")


def _sqlite(url: URL) -> Engine:
    args: dict[str, Any] = {"check_same_thread": False, "isolation_level": None, "timeout": BUSY_SECONDS}
    if is_memory(url):
        engine = create_engine(url, poolclass=StaticPool, connect_args=args, hide_parameters=True)
        engine = engine.execution_options(compiled_cache=_COMPILED)
        engine.dialect = _KNOWN.setdefault("sqlite", engine.dialect)  # the cache tells statements apart by it
    else:
        engine = create_engine(
            url, pool_size=8, max_overflow=32, pool_timeout=BUSY_SECONDS, connect_args=args, hide_parameters=True,
            pool_use_lifo=True,  # what few at a time need, few keep in their caches
            pool_reset_on_return=None,  # a unit always commits or rolls back itself; resetting again costs 3 % a turn
        )  # fmt: skip

    @event.listens_for(engine, "connect")
    def opened(dbapi: sqlite3.Connection, _record: object) -> None:
        _write_ahead(dbapi)
        dbapi.execute("PRAGMA synchronous=FULL")
        dbapi.execute("PRAGMA foreign_keys=ON")
        dbapi.execute("PRAGMA cache_size=-4000")  # KiB, of each connection
        dbapi.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only unlinked

    return engine


def _write_ahead(dbapi: sqlite3.Connection) -> None:
    """SQLite does not wait for a lock when it changes the journal, nor while the last of others leaves the file: one
    of several processes that open a new database at once would be told at once that it is locked."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            dbapi.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as fault:
            if not _sqlite_away(fault) or monotonic() >= until:
                raise
            sleep(0.01)


def start(connection: Connection, *, write: bool, durable: bool = True, begun: bool = True) -> Transaction:
    """Begins a transaction. Not an engine event: a listener for it would be asked about at every statement. Without
    `begun` the caller sends PostgreSQL the `BEGIN` together with what comes first.

    SQLite alone leaves out the wait for the disk where it need not be `durable`: nobody who outlives the loss of its
    machine's power has seen what is lost. Of a PostgreSQL that falls, processes elsewhere would go on with it."""
    transaction = connection.begin()
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        if connection.info.get("mode") != (mode := (write, durable)):
            # a deferred transaction that starts to write later fails at once instead of waiting its turn
            raw.execute("PRAGMA query_only=OFF" if write else "PRAGMA query_only=ON")
            raw.execute("PRAGMA synchronous=FULL" if durable else "PRAGMA synchronous=NORMAL")
            connection.info["mode"] = mode
        raw.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    else:
        connection.connection.driver_connection.autocommit = not begun  # type: ignore[union-attr]
    return transaction


def _postgres(url: URL) -> Engine:
    wanted = f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout=30s"
    wanted += " -c jit=off"  # a short statement over a long queue would be compiled for longer than it runs
    wanted += " -c random_page_cost=1.1"  # of what lies in memory or on flash; else a claim goes through all that waits
    args: dict[str, Any] = {"connect_timeout": 5}
    if "options" not in url.query:
        args["options"] = wanted  # a worker that is stopped inside a transaction must not hold its locks for ever
    return create_engine(
        url, poolclass=FairPool, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=BUSY_SECONDS, connect_args=args,
        hide_parameters=True, isolation_level="READ COMMITTED",
    )  # fmt: skip


def scrub(engine: Engine, lock: "Lock | None") -> None:
    """Erased rows out of the write-ahead log and, on PostgreSQL, dead rows out of the tables that held people."""
    with lock or nullcontext(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA query_only=OFF")
            connection.info.pop("mode", None)
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            names = ", ".join(tables.metadata.tables)
            connection.execute(text(f"VACUUM {names}"))


@cache
def _sqlite_script() -> str:
    said: list[str] = []

    def keep(statement: Any, *_: Any, **__: Any) -> None:
        said.append(str(statement.compile(dialect=mock.dialect)).strip())

    mock = create_mock_engine("sqlite://", keep)
    tables.metadata.create_all(mock, checkfirst=False)
    return ";\n".join(said) + ";"


def create_in_memory(engine: Engine) -> None:
    """Every table at once, from a script that is compiled once per process."""
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.executescript(_sqlite_script())


def is_away(fault: BaseException) -> bool:
    """The database is locked, unreachable or overloaded: the same transaction may succeed later."""
    if isinstance(fault, PoolTimeout):
        return True
    if isinstance(fault, sqlite3.Error):
        return _sqlite_away(fault)
    if isinstance(fault, DBAPIError):
        return fault.connection_invalidated or (fault.orig is not None and is_away(fault.orig))
    return type(fault).__module__.startswith("psycopg") and _server_away(fault)


def busy(fault: BaseException) -> Busy | None:
    """What the desk calls it when the database `is_away`."""
    if not is_away(fault):
        return None
    itself = fault.orig if isinstance(fault, DBAPIError) else fault
    return Busy("the database is locked or away", getattr(itself, "sqlstate", None))


def _server_away(fault: BaseException) -> bool:
    """Of psycopg's errors, by the names that PEP 249 gives them: it is imported for PostgreSQL alone."""
    state, kinds = getattr(fault, "sqlstate", None) or "", {kind.__name__ for kind in type(fault).__mro__}
    return state in _RETRY or (bool(kinds & {"OperationalError", "InterfaceError"}) and not state.startswith("42"))


def _sqlite_away(fault: sqlite3.Error) -> bool:
    return (getattr(fault, "sqlite_errorcode", 0) or 0) & 0xFF in _AWAY


__all__ = ["BUSY_SECONDS", "busy", "create_in_memory", "guards", "is_away", "is_memory", "make_engine", "start"]
