"""A planted error is kept apart from its task: one for each, sealed, ended once, gone with its conversation."""

from datetime import timedelta

from agent.model.plant import Plant
from agent.ports import Store
from agent.ports.plants import Tally
from tests.contracts.samples import NOW, conversation, raw

LATER = NOW + timedelta(minutes=5)


def plant(n: int = 1, **given: object) -> Plant:
    kept = {"id": f"pl-{n}", "clinic": "k", "task": f"t{n}", "conversation": "c1", "staff": "s1", "facet": "dob",
            "field": "dob", "before": {"dob": "1985-03-14"}, "shown": {"dob": "1979-03-14"},
            "shown_at": NOW}  # fmt: skip
    return Plant.model_validate(kept | given)


def test_a_task_has_one_planted_error_for_ever_and_it_is_sealed(store: Store) -> None:
    with store.begin() as tx:
        assert tx.plants.add(plant())
    with store.begin() as tx:
        assert not tx.plants.add(plant(2, task="t1", staff="s2"))
        assert tx.plants.get("pl-1") == tx.plants.of_task("t1") == plant()
        assert tx.plants.get("pl-2") is tx.plants.of_task("t2") is None
    with raw(store) as connection:
        rows = connection.exec_driver_sql("SELECT body FROM plants").all()
    assert not any(year in bytes(r.body) for r in rows for year in (b"1985", b"1979"))


def test_it_ends_once_and_only_decisions_are_counted(store: Store) -> None:
    with store.begin() as tx:
        for n in range(1, 6):
            tx.plants.add(plant(n, staff="s2" if n == 5 else "s1", shown_at=NOW + timedelta(seconds=n)))
        tx.plants.add(plant(6, clinic="other"))
    with store.begin() as tx:
        assert tx.plants.end("pl-1", "caught", LATER)
        assert not tx.plants.end("pl-1", "missed", LATER)
        assert not tx.plants.end("pl-9", "missed", LATER)
        tx.plants.end("pl-2", "missed", LATER)
        tx.plants.end("pl-3", "undecided", LATER)
        tx.plants.end("pl-5", "caught", LATER)
    with store.begin(write=False) as tx:
        done = tx.plants.get("pl-1")
        assert done is not None
        assert (done.state, done.ended_at) == ("caught", LATER)
        assert [p.id for p in tx.plants.open_of("s1")] == ["pl-4", "pl-6"]
        assert [p.id for p in tx.plants.open_since("k", LATER)] == ["pl-4"]
        assert tx.plants.open_since("k", NOW) == []
        assert (tx.plants.shown_to("s1", NOW), tx.plants.shown_to("s1", NOW + timedelta(seconds=3))) == (5, 2)
        assert tx.plants.tallies("k", NOW) == [Tally("s1", 1, 1), Tally("s2", 1, 0)]
        assert tx.plants.tallies("k", NOW + timedelta(seconds=2)) == [Tally("s1", 0, 1), Tally("s2", 1, 0)]
        assert tx.plants.tasks("k", NOW) == {f"t{n}" for n in range(1, 6)}


def test_it_goes_with_the_conversation_and_with_time(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.plants.add(plant())
        tx.plants.add(plant(2, conversation="c2", shown_at=LATER))
        assert tx.privacy.erase_talk("c1", NOW)["plants"] == 1
        assert tx.plants.get("pl-1") is None
        assert tx.privacy.lapse("plants", "k", LATER, 10) == 0
        assert tx.privacy.lapse("plants", "k", LATER + timedelta(seconds=1), 10) == 1
