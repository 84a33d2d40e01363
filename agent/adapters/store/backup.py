"""A consistent copy of everything the desk keeps, made while it works; what is sealed stays sealed."""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Inspector, inspect, text
from sqlalchemy import types as sql
from sqlalchemy.exc import DBAPIError

from agent.adapters.store.archive import About, told, written
from agent.adapters.store.engine import busy, make_engine
from agent.model.fault import Refused

LEFT_OUT = frozenset({"alembic_version", "staff_sessions", "codes"})  # after a restore staff sign in anew
_PAGE = 2000  # rows fetched at a time
Say = Callable[[str], None]


def back_up(url: str, path: Path, version: str, now: datetime, say: Say = lambda _: None) -> dict[str, int]:
    """Rows per table that were written to `path`. The desk may go on working. Raises Busy when the database is away,
    Refused where there is nothing to save or the file exists, OSError where it cannot be written."""
    try:
        with _snapshot(url, path.parent) as (connection, kind):
            there = inspect(connection)
            if not there.has_table("alembic_version"):
                raise Refused("there is no database of Frontdesk yet: nothing to save")
            schema = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
            newest = connection.execute(text("SELECT content_revision FROM audit ORDER BY seq DESC LIMIT 1"))
            about = About(version, schema, str(newest.scalar() or ""), now.isoformat(), kind)
            with written(path, about) as out:
                rows = {}
                for table in tables_of(there):
                    say(table)
                    rows[table] = _copy(connection, there, table, lambda line: out.write(_line(line)))
                out.write(_line({"rows": rows}))
                return rows
    except DBAPIError as fault:
        if (away := busy(fault)) is not None:
            raise away from fault
        raise


def tables_of(there: Inspector) -> list[str]:
    """Those that are saved, each after the ones that it refers to."""
    names = [name for name, _ in there.get_sorted_table_and_fkc_names() if name is not None]
    return [name for name in names if name not in LEFT_OUT and not name.startswith("sqlite_")]


def kinds_of(there: Inspector, table: str) -> dict[str, str]:
    """Column -> how its values are told, see `archive.told`."""
    return {c["name"]: _kind(c["type"]) for c in there.get_columns(table)}


def _kind(type: sql.TypeEngine[Any]) -> str:
    if isinstance(type, sql.DateTime):
        return "t"
    if isinstance(type, sql.Boolean):
        return "b"
    return "x" if isinstance(type, sql.LargeBinary) else "v"


def _copy(connection: Connection, there: Inspector, table: str, put: Callable[[Any], object]) -> int:
    kinds = kinds_of(there, table)
    put({"table": table, "columns": list(kinds), "kinds": "".join(kinds.values())})
    columns = ", ".join(f'"{c}"' for c in kinds)
    found = connection.execution_options(yield_per=_PAGE).execute(text(f'SELECT {columns} FROM "{table}"'))  # noqa: S608 - names of our own schema
    count = 0
    for row in found:
        put([told(kind, value) for kind, value in zip(kinds.values(), row, strict=True)])
        count += 1
    return count


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@contextmanager
def _snapshot(url: str, beside: Path) -> Iterator[tuple[Connection, str]]:
    """The database as it stands at one moment, and its kind."""
    engine = make_engine(url)
    try:
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            ) as connection:
                yield connection, "postgresql"
            return
        source = engine.url.database
        if not source or not Path(source).exists():
            raise Refused("there is no database of Frontdesk yet: nothing to save")
        with tempfile.TemporaryDirectory(prefix=".frontdesk-", dir=beside) as folder:  # readable by us alone
            copy = Path(folder) / "copy.db"
            with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as kept:
                live.backup(kept)  # whole in one step: writers go on, in the write-ahead log
            copied = make_engine(f"sqlite:///{copy}")
            try:
                with copied.connect() as connection:
                    yield connection, "sqlite"
            finally:
                copied.dispose()
    finally:
        engine.dispose()
