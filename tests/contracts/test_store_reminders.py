"""Reminders are planned once for each visit and rule, and taken by one process each, on every database."""

from datetime import timedelta

import pytest

from agent.model.reminder import Reminder
from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, appointment, patient

SOON = timedelta(hours=1)


def planned(n: int, *, minutes: int = -10, rule: str = "d2") -> Reminder:
    return Reminder(
        appointment=f"a{n}", rule=rule, clinic="k", visit_at=NOW + SOON * n, due_at=NOW + timedelta(minutes=minutes)
    )


def test_booked_visits_of_known_patients_wait_to_be_planned_once(store: Store) -> None:
    with store.begin() as tx:
        tx.patients.add(patient(1))
        for n, who, status in (
            (1, "p-1", "booked"),
            (2, None, "booked"),
            (3, "p-1", "cancelled"),
            (90, "p-1", "booked"),
        ):
            tx.appointments.add(appointment(f"a{n}", NOW + SOON * n, patient=who, status=status), NOW)
        found = tx.reminders.unplanned("k", NOW, NOW + timedelta(days=2), 10)
        assert [a.id for a in found] == ["a1"]
        assert tx.reminders.plan(planned(1))
        assert not tx.reminders.plan(planned(1))
        assert tx.reminders.plan(planned(1, rule="h3"))
        assert tx.reminders.unplanned("k", NOW, NOW + timedelta(days=2), 10) == []


def test_the_longest_due_is_taken_first_and_a_settled_one_never_again(store: Store) -> None:
    with store.begin() as tx:
        for n, minutes in ((1, -5), (2, -9), (3, 5)):
            tx.reminders.plan(planned(n, minutes=minutes))
        first = tx.reminders.take_due("k", NOW)
        assert first is not None
        assert first.appointment == "a2"
        tx.reminders.settle(first, "sent", NOW, outbound="o1")
        second = tx.reminders.take_due("k", NOW)
        assert second is not None
        tx.reminders.put_off(second, NOW + SOON)
        assert tx.reminders.take_due("k", NOW) is None
        assert tx.reminders.take_due("elsewhere", NOW + SOON * 9) is None
        assert tx.reminders.of("a2")[0].outbound == "o1"


def test_only_who_was_reminded_can_say_that_they_come_and_a_moved_visit_is_planned_anew(store: Store) -> None:
    with store.begin() as tx:
        tx.reminders.plan(planned(1))
        tx.reminders.plan(planned(1, rule="h3", minutes=60))
        assert not tx.reminders.coming("a1", NOW)
        tx.reminders.settle(planned(1), "sent", NOW)
        assert tx.reminders.said_yes(["a1", "a2"]) == set()
        assert tx.reminders.coming("a1", NOW)
        assert tx.reminders.said_yes(["a1", "a2"]) == {"a1"}
        assert tx.reminders.said_yes([]) == set()
        tx.reminders.plan_anew("a1")
        assert tx.reminders.of("a1") == []
        assert not tx.reminders.coming("a1", NOW)


@pytest.mark.parametrize("count", [24])
def test_promise_15_many_at_once_take_each_reminder_once(store: Store, count: int) -> None:
    with store.begin() as tx:
        for n in range(count):
            tx.reminders.plan(planned(n))

    def take(_: int) -> list[str]:
        mine: list[str] = []
        for _ in range(count):
            with store.begin() as tx:
                reminder = tx.reminders.take_due("k", NOW)
                if reminder is not None:
                    tx.reminders.settle(reminder, "sent", NOW)
                    mine.append(reminder.appointment)
        return mine

    taken = [id for mine in all_at_once(take, range(4), threads=4) for id in mine]
    assert sorted(taken) == sorted(f"a{n}" for n in range(count))
