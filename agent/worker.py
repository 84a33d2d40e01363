"""The Celery app: a bell over inbox and outbox in the database, which alone hold the truth.

A task carries no data: it means "look again". Whatever Redis loses, the beat finds within seconds.
"""

from celery import Celery, Task
from celery.signals import worker_process_init

from agent.desk.desk import Desk
from agent.desk.send import drain
from agent.desk.sweep import sweep
from agent.desk.turn import work
from agent.settings import load_settings

_held: list[Desk] = []
MOST = 200  # turns or sends in one task, so that none outlives its time limit


def celery_app() -> Celery:
    """Configured from FRONTDESK_REDIS_URL; jobs shorter than the visibility timeout, nothing with an ETA."""
    app = Celery("frontdesk", broker=load_settings().redis_url or "memory://")
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        task_soft_time_limit=60,
        task_time_limit=90,
        broker_transport_options={
            "visibility_timeout": 120, "unacked_restore_interval": 2, "unacked_restore_throttle": 1,
            "socket_timeout": 5, "socket_connect_timeout": 2,
        },
        broker_connection_retry_on_startup=True,
        task_routes={"frontdesk.*": {"queue": "frontdesk"}},
        task_default_queue="frontdesk",
        beat_schedule={
            "turns": {"task": "frontdesk.turns", "schedule": 2.0, "options": {"expires": 10}},
            "sends": {"task": "frontdesk.sends", "schedule": 2.0, "options": {"expires": 10}},
            "sweep": {"task": "frontdesk.sweep", "schedule": 5.0, "options": {"expires": 20}},
        },
    )  # fmt: skip
    return app


app = celery_app()


def desk() -> Desk:
    """This process's desk, opened on first use (after the fork, never before)."""
    if not _held:
        from agent.house import open_desk

        _held.append(open_desk(load_settings()))
    return _held[0]


@worker_process_init.connect
def _forked(**_: object) -> None:
    _held.clear()


@app.task(name="frontdesk.turns", bind=True)
def turns(self: Task) -> None:  # noqa: ARG001
    """Take what waits in the inbox."""
    for _ in range(MOST):
        if not work(desk()):
            break
    drain_all()


@app.task(name="frontdesk.sends", bind=True)
def sends(self: Task) -> None:  # noqa: ARG001
    """Send what is due."""
    drain_all()


@app.task(name="frontdesk.sweep", bind=True)
def swept(self: Task) -> None:  # noqa: ARG001
    """Holds that ran out, sends of unknown outcome."""
    sweep(desk())


def drain_all() -> None:
    for _ in range(MOST):
        if not drain(desk()):
            break
