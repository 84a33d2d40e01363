"""A patient who asks what became of a request hears its number, who has it and by when, from the row itself."""

import pytest

from agent.desk import decide
from agent.desk.effects import carry_out
from agent.desk.row_words import hollow
from agent.dialogue.wording import placeholders
from agent.model.command import SetSlot, StartFlow
from agent.model.effect import Say
from tests.desk.world import World

FIRST = World()
REFILL = ("I need a refill", "lisinopril 10 mg at the CVS on Main St", "Maria Lopez March 12 1980")


def asked(world: World, words: str = "any news on my request?") -> str:
    return " ".join(world.say(words))


def test_an_open_request_of_any_kind_is_told_with_its_owner_and_due_time(world: World) -> None:
    for words in REFILL:
        world.say(words)
    assert asked(world).startswith("Your request #1 is with our clinical team, who will get back to you here by ")
    assert [t.kind for t in world.tasks()] == ["refill"]  # nothing else was opened for the question


def test_a_late_one_is_said_to_be_late_and_a_settled_one_to_be_settled(world: World) -> None:
    for words in REFILL:
        world.say(words)
    world.clock.pass_time(days=9)
    assert "About request 1: this takes longer than we said" in asked(world)
    task = world.tasks()[0]
    decide.close(world.desk, task.id, task.version, world.staff())
    assert "Request 1 is no longer open: our staff dealt with it on " in asked(world)
    world.clock.pass_time(days=40)
    assert "Request 1" not in asked(world)


def test_a_question_for_a_visit_is_not_answered_with_a_refill(world: World) -> None:
    for words in REFILL:
        world.say(words)
    assert "#1" not in asked(world, "when is my appointment?")


@pytest.mark.parametrize("key", ["check.pending", "check.settled", "booking.asked_for", "cancel.withdrawn"])
def test_a_sentence_about_a_row_never_goes_out_without_its_row(world: World, key: str) -> None:
    world.say("hello")
    held = world.conversation()
    with world.desk.store.begin() as tx:
        (sent,) = carry_out(world.desk, tx, held, (Say(key=key),), world.clock()).outbound
    assert world.row(sent).text.startswith("I'm sorry, something on our side isn't working right now.")


def test_what_a_row_fills_is_known_by_its_placeholders() -> None:
    text = "Request {number} is with {role} until {due}; call {phone_desk}"
    assert hollow(text, {"number": "1", "role": "desk"}) == {"due"}
    assert hollow(text, {"number": "1", "role": "desk", "due": "noon"}) == frozenset()
    assert placeholders(text) >= {"phone_desk"}


@pytest.mark.parametrize("lang", sorted(FIRST.desk.content.live))
def test_every_language_asks_after_a_request(lang: str) -> None:
    for phrase in FIRST.desk.content.rows["repairs"][lang]["my_request"]:
        heard = FIRST.desk.ears.hear(f"{phrase}?", now=FIRST.clock().replace(tzinfo=None), lang=lang)
        assert "check_appointment" in [c.flow for c in heard.commands if isinstance(c, StartFlow)], phrase
        assert "request_meant" in [c.slot for c in heard.commands if isinstance(c, SetSlot)], phrase


@pytest.mark.parametrize("lang", sorted(FIRST.desk.content.live))
def test_how_long_it_takes_is_asked_of_what_was_just_asked_for(lang: str) -> None:
    for phrase in FIRST.desk.content.rows["repairs"][lang]["how_long"]:
        heard = FIRST.desk.ears.hear(f"{phrase}?", now=FIRST.clock().replace(tzinfo=None), lang=lang)
        assert [c.flow for c in heard.commands if isinstance(c, StartFlow)] == ["check_appointment"], phrase
        assert {"request_meant", "how_long"} <= {c.slot for c in heard.commands if isinstance(c, SetSlot)}, phrase


def test_how_long_it_takes_is_the_due_time_of_that_request_and_no_question_to_a_nurse(world: World) -> None:
    for words in REFILL:
        world.say(words)
    assert asked(world, "how long does it take?").startswith("Your request #1 is with our clinical team, who will get")
    assert [t.kind for t in world.tasks()] == ["refill"]


def test_how_long_what_takes_is_asked_by_a_person_where_nothing_was_asked_for(world: World) -> None:
    world.say("hello")
    asked(world, "how long does it take?")
    assert [t.kind for t in world.tasks()] == ["handoff"]
