"""Whatever happens to a calendar in whatever order, nobody is booked twice and nothing is lost in silence."""

from tests.contracts.bookings_machine import emptied, explore


def test_promise_17_anything_may_happen_to_bookings_and_nobody_is_booked_twice() -> None:
    explore(lambda: "sqlite://", stories=8, steps=20)


def test_promise_17_anything_may_happen_on_postgresql_too(shared_postgres_url: str) -> None:
    explore(lambda: emptied(shared_postgres_url), stories=3, steps=15)
