"""Whoever stops the texts is told nothing after it; what came while they wrote it is no breach."""

import asyncio
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.morning import play as morning
from agent.morning.patient import Reply
from agent.morning.told import Told


class _AtOnce(Random):
    def uniform(self, a: float, b: float) -> float:
        return 0.05


def test_what_came_before_the_stop_was_sent_is_not_held_against_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(morning, "QUIET", 0.01)

    async def stops() -> tuple[Reply | None, bool]:
        heard = morning._Said()
        patient: Any = SimpleNamespace(over="", told=[], person=SimpleNamespace(channel="chat"))

        def hear(text: str, buttons: object) -> Reply:
            patient.over = "stopped"
            asyncio.get_running_loop().call_later(0.01, heard.put, "Your request is ready.")
            return Reply("STOP")

        patient.hear = hear
        plan = morning.Plan("http://127.0.0.1:9", 1, 5.0, seed=1, pace=1.0)
        desk = morning._Morning(plan, cast(Any, None), Told(1), cast(Any, None))
        heard.put("How are you?")
        sent = await desk._next(patient, heard, _AtOnce())
        return sent, await heard.anything(0.0)

    monkeypatch.setattr(morning, "Listener", lambda *_: None)
    assert asyncio.run(stops()) == (Reply("STOP"), False)
