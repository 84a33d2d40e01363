"""What time brings is told: a hold that ran out, a send of unknown fate."""

from agent.desk.sweep import sweep
from agent.model import fault
from tests.desk.test_send import queued, reasons
from tests.desk.world import World


def test_a_hold_that_ran_out_is_told_to_the_patient_and_urgent_for_staff_once(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    world.clock.pass_time(hours=24, minutes=1)
    assert sweep(world.desk) == 1
    assert sweep(world.desk) == 0
    world.settle()
    assert len(world.carrier.texts) == before + 1
    assert f"#{task.number}" in world.carrier.texts[-1]
    assert (world.task(task.id).priority, world.task(task.id).status) == ("urgent", "requested")


def test_the_time_of_a_hold_that_ran_out_is_offered_again(world: World) -> None:
    task = world.book()
    world.clock.pass_time(hours=24, minutes=1)
    again = world.book("+12125550177", "Ben Ortiz")
    assert again.proposal["opening"]["start"] == task.proposal["opening"]["start"]
    sweep(world.desk)
    assert world.task(task.id).priority == "urgent"
    assert world.task(again.id).priority == "routine"


def test_the_sweep_settles_sends_of_unknown_fate(world: World) -> None:
    row = queued(world)
    world.carrier.faults.append(fault.Unknown("unsure", "ReadTimeout"))
    world.settle()
    world.clock.pass_time(minutes=3)
    assert sweep(world.desk) == 1
    assert (world.row(row.id).state, reasons(world)) == ("failed", ["delivery_unknown"])
