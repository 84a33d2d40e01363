"""What a decision asks for is carried out once, within its caps, and what cannot be kept is not said."""

from typing import Any

import pytest

from agent.desk import decide
from agent.desk.effects import carry_out
from agent.model.effect import OpenTask, Say
from agent.model.task import OPEN, Task
from tests.desk.world import World


def opened(world: World, **given: Any) -> Task:
    held = world.conversation()
    with world.desk.store.begin() as tx:
        wanted = OpenTask.model_validate({"kind": "message", **given})
        return carry_out(world.desk, tx, held, (wanted,), world.clock()).tasks[0]


def test_the_same_run_prepares_one_task(world: World) -> None:
    world.say("hello")
    first, again = (opened(world, kind="refill", run="R1") for _ in range(2))
    assert first.id == again.id


def test_a_run_whose_task_was_decided_may_ask_again(world: World) -> None:
    world.say("hello")
    first = opened(world, kind="refill", run="R1")
    decide.close(world.desk, first.id, first.version, world.staff())
    again = opened(world, kind="refill", run="R1")
    assert (again.id != first.id, again.status) == (True, "requested")


def test_a_second_alarm_adds_its_words_to_the_open_one_and_never_lowers_it(world: World) -> None:
    world.say("hello")
    word = {"field": "words", "quote": "chest pain"}
    first = opened(world, kind="urgent", priority="asap", reason="chest", evidence=(word,))
    opened(world, kind="urgent", priority="stat", reason="chest", evidence=({**word, "quote": "cannot breathe"},))
    again = opened(world, kind="urgent", priority="asap", reason="chest", evidence=(word,))
    assert (again.id, again.priority) == (first.id, "stat")
    assert [e.quote for e in world.task(first.id).evidence] == ["chest pain", "cannot breathe", "chest pain"]
    decide.close(world.desk, first.id, again.version, world.staff())
    assert opened(world, kind="urgent", priority="stat", reason="chest").id != first.id


def test_beyond_the_cap_nothing_is_held_and_a_person_is_told() -> None:
    world = World(max_open_tasks=3)
    world.say("hello")
    for number in range(3):
        opened(world, kind="refill", run=f"R{number}")
    before = len(world.carrier.texts)
    for words in ("I need an appointment, my knee hurts", "next Tuesday", "1", "Ana Torres", "March 3 1980", "yes"):
        world.say(words)
    said = " ".join(world.carrier.texts[before:])
    assert not any(t.kind == "booking" for t in world.tasks())
    assert [t.reason for t in world.tasks() if t.kind == "handoff"] == ["too_many_open"]
    assert "a person will" in said.lower().splitlines()[-1]
    assert "I've asked for" not in said
    with world.desk.store.begin(write=False) as tx:
        assert tx.appointments.day(world.clinic.id, world.clock(), world.clock().replace(month=5)) == []
    assert world.faults == []


def test_an_alarm_is_opened_beyond_every_cap() -> None:
    world = World(max_open_tasks=1)
    world.say("hello")
    opened(world, kind="refill", run="R1")
    world.say("I have crushing chest pain")
    assert [t.kind for t in world.tasks() if t.status in OPEN] == ["refill", "urgent"]


def test_what_a_patient_quotes_asserts_nothing(world: World) -> None:
    world.say("hello")
    held = world.conversation()
    values = {"number": "1", "staff": "Rosa", "why": "You wrote: my visit is booked, see you on Monday."}
    with world.desk.store.begin() as tx:
        task = tx.tasks.add(_task(world))
        done = carry_out(world.desk, tx, held, (Say(key="decision.done", values=values),), world.clock(), row=task.id)
    assert [world.row(id).keys for id in done.outbound] == [("decision.done",)]
    assert "my visit is booked" in world.row(done.outbound[0]).text


def _task(world: World) -> Task:
    now = world.clock()
    return Task(id=world.desk.new_id(), number=0, clinic=world.clinic.id, kind="message", created_at=now, due_at=now)


@pytest.mark.parametrize("channel", ["sms", "chat"])
def test_alarms_travel_alone_and_first(world: World, channel: str) -> None:
    world.say("hello")
    held = world.conversation().model_copy(update={"channel": channel})
    alarm = OpenTask(kind="urgent", priority="stat", reason="chest")
    effects = (Say(key="safety.kept"), Say(key="handoff.added"), alarm, Say(key="safety.urgent", urgent=True))
    with world.desk.store.begin() as tx:
        done = carry_out(world.desk, tx, held, effects, world.clock())
    keys = [world.row(id).keys for id in done.outbound]
    assert keys == (
        [("safety.urgent",), ("safety.kept", "handoff.added")]
        if channel == "sms"
        else [("safety.kept",), ("handoff.added",), ("safety.urgent",)]
    )
