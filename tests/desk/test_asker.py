"""A nurse who gets a question is told whose it is: somebody unknown is asked for it once, and may leave it open."""

import pytest

from tests.desk.test_identity import chat, said
from tests.desk.world import STRANGER, World

ASKS = "is it normal that my stitches are still red?"


def test_who_asks_is_asked_for_and_stands_in_the_nurses_task() -> None:
    world = World()
    assert "full name and date of birth" in world.say(ASKS)[-1]
    assert "passed that on" in world.say("Ana Torres, March 3 1980")[-1]
    (task,) = world.tasks()
    assert (task.role, task.proposal["name"], task.proposal["dob"]) == ("nurse", "Ana Torres", "1980-03-03")
    assert task.proposal["message"] == ASKS
    assert {e.field: e.quote for e in task.evidence}["name"] == "Ana Torres"


def test_in_a_chat_a_number_is_asked_for_as_well() -> None:
    world = World()
    assert "phone number" in said(chat(world, "page", ASKS, "Ana Torres, March 3 1980"))[-1]
    chat(world, "page", "212 555 0150")
    (task,) = world.open_tasks()
    assert task.proposal["phone"] == "+12125550150"


def test_who_is_known_already_is_not_asked() -> None:
    world = World()
    world.book()
    assert "full name" not in " ".join(world.say(ASKS))


@pytest.mark.parametrize("words", ["what are your hours?", "thanks", "I need an appointment for my son"])
def test_something_else_goes_before(words: str) -> None:
    world = World()
    world.say(ASKS)
    world.say(words)
    assert [t.kind for t in world.tasks()] == ["message"]
    assert world.conversation(STRANGER).mode == "agent"
