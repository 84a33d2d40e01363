"""Puts a back-up in place of an empty or given-up database, whole or not at all; what may have happened since the copy
was made is left for the desk to find out, never done again."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Inspector, inspect, select, text
from sqlalchemy.exc import DBAPIError

from agent.adapters.store import archive
from agent.adapters.store.audit import AuditRoom
from agent.adapters.store.backup import LEFT_OUT, kinds_of, tables_of
from agent.adapters.store.engine import busy, make_engine, start
from agent.adapters.store.flow import Flow
from agent.adapters.store.keyring import Keys, find_ring, make_ring
from agent.adapters.store.migrations import ALONE, climb, known_schemas
from agent.adapters.store.tables import OPEN_INBOUND, OPEN_OUTBOUND, inbox, metadata, outbox
from agent.adapters.store.tables_calls import outgoing_calls
from agent.adapters.store.unit import Owner, Rooms
from agent.adapters.store.work import Work
from agent.adapters.vault import Tampered, WrongKey
from agent.model.audit import AuditEvent
from agent.model.fault import Refused

_PAGE = 1000  # rows inserted at a time
_APART = 1000  # numbers and fences that the lost time may have used
Say = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What was put back. `asked`: texts that may have gone out since the copy, to be looked up at the provider;
    `again`: inbound messages whose turn begins anew."""

    about: archive.About
    rows: int
    asked: int
    again: int


def restore(
    url: str, path: Path, owner: Owner, *, replace: bool = False, unverified: bool = False, say: Say = lambda _: None
) -> Restored:
    """Nothing of the desk may run. In one transaction. Raises Refused for a damaged, foreign or newer file, for a
    target that holds rows (without `replace`), for keys that do not fit and for an audit chain that was altered
    (without `unverified`); Busy when the database is away; OSError when the file cannot be read."""
    about = archive.about(path)
    if about.schema not in known_schemas():
        raise Refused(
            f"{path} has schema {about.schema}, which this version does not know: restore with {about.version}"
        )
    engine = make_engine(url)
    try:
        if engine.dialect.name == "sqlite" and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        with engine.connect() as connection, start(connection, write=True):
            if connection.dialect.name == "postgresql":
                connection.execute(ALONE)
            head = _emptied(connection, replace)
            climb(connection, about.schema)
            rows = _loaded(connection, path, say)
            climb(connection, "head")
            return _settled(connection, owner, about, rows, head, unverified)
    except (DBAPIError, sqlite3.Error, psycopg.Error) as fault:
        if (away := busy(fault)) is not None:
            raise away from fault
        raise Refused(f"{path} does not fit together: {type(fault).__name__}") from fault
    finally:
        engine.dispose()


def _emptied(connection: Connection, replace: bool) -> str:
    """Drops our tables; the head of the audit chain that was there, for the record."""
    there = inspect(connection)
    ours = [t for t in there.get_table_names() if t in metadata.tables or t == "alembic_version"]
    kept = [t for t in ours if t not in LEFT_OUT and _any(connection, t)]
    if kept and not replace:
        raise Refused("the database is not empty: --replace gives up what is in it")
    head = ""
    if "audit_head" in kept:
        head = str(connection.execute(text("SELECT seq || ':' || hash FROM audit_head")).scalar() or "")
    order = [name for name, _ in there.get_sorted_table_and_fkc_names() if name in ours]
    for name in reversed(order):
        connection.execute(text(f'DROP TABLE "{name}"'))
    return head


def _any(connection: Connection, table: str) -> bool:
    return connection.execute(text(f'SELECT 1 FROM "{table}" LIMIT 1')).first() is not None  # noqa: S608 - our own names


def _loaded(connection: Connection, path: Path, say: Say) -> int:
    there = inspect(connection)
    expected, count = set(tables_of(there)), 0
    for table in expected:  # steps of the schema may have written rows of their own
        connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608 - our own names
    lines = archive.lines(path)
    said: dict[str, int] = {}
    head = next(lines)
    while "table" in head:
        table = head["table"]
        kinds = kinds_of(there, table) if table in expected else {}
        if dict(zip(head["columns"], head["kinds"], strict=True)) != kinds:
            raise Refused(f"{path} is not of the schema that it names: {table}")
        say(table)
        following: list[Any] = []
        rows = (
            [
                archive.untold(k, v, connection.dialect.name == "postgresql")
                for k, v in zip(head["kinds"], r, strict=True)
            ]
            for r in _until_next(lines, following)
        )
        said[table] = _insert(connection, there, table, head["columns"], rows)
        count += said[table]
        head = following[0]
    if head.get("rows") != said or set(said) != expected:
        raise Refused(f"{path} is not complete")
    return count


def _until_next(lines: Iterator[Any], following: list[Any]) -> Iterator[list[Any]]:
    """The rows of one table; the line after them goes to `following`."""
    for line in lines:
        if isinstance(line, dict):
            following.append(line)
            return
        yield line


def _insert(connection: Connection, there: Inspector, table: str, columns: list[str], rows: Iterator[list[Any]]) -> int:
    names, count = ", ".join(f'"{c}"' for c in columns), 0
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        _numbered(connection, there, table)
        return count
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608 - checked names
    for _, page in groupby(enumerate(rows), lambda at: at[0] // _PAGE):
        found = [row for _, row in page]
        raw.executemany(statement, found)
        count += len(found)
    return count


def _numbered(connection: Connection, there: Inspector, table: str) -> None:
    """The next row's serial number is after the last one's."""
    for column in there.get_pk_constraint(table)["constrained_columns"]:
        sequence = connection.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table, "c": column}).scalar()
        if sequence:
            newest = f'SELECT setval(:s, greatest((SELECT max("{column}") FROM "{table}"), 1))'  # noqa: S608 - our own names
            connection.execute(text(newest), {"s": sequence})


def _settled(
    connection: Connection, owner: Owner, about: archive.About, rows: int, head: str, unverified: bool
) -> Restored:
    """Puts what was under way into the state from which the desk goes on without doing anything twice."""
    try:
        ring = find_ring(connection, owner.vault) or make_ring(connection, owner.vault, owner.clock)
    except WrongKey:
        raise Refused("FRONTDESK_DATA_KEY is not the key of the desk that was saved") from None
    postgres = connection.dialect.name == "postgresql"
    keys = Keys(connection.execute, ring, owner.clock)
    work = Work(Flow(connection), ring, keys, owner.clock, owner.new_id, postgres, True)
    audit = AuditRoom(work, owner.audit_key)
    rooms, now = Rooms(work, audit), owner.clock()
    wrong = audit.verify()[1]
    if wrong and not unverified:
        raise Refused(f"the audit chain does not verify with this FRONTDESK_SECRET_KEY: {wrong}")
    again = _begun_anew(connection)
    try:
        newest = connection.execute(select(inbox.c.id).order_by(inbox.c.seq.desc()).limit(1)).scalar()
        rooms.inbox.get(newest or "")
        asked = _looked_up(connection, rooms, datetime.fromisoformat(about.at), now)
        asked += _rung(connection, datetime.fromisoformat(about.at), now)
    except Tampered:
        raise Refused("FRONTDESK_DATA_KEY is not the key of the desk that was saved") from None
    connection.execute(text("UPDATE counters SET value = value + :n"), {"n": _APART})
    data = {"at": about.at, "schema": about.schema, "asked": asked, "again": again, "replaced_head": head}
    why = f"altered: {wrong}" if wrong else ""
    rooms.audit.write(
        AuditEvent(id=owner.new_id(), at=now, actor="operator", tag="desk:restored", subject="desk", why=why, data=data,
                   content_revision=about.content)
    )  # fmt: skip
    audit.flush()
    work.connection.send()
    return Restored(about, rows, asked, again)


def _begun_anew(connection: Connection) -> int:
    """Claimed messages wait again; a worker that had one before the restore cannot finish it."""
    anew = inbox.update().where(text(OPEN_INBOUND))
    done = connection.execute(anew.values(state="waiting", lease_until=None, fence=inbox.c.fence + _APART))
    return done.rowcount


def _looked_up(connection: Connection, rooms: Rooms, since: datetime, now: datetime) -> int:
    """Texts that were due, or being sent: they may have gone out after the copy was made, so their outcome is unknown
    and the provider's list decides. What is due later, and chat, which nobody sends, stays queued."""
    asked = 0
    for id in connection.execute(select(outbox.c.id).where(text(OPEN_OUTBOUND))).scalars().all():
        row = rooms.outbox.get(id)
        assert row is not None
        if row.channel == "chat" or (row.state == "queued" and row.due_at > now):
            change: dict[str, Any] = {"state": "queued"}
        else:  # the provider is asked for what it took since the claim, or since the copy
            change = {"state": "unknown", "failure": "restored", "claimed_at": row.claimed_at or since}
            asked += 1
        connection.execute(outbox.update().where(outbox.c.id == id).values(lease_until=None, **change))
    return asked


def _rung(connection: Connection, since: datetime, now: datetime) -> int:
    """Calls of our own that were due or dialled: the provider's list of calls says what became of them, one for
    each telephone."""
    of, asked = outgoing_calls.c, dict[str, Any]()
    maybe = select(of.id, of.conversation, of.claimed_at, of.tries).where(
        of.state.in_(("claimed", "ringing", "unknown")) | ((of.state == "due") & (of.due_at <= now))
    )
    for row in connection.execute(maybe.order_by(of.state == "due", of.due_at)):
        asked.setdefault(row.conversation, row)
    for row in asked.values():
        change = {"state": "unknown", "claimed_at": row.claimed_at or since, "tries": max(row.tries, 1)}
        connection.execute(outgoing_calls.update().where(of.id == row.id).values(change))
    return len(asked)
