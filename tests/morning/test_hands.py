"""In `python -m tests.bench consoles` a task that is watched is decided by nobody else."""

import asyncio
from typing import cast

import pytest

from agent.demo.seed import sign_ins
from agent.morning.console import Console, Page, Refused, Row
from tests.bench import consoles
from tests.bench.consoles import Hands, NotShown, Open, change, work_off
from tests.bench.shown import Shown

_ME = sign_ins()[2].name
_ROW = 'id="row-{}"<span class="owner">{}<small></small></span></a>'


class _Desk:
    """Three tasks of a console's pages; every page takes a moment, so that two hands come between each other."""

    who = sign_ins()[2]

    def __init__(self) -> None:
        self.owners = {"a": "unassigned", "b": "unassigned", "c": "unassigned"}
        self.closed: list[str] = []
        self.console = Open(cast(Console, self))
        self._show()

    async def open(self, path: str) -> Page:
        await asyncio.sleep(0)
        task = path.rpartition("/")[2]
        if task not in self.owners:
            wanted = "unassigned" if path.endswith("free") else _ME
            return Page(rows=[Row(t) for t, owner in self.owners.items() if owner == wanted and t not in self.closed])
        page = Page(hidden={"csrf": "", "version": self.owners[task]})
        page.buttons = [] if task in self.closed else [f"{path}/close"]
        return page

    async def press(self, address: str, fields: list[tuple[str, str]]) -> Page:
        await asyncio.sleep(0)
        *_, task, act = address.split("/")
        if dict(fields)["version"] != self.owners[task] or task in self.closed:
            raise Refused("somebody was quicker")
        if act == "close":
            self.closed.append(task)
        self.owners[task] = "unassigned" if act == "give-back" else _ME
        self._show()
        async with self.console.fresh:
            self.console.fresh.notify_all()
        return Page()

    def _show(self) -> None:
        self.console.page = Shown()
        self.console.page.take("".join(_ROW.format(*row) for row in self.owners.items()), "")


async def _played(hands: Hands) -> _Desk:
    desk = _Desk()
    clerk = cast(Console, desk)
    assert await change(clerk, [desk.console], 0, hands)
    working = asyncio.create_task(work_off(clerk, desk.console.page, 0, hands))
    assert await change(clerk, [desk.console], 1, hands)
    await asyncio.sleep(0.01)
    working.cancel()
    return desk


def test_a_task_that_is_watched_is_left_to_who_watches_it() -> None:
    hands = Hands()
    desk = asyncio.run(_played(hands))
    (watched,) = hands.watched
    assert desk.owners[watched] == "unassigned"
    assert desk.closed == [task for task in "abc" if task != watched]


def test_what_somebody_has_in_hand_is_not_watched() -> None:
    desk, hands = _Desk(), Hands(busy={"b", "c"})
    asyncio.run(change(cast(Console, desk), [desk.console], 0, hands))
    assert hands.watched == {"a"}


def test_as_much_is_worked_off_as_there_is_too_much_however_slow_each_is() -> None:
    """One at a time would be starved on a busy machine, and what is open would grow while memory is measured."""
    desk, hands = _Desk(), Hands()

    async def work() -> int:
        working = asyncio.create_task(work_off(cast(Console, desk), desk.console.page, 1, hands))
        await asyncio.sleep(0)
        at_once = len(hands.busy)
        await asyncio.sleep(0.01)
        working.cancel()
        return at_once

    assert asyncio.run(work()) == len(desk.closed) == 2


def test_of_a_change_that_a_console_does_not_show_is_said_what_it_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consoles, "PATIENCE", 0.0)
    desk = _Desk()
    with pytest.raises(NotShown, match=f"b of {_ME} is shown as of unassigned"):
        asyncio.run(desk.console.shows("b", _ME, 0.0))
