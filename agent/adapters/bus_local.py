"""The Bus within one process: a ring calls every listener; nothing is kept."""

from collections import defaultdict
from collections.abc import Callable
from threading import Lock

from structlog import get_logger


class LocalBus:
    """See `agent.ports.Bus`. Listeners must be quick; one that fails harms neither the ringer nor the others."""

    def __init__(self) -> None:
        self._hear: dict[str, list[Callable[[str], None]]] = defaultdict(list)
        self._lock = Lock()

    def ring(self, topic: str, what: str = "") -> None:
        with self._lock:
            ears = list(self._hear.get(topic, ()))
        for hear in ears:
            try:
                hear(what)
            except Exception as fault:  # a page that has just closed: the work is committed all the same
                get_logger().warning("ear_failed", topic=topic.partition(":")[0], fault=type(fault).__name__)

    def well(self) -> bool:
        return True

    def listen(self, topic: str, hear: Callable[[str], None]) -> Callable[[], None]:
        with self._lock:
            self._hear[topic].append(hear)

        def stop() -> None:
            with self._lock:
                if hear in self._hear.get(topic, ()):
                    self._hear[topic].remove(hear)
                    if not self._hear[topic]:
                        del self._hear[topic]

        return stop
