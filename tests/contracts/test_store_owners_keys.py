"""A key for each person: what it seals stays theirs, and it is changed under load."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from agent.adapters.store import SqlStore
from agent.adapters.store.keyring import KEPT_SECONDS, MOST, Ring
from agent.adapters.store.migrations import migrate, migrate_back
from agent.adapters.vault import Tampered, Vault
from agent.desk.forget import By
from agent.ports import Store, Tx
from agent.ports.keys import Begun
from tests.contracts.people import BOB, fill, read
from tests.contracts.samples import (
    ANNA,
    NOW,
    all_at_once,
    dump,
    inbound,
    patient,
    raw,
    task,
)  # fmt: skip
from tests.prove.p43_sealed import people, rotation, swaps
from tests.stores import DATA_KEY, open_test_store

BY = By("staff:u-1", "request", "R-1")
LONG_AGO = NOW - timedelta(days=9000)


def test_promise_43_each_person_has_a_key_and_no_column_holds_their_words(store: Store) -> None:
    with store.begin() as tx:
        fill(tx, 1, ANNA)
        fill(tx, 2, BOB)
        tx.tasks.add(task(3, conversation=None, patient="p-1"))
    kept = dump(store)
    for word in ("Núñez", "1980-02-29", "knee", "words 1", "answer 1", "limps", "'visit'", "5550100001"):
        assert word not in kept, word
    with raw(store) as connection:
        owners = set(connection.execute(text("SELECT owner FROM data_keys")).scalars())
    people = {f"{kind}{n}" for n in (1, 2) for kind in ("patient:p-", "conversation:c")}
    assert owners == {"index", *people}


def test_promise_43_what_is_copied_to_another_row_is_refused(store: Store) -> None:
    with store.begin() as tx:
        fill(tx, 1, ANNA)
        fill(tx, 2, BOB)
    tables = {"inbox": "in-", "outbox": "out-", "tasks": "t-", "patients": "p-", "conversations": "c"}
    with raw(store) as connection:
        for table, name in tables.items():
            swap = text(f"UPDATE {table} SET body = (SELECT body FROM {table} WHERE id = :one) WHERE id = :two")
            connection.execute(swap, {"one": f"{name}1", "two": f"{name}2"})
        connection.execute(text("UPDATE events SET body = (SELECT body FROM events WHERE conversation = 'c1') "
                                "WHERE conversation = 'c2'"))  # fmt: skip
    reads: list[Callable[[Tx], object]] = [
        lambda tx: tx.inbox.get("in-2"), lambda tx: tx.outbox.get("out-2"), lambda tx: tx.tasks.get("t-2"),
        lambda tx: tx.patients.get("p-2"), lambda tx: tx.conversations.get("c2"),
        lambda tx: tx.conversations.events("c2"),
    ]  # fmt: skip
    for again in reads:
        with pytest.raises(Tampered), store.begin(write=False) as tx:
            again(tx)


def test_promise_43_a_key_whose_time_is_over_is_in_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("agent.adapters.store.keyring.time.monotonic", lambda: now[0])
    ring = Ring(Vault(b"k" * 32), b"i" * 32)
    for number in range(3000):
        ring.learn(f"id-{number}", f"owner-{number}", b"key")
        ring.learn("id-again", "owner-again", b"key")
        now[0] += 1.0
    assert ring.key("id-2999") == ring.key("id-again") == b"key"
    assert ring.id_of("owner-again") == "id-again"
    assert ring.key("id-2") is None
    assert len(ring._keys) == len(ring._owners) <= KEPT_SECONDS + 2


def test_promise_43_a_key_given_to_another_owner_is_refused(store: Store, store_url: str) -> None:
    assert isinstance(store, SqlStore)
    with store.begin() as tx:
        fill(tx, 1, ANNA)
        fill(tx, 2, BOB)
    with raw(store) as connection:
        connection.execute(text("UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE owner = "
                                "'conversation:c1') WHERE owner = 'conversation:c2'"))  # fmt: skip
    store._means.ring._keys.clear()  # another process has not seen the key before
    with store.begin(write=False) as tx:
        assert tx.inbox.get("in-1") == inbound(1)
    with pytest.raises(Tampered), store.begin(write=False) as tx:
        tx.inbox.get("in-2")


def test_a_key_made_in_a_transaction_that_fails_seals_nothing_later(store: Store) -> None:
    def fails() -> None:
        with store.begin() as tx:
            tx.inbox.store(inbound(1), "c1")
            raise KeyError("ours")

    with pytest.raises(KeyError):
        fails()
    with store.begin() as tx:
        tx.inbox.store(inbound(1), "c1")
    assert isinstance(store, SqlStore)
    store._means.ring._keys.clear()
    with store.begin(write=False) as tx:
        assert tx.inbox.get("in-1") == inbound(1)


def test_first_contact_in_many_threads_makes_one_key(store: Store) -> None:
    def heard(n: int) -> None:
        with store.begin() as tx:
            tx.inbox.store(inbound(n), "c1")

    all_at_once(heard, range(8))
    with store.begin(write=False) as tx:
        assert [k.owner for k in tx.privacy.keys_out()].count("conversation:c1") == 1
        assert all(tx.inbox.get(f"in-{n}") == inbound(n) for n in range(8))


def test_a_ring_remembers_no_more_than_its_bound() -> None:
    ring = Ring(Vault(DATA_KEY), b"")
    for n in range(MOST + 5):
        ring.learn(str(n), f"o{n}", b"k")
    assert len(ring._keys) == MOST
    assert ring.key("0") is None
    assert ring.key(str(MOST)) == b"k"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_promise_43_an_older_schema_keeps_every_row_readable_there_and_back(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, new_id: Callable[[], str]
) -> None:
    url = str(request.getfixturevalue("empty_postgres_url")) if kind == "postgres" else f"sqlite:///{tmp_path}/desk.db"
    before = open_test_store(url, new_id)
    with before.begin() as tx:
        fill(tx, 1, ANNA)
        grip = tx.keys.begin("caller", "key", b"body", NOW, 60).grip
        assert grip is not None
        tx.keys.finish(grip, b"first")
    with before.begin(write=False) as tx:
        was = read(tx, 1)
    before.close()
    migrate_back(url, "0005", Vault(DATA_KEY))
    migrate(url)  # the rows are as an older program has left them
    after = open_test_store(url, new_id)
    with raw(after) as connection:
        for table in ("inbox", "outbox", "tasks", "patients", "conversations", "notes", "second_looks"):
            assert {bytes(b)[:1] for b in connection.execute(text(f"SELECT body FROM {table}")).scalars()} == {b"\x01"}
        assert connection.execute(text("SELECT visit_type FROM appointments")).scalar() == "visit"
    with after.begin(write=False) as tx:
        assert read(tx, 1) == was
    assert isinstance(after, SqlStore)
    assert after.reseal() == 10
    with raw(after) as connection:
        assert connection.execute(text("SELECT visit_type FROM appointments")).scalar() == ""
        assert {bytes(b)[:1] for b in connection.execute(text("SELECT body FROM events")).scalars()} == {b"\x02"}
    with after.begin() as tx:
        assert read(tx, 1) == was
        assert tx.keys.begin("caller", "key", b"body", NOW, 60) == Begun("done", answer=b"first")
        assert [k.id for k in tx.privacy.talks_of("p-1")] == ["c1"]
        assert tx.patients.by_phone("k", ANNA.value) == [patient(1)]
    after.close()


def test_promise_43_the_key_changes_under_load_and_the_old_one_may_go(
    store: Store, store_url: str, tmp_path: Path, new_id: Callable[[], str]
) -> None:
    if store_url == "sqlite://":
        store_url = f"sqlite:///{tmp_path}/desk.db"
        store = open_test_store(store_url, new_id)
    people(store, 5)
    assert swaps(store, 5, 10, Random(1)) == 10
    assert rotation(store_url, store, 5, 60) >= 10
