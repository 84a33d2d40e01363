"""Every person has a key; what is erased is gone from rows and from copies without keys, and the chain stays whole."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from agent.adapters.ids import first_id
from agent.adapters.vault import Tampered
from agent.desk.forget import By, erase_stragglers, forget, hold, of_conversation, of_patient, of_phone
from agent.desk.retain import Retention
from agent.model.address import Address
from agent.model.fault import Refused
from agent.model.privacy import WrappedKey
from agent.ports import Store
from agent.settings import Settings
from tests.contracts.people import BOB, fill, read
from tests.contracts.samples import (
    ANNA,
    NOW,
    appointment,
    conversation,
    inbound,
    outbound,
    patient,
    raw,
    task,
)  # fmt: skip
from tests.prove.p43_sealed import people
from tests.prove.p44_audit import alter, write
from tests.prove.p45_forgotten import erase, traces
from tests.stores import open_test_store

BY = By("staff:u-1", "request", "R-1")
LONG_AGO = NOW - timedelta(days=9000)


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
