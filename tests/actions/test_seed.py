"""The demo clinic's people and diary: believable, repeatable, and there once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from agent.adapters.store import open_store
from agent.demo.seed import patients, seed, sign_ins
from agent.model.calendar import Appointment
from agent.ports import Store
from tests.actions.counter import CLINIC

NOW = datetime(2026, 3, 11, 15, 7, tzinfo=UTC)


@pytest.fixture
def demo(new_id: Callable[[], str]) -> Iterator[Store]:
    store = open_store("sqlite://", data_key=bytes(32), secret=b"s" * 32, clock=lambda: NOW, new_id=new_id)
    seed(store, CLINIC, NOW, new_id, lambda password: f"hash of {password}")
    yield store
    store.close()


def diary(store: Store) -> list[Appointment]:
    with store.begin() as tx:
        return tx.appointments.day(CLINIC.id, NOW - timedelta(days=30), NOW + timedelta(days=30))


def test_twenty_patients_some_of_whom_are_easily_confused(new_id: Callable[[], str]) -> None:
    known = patients(CLINIC, new_id)
    assert len(known) == 20
    assert len([p for p in known if p.language == "es"]) >= 5
    numbers = [n for p in known for n in p.phones]
    assert len(numbers) - len(set(numbers)) == 1
    assert {"Jon Smith", "John Smith"} <= {p.name for p in known}
    assert all(n[-7:-2] == "55501" for n in numbers)


def test_staff_of_each_role_can_sign_in(demo: Store) -> None:
    with demo.begin() as tx:
        users = {u.email: u for u in tx.staff.all(CLINIC.id)}
    assert sorted(u.role for u in users.values()) == ["admin", "clinician", "front-desk"]
    for known in sign_ins():
        assert users[known.email].password_hash == f"hash of {known.password}"


def test_the_diary_is_more_than_half_full_and_leaves_room(demo: Store) -> None:
    rows = diary(demo)
    for provider in CLINIC.providers:
        mine = [a for a in rows if a.provider == provider.id]
        worked = sum(
            (b.hour * 60 + b.minute) - (a.hour * 60 + a.minute) for spans in provider.hours.values() for a, b in spans
        )
        filled = sum((a.busy_until - a.busy_from).total_seconds() / 60 for a in mine)
        assert 0.40 < filled / (2 * worked) < 0.75, provider.id
    assert all((a.status == "fulfilled") == (a.end <= NOW) for a in rows)
    assert all(a.patient for a in rows)


def test_a_second_start_adds_nothing(demo: Store, new_id: Callable[[], str]) -> None:
    before = diary(demo)
    seed(demo, CLINIC, NOW, new_id, lambda password: password)
    assert diary(demo) == before


def test_the_same_day_gives_the_same_diary(demo: Store, new_id: Callable[[], str]) -> None:
    other = open_store("sqlite://", data_key=bytes(32), secret=b"s" * 32, clock=lambda: NOW, new_id=new_id)
    seed(other, CLINIC, NOW, new_id, lambda password: password)
    assert [(a.provider, a.start, a.visit_type) for a in diary(demo)] == [
        (a.provider, a.start, a.visit_type) for a in diary(other)
    ]
    other.close()
