"""Who answers a reminder with "I can't come" and says no more is not left unheard: a person calls them."""

import pytest

from agent.desk.reminders import remind
from agent.model.task import Task
from tests.desk.reminded import asked_to_come, of, reminded
from tests.desk.world import World

ROSA = "+17185550177"


def calls(world: World, **much: float) -> list[Task]:
    world.clock.pass_time(**much)
    remind(world.desk)
    world.settle()
    return [t for t in world.tasks(ROSA) if t.kind == "callback"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [("3", "cannot_come_unfinished"), ("I can't make it", "cannot_come_unfinished"), ("2", "other_time_unfinished")],
)
def test_who_says_no_more_is_called_by_a_person(words: str, reason: str) -> None:
    world = World()
    who = asked_to_come(world)
    world.say(words, ROSA)
    assert calls(world, minutes=29) == []
    (task,) = calls(world, minutes=1)
    assert (task.reason, task.proposal["patient_name"], task.proposal["appointment"]["id"]) == (reason, who.name, "v1")
    assert calls(world, hours=3) == [task]


def test_while_they_still_write_and_once_they_have_asked_nobody_calls() -> None:
    world = World()
    asked_to_come(world)
    world.say("3", ROSA)
    world.clock.pass_time(minutes=25)
    world.say("Rosa Marin", ROSA)
    assert calls(world, minutes=6) == []
    for words in ("March 3 1980", "yes", "yes"):
        world.say(words, ROSA)
    assert [t.kind for t in world.tasks(ROSA)] == ["cancel"]
    assert calls(world, minutes=30) == []
    assert of(world)["unfinished"].why == "a request came of it"


def test_who_comes_after_all_is_not_called() -> None:
    world = World()
    asked_to_come(world)
    world.say("3", ROSA)
    world.say("never mind", ROSA)
    assert world.conversation(ROSA).frames == ()
    assert calls(world, hours=1) == []


def test_who_is_unsure_twice_is_called_once_for_each_time() -> None:
    world = World()
    asked_to_come(world)
    world.say("2", ROSA)
    world.say("never mind", ROSA)
    assert calls(world, hours=1) == []
    assert reminded(world) == []
    world.say("I need to cancel my appointment", ROSA)
    assert calls(world, hours=1) == []
