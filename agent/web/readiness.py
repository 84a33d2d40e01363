"""Whether the database is reached, as balancers ask every second: a busy process is not taken for one that is gone."""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from anyio import CapacityLimiter, to_thread

T = TypeVar("T")

PATIENCE = 0.5  # seconds in which a look is over, unless there is much to do
KNOWN = 10.0  # seconds in which what was found stands while a look waits its turn


class Reach(Generic[T]):
    """One look at a time, in a thread that nobody else's work waits in."""

    def __init__(self, look: Callable[[], T]) -> None:
        self._look, self._limiter = look, CapacityLimiter(1)
        self._looking: asyncio.Task[T] | None = None
        self._found: tuple[float, T] | None = None  # when, and what

    async def ask(self) -> T:
        """What `look` finds, or raises; while it waits for `PATIENCE` and longer, what it found `KNOWN` seconds ago at
        most."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(to_thread.run_sync(self._now, limiter=self._limiter))
            self._looking.add_done_callback(lambda over: over.cancelled() or over.exception())  # nobody may wait
        done, _ = await asyncio.wait({self._looking}, timeout=PATIENCE)
        if not done and self._found is not None and time.monotonic() - self._found[0] < KNOWN:
            return self._found[1]
        return await asyncio.shield(self._looking)

    def _now(self) -> T:
        found = self._look()
        self._found = time.monotonic(), found
        return found
