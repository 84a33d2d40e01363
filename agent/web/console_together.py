"""Askers who come while an answer is being made share the next one: nobody gets an answer begun before they asked."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from agent.web.lanes import Lane

T = TypeVar("T")


class Together:
    """One answer at a time for each `key`, made in a thread; so many pages that hear one ring cost one look."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._running: dict[Hashable, asyncio.Task[Any]] = {}
        self._waiting: dict[Hashable, asyncio.Task[Any]] = {}

    async def ask(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, or raises, when it is begun after now. Equal keys must mean equal answers: `make` is
        whichever of theirs came first."""
        lane = (asyncio.get_running_loop(), key)
        waiting = self._waiting.get(lane)
        if waiting is None:
            waiting = asyncio.create_task(self._next(lane, make))
            self._waiting[lane] = waiting
            waiting.add_done_callback(_heard)
        return cast(T, await asyncio.shield(waiting))

    async def _next(self, lane: Hashable, make: Callable[[], Any]) -> Any:
        me = asyncio.current_task()
        try:
            while before := self._running.get(lane):
                await asyncio.wait([before])
        finally:
            self._waiting.pop(lane, None)
        self._running[lane] = cast("asyncio.Task[Any]", me)
        try:
            return await self._lane.run(make)
        finally:
            self._running.pop(lane, None)


def _heard(done: "asyncio.Task[Any]") -> None:
    """Everybody who asked may have gone meanwhile."""
    if not done.cancelled():
        done.exception()
