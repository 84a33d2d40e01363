"""A large clinic: 100,000 patients, a million reminder rows, ten thousand of them due in the same minute; what the
sweeps ask every few seconds, on SQLite in a file and on PostgreSQL. Rows are made by the database itself."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from agent.adapters.ids import new_ids
from agent.adapters.store.engine import make_engine
from agent.ports import Store
from tests.bench.growth import ID, NUMBERS
from tests.postgres import fresh_database, running_postgres
from tests.stores import open_test_store

PATIENTS, VISITS, RULES, AT_ONCE = 100_000, 333_334, 3, 10_000
AHEAD = 24_000  # of the visits, still to come
TRIES = 40
CLINIC = "large"
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
_STEP = timedelta(minutes=30)
_PROVIDERS = 50
_BODY = {"postgresql": "decode(repeat(md5(n::text), 25), 'hex')", "sqlite": "randomblob(400)"}
_MOMENT = {"postgresql": "timestamptz '{base}+00' + ({seconds}) * interval '1 second'",
           "sqlite": "datetime('{base}', '+' || ({seconds}) || ' seconds') || '.000000'"}  # fmt: skip


def _inserts(dialect: str, visits: int, ahead: int) -> Iterator[tuple[str, int]]:
    """Statements with the count of numbers that each takes."""
    numbers, id, no = NUMBERS[dialect], ID[dialect], "false" if dialect == "postgresql" else "0"
    first = NOW - (visits - ahead) // _PROVIDERS * _STEP

    def at(seconds: str, base: datetime = first) -> str:
        return _MOMENT[dialect].format(base=base.strftime("%Y-%m-%d %H:%M:%S"), seconds=seconds)

    def into(table: str, columns: dict[str, str], where: str = "") -> str:
        chosen = ", ".join(columns.values())
        return f"insert into {table} ({', '.join(columns)}) select {chosen} from ({numbers}) as x {where}"

    start, end = f"(n / {_PROVIDERS}) * 1800", f"(n / {_PROVIDERS}) * 1800 + 1500"
    came, clinic = f"n < {visits - ahead}", f"'{CLINIC}'"
    yield (
        into("patients", {"id": id, "clinic": clinic, "dob_key": "'d' || (n % 25000)", "body": _BODY[dialect]}),
        PATIENTS,
    )
    yield into("patient_phones", {"patient": id, "phone_key": f"'k' || {id}", "clinic": clinic}), PATIENTS
    visit = {
        "id": id, "clinic": clinic, "patient": id,
        "provider": f"'p' || (n % {_PROVIDERS})", "location": "'main'", "visit_type": "'office'",
        "start": at(start), '"end"': at(end), "busy_from": at(start), "busy_until": at(end),
        "local": "'2026-03-02T10:00'",
        "zone": "'America/New_York'", "status": f"case when {came} then 'fulfilled' else 'booked' end", "lane": "0",
        "version": "1", "lapsed": no, "planned": f"n < {visits - 200}",
    }  # fmt: skip
    yield into("appointments", visit), visits
    for rule in range(RULES):  # the last visits but two hundred have theirs planned
        row = {
            "appointment": id, "rule": f"'r{rule}'", "clinic": clinic, "visit_at": at(start),
            "due_at": at(f"{start} + {(RULES - rule) * 3600}", first - timedelta(days=2)),
            "state": f"case when {came} then 'sent' else 'due' end", "why": "''",
        }  # fmt: skip
        yield into("reminders", row, f"where n < {visits - 200}"), visits


def fill(url: str, visits: int = VISITS, ahead: int = AHEAD) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        for statement, count in _inserts(engine.dialect.name, visits, ahead):
            connection.execute(text(statement), {"since": 0, "until": count - 1})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))
    engine.dispose()


def at_once(url: str, count: int = AT_ONCE) -> None:
    """So many reminders are due at this very moment, and everything else that was due is over."""
    engine = make_engine(url)
    now = NOW.replace(tzinfo=None) if engine.dialect.name == "sqlite" else NOW
    with engine.begin() as connection:
        connection.execute(
            text("update reminders set state = 'sent' where state = 'due' and due_at <= :now"), {"now": now}
        )
        few = (
            f"select appointment from reminders where state = 'due' and rule = 'r0' order by appointment limit {count}"
        )
        connection.execute(
            text(f"update reminders set due_at = :now where rule = 'r0' and appointment in ({few})"), {"now": now}
        )
    engine.dispose()


def timed(store: Store, look: Callable[[Store], object], tries: int = TRIES) -> list[float]:
    """Milliseconds of each try, in order of size."""
    took = []
    for _ in range(tries):
        began = perf_counter()
        look(store)
        took.append((perf_counter() - began) * 1000)
    return sorted(took)


def take(store: Store) -> None:
    """One reminder, taken and settled as a sweep does."""
    with store.begin() as tx:
        found = tx.reminders.take_due(CLINIC, NOW)
        assert found is not None
        tx.reminders.settle(found, "sent", NOW)


def look(store: Store) -> None:
    with store.begin() as tx:
        assert tx.reminders.take_due(CLINIC, NOW) is not None


def nothing(store: Store) -> None:
    with store.begin() as tx:
        assert tx.reminders.take_due(CLINIC, NOW - timedelta(days=3000)) is None


def plan(store: Store) -> None:
    with store.begin() as tx:
        tx.reminders.unplanned(CLINIC, NOW, NOW + timedelta(days=12), 200)


def known(store: Store) -> None:
    with store.begin(write=False) as tx:
        tx.patients.by_phone(CLINIC, "+17185550133")


@contextmanager
def places() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder, running_postgres() as server, fresh_database(server) as url:
        yield {"sqlite": f"sqlite:///{Path(folder) / 'large.db'}", "postgresql": url}


def measure() -> dict[str, float]:
    found: dict[str, float] = {}
    with places() as urls:
        for name, url in urls.items():
            store = open_test_store(url, new_ids(lambda: NOW))
            began = perf_counter()
            fill(url)
            found[f"{name}_seconds_to_fill"] = round(perf_counter() - began, 1)
            at_once(url)
            asked = {"due_query": look, "due_query_none_due": nothing, "due_taken_and_settled": take,
                     "visits_to_plan": plan, "patient_by_number": known}  # fmt: skip
            for what, one in asked.items():
                took = timed(store, one)
                found[f"{name}_{what}_ms_p50"] = round(took[len(took) // 2], 2)
                found[f"{name}_{what}_ms_p90"] = round(took[int(len(took) * 0.9)], 2)
            store.close()
    return found
