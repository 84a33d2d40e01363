"""`frontdesk rehearse` on a running demo: conversations in several languages, clerks by HTTP, and a truthful end."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from agent.morning import play as morning
from agent.morning.play import NoDemo, Plan, play
from tests import shared
from tests.bench.consoles import load
from tests.running import Running, running_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    # a morning of ten seconds comes from one address as fast as many sources would
    with running_demo(tmp_path_factory.mktemp("morning"), FRONTDESK_SOURCE_REQUESTS="0") as desk:
        yield desk


def test_a_short_morning_with_clerks_is_answered_and_counted_as_the_desk_has_it(demo: Running) -> None:
    told = asyncio.run(play(Plan(demo.base, 14, 9.0, seed=11, with_staff=True), shared.content()))
    assert told.failed == []
    assert (told.begun, told.sent) == (14, told.answered)
    assert told.ends.total() == 14
    assert len(told.languages) >= 4
    assert set(told.channels) == {"sms", "chat"}
    with sqlite3.connect(demo.log.parent / "frontdesk.db") as db:
        (heard,) = db.execute("select count(*) from inbox").fetchone()
        (opened,) = db.execute("select count(*) from tasks").fetchone()
    assert (told.sent, told.tasks.total()) == (heard, opened)
    assert opened > 3
    assert told.decided.total() > 0
    said = "\n".join(told.lines())
    assert f"{told.sent} sent, {told.sent} answered" in said
    assert said.endswith("failed                     nothing")


def test_an_answer_that_does_not_come_in_time_is_told(demo: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    anything = morning._Said.anything

    async def too_late(said: morning._Said, seconds: float) -> bool:
        """However quick the desk is: what is waited for no time at all has not come."""
        return seconds > 0 and await anything(said, seconds)

    monkeypatch.setattr(morning, "PATIENCE", 0.0)
    monkeypatch.setattr(morning._Said, "anything", too_late)
    told = asyncio.run(play(Plan(demo.base, 2, 2.0, seed=12), shared.content()))
    assert (told.sent, told.answered) == (2, 0)
    assert [f.partition(": ")[2] for f in told.failed] == ["no answer in 0 s to message 1"] * 2
    assert told.ends == {"not answered": 2}


def test_what_is_no_demo_on_this_machine_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(NoDemo, match="not on this machine"):
        asyncio.run(play(Plan("https://clinic.example", 1, 6, 1), shared.content()))
    with pytest.raises(NoDemo, match="no demo desk at"):
        asyncio.run(play(Plan("http://127.0.0.1:9", 1, 6, 1), shared.content()))


def test_a_small_load_reaches_every_open_console_and_every_patient(demo: Running) -> None:
    """The size of `python -m tests.bench consoles` is 500 tasks, 50 conversations and 20 consoles; nothing is timed."""
    said = {"body": "I want to talk to a person"}
    httpx2.post(f"{demo.base}/standin/handset/+12125550170/send", json=said, trust_env=False).raise_for_status()
    with sqlite3.connect(demo.log.parent / "frontdesk.db") as db:
        while not db.execute("select count(*) from tasks where open").fetchone()[0]:
            time.sleep(0.1)
    size = {"tasks": 1000, "live": 4, "consoles": 3, "minutes": 0.05, "changes": 2}
    found = asyncio.run(load(demo.base, demo.process.pid, **size, rested=False))  # type: ignore[arg-type]
    assert (found["conversations"], found["failed"], found["unanswered"], found["lists_refused"]) == (4, 0, 0, "{}")
    assert (found["changes_refused"], found["changes_not_shown"]) == (0, [])
    assert found["update_at_every_console_s_most"] > 0
    assert found["lists_per_second"] > 0
