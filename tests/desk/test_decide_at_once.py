"""Decisions at one moment: rivals, a button pressed twice, a hold that runs out under the hand."""

from typing import Any

import pytest

from agent.actions.openings import opening_dict
from agent.desk import decide
from agent.desk.sweep import sweep
from agent.model.fault import Conflict
from agent.model.task import Task
from tests.desk.deciding import at_once, openings, rivals, visit
from tests.desk.world import World


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_promise_18_two_staff_cannot_confirm_rivals_for_one_time(
    kind: str, request: pytest.FixtureRequest, tmp_path: object
) -> None:
    """12 pairs, both confirmed at the same moment: one is booked, the other is told that the time is gone."""
    where = request.getfixturevalue("swept_postgres_url") if kind == "postgres" else f"sqlite:///{tmp_path}/desk.db"
    world = World(where)
    rosa, tom = world.staff(), world.staff("admin")
    for first, second in rivals(world, 12):
        outcomes = at_once(
            lambda f=first: decide.confirm(world.desk, f.id, world.task(f.id).version, rosa),
            lambda s=second: decide.confirm(world.desk, s.id, world.task(s.id).version, tom),
        )
        states = [visit(world, t.appointment).status for t in (first, second)]
        assert states.count("booked") == 1, (states, outcomes)
        assert sorted(type(o).__name__ for o in outcomes) in (["Conflict", "Task"], ["Busy", "Task"])
        loser = first if states[1] == "booked" else second
        assert world.task(loser.id).status == "requested"  # still open: other times can be offered
        times = [opening_dict(world.clinic, o) for o in openings(world)[:2]]
        decide.offer(world.desk, loser.id, world.task(loser.id).version, rosa, times)
    world.desk.store.close()
    assert world.faults == []


def test_one_task_confirmed_by_two_people_at_once_is_booked_once(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    both = (world.staff(), world.staff("admin"))
    outcomes = at_once(*[lambda by=by: decide.confirm(world.desk, task.id, task.version, by) for by in both])
    assert sorted(type(o).__name__ for o in outcomes) == ["Conflict", "Task"]
    world.settle()
    assert len(world.carrier.texts) == before + 1


def test_promise_20_the_same_press_of_a_button_decides_once(world: World) -> None:
    """Ten parallel repeats of one decision: the version is the key, one takes effect, the patient hears once."""
    task, before, by = world.book(), len(world.carrier.texts), world.staff()
    outcomes = at_once(*[lambda: decide.confirm(world.desk, task.id, task.version, by)] * 10)
    assert [type(o).__name__ for o in outcomes].count("Task") == 1
    assert all(isinstance(o, Task | Conflict) for o in outcomes)
    world.settle()
    assert len(world.carrier.texts) == before + 1
    with world.desk.store.begin(write=False) as tx:
        assert [e.tag for e in tx.audit.tail(500, subject=task.id)].count("task:confirmed") == 1


@pytest.mark.parametrize("off", [-1, 0, 1, 1000])
def test_promise_19_a_hold_that_runs_out_around_the_confirmation_is_booked_once_or_refused(off: int) -> None:
    """`off`: milliseconds between the end of the hold and the confirmation; with a sweep before, beside and after."""
    for swept in ("before", "beside", "after"):
        world = World()
        task = world.book()
        ends = visit(world, task.appointment).hold_expires_at
        assert ends is not None
        world.clock.now = ends
        world.clock.pass_time(milliseconds=off)
        if swept == "before":
            sweep(world.desk)
        deeds: list[Any] = [lambda w=world, t=task: decide.confirm(w.desk, t.id, w.task(t.id).version, w.staff())]
        if swept == "beside":
            deeds.append(lambda w=world: sweep(w.desk))
        outcome = at_once(*deeds)[0]
        if swept == "after":
            sweep(world.desk)
        row = visit(world, task.appointment)
        if isinstance(outcome, Task):
            assert (row.status, outcome.status) == ("booked", "completed")
        else:
            assert row.status != "booked"
            assert world.task(task.id).status == "requested"
        with world.desk.store.begin(write=False) as tx:
            there = tx.appointments.day(world.clinic.id, row.start, row.end, row.provider)
        assert len([a for a in there if a.status == "booked"]) <= 1


def test_promise_19_a_late_confirmation_of_a_time_that_is_gone_is_refused_cleanly(world: World) -> None:
    first, second = rivals(world, 1)[0]
    decide.confirm(world.desk, second.id, second.version, world.staff())
    with pytest.raises(Conflict, match=r"^somebody else has this time now; book or offer another one$"):
        decide.confirm(world.desk, first.id, world.task(first.id).version, world.staff())
    assert visit(world, first.appointment).status != "booked"
    assert world.task(first.id).status == "requested"
