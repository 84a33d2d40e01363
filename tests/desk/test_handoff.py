"""A person takes a conversation, answers and gives it back; the desk is silent in between."""

import pytest

from agent.desk import decide, handoff
from agent.desk.undo import undo
from agent.model.fault import Conflict, Refused
from tests.desk.world import World


def test_while_a_person_has_the_conversation_the_desk_is_silent_and_answers_again_afterwards(world: World) -> None:
    world.say("I need an appointment, my knee hurts")
    world.say("human please")
    id, rosa = world.conversation().id, world.staff()
    handoff.take(world.desk, id, rosa)
    world.settle()
    assert "Rosa Delgado" in world.carrier.texts[-1]
    assert [t.status for t in world.tasks() if t.kind == "handoff"] == ["in-progress"]
    assert world.say("are you there?") == []
    handoff.reply(world.desk, id, rosa, "  I am. What can I do for you?  ")
    world.settle()
    assert world.carrier.texts[-1] == "I am. What can I do for you?"
    handoff.give_back(world.desk, id, rosa)
    world.settle()
    assert [t.status for t in world.tasks() if t.kind == "handoff"] == ["completed"]
    assert world.say("next Tuesday")  # what the patient was doing is still there
    assert world.conversation().frames[-1].flow == "book"


def test_a_second_wish_for_a_person_reaches_staff_after_the_first_was_answered(world: World) -> None:
    world.say("I need an appointment, my knee hurts")
    for _ in range(2):
        world.say("human please")
        assert [t.kind for t in world.open_tasks()] == ["handoff"]
        handoff.take(world.desk, world.conversation().id, world.staff())
        handoff.give_back(world.desk, world.conversation().id, world.staff())
        assert world.open_tasks() == []


def test_a_colleague_cannot_take_or_answer_what_somebody_has(world: World) -> None:
    world.say("hello")
    id = world.conversation().id
    handoff.take(world.desk, id, world.staff())
    handoff.take(world.desk, id, world.staff())  # again is no harm
    with pytest.raises(Conflict):
        handoff.take(world.desk, id, world.staff("admin"))
    with pytest.raises(Conflict):
        handoff.reply(world.desk, id, world.staff("admin"), "hello")
    assert [r.keys for r in world.rows()].count(("handoff.joined",)) == 1


def test_whoever_replies_owns_the_conversation(world: World) -> None:
    world.say("hello")
    handoff.reply(world.desk, world.conversation().id, world.staff(), "This is Rosa.")
    held = world.conversation()
    assert (held.mode, held.assignee) == ("staff", world.staff().id)


def test_what_cannot_be_said_is_refused(world: World) -> None:
    world.say("hello")
    id, rosa = world.conversation().id, world.staff()
    for words in ("  ", "x" * (world.settings.max_text + 1)):
        with pytest.raises(Refused):
            handoff.reply(world.desk, id, rosa, words)
    with pytest.raises(Refused):
        handoff.take(world.desk, "nobody", rosa)
    with pytest.raises(Conflict):
        handoff.give_back(world.desk, id, rosa)


def test_a_note_is_for_colleagues_only(world: World) -> None:
    world.say("hello")
    handoff.note(world.desk, world.conversation().id, world.staff(), "hard of hearing")
    world.settle()
    assert [line.text for line in world.thread() if line.author.startswith("note:")] == ["hard of hearing"]
    assert "hard of hearing" not in world.carrier.texts


@pytest.mark.parametrize("deed", ["close", "decline"])
def test_whoever_asks_for_a_person_after_the_hand_off_was_decided_is_in_the_queue_again(
    world: World, deed: str
) -> None:
    world.say("human please")
    task, rosa = world.open_tasks()[0], world.staff()
    if deed == "close":
        decide.close(world.desk, task.id, task.version, rosa)
    else:
        decide.decline(world.desk, task.id, task.version, rosa, "call_us")
    assert world.conversation().mode == "agent"
    world.say("human please")
    assert [t.kind for t in world.open_tasks()] == ["handoff"]
    assert f"#{world.open_tasks()[0].number}" in world.carrier.texts[-1]
    assert world.conversation().mode == "waiting_staff"


def test_a_conversation_that_a_person_has_stays_theirs_when_its_hand_off_is_closed(world: World) -> None:
    world.say("human please")
    handoff.take(world.desk, world.conversation().id, world.staff())
    world.settle()
    task = world.open_tasks()[0]
    decide.close(world.desk, task.id, task.version, world.staff())
    assert (world.conversation().mode, world.say("hello?")) == ("staff", [])


def test_a_hand_off_whose_closing_is_taken_back_waits_for_a_person_as_before(world: World) -> None:
    world.desk.settings = world.desk.settings.model_copy(update={"undo_seconds": 10.0})
    world.say("human please")
    task = world.open_tasks()[0]
    closed = decide.close(world.desk, task.id, task.version, world.staff(), "we called you")
    undo(world.desk, task.id, closed.version, world.staff())
    assert world.conversation().mode == "waiting_staff"
    assert [t.kind for t in world.open_tasks()] == ["handoff"]
    world.say("human please")
    assert [t.kind for t in world.open_tasks()] == ["handoff"]
