"""How many threads work at a time on what comes in great numbers: webhooks, and what open pages ask by themselves."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

T = TypeVar("T")

WEBHOOKS = 8  # of Twilio; more threads than the database has connections only jostle each other
CONSOLES = 4  # of all open consoles together, which look at every ring
CHATS = 6  # of all open chats together; they write as well, and one write waits for another


class Lane:
    """A queue of quick work in at most so many threads. A ring wakes every open page at once; forty threads would not
    answer them sooner on few processors, only hold forty half-made answers and as many connections to the database.
    What people press, and what may wait for others, goes past it."""

    def __init__(self, at_once: int) -> None:
        self._limiter = CapacityLimiter(at_once)

    async def run(self, work: Callable[..., T], *given: object) -> T:
        """What `work` gives, or raises, made in a thread. Never called from within the lane's own work."""
        return await to_thread.run_sync(work, *given, limiter=self._limiter)

    def queued(self) -> bool:
        """Does anything wait for a thread? Asked from any thread."""
        return self._limiter.statistics().tasks_waiting > 0
