"""Tasks keep their promises on every database."""

from contextlib import suppress
from datetime import timedelta

import pytest

from agent.model.fault import Conflict
from agent.model.task import Evidence, Task
from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, task


def test_a_task_gets_the_next_number_of_its_clinic(store: Store) -> None:
    with store.begin() as tx:
        first = tx.tasks.add(task(1, evidence=(Evidence(field="reason", quote="my knee", span=(3, 10)),)))
        second = tx.tasks.add(task(2))
        other = tx.tasks.add(task(3, clinic="other", conversation="c2"))
    assert (first.number, second.number, other.number) == (1, 2, 1)
    with store.begin(write=False) as tx:
        assert tx.tasks.get("t-1") == first
        assert tx.tasks.by_number("k", 2) == second
        assert tx.tasks.by_number("k", 3) is None
        assert tx.tasks.get("t-9") is None
        assert tx.tasks.of("c1") == [first, second]
        assert tx.tasks.of("c2") == [other]
        assert tx.tasks.of("c3") == []


def test_numbers_are_never_doubled(store: Store) -> None:
    def add(n: int) -> int:
        with store.begin() as tx:
            return tx.tasks.add(task(n)).number

    assert sorted(all_at_once(add, range(20))) == list(range(1, 21))


def test_the_same_key_finds_the_first_task(store: Store) -> None:
    with store.begin() as tx:
        first = tx.tasks.add(task(1, key="r1:book"))
        assert tx.tasks.add(task(2, key="r1:book", reason="again")) == first
        assert tx.tasks.add(task(3, key="r1:book", conversation="c2")).id == "t-3"
        assert tx.tasks.get("t-2") is None


def test_a_key_that_comes_in_many_threads_makes_one_task(store: Store) -> None:
    def add(n: int) -> str:
        with store.begin() as tx:
            return tx.tasks.add(task(n, key="r1:book")).id

    assert len(set(all_at_once(add, range(12)))) == 1


def test_promise_18_two_decisions_on_one_version_make_one(store: Store) -> None:
    with store.begin() as tx:
        added = tx.tasks.add(task(1))

    def decide(n: int) -> bool:
        try:
            with store.begin() as tx:
                read = tx.tasks.get("t-1", lock=True)
                assert read is not None
                tx.tasks.save(added.model_copy(update={"status": "completed", "decided_by": f"u-{n}"}))
        except Conflict:
            return False
        return True

    assert sum(all_at_once(decide, range(8))) == 1
    with store.begin(write=False) as tx:
        kept = tx.tasks.get("t-1")
    assert kept is not None
    assert (kept.version, kept.status) == (1, "completed")


def test_open_tasks_come_urgent_first_then_by_due_time(store: Store) -> None:
    with store.begin() as tx:
        for n, (priority, hours) in enumerate([("routine", 1), ("stat", 9), ("urgent", 3), ("urgent", 2), ("asap", 5)]):
            tx.tasks.add(task(n, priority=priority, due_at=NOW + timedelta(hours=hours)))
        tx.tasks.add(task("x", clinic="other"))
        tx.tasks.add(task("d", status="completed"))
        assert [t.id for t in tx.tasks.open("k")] == ["t-1", "t-4", "t-3", "t-2", "t-0"]


def test_settled_tasks_are_listed_last_settled_first(store: Store) -> None:
    with store.begin() as tx:
        added = [tx.tasks.add(task(n)) for n in range(3)]
        for one in (added[1], added[0]):
            tx.tasks.save(one.model_copy(update={"status": "rejected"}))
        assert [t.id for t in tx.tasks.done("k")] == ["t-0", "t-1"]
        assert [t.id for t in tx.tasks.done("k", limit=1)] == ["t-0"]
        assert [t.id for t in tx.tasks.open("k")] == ["t-2"]


def test_a_stale_save_is_refused(store: Store) -> None:
    with store.begin() as tx:
        added = tx.tasks.add(task(1))
        tx.tasks.save(added)
    with pytest.raises(Conflict), store.begin() as tx:
        tx.tasks.save(added)


def test_open_tasks_are_always_as_they_were_committed_however_often_they_were_read(store: Store) -> None:
    with store.begin() as tx:
        first, second = tx.tasks.add(task(1)), tx.tasks.add(task(2))
    assert _open(store) == [first, second] == _open(store)
    with store.begin() as tx:
        taken = tx.tasks.save(first.model_copy(update={"assignee": "s1"}))
        assert tx.tasks.open("k") == [taken, second]
    assert _open(store) == [taken, second]
    with suppress(LookupError), store.begin() as tx:
        tx.tasks.save(second.model_copy(update={"assignee": "s2"}))
        assert tx.tasks.open("k")[1].assignee == "s2"
        raise LookupError
    assert _open(store) == [taken, second]
    with store.begin() as tx:
        tx.tasks.save(taken.model_copy(update={"status": "completed"}))
    assert _open(store) == [second]
    assert _open(store, "other") == []
    assert _open(store) == [second]


def _open(store: Store, clinic: str = "k") -> list[Task]:
    with store.begin(write=False) as tx:
        return tx.tasks.open(clinic)
