"""The proofs of one turn for each message, at a size that takes seconds; their full size is `make prove`'s."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prove import (
    p04_rotation,
    p05_replays,
    p06_deliveries,
    p07_kills,
    p08_down,
    p10_order,
    p11_paused,
    p60_drafts,
)
from tests.prove.nursery import Nursery, nursery


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("nursery")) as made:
        yield made


@pytest.fixture
def nursed(opened: Nursery) -> Iterator[Nursery]:
    """Without the children of other tests."""
    yield opened
    opened.clear()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    return sqlite_url if request.param == "sqlite" else str(request.getfixturevalue("swept_postgres_url"))


def test_promise_04_a_token_is_changed_without_losing_a_message(nursed: Nursery, sqlite_url: str) -> None:
    assert p04_rotation.rotation(nursed, sqlite_url, 40, 1.0, 4).startswith("80 texts taken")


def test_promise_05_replays_a_day_later_have_no_effect(nursed: Nursery, sqlite_url: str) -> None:
    assert p05_replays.replays(nursed, sqlite_url, 40, 3, 5).startswith("120 replays answered 200; 40 turns")


def test_promise_06_three_deliveries_at_three_processes_make_one_turn(nursed: Nursery, swept_postgres_url: str) -> None:
    assert p06_deliveries.deliveries(nursed, swept_postgres_url, 50, 3, 6).startswith("150 deliveries, 50 turns")


def test_promise_07_nothing_is_lost_when_the_desk_is_killed_at_any_step(
    nursed: Nursery, url: str, tmp_path: Path
) -> None:
    assert p07_kills.kills(nursed, url, 6, 7, tmp_path).startswith("6 kills")


def test_promise_08_what_came_while_the_desk_was_down_is_filled_once(nursed: Nursery, sqlite_url: str) -> None:
    assert p08_down.gap(nursed, sqlite_url, 60, 10, 8).startswith("60 of 60 there, 60 turns")


def test_promise_10_order_is_kept_though_workers_stall_past_their_lease(
    nursed: Nursery, swept_postgres_url: str, tmp_path: Path
) -> None:
    done = p10_order.order(nursed, swept_postgres_url, 6, 6, 3, 10, tmp_path, lease=0.5, chance=0.005)
    assert done.startswith("36 turns in order")


def test_promise_11_what_a_paused_worker_commits_late_is_refused(nursed: Nursery, url: str, tmp_path: Path) -> None:
    assert p11_paused.pauses(nursed, url, range(8, 44, 12), tmp_path).startswith("3 pauses")


def test_promise_60_a_visit_is_drafted_once_whatever_befalls_the_worker(
    nursed: Nursery, url: str, tmp_path: Path
) -> None:
    done = p60_drafts.Drafts(nursed, url, tmp_path).all(range(2, 30, 9))
    assert done.endswith("each one draft")
