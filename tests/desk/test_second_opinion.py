"""A language model is asked only where the desk is unsure; what it may add is little, and all of it is on record."""

from typing import Any

import pytest

from agent.understand.model import ModelProposer, Offers
from tests.desk.world import World

KNEE = "well you see it is about my poor old knee again dear"


class Told:
    """A chat model that always says the same, and keeps what it was asked."""

    def __init__(self, *commands: dict[str, Any]) -> None:
        self.answer, self.asked = {"commands": list(commands)}, []

    def invoke(self, messages: list[tuple[str, str]]) -> Any:
        self.asked.append(messages[1][1])
        return Offers.model_validate(self.answer)


def world_with(*commands: dict[str, Any]) -> tuple[World, Told]:
    world, told = World(), Told(*commands)
    world.desk.model = ModelProposer(world.desk.content, "told:so", seconds=5.0, chat=told)
    return world, told


def turns(world: World) -> list[dict[str, Any]]:
    """What the audit trail holds of each turn, the oldest first."""
    with world.desk.store.begin(write=False) as tx:
        return [dict(e.data) for e in reversed(tx.audit.tail()) if e.tag == "turn:decided"]


def test_what_the_desk_does_not_understand_a_model_may_sort() -> None:
    world, told = world_with({"do": "start_flow", "flow": "book", "quote": "my poor old knee"})
    world.say("hello")
    before = len(told.asked)
    said = world.say(KNEE)
    assert len(told.asked) == before + 1
    assert turns(world)[-1]["model"]["commands"] == ["start_flow"]
    assert "start_flow" in turns(world)[-1]["accepted"]
    assert said


def test_what_the_desk_understands_is_not_sent_anywhere() -> None:
    world, told = world_with({"do": "handoff"})
    world.say("I need an appointment with Dr. Okafor")
    world.say("what are your opening hours?")
    assert told.asked == []
    assert "model" not in turns(world)[-1]


@pytest.mark.parametrize("text", ["my chest hurts and my arm is numb", "I want to kill myself", "he hit me again"])
def test_in_danger_no_model_is_asked_and_nothing_is_lowered(text: str) -> None:
    world, told = world_with({"do": "repeat"})
    world.say(text)
    assert told.asked == []
    assert [t.priority for t in world.tasks()] != ["routine"]


def test_every_refused_proposal_is_on_record_with_its_reason() -> None:
    world, _ = world_with(
        {"do": "set_slot", "slot": "opening", "value": "1", "quote": ""},
        {"do": "set_slot", "slot": "confirmed", "value": "yes", "quote": ""},
        {"do": "set_slot", "slot": "is_admin", "value": "yes", "quote": ""},
        {"do": "start_flow", "flow": "delete_everything", "quote": ""},
    )
    world.say("hello")
    world.say(KNEE)
    refused = turns(world)[-1]["refused"]
    assert ["start_flow", "no_such_flow"] in refused
    assert sum(do == "set_slot" for do, _ in refused) == 3
    assert world.tasks() == [] or all(t.kind in ("handoff", "message") for t in world.tasks())


def test_the_names_on_file_are_hidden_from_the_model() -> None:
    world, told = world_with()
    world.say("hello", sender="+17185550131")
    world.say(f"it is Dorothy Wilson, {KNEE}, my number is 718 555 0131", sender="+17185550131")
    for asked in told.asked:
        assert "Wilson" not in asked
        assert "0131" not in asked


def test_no_model_is_asked_while_a_person_has_the_conversation() -> None:
    from agent.desk import handoff

    world, told = world_with({"do": "repeat"})
    world.say("hello")
    handoff.take(world.desk, world.conversation().id, world.staff())
    told.asked.clear()
    world.say(KNEE)
    assert told.asked == []
