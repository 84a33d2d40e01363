"""The Celery worker: a bell over inbox and outbox in the database, which alone hold the truth.

A task carries no data: it means "look again". Whatever Redis loses, the beat or the web's slow clock finds.
"""

import os
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from celery.signals import beat_embedded_init, worker_process_init
from structlog import get_logger

from agent.adapters.bell_celery import DOCUMENTS, SENDS, SWEEP, TURNS, celery_app
from agent.content.service import Stamp, stamp_of
from agent.desk.catch_up import catch_up
from agent.desk.desk import Desk
from agent.desk.documents import draft_next
from agent.desk.nudge import nudge
from agent.desk.reminders import MOST
from agent.desk.send import drain
from agent.desk.sweep import sweep
from agent.desk.turn import work
from agent.model.fault import Busy
from agent.model.sighting import both
from agent.settings import load_settings

if TYPE_CHECKING:
    from agent.house import Hearing

_held: list[Desk] = []
_WORKER = os.getpid()  # read before it forks
_BEHIND = 5  # nicer than the web: on one machine webhooks, which Twilio drops after 15 s, are taken before turns
MOST_SECONDS = 5.0  # in one task: a worker that is asked to end has ended soon after

app = celery_app(load_settings().redis_url)


def desk() -> Desk:
    """This process's desk, opened on first use (after the fork, never before); edited content reaches it too."""
    if not _held:
        from agent.adapters.figures import Figures
        from agent.house import open_desk, published_in
        from agent.renewal import Renewal

        settings, (since, hearing) = load_settings(), loaded()
        _held.append(open_desk(settings, content=hearing.content, like=hearing))
        Renewal(_held[0], settings.content, since=since, kept=published_in(settings)).start()
        _held[0].watch = both(_held[0].watch, Figures())
    return _held[0]


@cache
def loaded() -> "tuple[Stamp, Hearing]":
    """What every child process hears with: loaded once, before the fork, and shared by all of them."""
    from agent.adapters.clinic_file import load_clinic
    from agent.house import hearing_of, kept_in
    from agent.language_model import get_ready
    from agent.prepare import prepare

    settings = load_settings()
    since = stamp_of(settings.content)
    get_ready(settings)
    if kept_in(settings) is None:
        prepare()
    return since, hearing_of(settings, load_clinic(settings.clinic_file))


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _forked(**_: object) -> None:
    _held.clear()
    os.nice(_BEHIND)


@beat_embedded_init.connect  # type: ignore[untyped-decorator]
def _beats_for_one(**_: object) -> None:
    """The beat of a worker is a process of its own; of one that was killed it would go on for ever."""
    threading.Thread(target=_end_with_worker, name="worker", daemon=True).start()


def _end_with_worker() -> None:
    while os.getppid() == _WORKER:
        time.sleep(1.0)
    os._exit(0)


@app.task(name=TURNS)  # type: ignore[untyped-decorator]
def turns() -> None:
    """Take what waits in the inbox, then send what came of it."""
    until_empty(lambda: work(desk()), again=TURNS)
    until_empty(lambda: drain(desk()) > 0, again=SENDS)


@app.task(name=SENDS)  # type: ignore[untyped-decorator]
def sends() -> None:
    """Send what is due."""
    until_empty(lambda: drain(desk()) > 0, again=SENDS)


@app.task(name=DOCUMENTS)  # type: ignore[untyped-decorator]
def documents() -> None:
    """Draft the visits that wait for it."""
    until_empty(lambda: draft_next(desk()), again=DOCUMENTS)


@app.task(name=SWEEP)  # type: ignore[untyped-decorator]
def swept() -> None:
    """Holds that ran out, sends of unknown outcome, texts that never reached us."""
    until_empty(lambda: sweep(desk()) >= MOST, again=SWEEP)  # once, unless there is more than a sweep takes
    until_empty(lambda: nudge(desk()) < 0)
    until_empty(lambda: catch_up(desk()) < 0)


def until_empty(once: Callable[[], bool], seconds: float = MOST_SECONDS, again: str = "") -> None:
    """Repeats `once` until it has nothing left to do, or the time is up: then a task `again` goes on. A fault ends
    the task, not the work: the next ring or beat begins again. Only the fault's type is logged, since Celery would
    print its words."""
    until = time.monotonic() + seconds
    try:
        while once():
            if time.monotonic() > until:
                if again:
                    app.send_task(again, expires=30, retry=False)
                return
    except Busy:
        return
    except Exception as fault:
        get_logger().error("task_failed", fault=type(fault).__name__)
