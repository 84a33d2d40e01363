"""The stream of an open console, and what ends it."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from agent.web.console_live import events
from tests.web.console_desk import World


def test_a_desk_that_stops_ends_the_streams_of_open_consoles_itself(world: World) -> None:
    leaving: list[bool] = []
    door = cast(Any, SimpleNamespace(desk=world.desk, leaving=lambda: bool(leaving)))

    async def heard() -> list[str]:
        lines = []
        async for line in events(door, cast(Any, None), [], 3600.0):
            lines.append(line)
            leaving.append(True)  # asked to stop while the page waits
        return lines

    assert len(asyncio.run(asyncio.wait_for(heard(), 60))) == 1
