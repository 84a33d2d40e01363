"""Threads take shorter turns beside long work, and as long ones as before once the last of it is done."""

import sys
import threading

import pytest

from agent.short_turns import SHORT, short_turns
from agent.workbench import Workbench
from tests.web.console_desk import World


def test_the_last_long_work_gives_the_usual_turns_back() -> None:
    usual = sys.getswitchinterval()
    begun, over = threading.Event(), threading.Event()

    @short_turns()
    def long() -> None:
        begun.set()
        over.wait(5)

    @short_turns()
    def broken() -> None:
        raise KeyError

    other = threading.Thread(target=long)
    other.start()
    begun.wait(5)
    with pytest.raises(KeyError):
        broken()
    assert sys.getswitchinterval() == pytest.approx(SHORT)  # the other is at it still
    over.set()
    other.join(5)
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_content_is_read_in_short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    turns = list[float]()
    monkeypatch.setattr("agent.workbench.read_content", lambda *_, **__: turns.append(sys.getswitchinterval()))
    bench = Workbench(world.desk)
    monkeypatch.setattr(bench, "files", lambda: None)
    bench.read({})
    assert turns == [pytest.approx(SHORT)]
