"""Who writes and what was read, told to the other side of a chat while a person has it."""

from collections.abc import Iterator

import pytest

from agent.desk import handoff
from agent.web import chat
from tests.desk.world import World
from tests.web.console_desk import World as Console
from tests.web.test_chat_socket import Open
from tests.web.test_console_talk import post


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_TICK", 0.05)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    assert made.faults == []


@pytest.fixture
def console() -> Iterator[Console]:
    made = Console()
    yield made
    made.desk.store.close()


def rings(made: World | Console, topic: str) -> list[str]:
    """What is rung from now on."""
    heard: list[str] = []
    made.desk.bus.listen(topic, heard.append)
    return heard


def test_a_patient_who_writes_is_told_to_staff_only_where_a_person_is_asked(world: World) -> None:
    with Open(world) as page:
        page.hello()
        id = page.welcome["conversation"]
        heard = rings(world, f"typing:{id}")
        page.send(t="typing", on=True)
        page.until_pong()
        assert heard == []
        handoff.take(world.desk, id, world.staff())
        page.next("mode")
        page.send(t="typing", on=True)
        page.send(t="typing", on=False)
        page.until_pong()
        assert heard == ["patient", ""]


def test_a_person_who_writes_is_told_to_the_patient_until_they_have_said_it(world: World) -> None:
    with Open(world) as page:
        page.hello()
        id, rosa = page.welcome["conversation"], world.staff()
        handoff.take(world.desk, id, rosa)
        page.next("mode")
        world.desk.bus.ring(f"typing:{id}", "staff")
        shown = page.next("typing")
        assert (shown["on"], shown["who"]) == (True, "staff")
        world.desk.bus.ring(f"typing:{id}", "patient")  # no news to the one who writes
        handoff.reply(world.desk, id, rosa, "This is Rosa.")
        assert page.next("typing") == {"t": "typing", "on": False, "who": "staff"}


def test_writing_that_is_never_finished_ends_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_WRITING", 0.2)
    with Open(world) as page:
        page.hello()
        id = page.welcome["conversation"]
        handoff.take(world.desk, id, world.staff())
        page.next("mode")
        world.desk.bus.ring(f"typing:{id}", "staff")
        assert page.next("typing")["on"] is True
        assert page.next("typing")["on"] is False


def test_what_was_shown_is_kept_and_only_of_this_conversation(world: World) -> None:
    with Open(world) as page, Open(world) as other:
        lines = page.hello()["lines"]
        foreign = other.hello()["lines"][-1]["id"]
        id = page.welcome["conversation"]

        def seen() -> str:
            with world.desk.store.begin(write=False) as tx:
                return tx.chats.seen(id)

        heard = rings(world, f"thread:{id}")
        page.send(t="seen", line=lines[-1]["id"])
        page.until_pong()
        assert (seen(), heard) == (lines[-1]["id"], [lines[-1]["id"]])
        for line in (lines[0]["id"], lines[-1]["id"], foreign, "Z" * 26):
            page.send(t="seen", line=line)
        page.send(t="seen", line="<script>")
        assert page.next("error")["code"] == "unreadable"
        assert (seen(), heard) == (lines[-1]["id"], [lines[-1]["id"]])


def test_only_who_has_a_conversation_is_said_to_write_in_it(console: Console) -> None:
    held, _ = console.talk("hello")
    rosa, tom = console.browser("front-desk"), console.browser("clinician")
    heard = rings(console, f"typing:{held.id}")
    assert post(rosa, held, "writing", on="1").status_code == 204
    assert post(rosa, held, "take").status_code == 303
    assert post(tom, held, "writing", on="1").status_code == 204
    assert heard == []
    assert post(rosa, held, "writing", on="1").status_code == 204
    assert post(rosa, held, "writing", on="").status_code == 204
    assert heard == ["staff", ""]
    assert rosa.post(f"/console/conversations/{held.id}/writing", data={"csrf": "x", "on": "1"}).status_code == 403
    assert post(rosa, held.model_copy(update={"id": "0" * 26}), "writing", on="1").status_code == 404
