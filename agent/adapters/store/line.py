"""Who waits for a connection to the database gets one in turn."""

import time
from collections import deque
from threading import Condition
from typing import Any

from sqlalchemy.pool import QueuePool
from sqlalchemy.util.queue import Empty, Queue


class Line(Queue[Any]):
    """A queue whose waiters are served in the order in which they came. SQLAlchemy's own lets whoever comes by take
    what was put back for others: where more ask than there are connections, some wait until they give up."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        super().__init__(maxsize, use_lifo)
        self._waiting: deque[Condition] = deque()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Raises Full as the queue that it is does."""
        super().put(item, block, timeout)
        with self.mutex:
            self._next()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Raises Empty after `timeout` seconds; without `block` at once where there is nothing, or others wait."""
        until = None if timeout is None else time.monotonic() + timeout
        with self.mutex:
            if not block and (self._waiting or self._empty()):
                raise Empty
            mine = Condition(self.mutex)
            self._waiting.append(mine)
            try:
                while self._waiting[0] is not mine or self._empty():
                    left = None if until is None else until - time.monotonic()
                    if left is not None and left <= 0:
                        raise Empty
                    mine.wait(left)
                return self._get()
            finally:
                self._waiting.remove(mine)
                self._next()

    def _next(self) -> None:
        if self._waiting and not self._empty():
            self._waiting[0].notify()


class FairPool(QueuePool):
    """Connections of one engine, each given to whoever has waited longest."""

    _queue_class = Line
