"""What each hot query costs with 1,000 stored conversations and with a million, on both databases, and its plan."""

import re
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

from agent.adapters.store import migrate
from agent.adapters.store.engine import make_engine
from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.desk.turn import work
from agent.model.address import Address
from agent.model.message import Inbound
from tests.bench.processes import fill
from tests.bench.taker import desk_at, drain
from tests.bench.wire import quantile
from tests.postgres import fresh_database, running_postgres

FEW, MANY, REAL, TRIES = 1_000, 1_000_000, 100, 60
SMALL = frozenset({"audit_head", "send_halt"})  # one row each

NUMBERS = {
    "postgresql": "select n as n from generate_series(cast(:since as bigint), cast(:until as bigint)) as g(n)",
    "sqlite": "with recursive g(n) as (select :since union all select n + 1 from g where n < :until) select n from g",
}
ID = {"postgresql": "'00' || lpad(n::text, 24, '0')", "sqlite": "'00' || printf('%024d', n)"}
_BLOB = {"postgresql": "decode(repeat(md5(n::text), {half}), 'hex')", "sqlite": "randomblob({size})"}
_PAST = {"postgresql": "timestamptz '2020-01-01' + n * interval '1 second'",
         "sqlite": "datetime('2020-01-01', '+' || n || ' seconds') || '.000000'"}  # fmt: skip


def _inserts(dialect: str) -> list[str]:
    """One row of each kind for each number; bodies as long as real ones are."""
    numbers, id, past = NUMBERS[dialect], ID[dialect], _PAST[dialect]

    def blob(size: int) -> str:
        return _BLOB[dialect].format(size=size, half=size // 16)

    def into(table: str, columns: dict[str, str], where: str = "") -> str:
        chosen = ", ".join(columns.values())
        return f"insert into {table} ({', '.join(columns)}) select {chosen} from ({numbers}) as x {where}"

    no = "false" if dialect == "postgresql" else "0"
    key = f"'k' || {id}"
    return [
        into("conversations", {"id": id, "clinic": "'{clinic}'", "address_key": key, "mode": "'agent'", "version": "2",
                               "active_at": past, "body": blob(1200)}),
        into("inbox", {"id": id, "conversation": id, "channel": "'sms'", "provider_id": f"'SM' || {id}",
                       "kind": "'text'", "state": "'done'", "fence": "1", "attempts": "1", "body": blob(500)}),
        into("outbox", {"id": id, "conversation": id, "address_key": key, "state": "'delivered'", "urgent": no,
                        "created_at": past, "due_at": past, "attempts": "1", "claimed_at": past, "body": blob(600)}),
        into("outbox_receipts", {"provider_id": f"'SM' || {id}", "message": id}),
        into("events", {"conversation": id, "inbound": id, "at": past, "batch": "'[]'"}),
        into("audit", {"seq": "n + 10000000", "id": id, "at": past, "actor": "'agent'", "tag": "'turn:decided'",
                       "subject": id, "why": "''", "fields": "'[]'", "data": "'{{}}'", "content_revision": "''",
                       "hash": "'x'"}),
        into("tasks", {"id": id, "clinic": "'{clinic}'", "number": "n + 1000000", "conversation": id, "open": no,
                       "rank": "3", "due_at": past, "changed_at": past, "version": "1", "body": blob(900)},
             "where n % 10 = 0"),
        into("patients", {"id": id, "clinic": "'{clinic}'", "dob_key": key, "body": blob(400)}, "where n % 4 = 0"),
        into("patient_phones", {"patient": id, "phone_key": key, "clinic": "'{clinic}'"}, "where n % 4 = 0"),
        "update audit_head set seq = seq + 20000000 where seq < 20000000",
    ]  # fmt: skip


def stock(url: str, clinic: str, since: int, until: int) -> None:
    """Stores conversations number `since` to `until`, straight through SQL: nobody can read them. What a database does
    after so much at once (it cleans up, and writes out what it holds) is over before anything is measured."""
    engine = make_engine(url)
    with engine.begin() as connection:
        for statement in _inserts(engine.dialect.name):
            given = {"since": since, "until": until} if ":since" in statement else {}
            connection.execute(text(statement.format(clinic=clinic)), given)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        after = {
            "postgresql": ("vacuum analyze", "checkpoint"),
            "sqlite": ("analyze", "pragma wal_checkpoint(truncate)"),
        }
        for statement in after[engine.dialect.name]:
            connection.execute(text(statement))
    engine.dispose()


def queries(desk: Desk) -> dict[str, Callable[[int], object]]:
    """What is asked often, by name; each takes the number of the try."""
    with desk.store.begin(write=False) as tx:
        known = [c for c, _ in tx.conversations.recent(desk.clinic.id, min(REAL, 30))]

    def said(n: int, sid: str) -> None:
        sender = Address(channel="sms", value=f"+1646555{n % REAL % 50:04d}")
        receive(
            desk,
            Inbound(
                id=desk.new_id(), clinic=desk.clinic.id, channel="sms", provider_id=sid, sender=sender,
                recipient=desk.clinic.numbers[0], kind="text", text="what are your hours?", received_at=desk.clock(),
            ),
        )  # fmt: skip

    def fresh(n: int) -> None:
        said(n, f"SM{desk.new_id()}")

    def turn(n: int) -> None:
        fresh(n)
        work(desk)

    def read(look: Callable[[Any, Any], object]) -> Callable[[int], object]:
        def once(n: int) -> object:
            with desk.store.begin(write=False) as tx:
                return look(tx, known[n % len(known)])

        return once

    def send(_: int) -> object:
        now = desk.clock()
        with desk.store.begin() as tx:
            rows = tx.outbox.claim(now, 30, 1)
            for row in rows:
                tx.outbox.mark(row.id, "sent", now, provider_id=f"SMout{row.id}")
        return rows

    return {
        "a text is stored and its turn taken": turn,
        "a repeated text is known": lambda n: said(n, f"SM{n:032x}"),
        "an answer is claimed and sent": send,
        "a status callback": read(lambda tx, _: tx.outbox.by_provider("SM" + "0" * 26)),
        "a thread": read(lambda tx, c: tx.conversations.thread(c.id)),
        "the list of conversations": read(lambda tx, _: tx.conversations.recent(desk.clinic.id, min(REAL, 30))),
        "the open tasks": read(lambda tx, _: tx.tasks.open(desk.clinic.id)),
        "the tasks of a conversation": read(lambda tx, c: tx.tasks.of(c.id)),
        "patients by phone": read(lambda tx, c: tx.patients.by_phone(desk.clinic.id, c.address.value)),
        "the audit of a conversation": read(lambda tx, c: tx.audit.tail(20, c.id)),
        "the health of a process": read(lambda tx, _: (tx.inbox.waiting(), tx.outbox.waiting())),
    }


def cost(desk: Desk, tries: int = TRIES) -> dict[str, float]:
    """Milliseconds of each query: the lower quartile of the tries, so that a busy machine counts for less."""
    out: dict[str, float] = {}
    for name, ask in queries(desk).items():
        ask(0)
        taken = []
        for n in range(tries):
            began = time.perf_counter()
            ask(n)
            taken.append(time.perf_counter() - began)
        out[name] = quantile(taken, 0.25) * 1000
    return out


def scans(desk: Desk, url: str) -> list[str]:
    """Statements of the hot queries whose plan reads a whole table, as `table: statement`."""
    asked: dict[str, Any] = {}

    def hear(_c: Connection, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        if not many and statement.split(None, 1)[0].upper() in ("SELECT", "UPDATE", "DELETE"):
            asked.setdefault(statement, given)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        for ask in queries(desk).values():
            ask(1)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    return _whole(url, asked)


def _whole(url: str, asked: dict[str, Any]) -> list[str]:
    plain = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
    found = []
    with plain.connect() as connection:
        postgres = plain.dialect.name == "postgresql"
        if postgres:  # a small table is rightly read whole; here it is asked whether there is another way
            connection.exec_driver_sql("set enable_seqscan = off")
        for statement, given in asked.items():
            explain = "explain " if postgres else "explain query plan "
            plan = [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, given)]
            for line in plan:
                whole = re.search(r"Seq Scan on (\S+)", line) if postgres else re.match(r"SCAN (\S+)$", line)
                if whole and whole[1] not in SMALL:
                    found.append(f"{whole[1]}: {' '.join(statement.split())[:160]}")
    plain.dispose()
    return found


def prepared(url: str) -> Desk:
    """A desk with some real conversations, all turns taken."""
    migrate(url)
    desk = desk_at(url)
    fill(desk, REAL, 0)
    drain(desk)
    return desk


def measure(few: int = FEW, many: int = MANY) -> dict[str, Any]:
    """Milliseconds at `few`, at `many`, and how they grew; bytes of a conversation."""
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running_postgres("shared_buffers=512MB", "max_wal_size=8GB"))
        urls = {"sqlite": f"sqlite:///{folder}/desk.db", "postgres": stack.enter_context(fresh_database(server))}
        for kind, url in urls.items():
            desk = prepared(url)
            stock(url, desk.clinic.id, 1, few)
            before, size = cost(desk), _bytes(url, folder)
            stock(url, desk.clinic.id, few + 1, many)
            after, grown = cost(desk), _bytes(url, folder)
            for name, ms in after.items():
                found[f"{kind}: {name}"] = f"{before[name]:.2f} → {ms:.2f} ms, x {ms / before[name]:.2f}"
            found[f"{kind}: bytes a conversation"] = round((grown - size) / (many - few))
            found[f"{kind}: whole tables read"] = scans(desk, url) or "none"
            desk.store.close()
    return found


def _bytes(url: str, folder: Path) -> int:
    if url.startswith("sqlite"):
        return sum(f.stat().st_size for f in folder.glob("desk.db*"))
    engine = make_engine(url)
    with engine.connect() as connection:
        size = int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())
    engine.dispose()
    return size
