"""Texts that Twilio has and we never got are found in its list, stored once, and answered like any other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from agent.desk.catch_up import ON_ITS_WAY, TELL_AFTER, catch_up
from agent.desk.hearing import hear
from agent.desk.receive import receive
from agent.model.address import Address, Channel
from agent.model.fault import Busy, SendFault
from agent.model.message import Inbound
from agent.ports.missed import Missed
from tests.desk.world import STRANGER, World, sid_of


@dataclass
class List:
    """A provider's list that holds what it is given and fails as it is told."""

    listed: list[Inbound] = field(default_factory=list)
    fault: Exception | None = None
    channel: Channel = "sms"
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)

    def missed(
        self, number: str, since: datetime, until: datetime, *, unknown: Callable[[Sequence[str]], set[str]], **_: Any
    ) -> Missed:
        self.asked.append((since, until))
        if self.fault is not None:
            raise self.fault
        there = [m for m in self.listed if m.recipient == number and since <= m.received_at < until]
        wanted = unknown([m.provider_id for m in there])
        return Missed(tuple(m for m in there if m.provider_id in wanted))


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.logs = (List(),)
    catch_up(made.desk)
    yield made
    made.close()
    assert made.faults == []


def list_of(world: World) -> List:
    log = world.desk.logs[0]
    assert isinstance(log, List)
    return log


def audited(world: World) -> list[str]:
    with world.desk.store.begin(write=False) as tx:
        return [e.tag for e in reversed(tx.audit.tail(100)) if e.tag.startswith("inbox:")]


def missed_sid(n: int) -> str:
    return sid_of(0xF000 + n)


def missed(world: World, text: str, n: int = 1, sender: str = STRANGER) -> Inbound:
    """Twilio has it, we do not."""
    inbound = world.inbound(text, sender, sid=missed_sid(n))
    list_of(world).listed.append(inbound)
    return inbound


def test_promise_08_what_came_while_we_were_down_is_stored_once_and_answered(world: World) -> None:
    inbound = missed(world, "what are your hours?")
    world.clock.pass_time(minutes=10)
    assert catch_up(world.desk) == 1
    assert catch_up(world.desk, at_once=True) == 0
    late = receive(world.desk, world.inbound("what are your hours?", sid=missed_sid(1)))
    assert (late.fresh, late.inbound) == (False, inbound.id)
    world.settle()
    assert len(world.carrier.texts) == 1
    assert [line.at for line in world.thread() if line.direction == "in"] == [inbound.received_at]
    assert audited(world) == ["inbox:caught_up"]


def test_a_text_that_is_still_on_its_way_is_left_to_its_webhook(world: World) -> None:
    missed(world, "what are your hours?")
    world.clock.pass_time(seconds=30)
    assert catch_up(world.desk, at_once=True) == 0
    world.clock.pass_time(seconds=31)
    assert catch_up(world.desk, at_once=True) == 1


def test_a_desk_answers_nothing_from_before_its_first_day(world: World) -> None:
    old = world.inbound("hello", sid=sid_of(1)).model_copy(update={"received_at": world.clock() - timedelta(days=30)})
    list_of(world).listed.append(old)
    world.clock.pass_time(hours=1)
    assert catch_up(world.desk) == 0


def test_it_looks_on_its_own_clock_from_where_the_last_look_ended(world: World) -> None:
    for _ in range(4):
        world.clock.pass_time(seconds=30)
        catch_up(world.desk)
    assert len(list_of(world).asked) == 1  # the look after one minute had nothing old enough to ask for
    world.clock.pass_time(days=3)
    catch_up(world.desk)
    (since, until) = list_of(world).asked[-1]
    assert until == world.clock() - ON_ITS_WAY
    assert until - since > timedelta(days=3) - timedelta(minutes=20)


def test_a_list_that_fails_loses_nothing_and_a_long_failure_is_told_once(world: World) -> None:
    missed(world, "what are your hours?")
    for fault in (Busy("busy", "20429"), SendFault("odd"), Busy("busy", "500")):
        list_of(world).fault = fault
        world.clock.pass_time(minutes=2)
        assert catch_up(world.desk) == 0
    assert audited(world) == []
    for _ in range(3):
        world.clock.pass_time(seconds=TELL_AFTER.total_seconds())
        catch_up(world.desk)
    assert audited(world) == ["inbox:list_away"]
    list_of(world).fault = None
    world.clock.pass_time(minutes=2)
    assert catch_up(world.desk) == 1
    assert audited(world) == ["inbox:list_away", "inbox:caught_up", "inbox:list_answers"]


def test_a_fault_of_our_own_is_seen_and_the_look_is_made_again(world: World) -> None:
    missed(world, "what are your hours?")
    list_of(world).fault = ValueError("ours")
    world.clock.pass_time(minutes=2)
    assert catch_up(world.desk) == 0
    assert [type(f) for f in world.faults] == [ValueError]
    world.faults.clear()
    list_of(world).fault = None
    world.clock.pass_time(minutes=2)
    assert catch_up(world.desk) == 1


def test_missed_texts_of_a_person_are_taken_in_the_order_in_which_they_were_written(world: World) -> None:
    for n, text in enumerate(("I need an appointment, my knee hurts", "next Tuesday", "1"), 1):
        missed(world, text, n)
        world.clock.pass_time(seconds=10)
    world.clock.pass_time(minutes=5)
    assert catch_up(world.desk) == 3
    world.settle()
    held = world.conversation()
    with world.desk.store.begin(write=False) as tx:
        events = tx.conversations.events(held.id)
    heard = [e.data["inbound"] for e in events if e.name == "MessageHeard"]
    assert heard == [m.id for m in list_of(world).listed]


def test_tomorrow_in_a_text_from_yesterday_is_today(world: World) -> None:
    inbound = missed(world, "I need an appointment tomorrow, my knee hurts")
    world.clock.pass_time(hours=20)  # six in the morning of the next day
    catch_up(world.desk)
    heard = hear(world.desk, world.conversation(), inbound, world.clock())
    assert heard.understanding.entities["date"] == "2026-03-03"


def test_promise_24_a_start_that_comes_late_does_not_undo_a_newer_stop(world: World) -> None:
    world.say("STOP")
    missed(world, "START")
    world.clock.pass_time(minutes=1)
    world.say("STOP")  # already stopped: the first one stands
    stopped = Address(channel="sms", value=STRANGER)
    with world.desk.store.begin() as tx:
        tx.optouts.start(stopped, world.clock())
        tx.optouts.stop(stopped, world.clock(), "STOP")
    world.clock.pass_time(minutes=5)
    assert catch_up(world.desk) == 1
    with world.desk.store.begin(write=False) as tx:
        assert tx.optouts.stopped(stopped)


def test_it_can_be_switched_off(world: World) -> None:
    off = World(catch_up_seconds=0)
    off.desk.logs = (log := List(),)
    catch_up(off.desk, at_once=True)
    off.clock.pass_time(hours=1)
    assert catch_up(off.desk, at_once=True) == 0
    assert log.asked == []
    off.close()
