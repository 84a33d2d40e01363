"""A provider falls ill: who is told, when, and of what no more."""

from datetime import timedelta

from agent.desk import decide
from agent.desk.day import affected, cannot_come
from agent.desk.effects import carry_out
from agent.model.calendar import Appointment
from agent.model.effect import OpenTask
from tests.desk.reminded import somebody, visit
from tests.desk.world import MONDAY, World

NIGHT = MONDAY + timedelta(hours=16, minutes=30)  # Tuesday, 2:30 AM in Brooklyn


def ill(world: World, after: timedelta) -> Appointment:
    """Of a visit that begins so long after the night's 2:30, the provider has just said that they cannot come."""
    made = visit(world, somebody(world), NIGHT + after)
    world.clock.now = NIGHT
    assert cannot_come(world.desk, world.staff(), made.provider, made.local.date()) == 1
    world.settle()
    return made


def at(world: World, hours: float) -> list[str]:
    world.clock.now = NIGHT + timedelta(hours=hours)
    world.settle()
    return world.carrier.texts


def test_nobody_is_woken_by_it_and_the_request_is_in_the_queue_at_once(world: World) -> None:
    ill(world, timedelta(hours=12))
    assert world.carrier.texts == []
    assert [t.kind for t in world.open_tasks()] == ["reschedule"]
    assert at(world, 5.4) == []
    (told,) = at(world, 5.5)  # 8 AM
    assert "can't take place as planned" in told


def test_whoever_comes_early_is_told_two_hours_before_they_are_expected(world: World) -> None:
    ill(world, timedelta(hours=6))  # 8:30 AM
    assert at(world, 3.9) == []
    assert len(at(world, 4)) == 1


def test_whoever_comes_within_two_hours_is_told_at_once(world: World) -> None:
    ill(world, timedelta(minutes=90))
    assert len(world.carrier.texts) == 1


def test_what_a_person_has_answered_by_then_is_not_said_any_more(world: World) -> None:
    ill(world, timedelta(hours=12))
    (task,) = world.open_tasks()
    decide.close(world.desk, task.id, task.version, world.staff(), "we called you about it")
    before = list(world.carrier.texts)
    (said,) = [t for t in at(world, 6) if t not in before]
    assert "we called you about it" in said


def test_a_bare_no_does_not_keep_them_from_hearing_that_nobody_will_be_there(world: World) -> None:
    ill(world, timedelta(hours=12))
    (task,) = world.open_tasks()
    decide.decline(world.desk, task.id, task.version, world.staff(), "call_us")
    world.settle()
    assert world.carrier.texts == []
    first, then = at(world, 6)
    assert "can't take place as planned" in first
    assert "our staff can't confirm it" in then


def test_whoever_asked_to_cancel_the_visit_is_not_asked_to_move_it(world: World) -> None:
    who = somebody(world)
    made = visit(world, who, MONDAY + timedelta(days=1))
    world.say("hello", who.phones[0])
    talk, now = world.conversation(who.phones[0]), world.clock()
    asked = OpenTask(kind="cancel", proposal={"appointment": decide.spoken_opening(made)}, reason="asked", run="c1")
    with world.desk.store.begin() as tx:
        carry_out(world.desk, tx, talk, (asked,), now)
        assert affected(world.desk, tx, made.provider, made.local.date()) == []
    before = len(world.carrier.texts)
    assert cannot_come(world.desk, world.staff(), made.provider, made.local.date()) == 0
    world.settle()
    assert [t.kind for t in world.open_tasks()] == ["cancel"]
    assert len(world.carrier.texts) == before
