"""Reminders leave at the clinic's pace, those due longest first, and how late they were is told."""

from collections import Counter
from datetime import timedelta

from agent.desk.reminders import remind
from agent.model.reminder import Reminder
from agent.model.sighting import Reminded, Sighting
from tests.desk.reminded import somebody, visit
from tests.desk.world import MONDAY, World

MANY = 12


def due(world: World, per_minute: int) -> None:
    """So many reminders, a second apart, the last of them due now; two sweepers share the pace."""
    pace = world.clinic.reminders.model_copy(update={"per_minute": per_minute})
    world.desk.clinic = world.desk.clinic.model_copy(update={"reminders": pace})
    for n in range(MANY):
        made = visit(world, somebody(world, f"+1718556{n:04}"), MONDAY + timedelta(days=4, hours=n), f"v{n}")
        row = Reminder(
            appointment=made.id, rule="d2", clinic=world.clinic.id, visit_at=made.start,
            due_at=world.clock() - timedelta(seconds=MANY - n),
        )  # fmt: skip
        with world.desk.store.begin() as tx:
            tx.reminders.plan(row)


def passes(world: World, seconds: int) -> list[int]:
    """How many each second's sweeps sent, two of them each time."""
    counts = []
    for _ in range(seconds):
        counts.append(remind(world.desk) + remind(world.desk))
        world.clock.pass_time(seconds=1)
    return counts


def test_no_more_leave_in_a_minute_than_the_clinic_says_whoever_sweeps() -> None:
    world = World()
    due(world, 60)
    counts = passes(world, 10)
    assert counts[0] == 5, "the share of the seconds in which nobody swept"
    assert counts[1:8] == [1] * 7
    assert sum(counts) == MANY
    slow = World()
    due(slow, 6)
    assert sum(passes(slow, 60)) in (6, 7)


def test_those_due_longest_go_first_and_how_late_is_told() -> None:
    world, seen = World(), list[Sighting]()
    world.desk.watch = seen.append
    due(world, 60)
    passes(world, 10)
    world.settle()
    assert [f"+1718556{n:04}" for n in range(MANY)] == [m.to.value for _, m in world.carrier.taken]
    late = [s.late for s in seen if isinstance(s, Reminded)]
    assert late == [12, 11, 10, 9, 8, *[8] * 7]
    with world.desk.store.begin(write=False) as tx:
        told = tx.reminders.late(world.clinic.id, world.clock(), 100)
    assert Counter(t.total_seconds() for t in told) == Counter(late)
