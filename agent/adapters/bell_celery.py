"""Rings workers through Celery: each ring on inbox or outbox becomes a task without data. Losing one loses no work."""

from collections.abc import Callable

from celery import Celery

from agent.adapters.ringer import Ringer
from agent.ports import Bus

TURNS, SENDS, SWEEP = "frontdesk.turns", "frontdesk.sends", "frontdesk.sweep"
DOCUMENTS = "frontdesk.documents"
GAP = 0.03  # seconds between two rounds of rings: a worker that is awake goes on until nothing waits
_TASKS = {"inbox": TURNS, "outbox": SENDS, "documents": DOCUMENTS}


def celery_app(redis_url: str | None) -> Celery:
    """Celery over this Redis: tasks carry no data, none lives as long as the visibility timeout, none has an ETA."""
    app = Celery("frontdesk", broker=redis_url or "memory://")
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_soft_time_limit=60,
        task_time_limit=90,
        broker_transport_options={
            "visibility_timeout": 120, "socket_timeout": 5, "socket_connect_timeout": 2,
            "max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5,
            "unacked_restore_interval": 2, "unacked_restore_throttle": 1,  # else up to 100 s beyond the timeout
        },
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_publish_retry=False,
        task_routes={"frontdesk.*": {"queue": "frontdesk"}},
        task_default_queue="frontdesk",
        beat_schedule={
            "turns": {"task": TURNS, "schedule": 2.0, "options": {"expires": 10}},
            "sends": {"task": SENDS, "schedule": 2.0, "options": {"expires": 10}},
            "documents": {"task": DOCUMENTS, "schedule": 5.0, "options": {"expires": 20}},
            "sweep": {"task": SWEEP, "schedule": 5.0, "options": {"expires": 20}},
        },
    )  # fmt: skip
    return app


class CeleryBell:
    """A Bus that also wakes Celery workers. Rings go out on a thread of their own: a webhook never waits for Redis."""

    def __init__(self, bus: Bus, app: Celery) -> None:
        self._bus, self._app = bus, app
        self._ringer = Ringer("bell", lambda task, _: app.send_task(task, expires=30, retry=False), GAP)

    def ring(self, topic: str, what: str = "") -> None:
        self._bus.ring(topic, what)
        task = _TASKS.get(topic)
        if task is not None:
            self._ringer.ring(task, "")

    def listen(self, topic: str, hear: Callable[[str], None]) -> Callable[[], None]:
        return self._bus.listen(topic, hear)

    def well(self) -> bool:
        return self._bus.well()

    def flush(self, seconds: float = 5.0) -> bool:
        """Waits until every ring is out; False when it took too long."""
        return self._ringer.flush(seconds)
