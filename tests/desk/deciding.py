"""Prepared requests, rivals for one time, and what became of a visit."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agent.desk import decide
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.fault import Busy, Conflict
from agent.model.task import Task
from tests.desk.world import STRANGER, World


def openings(world: World, limit: int = 3) -> list[Opening]:
    with world.desk.store.begin(write=False) as tx:
        return world.desk.calendar.openings(tx, OpeningRequest(visit_type="office", limit=limit), world.clock())


def visit(world: World, id: str | None) -> Appointment:
    with world.desk.store.begin(write=False) as tx:
        found = tx.appointments.get(str(id))
    assert found is not None
    return found


def heard(world: World, before: int) -> str:
    world.settle()
    return " ".join(world.carrier.texts[before:])


def booked(world: World, sender: str = STRANGER, name: str = "Ana Torres") -> tuple[Task, Appointment]:
    task = world.book(sender, name)
    decide.confirm(world.desk, task.id, task.version, world.staff())
    world.settle()
    return task, visit(world, task.appointment)


def prepared(world: World, kind: str, proposal: dict[str, Any]) -> Task:
    from agent.desk.effects import carry_out
    from agent.model.effect import OpenTask

    held = world.conversation()
    with world.desk.store.begin() as tx:
        wanted = OpenTask(kind=kind, proposal=proposal, run=world.desk.new_id())
        return carry_out(world.desk, tx, held, (wanted,), world.clock()).tasks[0]


def rivals(world: World, count: int) -> list[tuple[Task, Task]]:
    """Two requests each for the same time: the first one's hold has run out, the second holds it now."""
    pairs = []
    for at in range(count):
        first = world.book(f"+1212556{at:04d}", f"Ana Torres{chr(97 + at)}")
        world.clock.pass_time(hours=24, minutes=1)
        second = prepared_for(world, first, f"+1212557{at:04d}")
        pairs.append((first, second))
        world.clock.pass_time(hours=-24, minutes=-1)
    world.clock.pass_time(hours=24, minutes=1)
    return pairs


def prepared_for(world: World, first: Task, sender: str) -> Task:
    from agent.desk.effects import carry_out
    from agent.model.effect import OpenTask

    world.say("hello", sender)
    held, was = world.conversation(sender), visit(world, first.appointment)
    opening = Opening(**{k: getattr(was, k) for k in Opening.model_fields})
    with world.desk.store.begin() as tx:
        row = world.desk.calendar.hold(
            tx, opening, id=world.desk.new_id(), patient=None, conversation=held.id, replaces=None, now=world.clock()
        )
        proposal = {**first.proposal, "name": "Ben Ortiz"}
        wanted = OpenTask(kind="booking", proposal=proposal, run=row.id, appointment=row.id)
        return carry_out(world.desk, tx, held, (wanted,), world.clock()).tasks[0]


def at_once(*deeds: Any) -> list[Any]:
    """What each came to, result or refusal, all started at the same moment."""
    start = threading.Barrier(len(deeds))

    def one(deed: Any) -> Any:
        start.wait()
        try:
            return deed()
        except (Conflict, Busy) as lost:
            return lost

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))
