"""Somebody who did not come gets one kind text, in their language, and none when staff correct the mark."""

from datetime import timedelta

import pytest

from agent.desk.missed import mark, unmark
from agent.desk.reminders import remind
from agent.model.address import Address
from agent.model.fault import Refused
from tests.desk.bulked import on_file, visits
from tests.desk.world import MONDAY, World

ROSA = "+17185550177"
HOUR = timedelta(hours=1)


def missed(world: World, language: str = "en", name: str = "Rosa Marin") -> str:
    """A visit of an hour ago, marked; its id."""
    visit = visits(world.desk, on_file(world.desk, ROSA, name, language), MONDAY - HOUR)
    mark(world.desk, world.staff(), visit.id)
    return visit.id


def sent(world: World, **much: float) -> list[str]:
    before = len(world.carrier.taken)
    world.clock.pass_time(**much)
    remind(world.desk)
    world.settle()
    return world.carrier.texts[before:]


def test_who_did_not_come_is_asked_once_without_blame_after_the_clinics_delay() -> None:
    world = World()
    missed(world)
    assert sent(world, minutes=59) == []
    (text,) = sent(world, minutes=1)
    assert "we missed you at your visit" in text
    assert "Physical" not in text
    assert world.clinic.providers[0].name not in text
    assert sent(world, days=1) == []


def test_1_looks_for_a_new_time_of_the_same_kind_and_2_calls_a_person() -> None:
    world = World()
    missed(world, "es")
    sent(world, hours=1)
    world.say("1", ROSA)
    frame = world.conversation(ROSA).frames[-1]
    assert (frame.flow, frame.slots["appointment_type"].value) == ("book", "physical")
    other = World()
    missed(other, "ht", "Luis Marin")
    (text,) = sent(other, hours=1)
    assert "Bagay konsa rive" in text
    other.say("2", ROSA)
    assert [(t.kind, t.proposal["patient_name"]) for t in other.tasks(ROSA)] == [("callback", "Luis Marin")]


def test_a_corrected_mark_asks_nobody_and_a_second_one_asks_once() -> None:
    world = World()
    id = missed(world)
    unmark(world.desk, world.staff(), id)
    assert sent(world, hours=2) == []
    with pytest.raises(Refused, match="not marked"):
        unmark(world.desk, world.staff(), id)
    mark(world.desk, world.staff(), id)
    assert len(sent(world, hours=1)) == 1
    unmark(world.desk, world.staff(), id)
    mark(world.desk, world.staff(), id)
    assert sent(world, hours=2) == []


def test_a_text_that_waits_to_be_sent_goes_with_the_mark() -> None:
    world = World()
    id = missed(world)
    world.clock.pass_time(hours=1)
    remind(world.desk)
    unmark(world.desk, world.staff(), id)
    world.settle()
    assert world.carrier.taken == []


def test_nobody_is_asked_at_night_after_stop_or_with_a_visit_to_come() -> None:
    world = World()
    world.clock.now = MONDAY + 10 * HOUR  # 8 PM
    missed(world)
    assert sent(world, hours=2) == []
    assert len(sent(world, hours=11)) == 1
    stopped = World()
    missed(stopped)
    with stopped.desk.store.begin() as tx:
        tx.optouts.stop(Address(channel="sms", value=ROSA), stopped.clock(), "words")
    assert sent(stopped, hours=1) == []
    coming = World()
    who = on_file(coming.desk, ROSA)
    visit = visits(coming.desk, who, MONDAY - HOUR)
    mark(coming.desk, coming.staff(), visit.id)
    visits(coming.desk, who, MONDAY + 48 * HOUR)
    assert not any("missed" in text for text in sent(coming, hours=1))


def test_only_a_past_visit_of_a_patient_can_be_marked() -> None:
    world = World()
    visit = visits(world.desk, on_file(world.desk, ROSA), MONDAY + HOUR)
    for id in (visit.id, "nothing"):
        with pytest.raises(Refused):
            mark(world.desk, world.staff(), id)
