"""What a web process does beside Celery's workers: a share while they can hear for themselves, all of it otherwise."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.adapters.bus_local import LocalBus
from agent.desk.desk import Desk
from agent.web import loops
from tests.desk.world import World


class Bell(LocalBus):
    reaches = True

    def well(self) -> bool:
        return self.reaches


def taken(monkeypatch: pytest.MonkeyPatch, gives_way: Callable[[], bool] = lambda: False) -> dict[bool, int]:
    """Turns taken in a second of a backlog without end: while Redis is there (True), and while it is away."""
    bell, counts = Bell(), {True: 0, False: 0}
    desk = replace(World().desk, bus=bell)

    def work(_: Desk, *, rung: Callable[[], bool]) -> bool:
        time.sleep(0.005)
        counts[bell.reaches] += 1
        return True

    monkeypatch.setattr(loops, "work", work)
    monkeypatch.setattr(loops, "drain", lambda _: 0)
    for reaches in (True, False):
        bell.reaches = reaches
        made = loops.Loops(desk, alone=False, beside=0.2, gives_way=gives_way)
        made.start()
        time.sleep(1.0)
        made.stop()
    return counts


def test_a_backlog_is_the_workers_while_redis_is_there_and_everybodys_while_it_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loops, "SHARE", 0.02)
    counts = taken(monkeypatch)
    assert 0 < 2 * counts[True] < counts[False]


def test_the_share_is_one_turn_while_webhooks_wait_and_all_of_it_without_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "SHARE", 60.0)
    counts = taken(monkeypatch, gives_way=lambda: True)
    assert 0 < 5 * counts[True] < counts[False]
