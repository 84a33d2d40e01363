"""Several processes at one store: what was acknowledged is there, and nobody is booked twice."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from agent.adapters.store import migrate
from tests.children import bound
from tests.contracts.samples import NOW
from tests.stores import open_test_store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgres"])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("swept_postgres_url"))
    migrate(f"sqlite:///{tmp_path}/desk.db")
    return f"sqlite:///{tmp_path}/desk.db"


def rival(what: str, url: str, name: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.contracts.rival", what, url, name]
    return subprocess.Popen(bound(command), cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_promise_07_what_was_acknowledged_survives_a_killed_process(shared_url: str, new_id: Callable[[], str]) -> None:
    said: list[str] = []
    rivals = [rival("receive", shared_url, name) for name in ("a", "b")]
    for one in rivals:
        assert one.stdout is not None
        said += [one.stdout.readline().strip() for _ in range(20)]
    for one in rivals:
        one.kill()
        assert one.stdout is not None
        said += [line.strip() for line in one.stdout if line.endswith("\n")]
        one.stdout.close()
        one.wait()
    store = open_test_store(shared_url, new_id)
    with store.begin() as tx:
        assert len(said) >= 40
        assert [id for id in said if tx.inbox.get(id) is None] == []
        checked, wrong = tx.audit.verify()
        assert wrong is None
        assert checked == tx.inbox.waiting() >= len(said)
    store.close()


def test_promise_17_three_processes_never_book_one_time_twice(shared_url: str, new_id: Callable[[], str]) -> None:
    rivals = [rival("book", shared_url, name) for name in ("a", "b", "c")]
    won = [line for one in rivals for line in one.communicate()[0].split()]
    assert [one.returncode for one in rivals] == [0, 0, 0]
    store = open_test_store(shared_url, new_id)
    with store.begin(write=False) as tx:
        day = (NOW - timedelta(days=1), NOW + timedelta(days=1))
        spans = tx.appointments.busy("k", ["okafor"], *day, NOW)["okafor"]
        assert sorted(a.id for a in tx.appointments.day("k", *day)) == sorted(won)
    store.close()
    assert len(spans) == len(won) >= 4
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
