"""Everything about people is sealed under a key of their own; moved ciphertext is refused; keys change under load."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import text

from agent.adapters.ids import new_ids
from agent.adapters.store import SqlStore, open_store
from agent.adapters.vault import Tampered, Vault
from agent.ports import Store, Tx
from tests.contracts.people import fill, number, read
from tests.contracts.samples import NOW, conversation, dump, inbound, raw
from tests.prove.ground import Ground
from tests.stores import DATA_KEY, SECRET, open_test_store

PROMISE = "Encrypted at rest, swaps detected"
SIZE = "500 patients, 1,000 copied ciphertexts and 4,000 messages while the key changes, on each database"
NEW_KEY = bytes(reversed(range(32)))
_PLAIN = ("Núñez", "1980-02-29", "knee", "words ", "answer ", "limps", "'visit'", "+1555")
_READ: dict[str, tuple[str, Callable[[Tx, str], object]]] = {
    "inbox": ("in-", lambda tx, row: tx.inbox.get(row)),
    "outbox": ("out-", lambda tx, row: tx.outbox.get(row)),
    "tasks": ("t-", lambda tx, row: tx.tasks.get(row)),
    "patients": ("p-", lambda tx, row: tx.patients.get(row)),
    "conversations": ("c", lambda tx, row: tx.conversations.get(row)),
}


def people(store: Store, count: int) -> None:
    """So many patients with everything; none of it stands in any column."""
    for first in range(1, count + 1, 50):
        with store.begin() as tx:
            for n in range(first, min(first + 50, count + 1)):
                fill(tx, n, number(n))
    kept = dump(store)
    found = [word for word in _PLAIN if word in kept]
    assert not found, f"in the clear: {found}"


def swaps(store: Store, count: int, pairs: int, chance: random.Random) -> int:
    """Copies ciphertexts from row to row; each is refused, and the row reads again when its own is back."""
    for at in range(pairs):
        table = list(_READ)[at % len(_READ)]
        name, get = _READ[table]
        one, two = (f"{name}{n}" for n in chance.sample(range(1, count + 1), 2))
        put = text(f"UPDATE {table} SET body = :body WHERE id = :id")
        body = text(f"SELECT body FROM {table} WHERE id = :id")
        with raw(store) as connection:
            own = connection.execute(body, {"id": two}).scalar_one()
            connection.execute(put, {"body": connection.execute(body, {"id": one}).scalar_one(), "id": two})
        try:
            with store.begin(write=False) as tx:
                get(tx, two)
            raise AssertionError(f"{table}: the body of {one} opened in {two}")
        except Tampered:
            pass
        with raw(store) as connection:
            connection.execute(put, {"body": own, "id": two})
        with store.begin(write=False) as tx:
            assert get(tx, two) is not None
    return pairs


def rotation(url: str, store: Store, count: int, messages: int) -> int:
    """Four threads go on with the old key first and the new one known, then with the new one first, while everything is
    sealed anew; then the old key is taken away and every row still opens. Returns how many keys were wrapped anew."""
    ids = new_ids(lambda: datetime.now(UTC))

    def opened(key: bytes, *older: bytes) -> SqlStore:
        return open_store(
            url, data_key=key, secret=SECRET, clock=lambda: datetime.now(UTC), new_id=ids, older_keys=older
        )

    first, second = opened(DATA_KEY, NEW_KEY), opened(NEW_KEY, DATA_KEY)
    faults: list[BaseException] = []

    def load(part: int) -> None:
        try:
            for n in range(part, messages, 4):
                with (first, second)[n % 2].begin() as tx:
                    talk = f"c{n % count + 1}" if n % 10 else f"fresh-{n}"
                    if n % 10 == 0:
                        tx.conversations.add(conversation(talk, address=number(10_000 + n)), NOW)
                    tx.inbox.store(inbound(f"load-{n}"), talk)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=load, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    wrapped = 0
    while any(thread.is_alive() for thread in threads):
        wrapped += second.reseal()
    for thread in threads:
        thread.join()
    assert not faults, repr(faults[0])
    wrapped += second.reseal()  # what a process with the old key first has made last
    for store_ in (first, second):
        store_.close()
    alone = opened(NEW_KEY)
    with alone.begin(write=False) as tx:
        for n in range(1, count + 1):
            assert all(read(tx, n)), f"patient {n}"
        for n in range(messages):
            assert tx.inbox.get(f"in-load-{n}") == inbound(f"load-{n}"), f"message {n}"
        vault = Vault(NEW_KEY)
        for key in tx.privacy.keys_out():
            vault.unwrap(key.id, key.owner, key.wrapped)
    alone.close()
    return wrapped


def prove(ground: Ground) -> str:
    told = []
    for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres())):
        store = open_test_store(url, new_ids(lambda: datetime.now(UTC)))
        people(store, 500)
        moved = swaps(store, 500, 1000, ground.random())
        wrapped = rotation(url, store, 500, 4000)
        store.close()
        told.append(
            f"{name}: no word in the clear, {moved} of {moved} refused, {wrapped} keys wrapped anew, all readable"
        )
    return "; ".join(told)
