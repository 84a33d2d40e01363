"""The workers inside the web process: turns, sends and the sweep, each woken by the bell and by a slow clock."""

import threading
from collections.abc import Callable

from structlog import get_logger

from agent.desk.desk import Desk
from agent.desk.send import drain
from agent.desk.sweep import sweep
from agent.desk.turn import work
from agent.model.fault import Busy

_SLOW = 1.0  # seconds; a lost ring costs no more than this
_SWEEP = 5.0


class Loops:
    """Threads that do what waits until it is done. `start` and `stop` once each."""

    def __init__(self, desk: Desk, *, turns: int | None = None, senders: int = 2) -> None:
        self._desk = desk
        self._stop = threading.Event()
        self._bells: list[Callable[[], None]] = []
        self._threads = [self._loop("inbox", lambda: work(desk)) for _ in range(turns or desk.settings.turn_threads)]
        self._threads += [self._loop("outbox", lambda: drain(desk) > 0) for _ in range(senders)]
        self._threads.append(threading.Thread(target=self._sweeping, name="sweep", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is in hand, claim nothing more."""
        self._stop.set()
        for stop in self._bells:
            stop()
        for thread in self._threads:
            thread.join(10)

    def _loop(self, topic: str, once: Callable[[], bool]) -> threading.Thread:
        bell = threading.Event()
        self._bells.append(self._desk.bus.listen(topic, lambda _: bell.set()))

        def run() -> None:
            while not self._stop.is_set():
                bell.clear()
                try:
                    while not self._stop.is_set() and once():
                        pass
                except Busy:
                    self._stop.wait(0.2)
                except Exception as fault:
                    get_logger().error("loop_failed", topic=topic, fault=type(fault).__name__)
                    self._stop.wait(0.5)
                bell.wait(_SLOW)

        return threading.Thread(target=run, name=topic, daemon=True)

    def _sweeping(self) -> None:
        while not self._stop.wait(_SWEEP):
            try:
                sweep(self._desk)
            except Exception as fault:
                get_logger().error("sweep_failed", fault=type(fault).__name__)
