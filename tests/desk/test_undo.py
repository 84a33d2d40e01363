"""A decision is taken back before the patient is told, or not at all."""

from collections.abc import Callable

import pytest

from agent.desk import decide
from agent.desk.desk import Desk
from agent.desk.undo import undo, until
from agent.model.calendar import OpeningRequest
from agent.model.fault import Conflict
from agent.model.patient import StaffUser
from agent.model.task import Task
from tests.desk.world import World

GRACE = 10.0
Deed = Callable[[Desk, Task, StaffUser], Task]


def slow(world: World) -> Desk:
    world.desk.settings = world.desk.settings.model_copy(update={"undo_seconds": GRACE})
    return world.desk


def another(desk: Desk) -> object:
    with desk.store.begin(write=False) as tx:
        return desk.calendar.openings(tx, OpeningRequest(visit_type="office", limit=3), desk.clock())[-1]


DEEDS: dict[str, Deed] = {
    "confirm": lambda d, t, u: decide.confirm(d, t.id, t.version, u),
    "change": lambda d, t, u: decide.change(d, t.id, t.version, u, another(d)),  # type: ignore[arg-type]
    "decline": lambda d, t, u: decide.decline(d, t.id, t.version, u, "not_offered"),
    "close": lambda d, t, u: decide.close(d, t.id, t.version, u, "we called you"),
}


def standing(world: World, task: Task) -> tuple[str, list[str]]:
    with world.desk.store.begin(write=False) as tx:
        held = tx.appointments.get(str(task.appointment))
        assert held is not None
        day = tx.appointments.day(world.desk.clinic.id, held.start, held.end, held.provider)
        return held.status, [a.id for a in day if a.start == held.start]


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_a_decision_taken_back_in_time_was_never_said_and_can_be_taken_anew(world: World, deed: str) -> None:
    task, before = world.book(), len(world.carrier.texts)
    desk, rosa = slow(world), world.staff()
    was = standing(world, task)
    done = DEEDS[deed](desk, task, rosa)
    world.settle()
    assert world.carrier.texts[before:] == []  # kept back
    back = undo(desk, done.id, done.version, rosa)
    assert (back.status, back.assignee, back.decided_by, back.appointment) == (
        "accepted", rosa.id, None, task.appointment,
    )  # fmt: skip
    assert standing(world, back) == was
    world.clock.pass_time(seconds=GRACE + 1)
    world.settle()
    assert world.carrier.texts[before:] == []
    assert decide.confirm(desk, back.id, back.version, rosa).status == "completed"
    world.clock.pass_time(seconds=GRACE + 1)
    world.settle()
    assert "Rosa Delgado" in " ".join(world.carrier.texts[before:])


def test_what_the_patient_was_told_cannot_be_taken_back_and_nobody_else_takes_it_back(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    desk, rosa = slow(world), world.staff()
    done = decide.confirm(desk, task.id, task.version, rosa)
    with pytest.raises(Conflict):
        undo(desk, done.id, done.version, rosa.model_copy(update={"id": "x", "name": "Somebody Else"}))
    world.clock.pass_time(seconds=GRACE)
    world.settle()
    assert len(world.carrier.texts) > before
    assert until(desk, done, rosa) is None
    with pytest.raises(Conflict):
        undo(desk, done.id, done.version, rosa)
    with desk.store.begin(write=False) as tx:
        row = tx.appointments.get(str(done.appointment))
    assert row is not None
    assert row.status == "booked"
