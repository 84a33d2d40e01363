"""A writing to the record is sealed, carried out by one worker at a time, compared and swapped, and goes with whose it
is."""

from datetime import timedelta

import pytest

from agent.model.chart import ChartWrite
from agent.model.fault import Conflict
from agent.ports import Store
from tests.contracts.samples import NOW, raw

LATER = NOW + timedelta(minutes=2)


def write(n: int = 1, **given: object) -> ChartWrite:
    kept = {"id": f"note:{n}", "clinic": "k", "patient": "p-1", "by": "u-1", "why": "no such status of Ana Torres",
            "pressed_at": NOW, "due_at": NOW, "changed_at": NOW}  # fmt: skip
    return ChartWrite.model_validate(kept | given)


def test_a_writing_is_sealed_and_changed_by_who_saw_it_last(store: Store) -> None:
    with store.begin() as tx:
        first = tx.charts.put(write(1))
        assert (first.version, tx.charts.get("note:1"), tx.charts.get("note:9")) == (1, first, None)
    with pytest.raises(Conflict), store.begin() as tx:
        tx.charts.put(write(1))
    with store.begin() as tx:
        tx.charts.put(first.model_copy(update={"state": "written"}))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.charts.put(first.model_copy(update={"state": "stopped"}))
    with raw(store) as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM chart_writes").scalars().all()
    assert not any(b"Torres" in bytes(b) for b in bodies)


def test_one_worker_at_a_time_carries_it_out(store: Store) -> None:
    with store.begin() as tx:
        for n, more in ((1, {}), (2, {"clinic": "other"}), (3, {"state": "stopped"}), (4, {"due_at": LATER})):
            tx.charts.put(write(n, **more))
    with store.begin() as tx:
        taken = tx.charts.take_due("k", NOW, LATER)
        assert taken is not None
        assert (taken.id, taken.attempts, taken.due_at) == ("note:1", 1, LATER)
        assert tx.charts.take_due("k", NOW, LATER) is None
    with store.begin() as tx:
        assert (tx.charts.take_due("k", LATER, LATER + timedelta(hours=1)) or write(9)).id in ("note:1", "note:4")
        assert [w.id for w in tx.charts.by_state("k", ("stopped",))] == ["note:3"]


def test_a_writing_goes_with_its_patient_and_when_it_is_old(store: Store) -> None:
    with store.begin() as tx:
        tx.charts.put(write(1, state="written"))
        tx.charts.put(write(2, patient="p-2", state="written"))
        tx.charts.put(write(3, patient="p-2", state="stopped"))
    with store.begin() as tx:
        assert tx.privacy.erase_patient("p-1", NOW)["chart_writes"] == 1
        assert tx.privacy.lapse("chart_writes", "k", NOW + timedelta(days=1), 100) == 1
    with store.begin(write=False) as tx:
        assert [tx.charts.get(f"note:{n}") is None for n in (1, 2, 3)] == [True, True, False]


def test_what_waits_is_counted_with_the_oldest_approval_however_often_it_was_tried(store: Store) -> None:
    with store.begin() as tx:
        assert (tx.charts.lengths("k").waiting, tx.charts.lengths("k").since) == (0, None)
        tx.charts.put(write(1, pressed_at=NOW - timedelta(hours=3), changed_at=LATER))  # just tried again
        for n, more in ((2, {}), (3, {"state": "stopped"}), (4, {"state": "written"}), (5, {"clinic": "other"})):
            tx.charts.put(write(n, **more))
        found = tx.charts.lengths("k")
    assert (found.waiting, found.stopped, found.since) == (2, 1, NOW - timedelta(hours=3))
