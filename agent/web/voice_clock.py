"""What is due in a call by the clock, and when: silence, keys that may follow, a look at what was rung for."""

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")
D = TypeVar("D", bound=str)


class Due(Generic[D]):
    """Names with the moment each is due. Of the running loop; nothing fires by itself."""

    def __init__(self) -> None:
        self._at: dict[D, float] = {}

    def set(self, what: D, seconds: float) -> None:
        """From now on; an earlier moment of the same name is forgotten."""
        self._at[what] = asyncio.get_running_loop().time() + seconds

    def drop(self, what: D) -> None:
        self._at.pop(what, None)

    def left(self, what: D) -> float | None:
        """Seconds until it is due, below zero when it is late; None where it is not set."""
        at = self._at.get(what)
        return None if at is None else at - asyncio.get_running_loop().time()

    async def next(self, queue: asyncio.Queue[T]) -> T | D:
        """The next item of the queue, or what is due before one comes, which is then no longer set."""
        soonest = min(self._at, key=lambda d: self._at[d], default=None)
        if soonest is None:
            return await queue.get()
        try:
            async with asyncio.timeout(max(self.left(soonest) or 0.0, 0.0)):
                return await queue.get()
        except TimeoutError:
            del self._at[soonest]
            return soonest
