"""Appointments keep their promises on every database."""

import random
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from agent.model.calendar import Appointment
from agent.model.fault import Conflict
from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, appointment, hold, raw

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = (NOW - 12 * HOUR, NOW + 12 * HOUR)


def taken(store: Store, provider: str = "okafor", now: datetime = NOW) -> list[tuple[datetime, datetime]]:
    with store.begin(write=False) as tx:
        return tx.appointments.busy("k", [provider], *DAY, now)[provider]


def booked(store: Store, wanted: Appointment, now: datetime = NOW) -> bool:
    try:
        with store.begin() as tx:
            tx.appointments.add(wanted, now)
    except Conflict:
        return False
    return True


def test_an_appointment_comes_back_as_it_was_written(store: Store) -> None:
    written = hold("a1", NOW, lane=1, replaces="a0", conversation="c1", version=3)
    with store.begin() as tx:
        assert tx.appointments.add(written, NOW) == written
        assert tx.appointments.get("a1") == written
        assert tx.appointments.get("a1", lock=True) == written
        assert tx.appointments.get("a2") is None


def test_busy_times_are_sorted_per_provider_with_their_buffers(store: Store) -> None:
    with store.begin() as tx:
        tx.appointments.add(appointment("late", NOW + 2 * HOUR), NOW)
        tx.appointments.add(appointment("a", NOW, busy_from=NOW - 5 * MINUTE, busy_until=NOW + 40 * MINUTE), NOW)
        tx.appointments.add(hold("h", NOW + HOUR), NOW)
        tx.appointments.add(appointment("off", NOW + 3 * HOUR, status="cancelled"), NOW)
        tx.appointments.add(appointment("b", NOW, provider="ruiz"), NOW)
        tx.appointments.add(appointment("x", NOW, clinic="other"), NOW)
        found = tx.appointments.busy("k", ["okafor", "ruiz", "nobody"], NOW + 10 * MINUTE, NOW + 2 * HOUR, NOW)
        assert found == {
            "okafor": [(NOW - 5 * MINUTE, NOW + 40 * MINUTE), (NOW + HOUR, NOW + HOUR + 30 * MINUTE)],
            "ruiz": [(NOW, NOW + 30 * MINUTE)],
            "nobody": [],
        }
        assert tx.appointments.busy("k", ["okafor"], NOW + 40 * MINUTE, NOW + HOUR, NOW) == {"okafor": []}


def test_promise_17_fifty_people_want_one_time_and_one_gets_it(store: Store) -> None:
    won = all_at_once(lambda n: booked(store, hold(f"a{n}")), range(50), threads=50)
    assert sum(won) == 1
    assert len(taken(store)) == 1


def test_promise_17_overlapping_visits_of_all_lengths_never_share_a_minute(store: Store) -> None:
    dice = random.Random(17)
    wanted = [
        appointment(f"a{n}", NOW + dice.randrange(48) * 5 * MINUTE, dice.choice([5, 10, 15, 20, 30, 45, 60]))
        for n in range(60)
    ]
    won = all_at_once(lambda a: booked(store, a), wanted)
    spans = taken(store)
    assert len(spans) == sum(won) > 3
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_promise_17_times_beside_the_grid_still_collide(store: Store) -> None:
    assert booked(store, appointment("a", NOW + 2 * MINUTE, 9))
    assert not booked(store, appointment("b", NOW + 10.5 * MINUTE, 10))
    assert not booked(store, appointment("c", NOW - 3 * MINUTE, 4))
    assert booked(store, appointment("d", NOW + 15 * MINUTE, 10))


def test_another_lane_or_provider_or_clinic_is_another_place(store: Store) -> None:
    assert booked(store, appointment("a"))
    assert booked(store, appointment("b", lane=1))
    assert booked(store, appointment("c", provider="ruiz"))
    assert booked(store, appointment("d", clinic="other"))
    assert not booked(store, appointment("e", lane=1))


def test_after_a_conflict_the_same_transaction_can_offer_another_time(store: Store) -> None:
    assert booked(store, appointment("a"))
    with store.begin() as tx:
        with pytest.raises(Conflict):
            tx.appointments.add(appointment("b", NOW + 5 * MINUTE), NOW)
        tx.appointments.add(appointment("b", NOW + HOUR), NOW)
    assert taken(store) == [(NOW, NOW + 30 * MINUTE), (NOW + HOUR, NOW + HOUR + 30 * MINUTE)]


def test_promise_17_the_database_itself_refuses_an_overlap(store: Store) -> None:
    assert booked(store, appointment("a"))
    assert booked(store, appointment("b", NOW + HOUR))
    with pytest.raises(IntegrityError), raw(store) as connection:
        connection.execute(
            text(
                "UPDATE appointments SET busy_from = (SELECT busy_from FROM appointments WHERE id = 'a') WHERE id = 'b'"
            )
        )
    with raw(store) as connection:
        connection.execute(text("DELETE FROM appointment_atoms"))
    assert not booked(store, appointment("c", NOW + 10 * MINUTE))


def test_promise_19_an_expired_hold_frees_its_time_without_any_sweep(store: Store) -> None:
    assert booked(store, hold("old", NOW, expires=NOW + HOUR))
    assert not booked(store, appointment("new", NOW), now=NOW + HOUR - MINUTE)
    assert taken(store, now=NOW + HOUR) == []
    assert booked(store, appointment("new", NOW + 10 * MINUTE), now=NOW + HOUR)
    with store.begin() as tx:
        lapsed = tx.appointments.sweep(NOW + HOUR)
        assert [(a.id, a.status) for a in lapsed] == [("old", "cancelled")]
        assert tx.appointments.sweep(NOW + HOUR) == []


def test_promise_19_a_sweep_cancels_expired_holds_once(store: Store) -> None:
    with store.begin() as tx:
        tx.appointments.add(hold("a", NOW, expires=NOW + MINUTE), NOW)
        tx.appointments.add(hold("b", NOW + HOUR, expires=NOW + HOUR), NOW)
        assert tx.appointments.sweep(NOW) == []
        assert [a.id for a in tx.appointments.sweep(NOW + MINUTE)] == ["a"]
        assert tx.appointments.sweep(NOW + MINUTE) == []
    assert booked(store, appointment("c", NOW))


@pytest.mark.parametrize("when", [-1, 0, 1])
def test_promise_19_a_confirmation_at_the_moment_of_expiry_books_once(store: Store, when: int) -> None:
    expiry = NOW + HOUR
    now = expiry + when * timedelta(milliseconds=1)
    assert booked(store, hold("a", NOW, expires=expiry))
    with store.begin() as tx:
        tx.appointments.sweep(now)
        after = tx.appointments.change(appointment("a", NOW), now)
        assert (after.status, after.version) == ("booked", 1)
    assert taken(store, now=now + HOUR) == [(NOW, NOW + 30 * MINUTE)]
    assert not booked(store, appointment("b", NOW), now=now)


def test_promise_19_a_late_confirmation_is_refused_when_the_time_is_gone(store: Store) -> None:
    assert booked(store, hold("a", NOW, expires=NOW + HOUR))
    assert booked(store, appointment("b", NOW), now=NOW + HOUR)
    with pytest.raises(Conflict), store.begin() as tx:
        tx.appointments.change(appointment("a", NOW), NOW + HOUR)
    assert taken(store) == [(NOW, NOW + 30 * MINUTE)]


def test_promise_18_two_confirmations_of_one_version_book_once(store: Store) -> None:
    assert booked(store, hold("a"))

    def confirm(_: int) -> bool:
        try:
            with store.begin() as tx:
                tx.appointments.change(appointment("a"), NOW)
        except Conflict:
            return False
        return True

    assert sum(all_at_once(confirm, range(8))) == 1


def test_a_cancelled_visit_frees_its_time(store: Store) -> None:
    assert booked(store, appointment("a"))
    with store.begin() as tx:
        tx.appointments.change(appointment("a", status="cancelled"), NOW)
        with pytest.raises(Conflict):
            tx.appointments.change(appointment("a", status="booked"), NOW)
    assert taken(store) == []
    assert booked(store, appointment("b"))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.appointments.change(appointment("a", version=1), NOW)


def test_a_moved_visit_frees_the_old_time_and_takes_the_new(store: Store) -> None:
    assert booked(store, appointment("a"))
    assert booked(store, appointment("b", NOW + 2 * HOUR))
    with store.begin() as tx:
        moved = tx.appointments.change(appointment("a", NOW + 15 * MINUTE), NOW)
        with pytest.raises(Conflict):
            tx.appointments.change(moved.model_copy(update={"busy_until": NOW + 3 * HOUR}), NOW)
    assert taken(store) == [(NOW + 15 * MINUTE, NOW + 45 * MINUTE), (NOW + 2 * HOUR, NOW + 2 * HOUR + 30 * MINUTE)]
    assert booked(store, appointment("c", NOW, 15))
    assert not booked(store, appointment("d", NOW + 40 * MINUTE, 10))


def test_a_patients_visits_and_a_days_visits_are_listed(store: Store) -> None:
    with store.begin() as tx:
        tx.appointments.add(appointment("b", NOW + 2 * HOUR), NOW)
        tx.appointments.add(appointment("a", NOW), NOW)
        tx.appointments.add(hold("h", NOW + HOUR), NOW)
        tx.appointments.add(appointment("r", NOW, provider="ruiz", patient="p2"), NOW)
        tx.appointments.add(appointment("off", NOW, provider="x", status="cancelled"), NOW)
        assert [a.id for a in tx.appointments.of_patient("p1", NOW)] == ["a", "b"]
        assert [a.id for a in tx.appointments.of_patient("p1", NOW + MINUTE)] == ["b"]
        assert [a.id for a in tx.appointments.day("k", *DAY)] == ["a", "r", "h", "b"]
        assert [a.id for a in tx.appointments.day("k", *DAY, provider="ruiz")] == ["r"]
        assert tx.appointments.day("k", DAY[1], DAY[1] + HOUR) == []
