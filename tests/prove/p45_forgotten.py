"""An erased patient is gone: rows, files, queues, and copies of the rows; everybody else is whole, the chain too."""

import random
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from agent.adapters.ids import new_ids
from agent.adapters.vault import Tampered
from agent.desk.forget import By, forget, hold, of_patient
from agent.model.fault import Refused
from agent.ports import Store
from tests.contracts.people import fill, number, read
from tests.contracts.samples import NOW, inbound, raw
from tests.prove.ground import Ground
from tests.stores import open_test_store

PROMISE = "Deletion is real, the chain intact"
SIZE = "200 patients on each database: 100 erased while the others write, 10 under a legal hold; a copy made before"
BY = By("operator:proof", "request", "R-1")


def erase(store: Store, count: int, held: int, chance: random.Random, new_id: Callable[[], str]) -> list[int]:
    """Half of the patients are erased while the others write; those under a legal hold are refused. The erased ones."""
    order = chance.sample(range(1, count + 1), count)
    keeping, going = order[:held], order[held : held + count // 2]
    others = [n for n in order if n not in going]
    with store.begin() as tx:
        for n in keeping:
            hold(tx, f"p-{n}", BY, NOW, new_id)
    copied = {f"in-{n}": _body(store, f"in-{n}") for n in order}
    stop = threading.Event()
    faults: list[BaseException] = []

    def write() -> None:
        turn = 0
        try:
            while not stop.is_set():
                turn += 1
                with store.begin() as tx:
                    tx.inbox.store(inbound(f"more-{turn}"), f"c{others[turn % len(others)]}")
        except BaseException as fault:
            faults.append(fault)

    writer = threading.Thread(target=write)
    writer.start()
    for n in [*keeping, *going]:
        try:
            with store.begin() as tx:
                forget(tx, of_patient(tx, "k", f"p-{n}"), BY, NOW, new_id)
            assert n not in keeping, f"patient {n} was erased under a legal hold"
        except Refused:
            assert n in keeping, f"patient {n} was not erased"
    stop.set()
    writer.join()
    assert not faults, repr(faults[0])
    store.scrub()
    with store.begin(write=False) as tx:
        for n in order:
            left = [x for x in read(tx, n) if x]
            assert not left if n in going else len(left) == 9, f"patient {n}: {left}"
        assert tx.audit.verify()[1] is None
        for id, body in copied.items():  # rows of a copy, with the keys that there are now
            try:
                tx.inbox._work.keys.open("inbox", "body", id, body)  # type: ignore[attr-defined]
                assert int(id[3:]) not in going, f"the copy of {id} is still readable"
            except Tampered:
                assert int(id[3:]) in going, f"the copy of {id} cannot be read"
    return going


def _body(store: Store, id: str) -> bytes:
    with raw(store) as connection:
        return bytes(connection.execute(text("SELECT body FROM inbox WHERE id = :id"), {"id": id}).scalar_one())


def traces(database: Path, wrapped: list[bytes]) -> int:
    """How many of these wrapped keys the files of a SQLite database still hold, free pages and log included."""
    files = [p.read_bytes() for p in database.parent.glob(f"{database.name}*")]
    return sum(any(key in file for file in files) for key in wrapped)


def prove(ground: Ground) -> str:
    told = []
    for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres())):
        new_id = new_ids(lambda: datetime.now(UTC))
        store = open_test_store(url, new_id)
        for n in range(1, 201):
            with store.begin() as tx:
                fill(tx, n, number(n))
        with store.begin(write=False) as tx:
            keys = {k.owner: k.wrapped for k in tx.privacy.keys_out()}
        gone = erase(store, 200, 10, ground.random(), new_id)
        left = ""
        if name == "SQLite":
            wrapped = [keys[owner] for n in gone for owner in (f"patient:p-{n}", f"conversation:c{n}")]
            path = Path(url.removeprefix("sqlite:///"))
            with closing(sqlite3.connect(path)) as check:
                assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found = traces(path, wrapped)
            assert found == 0, f"{found} destroyed keys are still in the files"
            left = f", 0 of {len(wrapped)} keys in the files"
        store.close()
        told.append(f"{name}: {len(gone)} erased, 10 held, copies unreadable{left}, chain whole")
    return "; ".join(told)
