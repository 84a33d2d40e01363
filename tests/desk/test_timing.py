"""What is to be published at a time: once, by one process, checked again then; or refused with why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.desk import editing, timing
from agent.model.fault import Refused
from tests.desk.world import World
from tests.prove import p50_timed
from tests.prove.p50_safe_change import admin


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


def test_promise_50_of_many_desks_one_publishes_when_the_time_has_come(url: str) -> None:
    assert p50_timed.raced(url, 2, 4) == 2


def test_promise_50_a_process_that_dies_amid_the_check_leaves_it_to_another(url: str) -> None:
    assert p50_timed.died(url, 1) == 1


def test_promise_50_what_has_changed_since_is_refused_and_says_why(url: str) -> None:
    assert p50_timed.refusals(url) == 7


def test_a_time_that_is_taken_back_amid_the_check_is_taken_back(url: str) -> None:
    p50_timed.taken_back_amid(url)


def test_times_are_read_as_the_clinics_clock_shows_them(url: str) -> None:
    world = World(url)
    desk = world.desk
    assert timing.moment(desk, "2026-03-02T18:00") == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert timing.moment(desk, "2026-07-01T18:00") == datetime(2026, 7, 1, 22, 0, tzinfo=UTC)
    assert timing.moment(desk, "2026-11-01T01:30") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # the first of two
    for wrong, why in (("2026-03-08T02:30", "go forward"), ("soon", "write a day"), ("", "write a day"),
                       ("2026-03-02T18:00+02:00", "the clinic's clock")):  # fmt: skip
        with pytest.raises(Refused, match=why):
            timing.moment(desk, wrong)
    world.close()


def test_a_time_is_set_for_what_is_rehearsed_and_lies_ahead_and_can_be_taken_back(url: str) -> None:
    world = World(url)
    desk, ana = world.desk, admin(world)
    now = world.clock()
    one = p50_timed.timed(desk, ana, "Which day?", now + timedelta(hours=1))
    assert (one.due, one.timed_by) == (now + timedelta(hours=1), ana.id)
    for due, why in ((now, "past"), (now + timedelta(days=91), "90 days ahead")):
        with pytest.raises(Refused, match=why):
            timing.set_time(desk, ana, one.id, due)
    assert timing.drop_time(desk, ana, one.id).due is None
    with pytest.raises(Refused, match="no time"):
        timing.drop_time(desk, ana, one.id)
    world.clock.now = now + timedelta(hours=3)
    assert timing.claim(desk) is None
    editing.withdraw(desk, ana, one.id)
    with pytest.raises(Refused, match="withdrawn already"):
        timing.set_time(desk, ana, one.id, world.clock() + timedelta(hours=1))
    fresh = editing.propose(desk, ana, "anew")
    with pytest.raises(Refused, match="not been rehearsed"):
        timing.set_time(desk, ana, fresh.id, world.clock() + timedelta(hours=1))
    world.close()
