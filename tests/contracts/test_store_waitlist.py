"""The waitlist, on every database: order, one open offer for each person, freed times, erasure and retention."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from agent.model.fault import Conflict
from agent.model.waitlist import Entry, Freed, Offer
from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, appointment

MINUTE = timedelta(minutes=1)


def entry(id: str = "e1", **more: object) -> Entry:
    given = {"id": id, "clinic": "linden", "conversation": f"c-{id}", "task": "t1", "language": "es", "joined_at": NOW,
             "visit_type": "office", "name": "Ana Torres", "dob": "1980-03-03", "reason": "canary-knee"}  # fmt: skip
    return Entry.model_validate({**given, **more})


def offer(id: str = "o1", **more: object) -> Offer:
    given = {"id": id, "clinic": "linden", "entry": "e1", "conversation": "c-e1", "person": "p1",
             "appointment": f"a-{id}", "provider": "okafor", "start": NOW + timedelta(days=1), "language": "es",
             "made_at": NOW, "expires_at": NOW + timedelta(hours=1)}  # fmt: skip
    return Offer.model_validate({**given, **more})


def test_who_joined_first_stands_first_and_each_moves_once(store: Store) -> None:
    with store.begin() as tx:
        who = tx.waitlist.person("Ana  TORRES", "1980-03-03")
        assert who == tx.waitlist.person("ana torres", "1980-03-03") != tx.waitlist.person("ana torres", "1980-03-04")
        tx.waitlist.add(entry("e1", joined_at=NOW + MINUTE), who)
        tx.waitlist.add(entry("e2"), "somebody")
    with store.begin() as tx:
        assert [e.id for e in tx.waitlist.in_state("linden", "waiting")] == ["e2", "e1"]
        assert tx.waitlist.in_state("elsewhere", "waiting") == []
        assert [e.id for e in tx.waitlist.of_person("linden", who)] == ["e1"]
        assert tx.waitlist.move("e1", ("waiting",), "asked", NOW)
        assert not tx.waitlist.move("e1", ("waiting",), "left", NOW)
        assert tx.waitlist.move("e1", ("asked",), "done", NOW, "decided")
        found = tx.waitlist.entry("e1")
    assert found is not None
    assert (found.state, found.why, found.settled_at, found.reason) == ("done", "decided", NOW, "canary-knee")


def test_a_person_and_a_conversation_have_one_open_offer(store: Store) -> None:
    with store.begin() as tx:
        for n in (1, 2, 3):
            tx.waitlist.add(entry(f"e{n}"), f"p{n}")
        assert tx.waitlist.offer(offer("o1"))
        assert not tx.waitlist.offer(offer("o2", entry="e2", conversation="c-e2"))
        assert not tx.waitlist.offer(offer("o3", entry="e3", person="p3"))
        assert tx.waitlist.settle("o1", "declined", NOW)
        assert not tx.waitlist.settle("o1", "accepted", NOW)
        assert tx.waitlist.offer(offer("o2", entry="e2", conversation="c-e2"))
        assert [o.id for o in tx.waitlist.open_offers("linden")] == ["o2"]
        assert [o.state for o in tx.waitlist.offers_since("linden", NOW)] == ["declined", "open"]
        assert tx.waitlist.offers_since("linden", NOW + MINUTE) == []


def test_the_same_offer_is_put_elsewhere_while_it_is_open_and_nowhere_where_another_is(store: Store) -> None:
    with store.begin() as tx:
        for n in (1, 2):
            tx.waitlist.add(entry(f"e{n}"), f"p{n}")
        assert tx.waitlist.offer(offer("o1"))
        assert tx.waitlist.offer(offer("o2", entry="e2", conversation="c-e2", person="p2"))
        later = offer("o1", conversation="c-text", run="r1", language="ht", expires_at=NOW + timedelta(hours=2))
        assert tx.waitlist.put_again(later)
        assert tx.waitlist.get_offer("o1") == later
    with pytest.raises(Conflict), store.begin() as tx:
        tx.waitlist.put_again(later.model_copy(update={"conversation": "c-e2"}))
    with store.begin() as tx:
        assert tx.waitlist.settle("o1", "silent", NOW)
        assert not tx.waitlist.put_again(offer("o1"))
        assert (found := tx.waitlist.get_offer("o1")) is not None
        assert found.conversation == "c-text"


def test_rivals_at_one_moment_make_one_offer(store: Store) -> None:
    with store.begin() as tx:
        tx.waitlist.add(entry(), "p1")

    def make(n: int) -> bool:
        with store.begin() as tx:
            return tx.waitlist.offer(offer(f"o{n}"))

    assert sorted(all_at_once(make, range(6))) == [False] * 5 + [True]


def test_a_freed_time_is_taken_up_once_and_may_be_put_off(store: Store) -> None:
    freed = Freed(id="f1", clinic="linden", provider="okafor", since=NOW, until=NOW + MINUTE, due_at=NOW)
    with store.begin() as tx:
        tx.waitlist.free(freed)
        tx.waitlist.free(freed)
        assert tx.waitlist.take_freed("linden", NOW - MINUTE) is None
        assert tx.waitlist.take_freed("linden", NOW) == freed
        tx.waitlist.put_off("f1", NOW + MINUTE)
    with store.begin() as tx:
        assert tx.waitlist.take_freed("linden", NOW) is None
        assert [f.id for f in tx.waitlist.freed("linden")] == ["f1"]
        tx.waitlist.used_up("f1")
        assert tx.waitlist.freed("linden") == []


@pytest.mark.parametrize("waits", [True, False])
def test_time_given_back_is_noted_while_somebody_waits(store: Store, waits: bool) -> None:
    made = appointment("a1", status="booked")
    with store.begin() as tx:
        if waits:
            tx.waitlist.add(entry(clinic=made.clinic), "p1")
        tx.appointments.add(made, NOW)
        tx.appointments.change(made.model_copy(update={"status": "cancelled"}), NOW)
        assert [(f.provider, f.since) for f in tx.waitlist.freed(made.clinic)] == (
            [(made.provider, made.busy_from)] if waits else []
        )


def test_a_visit_that_moves_and_a_hold_that_is_swept_give_their_time_back(store: Store) -> None:
    made, held = (
        appointment("a1", status="booked"),
        appointment("a2", status="pending", hold_expires_at=NOW, provider="other"),
    )
    day = timedelta(days=1)
    moved = {n: getattr(made, n) + day for n in ("start", "end", "busy_from", "busy_until")}
    with store.begin() as tx:
        tx.waitlist.add(entry(clinic=made.clinic), "p1")
        tx.appointments.add(made, NOW - MINUTE)
        tx.appointments.add(held, NOW - MINUTE)
        tx.appointments.change(made.model_copy(update=moved), NOW)
        tx.appointments.sweep(NOW)
        freed = tx.waitlist.freed(made.clinic)
    assert {(f.provider, f.since) for f in freed} == {(made.provider, made.busy_from), ("other", held.busy_from)}


def test_promise_45_who_is_forgotten_is_off_the_list_with_their_offers(store: Store) -> None:
    with store.begin() as tx:
        tx.waitlist.add(entry("e1", patient="pat"), "p1")
        tx.waitlist.add(entry("e2", conversation="gone"), "p2")
        tx.waitlist.offer(offer("o1"))
        tx.waitlist.offer(offer("o2", entry="e2", conversation="gone", person="p2"))
        assert tx.privacy.erase_patient("pat", NOW)["waitlist"] == 1
        assert tx.privacy.erase_talk("gone", NOW)["waitlist"] == 1
        assert tx.waitlist.offers_since("linden", NOW) == []
        assert tx.waitlist.entry("e1") is tx.waitlist.entry("e2") is None


def test_settled_entries_are_erased_when_they_are_old_enough_and_those_who_wait_are_kept(store: Store) -> None:
    with store.begin() as tx:
        tx.waitlist.add(entry("e1"), "p1")
        tx.waitlist.add(entry("e2"), "p2")
        tx.waitlist.move("e1", ("waiting",), "left", NOW)
        assert tx.privacy.lapse("waitlist", "linden", NOW, 10) == 0
        assert tx.privacy.lapse("waitlist", "linden", NOW + MINUTE, 10) == 1
        assert [e.id for e in tx.waitlist.in_state("linden", "waiting")] == ["e2"]


def test_an_offer_belongs_to_an_entry(store: Store) -> None:
    with pytest.raises((Conflict, IntegrityError)), store.begin() as tx:
        tx.waitlist.offer(offer(entry="nobody"))
