"""A planted error while it is shown: who sees it, what it lies over, and that nothing is carried out on its account.

The task, its booking and what is sent are never written to: a plant is only laid over copies for a page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agent.desk.desk import Desk
from agent.model.calendar import Appointment, Opening
from agent.model.fault import Refused
from agent.model.plant import Plant, PlantState
from agent.model.task import OPEN, Task
from agent.ports import Tx
from agent.ports.plants import Tally

STANDS = timedelta(minutes=30)  # afterwards it ends by itself, undecided
COUNTED = timedelta(days=90)
FEWEST_PEOPLE, FEWEST_PLANTS = 5, 20  # a total of fewer would be about somebody


class PlantOpen(Refused):
    """What this person has before them holds a planted error: nothing is done. End it, tell them, let them decide
    again."""

    def __init__(self, plant: Plant) -> None:
        super().__init__("what was shown to you held a planted error; open the request and decide on the true one")
        self.plant = plant


def refuse_planted(tx: Tx, task: str, by: str) -> None:
    """Raises PlantOpen where this person (staff id) is being shown a planted error in this task."""
    plant = tx.plants.of_task(task)
    if plant is not None and plant.staff == by and plant.state == "open":
        raise PlantOpen(plant)


def shown_in(desk: Desk, tx: Tx, task: Task, by: str, now: datetime) -> Plant | None:
    """What is planted in this person's copy. A plant that has had its time, or whose task has gone on or to somebody
    else, ends here, whoever looks."""
    plant = tx.plants.of_task(task.id)
    if plant is None or plant.state != "open":
        return None
    if now - plant.shown_at > STANDS or not fits(plant, task):
        end(desk, tx, plant, "undecided", now)
        return None
    return plant if plant.staff == by else None


def laid_over(plant: Plant, task: Task) -> Task:
    """The task as that person sees it; never saved."""
    return task.model_copy(update={"proposal": {**task.proposal, **plant.shown}})


def visit_over(plant: Plant, held: Appointment) -> Appointment:
    """The time that was prepared as that person sees it, and any other one as it is; never saved."""
    true, shown = plant.before.get("opening"), plant.shown.get("opening")
    if true is None or shown is None or true["provider"] != held.provider:
        return held
    if datetime.fromisoformat(true["start"]) != held.start:
        return held
    moved = datetime.fromisoformat(shown["start"]) - held.start
    times = {n: getattr(held, n) + moved for n in ("start", "end", "busy_from", "busy_until")}
    named = {n: shown[n] for n in ("provider", "location", "visit_type", "zone")}
    return held.model_copy(update={**times, **named, "local": datetime.fromisoformat(shown["local"])})


class CalendarOver:
    """The clinic's calendar for a preview that is undone: it books what is held, and says what is planted."""

    def __init__(self, calendar: Any, plant: Plant) -> None:
        self._calendar, self._plant = calendar, plant

    def book(self, tx: Tx, appointment: str, version: int, now: datetime) -> Appointment:
        return visit_over(self._plant, self._calendar.book(tx, appointment, version, now))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._calendar, name)


def end(desk: Desk, tx: Tx, plant: Plant, state: PlantState, now: datetime) -> bool:
    """On record under the plant's own id, without the person: the trail is no list of who missed what."""
    ended = tx.plants.end(plant.id, state, now)
    if ended:
        desk.record(tx, "agent", f"plant:{state}", plant.id, now)
    return ended


def put_away(desk: Desk, task: str, by: str) -> None:
    """Given back or handed on: this person has seen a planted error and decided nothing."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        plant = tx.plants.of_task(task)
    if plant is not None and plant.staff == by and plant.state == "open":
        with desk.store.begin() as tx:
            end(desk, tx, plant, "undecided", now)


def end_old(desk: Desk) -> int:
    """Ends what nobody has decided in its time."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        old = tx.plants.open_since(desk.clinic.id, now - STANDS)
    for plant in old:
        with desk.store.begin() as tx:
            end(desk, tx, plant, "undecided", now)
    return len(old)


def own(desk: Desk, tx: Tx, staff: str) -> Tally:
    """A person's own figures, for nobody else's eyes."""
    found = tx.plants.tallies(desk.clinic.id, desk.clock() - COUNTED)
    return next((t for t in found if t.staff == staff), Tally(staff, 0, 0))


def total(desk: Desk, tx: Tx) -> Tally | None:
    """The clinic's figures; None while they would tell of few people."""
    found = tx.plants.tallies(desk.clinic.id, desk.clock() - COUNTED)
    caught, missed = sum(t.caught for t in found), sum(t.missed for t in found)
    enough = len(found) >= FEWEST_PEOPLE and caught + missed >= FEWEST_PLANTS
    return Tally("", caught, missed) if enough else None


def opening_of(shown: dict[str, Any], like: Opening | Appointment) -> dict[str, Any]:
    """`like` as a proposal has it, over what stands there already."""
    return {
        **shown, "provider": like.provider, "location": like.location, "visit_type": like.visit_type,
        "start": like.start.astimezone(UTC).isoformat(), "local": like.local.isoformat(), "zone": like.zone,
    }  # fmt: skip


def fits(plant: Plant, task: Task) -> bool:
    """Is the task still as it was, and nobody else's?"""
    same = all(task.proposal.get(n) == value for n, value in plant.before.items())
    return same and task.status in OPEN and task.status != "on-hold" and task.assignee in (None, plant.staff)
