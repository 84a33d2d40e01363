"""Ids are unique, in order of time, and 26 characters long."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from agent.adapters.ids import new_ids

START = datetime(2026, 6, 15, tzinfo=UTC)


def test_an_id_is_a_ulid_of_its_moment() -> None:
    made = new_ids(lambda: START, lambda n: b"\x00" * n)()
    assert len(made) == 26
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = 0
    for letter in made:
        number = number * 32 + alphabet.index(letter)
    assert number >> 80 == int(START.timestamp() * 1000)


def test_ids_rise_with_time_and_when_the_clock_steps_back() -> None:
    moments = [
        START,
        START,
        START + timedelta(seconds=1),
        START,
        START - timedelta(days=1),
        START + timedelta(seconds=2),
    ]
    left = iter(moments)
    new_id = new_ids(lambda: next(left))
    made = [new_id() for _ in moments]
    assert made == sorted(set(made))


def test_ids_of_many_threads_are_never_doubled() -> None:
    new_id = new_ids(lambda: START)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_id(), range(5000)))
    assert len(set(made)) == 5000
