"""The audit chain names the first row that anybody has edited, deleted, inserted or moved."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from agent.adapters.ids import new_ids
from agent.ports import Store
from tests.contracts.samples import NOW, audited, raw
from tests.prove.ground import Ground
from tests.stores import open_test_store

PROMISE = "The audit cannot be altered unseen"
SIZE = "100,000 rows on each database, 10 alterations of each kind in all: edit, delete, insert, reorder, cut off"
_COLUMNS = ("actor", "tag", "subject", "why", "fields", "data", "content_revision")


def write(store: Store, rows: int) -> None:
    for first in range(0, rows, 1000):
        with store.begin() as tx:
            for n in range(first, min(first + 1000, rows)):
                tx.audit.write(audited(n, subject=f"t-{n % 997}", at=NOW))


def _edit(connection: Connection, n: int, last: int, chance: random.Random) -> Callable[[Connection], object]:
    column = chance.choice(_COLUMNS)
    old = connection.execute(text(f"SELECT {column} FROM audit WHERE seq = :n"), {"n": n}).scalar_one()
    put = text(f"UPDATE audit SET {column} = :to WHERE seq = :n")
    connection.execute(put, {"to": f"{old} ", "n": n})
    return lambda c: c.execute(put, {"to": old, "n": n})


def _delete(connection: Connection, n: int, last: int, _: random.Random) -> Callable[[Connection], object]:
    connection.execute(text("CREATE TABLE kept AS SELECT * FROM audit WHERE seq = :n").bindparams(n=n))
    connection.execute(text("DELETE FROM audit WHERE seq = :n"), {"n": n})

    def undo(c: Connection) -> None:
        c.execute(text("INSERT INTO audit SELECT * FROM kept"))
        c.execute(text("DROP TABLE kept"))

    return undo


def _insert(connection: Connection, n: int, last: int, _: random.Random) -> Callable[[Connection], object]:
    """A row as the desk writes them, at this place; what follows moves up."""
    connection.execute(text("UPDATE audit SET seq = -seq - 1 WHERE seq >= :n"), {"n": n})
    connection.execute(text("UPDATE audit SET seq = -seq WHERE seq < 0"))
    connection.execute(
        text("INSERT INTO audit SELECT :n, 'forged', at, actor, tag, subject, why, fields, data, content_revision, "
             "hash FROM audit WHERE seq = :like"), {"n": n, "like": n + 1},
    )  # fmt: skip

    def undo(c: Connection) -> None:
        c.execute(text("DELETE FROM audit WHERE id = 'forged'"))
        c.execute(text("UPDATE audit SET seq = -seq + 1 WHERE seq > :n"), {"n": n})
        c.execute(text("UPDATE audit SET seq = -seq WHERE seq < 0"))

    return undo


def _reorder(connection: Connection, n: int, last: int, _: random.Random) -> Callable[[Connection], object]:
    other = n + 1 if n < last else n - 1

    def swap(c: Connection) -> None:
        for was, to in ((n, -1), (other, n), (-1, other)):
            c.execute(text("UPDATE audit SET seq = :to WHERE seq = :was"), {"to": to, "was": was})

    swap(connection)
    return swap


def _cut(connection: Connection, n: int, last: int, _: random.Random) -> Callable[[Connection], object]:
    connection.execute(text("CREATE TABLE kept AS SELECT * FROM audit WHERE seq >= :n").bindparams(n=n))
    connection.execute(text("DELETE FROM audit WHERE seq >= :n"), {"n": n})

    def undo(c: Connection) -> None:
        c.execute(text("INSERT INTO audit SELECT * FROM kept"))
        c.execute(text("DROP TABLE kept"))

    return undo


KINDS = (_edit, _delete, _insert, _reorder, _cut)


def alter(store: Store, last: int, times: int, chance: random.Random) -> int:
    """Alters the chain `times` times in each way; the first bad row is named each time, and undone it is whole."""
    with store.begin(write=False) as tx:
        assert tx.audit.verify() == (last, None)
    for at in range(times):
        for kind in KINDS:
            n = (1, last)[at] if at < 2 else chance.randrange(2, last)
            first = min(n, last - 1) if kind is _reorder else n
            with raw(store) as connection:
                undo = kind(connection, n, last, chance)
            with store.begin(write=False) as tx:
                good, broken = tx.audit.verify()
            assert good == first - 1, f"{kind.__name__} at {n}: {good} sound rows, {broken}"
            assert broken is not None
            assert f"row {first} " in broken, f"{kind.__name__} at {n}: {broken}"
            with raw(store) as connection:
                undo(connection)
    with store.begin(write=False) as tx:
        assert tx.audit.verify() == (last, None)
    return times * len(KINDS)


def prove(ground: Ground) -> str:
    told = []
    for name, url, times in (("SQLite", ground.sqlite(), 6), ("PostgreSQL", ground.postgres(), 4)):
        store = open_test_store(url, new_ids(lambda: datetime.now(UTC)))
        write(store, 100_000)
        count = alter(store, 100_000, times, ground.random())
        store.close()
        told.append(f"{name}: {count} of {count} named by their first bad row")
    return "; ".join(told)
