"""The workers inside the web process: turns, sends and the sweep, each woken by the bell and by a slow clock."""

import threading
import time
from collections.abc import Callable

from structlog import get_logger

from agent.desk.catch_up import catch_up
from agent.desk.chart_write import write_next
from agent.desk.desk import Desk
from agent.desk.documents import draft_next
from agent.desk.nudge import nudge
from agent.desk.outgoing_calls import place
from agent.desk.photos import fetch_next
from agent.desk.retain import Retention
from agent.desk.send import drain
from agent.desk.sweep import sweep
from agent.desk.turn import work
from agent.desk.voicemail import fetch_next as fetch_recording
from agent.model.fault import Busy
from agent.rehearsing import rehearse_next
from agent.timed_publish import publish_due

SLOW = 1.0  # seconds; a lost ring costs no more than this
BESIDE_WORKERS = 3.0  # seconds; what Celery has not taken by then, because Redis is away, is taken here
SHARE = 0.5  # seconds of work at a time while workers can hear for themselves: webhooks come first
SWEEP = 5.0


class Loops:
    """Threads that do what waits until it is done. `start` and `stop` once each.

    `alone`: this process does all the work, woken by the bell. Otherwise Celery's workers do it, and here one slow
    clock each for turns and sends makes sure that a lost Redis means slower, not never: all the work is taken while
    Redis is away, and a small share of what has piled up while it is there, the less while it `gives_way`: webhooks
    wait to be taken.
    """

    def __init__(
        self, desk: Desk, *, turns: int | None = None, senders: int | None = None, alone: bool = True,
        beside: float = BESIDE_WORKERS, gives_way: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._desk, self._alone = desk, alone
        self._retention = Retention(desk.store, desk.clinic.id, desk.settings)
        self._slow = SLOW if alone else beside
        self._gives_way = gives_way
        self._stop = threading.Event()
        self._bells: list[Callable[[], None]] = []
        caps = desk.settings
        takers = caps.turn_threads if turns is None else turns
        posters = caps.senders if senders is None else senders
        self._threads = [
            self._loop("inbox", lambda bell: work(desk, rung=bell.is_set)) for _ in range(takers if alone else 1)
        ]
        self._threads += [self._loop("outbox", lambda _: drain(desk) > 0) for _ in range(posters if alone else 1)]
        self._threads.append(self._loop("documents", lambda _: draft_next(desk)))
        self._threads.append(self._loop("records", lambda _: write_next(desk)))
        self._threads.append(self._loop("photos", lambda _: fetch_next(desk)))
        self._threads.append(self._loop("recordings", lambda _: fetch_recording(desk)))
        self._threads.append(self._loop("proposals", lambda _: rehearse_next(desk) or publish_due(desk)))
        self._threads.append(threading.Thread(target=self._sweeping, name="sweep", daemon=True))
        self._threads.append(threading.Thread(target=self._catching_up, name="catch_up", daemon=True))
        self._threads.append(threading.Thread(target=self._calling, name="calls", daemon=True))

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

    def _loop(self, topic: str, once: Callable[[threading.Event], bool]) -> threading.Thread:
        bell = threading.Event()
        if self._alone:
            self._bells.append(self._desk.bus.listen(topic, lambda _: bell.set()))
        self._bells.append(bell.set)

        def run() -> None:
            if not self._alone:
                bell.wait(self._slow)
            while not self._stop.is_set():
                bell.clear()
                until = time.monotonic() + SHARE
                try:
                    while not self._stop.is_set() and once(bell):
                        spent = time.monotonic() > until or self._gives_way()
                        if not self._alone and spent and self._desk.bus.well():
                            break
                except Busy:
                    self._stop.wait(0.2)
                except Exception as fault:
                    self._failed(topic, fault)
                    self._stop.wait(0.5)
                if not self._stop.is_set():
                    bell.wait(self._slow)

        return threading.Thread(target=run, name=topic, daemon=True)

    def _sweeping(self) -> None:
        while not self._stop.wait(SWEEP):
            self._tried("sweep", lambda: sweep(self._desk))
            self._tried("nudge", lambda: nudge(self._desk))
            self._tried("retention", lambda: self._retention.step(self._desk.clock()))

    def _calling(self) -> None:
        """On a thread of its own: Twilio may take seconds to answer."""
        while not self._stop.wait(SWEEP):
            self._tried("calls", lambda: place(self._desk))

    def _catching_up(self) -> None:
        """Once soon after the start, for what came while the desk was down; then as often as the setting says."""
        while not self._stop.wait(SWEEP) and not self._tried("catch_up", lambda: catch_up(self._desk, at_once=True)):
            pass
        while not self._stop.wait(SWEEP):
            self._tried("catch_up", lambda: catch_up(self._desk))

    def _tried(self, topic: str, once: Callable[[], int]) -> bool:
        """False when the database is away or something of ours failed."""
        try:
            once()
        except Busy:
            return False
        except Exception as fault:
            self._failed(topic, fault)
            return False
        return True

    def _failed(self, topic: str, fault: Exception) -> None:
        self._desk.on_fault(fault)
        get_logger().error("loop_failed", topic=topic, fault=type(fault).__name__)
