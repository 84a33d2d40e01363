"""Rivals in processes of their own: the proofs of bookings at a size for every day."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.prove.p17_no_double_booking import race
from tests.prove.p17_waitlist import alone, rounds_of
from tests.prove.p18_two_staff_one_time import rivals
from tests.prove.p19_expiry_and_confirmation import moments


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("swept_postgres_url"))
    return f"sqlite:///{tmp_path}/desk.db"


def test_promise_17_four_processes_want_overlapping_times_and_each_gets_its_own(url: str) -> None:
    assert "none overlap" in race(url, clients=8, slots=20, processes=4, seed=17)


def test_promise_18_two_staff_in_two_processes_cannot_confirm_rivals(url: str) -> None:
    assert "one booked in each" in rivals(url, 6)


def test_promise_19_within_a_millisecond_of_the_expiry_it_is_booked_once_or_told(url: str) -> None:
    assert "27 moments" in moments(url, 1)


def test_promise_17_a_time_from_the_waitlist_is_offered_to_one_at_a_time_whoever_answers_at_once(url: str) -> None:
    assert "each alone" in rounds_of(url, people=6, times=10, rounds=15, processes=2, seed=17)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000))
def test_promise_17_no_story_of_the_waitlist_makes_two_offers_of_one_time(seed: int) -> None:
    made, booked = alone("sqlite://", people=4, times=6, rounds=30, seed=seed)
    assert made >= booked
