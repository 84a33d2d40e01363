"""Idempotency keys keep their promises on every database."""

from datetime import timedelta

import pytest

from agent.model.fault import Conflict
from agent.ports import Store
from agent.ports.keys import Begun, Grip
from tests.contracts.samples import NOW, all_at_once, dump

LEASE = 60.0
SECOND = timedelta(seconds=1)
DAY = timedelta(hours=24)


def begin(
    store: Store, key: str = "k1", body: bytes = b"body", caller: str = "staff:u1", at: timedelta = 0 * DAY
) -> Begun:
    with store.begin() as tx:
        return tx.keys.begin(caller, key, body, NOW + at, LEASE)


def gripped(begun: Begun) -> Grip:
    assert begun.state == "new"
    assert begun.grip is not None
    return begun.grip


def test_promise_20_the_same_key_has_the_same_answer_for_a_day(store: Store) -> None:
    grip = gripped(begin(store))
    assert begin(store).state == "running"
    assert begin(store, body=b"another").state == "other"
    with store.begin() as tx:
        tx.keys.finish(grip, "sí".encode())
    assert begin(store, at=DAY - SECOND) == Begun("done", answer="sí".encode())
    assert begin(store, body=b"another").state == "other"
    assert begin(store, caller="staff:u2").state == "new"
    assert begin(store, body=b"another", at=DAY).state == "new"


def test_promise_20_ten_at_once_are_one_request(store: Store) -> None:
    states = [b.state for b in all_at_once(lambda _: begin(store), range(10))]
    assert sorted(states) == ["new"] + ["running"] * 9


def test_promise_20_what_a_dead_process_left_is_carried_out_by_another_and_by_no_two(store: Store) -> None:
    dead = gripped(begin(store))
    late = timedelta(seconds=LEASE)
    assert begin(store, at=late - SECOND).state == "running"
    assert begin(store, body=b"another", at=late).state == "other"
    heir = gripped(begin(store, at=late))
    with pytest.raises(Conflict), store.begin() as tx:  # it was only asleep: its work is rolled back
        tx.keys.finish(dead, b"late")
    with store.begin() as tx:
        tx.keys.drop(dead)
        tx.keys.finish(heir, b"first")
    with pytest.raises(Conflict), store.begin() as tx:
        tx.keys.finish(heir, b"twice")
    assert begin(store, at=late) == Begun("done", answer=b"first")


def test_a_key_that_is_given_up_begins_anew(store: Store) -> None:
    grip = gripped(begin(store))
    with store.begin() as tx:
        tx.keys.drop(grip)
    assert gripped(begin(store, body=b"another")) == grip
    with store.begin() as tx:
        tx.keys.finish(grip, b"kept")
        tx.keys.drop(grip)
    assert begin(store, body=b"another").answer == b"kept"


def test_keys_are_swept_after_a_day(store: Store) -> None:
    begin(store)
    begin(store, "k2", at=SECOND)
    with store.begin() as tx:
        assert tx.keys.sweep(NOW + DAY - SECOND) == 0
        assert tx.keys.sweep(NOW + DAY) == 1
        assert tx.keys.sweep(NOW + DAY) == 0


def test_promise_42_neither_key_nor_request_stand_in_the_database(store: Store) -> None:
    begin(store, "key-of-jon-smith", b"text=Canary", "staff:u1")
    assert not [word for word in ("jon-smith", "Canary", "u1") if word in dump(store)]
