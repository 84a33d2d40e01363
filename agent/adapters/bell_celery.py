"""Rings workers through Celery: each ring on inbox or outbox becomes a task without data. Losing one loses no work."""

from collections.abc import Callable

from celery import Celery
from structlog import get_logger

from agent.ports import Bus

_TASKS = {"inbox": "frontdesk.turns", "outbox": "frontdesk.sends"}


class CeleryBell:
    """A Bus that also wakes Celery workers."""

    def __init__(self, bus: Bus, app: Celery) -> None:
        self._bus, self._app = bus, app

    def ring(self, topic: str, what: str = "") -> None:
        self._bus.ring(topic, what)
        task = _TASKS.get(topic)
        if task is None:
            return
        try:
            self._app.send_task(task, expires=30, retry=False)
        except Exception as fault:
            get_logger().warning("bell_away", fault=type(fault).__name__)

    def listen(self, topic: str, hear: Callable[[str], None]) -> Callable[[], None]:
        return self._bus.listen(topic, hear)
