"""Many who ask at once share an answer, and never one that was begun before they asked."""

import asyncio
import threading

import pytest

from agent.web.console_together import Together
from agent.web.lanes import Lane


def test_who_asks_while_an_answer_is_made_gets_the_next_one_and_all_of_them_the_same() -> None:
    made: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def make() -> int:
        made.append(len(made))
        begun.set()
        go_on.wait(30)
        return made[-1]

    async def ask() -> tuple[int, list[int], int]:
        together = Together(Lane(4))
        first = asyncio.create_task(together.ask("all", make))
        assert await asyncio.to_thread(begun.wait, 30)
        later = [asyncio.create_task(together.ask("all", make)) for _ in range(20)]
        other = await together.ask("others", lambda: 99)  # another key waits for nobody
        assert not first.done()
        go_on.set()
        return await first, list(await asyncio.gather(*later)), other

    first, later, other = asyncio.run(ask())
    assert (first, later, other) == (0, [1] * 20, 99)
    assert made == [0, 1]


def test_a_failure_is_told_to_all_who_waited_and_the_next_one_asks_anew() -> None:
    def fail() -> int:
        raise ValueError("away")

    async def ask() -> list[object]:
        together = Together(Lane(4))
        asked = [together.ask("all", fail) for _ in range(3)]
        told: list[object] = list(await asyncio.gather(*asked, return_exceptions=True))
        return [*told, await together.ask("all", lambda: 1)]

    told = asyncio.run(ask())
    assert [type(t) for t in told] == [ValueError] * 3 + [int]


def test_one_who_goes_away_takes_no_answer_from_the_others() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def make() -> int:
        begun.set()
        go_on.wait(30)
        return 7

    async def ask() -> int:
        together = Together(Lane(4))
        gone = asyncio.create_task(together.ask("all", make))
        stays = asyncio.create_task(together.ask("all", make))
        assert await asyncio.to_thread(begun.wait, 30)
        gone.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(ask()) == 7
