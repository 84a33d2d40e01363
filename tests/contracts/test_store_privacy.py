"""Every person has a key; what is erased is gone from rows and from copies without keys, and the chain stays whole."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from agent.adapters.ids import first_id
from agent.adapters.store import SqlStore
from agent.adapters.store.keyring import MOST, Ring
from agent.adapters.store.migrations import migrate, migrate_back
from agent.adapters.vault import Tampered, Vault
from agent.desk.forget import By, erase_stragglers, forget, hold, of_conversation, of_patient, of_phone
from agent.desk.retain import Retention
from agent.model.address import Address
from agent.model.fault import Refused
from agent.model.privacy import WrappedKey
from agent.ports import Store, Tx
from agent.ports.keys import Begun
from agent.settings import Settings
from tests.contracts.people import BOB, fill, read
from tests.contracts.samples import (
    ANNA,
    NOW,
    all_at_once,
    appointment,
    conversation,
    dump,
    inbound,
    outbound,
    patient,
    raw,
    task,
)  # fmt: skip
from tests.prove.p43_sealed import people, rotation, swaps
from tests.prove.p44_audit import alter, write
from tests.prove.p45_forgotten import erase, traces
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


def test_promise_45_a_forgotten_patient_is_gone_and_everybody_else_is_whole(
    store: Store, new_id: Callable[[], str]
) -> None:
    with store.begin() as tx:
        fill(tx, 1, ANNA)
        fill(tx, 2, BOB)
    with store.begin(write=False) as tx:
        others = read(tx, 2)
    with store.begin() as tx:
        done = forget(tx, of_phone(tx, "k", ANNA.value), BY, NOW, new_id)
    assert done.patient == "p-1"
    store.scrub()
    with store.begin() as tx:
        assert [x for x in read(tx, 1) if x] == []
        assert tx.patients.by_phone("k", ANNA.value) == []
        assert tx.outbox.by_provider("SMout1") is None
        assert tx.chats.find("token-1") is None
        assert tx.codes.check("s1", "hash", NOW - timedelta(days=1)) == (False, None)
        assert read(tx, 2) == others
        assert tx.privacy.tombstones(NOW) == [("conversation", "c1"), ("patient", "p-1")]
        assert tx.audit.verify() == (3, None)
        told = tx.audit.tail(1)[0]
        assert (told.actor, told.tag, told.subject, told.why) == ("staff:u-1", "patient:forgotten", "p-1", "request")
        assert not any(k.owner.endswith(("p-1", ":c1")) for k in tx.privacy.keys_out())


def test_promise_45_a_copy_of_the_rows_is_unreadable_with_the_keys_that_are_left(
    store: Store, new_id: Callable[[], str]
) -> None:
    with store.begin() as tx:
        fill(tx, 1, ANNA)
        fill(tx, 2, BOB)
    with raw(store) as connection:  # a back-up of the rows, made before
        copied = connection.execute(text("SELECT id, body FROM inbox")).all()
    with store.begin() as tx:
        forget(tx, of_patient(tx, "k", "p-1"), BY, NOW, new_id)
    with store.begin() as tx:
        keys: list[WrappedKey] = tx.privacy.keys_out()
        tx.privacy.keys_in(keys)
        for id, body in copied:
            if id == "in-1":
                with pytest.raises(Tampered):
                    tx.inbox._work.keys.open("inbox", "body", id, body)  # type: ignore[attr-defined]
            else:
                assert b"words 2" in tx.inbox._work.keys.open("inbox", "body", id, body)  # type: ignore[attr-defined]


def test_promise_45_a_legal_hold_and_a_visit_to_come_refuse(store: Store, new_id: Callable[[], str]) -> None:
    with store.begin() as tx:
        fill(tx, 1, ANNA)
        fill(tx, 2, BOB)
        assert hold(tx, "p-1", BY, NOW, new_id)
        assert not hold(tx, "p-1", BY, NOW, new_id)
        tx.appointments.add(appointment("later", NOW + timedelta(days=1), patient="p-2"), NOW)
    for what in ("p-1", "p-2"):
        with pytest.raises(Refused, match=r"hold|to come"), store.begin() as tx:
            forget(tx, of_patient(tx, "k", what), BY, NOW, new_id)
    with pytest.raises(Refused, match="hold"), store.begin() as tx:
        forget(tx, of_conversation(tx, "k", "c1"), BY, NOW, new_id)  # the patient's hold holds the conversation
    with pytest.raises(Refused), store.begin() as tx:
        of_phone(tx, "k", "+15550199999")
    with store.begin() as tx:
        assert hold(tx, "p-1", BY, NOW, new_id, release=True)
        forget(tx, of_patient(tx, "k", "p-1"), BY, NOW, new_id)
        assert tx.audit.verify() == (5, None)


def test_promise_45_a_household_keeps_what_is_not_the_patients(store: Store, new_id: Callable[[], str]) -> None:
    with store.begin() as tx:
        fill(tx, 1, ANNA)
        tx.patients.add(patient(5, name="Ben"))  # the same number
        tx.conversations.add(conversation("cx", address=ANNA), NOW)  # nobody known
        tx.appointments.add(appointment("a5", LONG_AGO, patient="p-5", conversation="c1"), NOW)
        tx.tasks.add(task(5, conversation="c1", appointment="a5"))
    with pytest.raises(Refused, match="2 patients share"), store.begin() as tx:
        of_phone(tx, "k", ANNA.value)
    with store.begin() as tx:
        done = forget(tx, of_patient(tx, "k", "p-5"), BY, NOW, new_id)
        assert done.beside == ["c1"]
        assert [t.id for t in tx.tasks.of("c1")] == ["t-1"]
        assert tx.conversations.get("c1") is not None
        assert tx.conversations.get("cx") is not None


def test_promise_45_what_a_slow_process_writes_afterwards_goes_too(store: Store, new_id: Callable[[], str]) -> None:
    with store.begin() as tx:
        fill(tx, 1, ANNA)
        forget(tx, of_conversation(tx, "k", "c1"), BY, NOW, new_id)
        assert tx.patients.get("p-1") is not None
    with store.begin() as tx:
        tx.inbox.store(inbound(9), "c1")
    assert erase_stragglers(store, NOW) >= 1
    with store.begin(write=False) as tx:
        assert tx.inbox.get("in-9") is None


def test_promise_45_old_rows_lapse_kind_by_kind_but_for_a_legal_hold(store: Store, new_id: Callable[[], str]) -> None:
    old, fresh = first_id(LONG_AGO), first_id(NOW)
    with store.begin() as tx:
        for n, at in enumerate((LONG_AGO, LONG_AGO, NOW), 1):
            tx.conversations.add(conversation(f"c{n}", address=Address(channel="chat", value=str(n))), at)
        tx.conversations.add(conversation("c4"), NOW)
        for id in (old, fresh):
            tx.inbox.store(inbound(id, id=id), "c4")
            tx.outbox.add(outbound(id, id=id, conversation="c4", state="delivered"))
            tx.chats.open(id, "c4", "https://a", LONG_AGO if id == old else NOW)
        while claimed := tx.inbox.claim(NOW, 30):
            tx.inbox.finish(claimed.inbound.id, claimed.fence)
        hold(tx, "c2", BY, NOW, new_id)
    retention = Retention(store, "k", Settings())
    assert retention.step(NOW) == 4  # a conversation, a message in, a message out, a chat session
    assert retention.step(NOW) == 0
    with store.begin(write=False) as tx:
        assert [bool(tx.conversations.get(f"c{n}")) for n in range(1, 5)] == [False, True, True, True]
        assert (tx.inbox.get(old), tx.outbox.get(old)) == (None, None)
        assert tx.inbox.get(fresh) is not None
        assert tx.outbox.get(fresh) is not None


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


def test_promise_45_half_are_erased_while_the_others_write(store: Store, new_id: Callable[[], str]) -> None:
    people(store, 8)
    assert len(erase(store, 8, 2, Random(1), new_id)) == 4


def test_promise_45_no_file_of_the_database_holds_a_destroyed_key(tmp_path: Path, new_id: Callable[[], str]) -> None:
    store = open_test_store(f"sqlite:///{tmp_path}/desk.db", new_id)
    people(store, 4)
    with store.begin(write=False) as tx:
        keys = {k.owner: k.wrapped for k in tx.privacy.keys_out()}
    assert traces(tmp_path / "desk.db", list(keys.values())) == len(keys)
    gone = erase(store, 4, 0, Random(1), new_id)
    wrapped = [keys[owner] for n in gone for owner in (f"patient:p-{n}", f"conversation:c{n}")]
    assert traces(tmp_path / "desk.db", wrapped) == 0
    store.close()


def test_promise_44_any_alteration_of_the_trail_is_named(store: Store) -> None:
    write(store, 40)
    assert alter(store, 40, 4, Random(1)) == 20
