"""What staff decide at night reaches nobody who sleeps, and everybody who waits for it."""

from datetime import timedelta

import pytest

from agent.actions.openings import opening_dict
from agent.desk import decide
from agent.desk.effects import carry_out
from agent.model.effect import OpenTask
from agent.model.task import Task
from tests.desk.deciding import openings, visit
from tests.desk.test_sick_day import NIGHT
from tests.desk.world import World


def asked(world: World, before: timedelta) -> tuple[Task, int]:
    """A request made so long before the night's 2:30, and how many texts the patient has had by then."""
    world.clock.now = NIGHT - before
    task = world.book()
    world.clock.now = NIGHT
    return world.task(task.id), len(world.carrier.texts)


def told(world: World, before: int, hours: float = 0.1) -> list[str]:
    world.clock.now = NIGHT + timedelta(hours=hours)
    world.settle()
    return world.carrier.texts[before:]


def test_a_visit_confirmed_at_night_is_told_in_the_morning(world: World) -> None:
    task, before = asked(world, timedelta(hours=6))
    decide.confirm(world.desk, task.id, task.version, world.staff())
    assert visit(world, task.appointment).status == "booked"
    assert told(world, before) == []
    assert told(world, before, 5.4) == []
    (text,) = told(world, before, 5.6)  # 8 AM
    assert f"#{task.number}" in text


def test_whoever_has_just_written_is_told_at_once(world: World) -> None:
    task, before = asked(world, timedelta(minutes=50))
    decide.confirm(world.desk, task.id, task.version, world.staff())
    assert len(told(world, before)) == 1


def test_a_visit_of_the_early_morning_is_told_before_they_would_set_out(world: World) -> None:
    task, before = asked(world, timedelta(hours=6))
    early = next(o for o in openings(world, 30) if o.start >= NIGHT)
    assert early.start - NIGHT > timedelta(hours=2)
    decide.change(world.desk, task.id, task.version, world.staff(), early)
    due = (early.start - NIGHT).total_seconds() / 3600 - 2
    assert told(world, before, min(due, 5.5) - 0.1) == []
    assert len(told(world, before, min(due, 5.5) + 0.1)) == 1


def test_times_offered_at_night_are_offered_in_the_morning(world: World) -> None:
    task, before = asked(world, timedelta(hours=6))
    offered = [opening_dict(world.desk.clinic, o) for o in openings(world, 2)]
    decide.offer(world.desk, task.id, task.version, world.staff(), offered)
    assert told(world, before) == []
    assert "1)" in told(world, before, 5.6)[0]


@pytest.mark.parametrize(("kind", "priority", "many"), [("urgent", "stat", 1), ("callback", "routine", 0)])
def test_what_is_pressing_waits_for_no_morning(world: World, kind: str, priority: str, many: int) -> None:
    world.clock.now = NIGHT - timedelta(hours=6)
    world.say("hello")
    world.clock.now, before = NIGHT, len(world.carrier.texts)
    wanted = OpenTask.model_validate({"kind": kind, "priority": priority, "proposal": {}, "run": "r"})
    talk = world.conversation()
    with world.desk.store.begin() as tx:
        task = carry_out(world.desk, tx, talk, (wanted,), world.clock()).tasks[0]
    decide.close(world.desk, task.id, task.version, world.staff(), "please go to the emergency room")
    assert len(told(world, before)) == many
