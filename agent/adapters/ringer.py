"""Carries rings out of this process on a thread of its own, so that nobody waits for a server that is away."""

import threading
from collections.abc import Callable

from structlog import get_logger

MOST = 10_000  # rings kept while the other side is slow; what is dropped, the slow clocks find
_PAUSE = 1.0  # seconds without a try after a failure


class Ringer:
    """Delivers each distinct ring at least once, in order, or drops it; equal rings that wait count as one."""

    def __init__(self, name: str, deliver: Callable[[str, str], None], gap: float = 0.0) -> None:
        """`deliver(topic, what)` may raise anything: then what waits is dropped and the next try is a second later.
        `gap`: seconds between two deliveries, so that a busy desk's rings are bundled; the first never waits."""
        self._name, self._deliver, self._gap = name, deliver, gap
        self._waiting: dict[tuple[str, str], None] = {}
        self._change, self._left = threading.Condition(), threading.Event()
        self._idle, self._closed = True, False
        self._thread: threading.Thread | None = None

    def ring(self, topic: str, what: str) -> None:
        """Returns at once."""
        with self._change:
            if self._closed or len(self._waiting) >= MOST:
                return
            self._waiting[topic, what] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._change.notify_all()

    def flush(self, seconds: float = 5.0) -> bool:
        """Waits until nothing waits; False when it took too long."""
        with self._change:
            return self._change.wait_for(lambda: self._idle and not self._waiting, seconds)

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._left.set()
            self._waiting.clear()
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self) -> None:
        while True:
            with self._change:
                self._idle = True
                self._change.notify_all()
                self._change.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                self._idle = False
                batch, self._waiting = list(self._waiting), {}
            try:
                for topic, what in batch:
                    self._deliver(topic, what)
                if self._gap:
                    self._left.wait(self._gap)
            except Exception as fault:
                get_logger().warning("ring_lost", fault=type(fault).__name__)
                with self._change:
                    self._waiting.clear()
                    self._change.wait_for(lambda: self._closed, _PAUSE)
