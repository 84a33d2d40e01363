"""Whatever happens to a calendar in whatever order, nobody is booked twice and nothing is lost in silence."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contracts.bookings_machine import Bookings

SMALL = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))


def sqlite_in_memory() -> str:
    return "sqlite://"


def test_promise_17_anything_may_happen_to_bookings_and_nobody_is_booked_twice() -> None:
    run(sqlite_in_memory, SMALL)


def test_promise_17_anything_may_happen_on_postgresql_too(
    request: pytest.FixtureRequest, shared_postgres_url: str
) -> None:
    from tests.conftest import swept_postgres_url

    def emptied() -> str:
        return str(swept_postgres_url.__wrapped__(shared_postgres_url))  # type: ignore[attr-defined]

    assert request
    run(emptied, settings(SMALL, max_examples=5))


def run(make: Callable[[], str], how: settings) -> None:
    run_state_machine_as_test(type("Machine", (Bookings,), {"make": staticmethod(make)}), settings=how)
