"""One damaged row in the database holds up nobody else, and a person hears of it."""

from typing import Any

import pytest
from sqlalchemy import text

from agent.desk.send import drain
from agent.desk.turn import work
from agent.model.fault import Spoiled
from tests.desk.world import STRANGER, World

OTHER = "+12125550177"


def damage(world: World, table: str, where: str) -> None:
    with world.desk.store.begin() as tx:
        connection: Any = tx.connection  # type: ignore[attr-defined]
        assert connection.execute(text(f"update {table} set body = x'00ff' where {where}")).rowcount == 1


def test_a_message_that_cannot_be_read_is_set_aside_and_a_person_asks_again() -> None:
    world = World()
    world.say("what are your hours?")
    world.text("and your address?")
    damage(world, "inbox", "state = 'waiting'")
    assert "Brooklyn" in " ".join(world.say("what is your address?", OTHER))
    (task,) = world.tasks()
    assert (task.kind, task.reason, task.priority) == ("callback", "unreadable_in", "urgent")
    assert world.inbox_waiting() == 0
    assert "Brooklyn" in " ".join(world.say("what is your address?"))
    assert not world.faults


def test_an_answer_that_cannot_be_read_is_not_sent_and_the_others_are() -> None:
    world = World()
    world.text("what are your hours?")
    while work(world.desk):
        pass
    damage(world, "outbox", "state = 'queued'")
    assert "Brooklyn" in " ".join(world.say("what is your address?", OTHER))
    (task,) = world.tasks()
    assert (task.kind, task.reason) == ("callback", "unreadable_out")
    assert "Brooklyn" in " ".join(world.say("what is your address?"))


def test_a_conversation_that_cannot_be_read_holds_up_no_other_one() -> None:
    world = World()
    world.say("what are your hours?")
    damage(world, "conversations", f"id = '{world.conversation(STRANGER).id}'")
    received = world.text("and your address?")
    assert "Brooklyn" in " ".join(world.say("what is your address?", OTHER))
    assert world.inbox_waiting() == 0
    with world.desk.store.begin(write=False) as tx:
        told = [(e.tag, e.why) for e in tx.audit.tail(subject=received.inbound)]
    assert told == [("message:unreadable", "conversations")]


def test_damage_elsewhere_is_no_reason_to_drop_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.text("what are your hours?")

    def broken(*_: object) -> None:
        raise Spoiled("tasks", "t1", "body does not open")

    monkeypatch.setattr("agent.adapters.store.inbox.InboxRoom.claim", broken)
    with pytest.raises(Spoiled):
        work(world.desk)
    assert drain(world.desk) == 0
    assert world.inbox_waiting() == 1
