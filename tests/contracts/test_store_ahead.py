"""What a transaction is expected to read goes along with what it asks on PostgreSQL, and is never older than what a
read of its own would have found; on SQLite a read costs no talk, and nothing is read ahead."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import event, text

from agent.adapters.ids import new_ids
from agent.adapters.store import SqlStore, flow, pipelined
from agent.model.address import Address
from agent.model.fault import Conflict
from agent.ports import Store, Tx
from tests.contracts.samples import ANNA, NOW, appointment, audited, conversation, inbound, outbound, patient, raw
from tests.stores import open_test_store

BEN = Address(channel="sms", value="+15550100002")
HOUR = timedelta(hours=1)


def _expected(tx: Tx) -> None:
    tx.optouts.expect([ANNA, BEN])
    tx.patients.expect("k", [ANNA.value, BEN.value])


def _begun(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        tx.conversations.add(conversation("c2", address=BEN), NOW)
        tx.patients.add(patient(1))
        tx.patients.add(patient(2, name="Ben", phones=(BEN.value, ANNA.value)))
        tx.optouts.stop(BEN, NOW, "words")
        tx.inbox.store(inbound(1), "c1")
        tx.audit.write(audited(1))


def _held(tx: Tx) -> None:
    found = [tx.conversations.get(id) for id in ("c1", "c2")]
    tx.conversations.relock([one for one in found if one is not None])


def _busy(tx: Tx) -> list[Any]:
    return tx.appointments.busy("k", ["okafor"], NOW - HOUR, NOW + HOUR, NOW)["okafor"]


def test_what_is_expected_is_found_as_without(store: Store) -> None:
    _begun(store)
    with store.begin() as tx:
        _expected(tx)
        before = tx.optouts.stopped(BEN), tx.patients.by_phone("k", ANNA.value)
        _held(tx)
        assert (tx.optouts.stopped(ANNA), tx.optouts.stopped(BEN)) == (False, True)
        assert [p.id for p in tx.patients.by_phone("k", ANNA.value)] == ["p-1", "p-2"]
        assert [p.id for p in tx.patients.by_phone("k", BEN.value)] == ["p-2"]
        assert tx.patients.by_phone("other", BEN.value) == []
        assert not tx.optouts.stopped(Address(channel="sms", value="+15550100003"))
        assert before == (tx.optouts.stopped(BEN), tx.patients.by_phone("k", ANNA.value))


def test_what_is_written_after_it_was_read_ahead_is_seen(store: Store) -> None:
    _begun(store)
    with store.begin() as tx:
        _expected(tx)
        _held(tx)
        assert not tx.optouts.stopped(ANNA)
        tx.optouts.stop(ANNA, NOW, "words")
        tx.patients.add(patient(3, phones=(BEN.value,)))
        assert tx.optouts.stopped(ANNA)
        assert [p.id for p in tx.patients.by_phone("k", BEN.value)] == ["p-2", "p-3"]


def test_times_that_were_read_before_are_read_again_once_one_was_taken_or_given_back(store: Store) -> None:
    with store.begin() as tx:
        assert _busy(tx) == _busy(tx) == []
        tx.appointments.add(appointment("a1"), NOW)
        assert len(_busy(tx)) == 1
        with pytest.raises(Conflict):
            tx.appointments.add(appointment("a2"), NOW)
        assert len(_busy(tx)) == 1
        kept = tx.appointments.get("a1")
        assert kept is not None
        tx.appointments.change(kept.model_copy(update={"status": "cancelled"}), NOW)
        assert _busy(tx) == []


def test_what_is_read_ahead_is_read_after_the_locks_that_it_goes_with(postgres_url: str) -> None:
    """Whoever waits for a lock sees what its holder has committed."""
    store = open_test_store(postgres_url, new_ids(lambda: NOW))
    _begun(store)
    waits, found = threading.Event(), list[bool]()

    def second() -> None:
        with store.begin() as tx:
            one = tx.conversations.get("c1")
            assert one is not None
            tx.optouts.expect([ANNA])
            waits.set()
            tx.conversations.relock([one])
            found.append(tx.optouts.stopped(ANNA))

    with store.begin() as tx:
        tx.conversations.get("c1", lock=True)
        other = threading.Thread(target=second)
        other.start()
        assert waits.wait(10)
        tx.optouts.stop(ANNA, NOW, "words")
    other.join(20)
    assert found == [True]
    store.close()


LOCKS: dict[str, Callable[[Tx], object]] = {
    "one": lambda tx: tx.conversations.get("c1", lock=True),
    "some": lambda tx: tx.conversations.relock([conversation(), conversation("c2", address=BEN)]),
    "a claim": lambda tx: tx.inbox.claim_several(NOW, 30, 2),
    "a function": lambda tx: tx.conversations.id_at("k", ANNA),
}


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_locked_after_it_was_read_ahead_makes_it_forgotten(postgres_url: str, lock: str) -> None:
    store = open_test_store(postgres_url, new_ids(lambda: NOW))
    _begun(store)
    with store.begin() as tx:
        _expected(tx)
        _held(tx)
        assert _busy(tx) == []
        with store.begin() as elsewhere:
            elsewhere.optouts.stop(ANNA, NOW, "words")
            elsewhere.patients.add(patient(3, phones=(BEN.value,)))
            elsewhere.appointments.add(appointment("a1"), NOW)
        LOCKS[lock](tx)
        assert tx.optouts.stopped(ANNA)
        assert [p.id for p in tx.patients.by_phone("k", BEN.value)] == ["p-2", "p-3"]
        assert len(_busy(tx)) == 1
    store.close()


def test_nothing_is_known_after_a_savepoint_but_what_is_read_then(postgres_url: str) -> None:
    store = open_test_store(postgres_url, new_ids(lambda: NOW))
    _begun(store)
    with store.begin() as tx:
        tx.appointments.add(appointment("a1"), NOW)
        _expected(tx)
        _held(tx)
        with store.begin() as elsewhere:
            elsewhere.optouts.stop(ANNA, NOW, "words")
        assert tx.optouts.stopped(ANNA)
    store.close()


def _messages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many questions went with each message."""
    sent, send = list[int](), pipelined.send_together

    def counted(connection: Any, writes: Any, asked: Any = (), **how: Any) -> Any:
        sent.append(len(asked := list(asked)))
        return send(connection, writes, asked, **how)

    monkeypatch.setattr(flow, "send_together", counted)
    return sent


def test_a_batch_of_turns_talks_three_times_with_the_server(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks with what is known of whoever writes; writes with the next claim and the end of the audit's chain; rows of
    the audit with the commit."""
    store = cast(SqlStore, open_test_store(postgres_url, new_ids(lambda: NOW)))
    _begun(store)
    sent, said = _messages(monkeypatch), list[str]()
    two = [conversation(), conversation("c2", address=BEN)]
    event.listen(store._writer, "before_cursor_execute", lambda *given: said.append(given[2]))
    with store.begin() as tx:
        _expected(tx)
        held = tx.conversations.relock(two)
        assert (tx.optouts.stopped(ANNA), tx.optouts.stopped(BEN)) == (False, True)
        assert not tx.patients.by_phone("other", ANNA.value)
        assert "patient_phones" in said.pop()
        tx.outbox.add(outbound(1))
        tx.conversations.save(held[0].model_copy(update={"patient": "p-1"}), NOW)
        assert tx.optouts.stopped(BEN)
        tx.audit.write(audited(2))
        tx.audit.expect()
        [following] = tx.inbox.claim_several(NOW, 30, 2)
        assert following.held is not None
    assert (sent, said) == ([3, 2, 0], [])
    with store.begin(write=False) as tx:
        assert tx.audit.verify() == (2, None)
    store.close()


def test_a_claim_brings_its_conversation_in_one_message(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_test_store(postgres_url, new_ids(lambda: NOW))
    _begun(store)
    sent = _messages(monkeypatch)
    with store.begin() as tx:
        claimed = tx.inbox.claim(NOW, 30)
    assert claimed is not None
    assert claimed.held == conversation()
    with store.begin() as tx:
        assert tx.inbox.claim(NOW, 30) is None
        assert tx.inbox.claim(NOW + 31 * timedelta(seconds=1), 30, "c2") is None
        again = tx.inbox.claim(NOW + 31 * timedelta(seconds=1), 30, "c1")
    assert again is not None
    assert again.held == conversation()
    assert sent == [1, 1, 1, 1]
    store.close()


def test_the_chain_is_whole_where_it_is_joined_more_than_once_after_it_was_expected(store: Store) -> None:
    _begun(store)
    with store.begin() as tx:
        tx.audit.write(audited(2))
        tx.audit.expect()
        tx.inbox.claim_several(NOW, 30, 2)
        tx.audit.write(audited(3))
        assert [row.id for row in tx.audit.tail(2)] == ["au-3", "au-2"]
        tx.audit.write(audited(4))
        tx.audit.expect()
        with pytest.raises(Conflict):
            _taken_twice(tx)
        tx.inbox.claim_several(NOW, 30, 2)
    with store.begin(write=False) as tx:
        assert tx.audit.verify() == (4, None)


def _taken_twice(tx: Tx) -> None:
    for id in ("a1", "a2"):
        tx.appointments.add(appointment(id), NOW)


def test_the_end_of_the_chain_is_held_once_it_was_read_ahead(postgres_url: str) -> None:
    store = cast(SqlStore, open_test_store(postgres_url, new_ids(lambda: NOW)))
    _begun(store)
    ends = text("SELECT seq FROM audit_head FOR UPDATE SKIP LOCKED")
    with store.begin() as tx:
        tx.audit.write(audited(2))
        tx.audit.expect()
        with raw(store) as elsewhere:
            assert [row.seq for row in elsewhere.execute(ends)] == [1]
        tx.inbox.claim_several(NOW, 30, 2)
        with raw(store) as elsewhere:
            assert elsewhere.execute(ends).all() == []
    with store.begin(write=False) as tx:
        assert tx.audit.verify() == (2, None)
    store.close()


def test_what_goes_together_is_sent_at_once_and_asks_for_its_answers_itself(postgres_url: str, tmp_path: Path) -> None:
    """One `Sync` ends each message; no `Flush` goes after it by itself."""
    store = cast(SqlStore, open_test_store(postgres_url, new_ids(lambda: NOW)))
    _begun(store)
    with open(tmp_path / "trace", "w+b") as told:
        with store.begin() as tx:
            raw: Any = tx.connection._connection.connection.driver_connection  # type: ignore[attr-defined]
            raw.pgconn.trace(told.fileno())
            tx.conversations.relock([conversation()])
            tx.outbox.add(outbound(1))
            tx.inbox.claim_several(NOW, 30, 2)
            tx.audit.write(audited(2))
        raw.pgconn.untrace()
        told.seek(0)
        lines = [line.split("\t") for line in told.read().decode().splitlines()]
    names = [line[3] for line in lines if len(line) > 3 and line[1] == "F"]
    assert names.count("Sync") == 4  # locks; the claim; the chain's end, which nobody expected; the rest
    assert "Flush" not in names
    store.close()
