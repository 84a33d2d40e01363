"""What can be done before the first page is opened is done then, and a fault in it stops nothing else."""

from typing import Any

import pytest

from agent.verbs import serve
from agent.web import admin, console_card
from tests.web.console_desk import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(serve, "compile_all", lambda _: None)
    monkeypatch.setattr("agent.verbs.serve.gc.freeze", lambda: None)
    return World()


def test_the_first_page_of_admin_counts_nothing_once_the_desk_is_ready(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve.make_ready(world.desk, world.app.state.ready)
    monkeypatch.setattr(admin, "_language", lambda *_: pytest.fail("counted while somebody waits"))
    page = world.admin().get("/admin")
    assert page.status_code == 200
    assert "Español" in page.text


def test_a_card_is_read_beforehand_and_nobody_is_on_record_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.booking()
    read, read_times = list[Any](), console_card.read_times

    def watched(*given: Any) -> Any:
        read.append(given)
        return read_times(*given)

    monkeypatch.setattr(console_card, "read_times", watched)
    serve.make_ready(world.desk, world.app.state.ready)
    assert len(read) == 1
    assert world.audited("task:viewed") == []


def test_a_fault_is_told_and_the_rest_is_made_ready(world: World) -> None:
    faults, done = list[Exception](), list[int]()
    world.desk.on_fault = faults.append
    serve.make_ready(world.desk, [lambda: 1 / 0, lambda: done.append(1)])
    assert [type(fault) for fault in faults] == [ZeroDivisionError]
    assert done == [1]


def test_a_busy_desk_is_made_ready_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rests, told = list[float](), list[str]()
    monkeypatch.setattr(serve.time, "sleep", rests.append)
    busy = iter([True, True, False, False])
    serve.make_ready(world.desk, [lambda: told.append("one"), lambda: told.append("two")], lambda: next(busy))
    assert told == ["one", "two"]
    assert rests.count(serve._LOOK) == 2


def test_a_desk_that_stays_busy_is_made_ready_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    done = list[int]()
    monkeypatch.setattr(serve.time, "sleep", lambda _: None)
    serve.make_ready(world.desk, [lambda: done.append(1)], lambda: True)
    assert done == [1]
