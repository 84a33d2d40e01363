"""The demo clinic's people and diary: believable, repeatable, and there once."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

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


def test_nobody_comes_twice_a_day_or_to_two_cities_and_children_to_what_is_for_children(demo: Store) -> None:
    rows = diary(demo)
    days = Counter((a.patient, a.local.date()) for a in rows)
    assert set(days.values()) == {1}
    visits = Counter(a.patient for a in rows)
    assert max(visits.values()) <= 4
    with demo.begin(write=False) as tx:
        people = {a.patient: tx.patients.get(str(a.patient)) for a in rows}
    for person in people.values():
        assert person is not None
        assert len({a.location for a in rows if a.patient == person.id}) == 1, person.name
    for a in rows:
        grown = a.local.date().year - people[a.patient].dob.year  # type: ignore[union-attr]
        assert a.visit_type != "well_child" or grown <= 18
    born = Counter(p.dob for p in people.values() if p)
    assert born[date(1985, 3, 14)] == 1  # Jon Smith's alone
    ahead = {people[a.patient].name for a in rows if a.start > NOW}  # type: ignore[union-attr]
    assert {p.name for p in patients(CLINIC, lambda: "p")} <= ahead


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
