"""The Celery worker: a bell over inbox and outbox in the database, which alone hold the truth.

A task carries no data: it means "look again". Whatever Redis loses, the beat or the web's slow clock finds.
"""

import time
from collections.abc import Callable

from celery.signals import worker_process_init
from structlog import get_logger

from agent.adapters.bell_celery import SENDS, SWEEP, TURNS, celery_app
from agent.desk.desk import Desk
from agent.desk.send import drain
from agent.desk.sweep import sweep
from agent.desk.turn import work
from agent.model.fault import Busy
from agent.model.sighting import both
from agent.settings import load_settings

_held: list[Desk] = []
MOST_SECONDS = 30.0  # in one task, so that none outlives its time limit

app = celery_app(load_settings().redis_url)


def desk() -> Desk:
    """This process's desk, opened on first use (after the fork, never before)."""
    if not _held:
        from agent.adapters.figures import Figures
        from agent.house import open_desk

        _held.append(open_desk(load_settings()))
        _held[0].watch = both(_held[0].watch, Figures())
    return _held[0]


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _forked(**_: object) -> None:
    _held.clear()


@app.task(name=TURNS)  # type: ignore[untyped-decorator]
def turns() -> None:
    """Take what waits in the inbox, then send what came of it."""
    until_empty(lambda: work(desk()))
    until_empty(lambda: drain(desk()) > 0)


@app.task(name=SENDS)  # type: ignore[untyped-decorator]
def sends() -> None:
    """Send what is due."""
    until_empty(lambda: drain(desk()) > 0)


@app.task(name=SWEEP)  # type: ignore[untyped-decorator]
def swept() -> None:
    """Holds that ran out, sends of unknown outcome."""
    until_empty(lambda: sweep(desk()) < 0)  # once


def until_empty(once: Callable[[], bool], seconds: float = MOST_SECONDS) -> None:
    """Repeats `once` until it has nothing left to do or the time is up. A fault ends the task, not the work: the
    next ring or beat begins again. Only the fault's type is logged, since Celery would print its words."""
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until and once():
            pass
    except Busy:
        return
    except Exception as fault:
        get_logger().error("task_failed", fault=type(fault).__name__)
