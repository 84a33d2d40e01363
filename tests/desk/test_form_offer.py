"""The questions before a visit are offered once, when a visit that wants them is confirmed; yes begins them."""

import re
from collections.abc import Iterator

import pytest

from agent.desk import decide
from agent.desk.reminders import remind
from agent.model.task import Task
from tests.desk.world import STRANGER, World


@pytest.fixture
def world() -> Iterator[World]:
    made = World(undo_seconds=10)
    yield made
    made.close()


def confirmed(world: World, kind: str = "a new patient visit") -> Task:
    for words in (f"I need {kind}", "next Tuesday", "1", "Ana Torres", "March 3 1980", "yes"):
        world.say(words)
    task = next(t for t in world.tasks() if t.kind == "booking" and t.appointment)
    return decide.confirm(world.desk, task.id, task.version, world.staff())


def later(world: World, **much: float) -> list[str]:
    before = len(world.carrier.taken)
    world.clock.pass_time(**much)
    remind(world.desk)
    world.settle()
    return world.carrier.texts[before:]


def test_a_confirmed_new_patient_is_offered_the_form_once_and_yes_begins_it(world: World) -> None:
    confirmed(world)
    assert not any("/form/" in text for text in later(world, seconds=5))  # staff may still think again
    booked, asked = later(world, seconds=7)
    assert "Confirmed by" in booked
    assert "some questions for you" in asked
    assert re.search(r"/form/[\w-]+", asked)
    assert later(world, seconds=60) == []
    said = world.say("1")
    assert "one by one" in said[0]
    assert "What would you like help with" in said[-1]


def test_no_is_an_answer_and_nobody_is_asked_again(world: World) -> None:
    confirmed(world)
    later(world, seconds=12)
    assert "whenever you like" in world.say("2")[-1]
    assert later(world, hours=5) == []
    assert "What would you like help with" in world.say("form")[-1]


def test_what_else_they_write_is_answered_and_the_offer_is_not_put_again(world: World) -> None:
    confirmed(world)
    later(world, seconds=12)
    said = " ".join(world.say("I need a prescription refill"))
    assert "some questions for you" not in said
    world.say("lisinopril")
    assert "form_offer" not in [f.flow for f in world.conversation().frames]


def test_a_visit_that_wants_no_form_and_a_visit_taken_back_offer_nothing(world: World) -> None:
    confirmed(world, "an office visit")
    assert not any("/form/" in text for text in later(world, seconds=12))


def test_nothing_is_offered_for_a_visit_that_is_cancelled_meanwhile_or_after_stop(world: World) -> None:
    task = confirmed(world)
    with world.desk.store.begin() as tx:
        world.desk.calendar.cancel(tx, str(task.appointment), world.clock())
    assert not any("/form/" in text for text in later(world, seconds=12))


def test_after_stop_nothing_is_offered(world: World) -> None:
    confirmed(world)
    world.say("STOP", STRANGER)
    assert later(world, seconds=12) == []
