"""Celery's workers over a real Redis: they do the work, and a lost Redis means slower, not lost."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.adapters.bell_celery import TURNS
from agent.model.fault import Busy
from agent.worker import MOST_SECONDS, app, until_empty
from tests.live import live, wait_for
from tests.ports import free_port
from tests.redis_server import running_redis
from tests.served import frontdesk, ready


def test_texts_are_answered_by_workers_and_a_lost_redis_means_slower_not_never(tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as stack:
        redis = stack.enter_context(ExitStack())
        redis.enter_context(running_redis(port))
        desk = stack.enter_context(live(tmp_path, FRONTDESK_REDIS_URL=f"redis://127.0.0.1:{port}/0"))
        web = stack.enter_context(frontdesk("serve", env=desk.env))
        worker = stack.enter_context(frontdesk("worker", "--concurrency", "1", env=desk.env))
        ready(desk.port, web)
        assert desk.post(f"SM{1:032x}", "+12125560001") == 200
        wait_for(lambda: desk.answers("+12125560001") == 1, 60)
        assert 5 in _nice_of_children(worker.pid)  # on one machine webhooks come before turns
        redis.close()  # Redis is gone, mid-way
        for number in range(2, 6):
            assert desk.post(f"SM{number:032x}", f"+1212556000{number}", seconds=2) == 200  # as fast as ever
        wait_for(lambda: all(desk.answers(f"+1212556000{n}") == 1 for n in range(2, 6)), 30, "lost with Redis")
        stack.enter_context(running_redis(port))
        assert desk.post(f"SM{6:032x}", "+12125560006") == 200
        wait_for(lambda: desk.answers("+12125560006") == 1, 30)
        assert worker.poll() is None
        assert [desk.answers(f"+1212556000{n}") for n in range(1, 7)] == [1] * 6


def _nice_of_children(pid: int) -> set[int]:
    """How far each child process stands back for others (`nice`, 0 to 19)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {os.getpriority(os.PRIO_PROCESS, int(child)) for child in children}


def test_a_worker_takes_what_waits_without_any_ring(tmp_path: Path) -> None:
    """The web process is not there at all: the beat finds what the ring has lost."""
    with running_redis() as url, live(tmp_path, FRONTDESK_REDIS_URL=url) as desk:
        with frontdesk("serve", env={**desk.env, "FRONTDESK_REDIS_URL": "redis://127.0.0.1:1/0"}) as web:
            ready(desk.port, web)
            assert desk.post(f"SM{1:032x}", "+12125560001") == 200
        with frontdesk("worker", "--concurrency", "1", env=desk.env):
            wait_for(lambda: desk.answers("+12125560001") == 1, 60)


def test_a_task_stops_at_a_fault_and_at_its_time_and_never_raises() -> None:
    tries = []

    def once(fault: Exception | None) -> bool:
        tries.append(fault)
        if fault:
            raise fault
        return True

    until_empty(lambda: once(Busy("away")))
    until_empty(lambda: once(ValueError("a patient's words")))
    assert len(tries) == 2
    until_empty(lambda: once(None), seconds=0.01)
    assert len(tries) > 2


def test_a_task_whose_time_is_up_rings_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: rung.append((name, options)))
    until_empty(lambda: True, seconds=0.01, again=TURNS)
    until_empty(lambda: False, seconds=0.01, again=TURNS)
    assert rung == [(TURNS, {"expires": 30, "retry": False})]


def test_no_task_outlives_the_time_after_which_redis_gives_it_to_another_and_lost_ones_are_looked_for_often() -> None:
    limits, options = app.conf, app.conf.broker_transport_options
    assert MOST_SECONDS < limits.task_soft_time_limit < limits.task_time_limit < options["visibility_timeout"]
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 5
    assert limits.task_acks_late
    assert limits.task_reject_on_worker_lost
    assert all("eta" not in e["options"] and "countdown" not in e["options"] for e in limits.beat_schedule.values())


def test_a_worker_without_redis_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from argparse import Namespace

    from agent.settings import Settings
    from agent.verbs import worker

    monkeypatch.setattr(worker, "load_settings", lambda: Settings(redis_url=None))
    assert worker.run(Namespace(concurrency=1, no_beat=False)) == 2
    assert "FRONTDESK_REDIS_URL" in capsys.readouterr().err
