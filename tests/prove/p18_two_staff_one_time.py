"""Promise 18: two people confirm rival requests for one time in the same moment, each from a process of their own."""

from datetime import datetime, timedelta

from agent.actions.openings import opening_dict
from agent.desk import decide
from agent.desk.desk import Desk
from agent.model.calendar import OpeningRequest
from agent.model.fault import Busy, Conflict
from agent.model.task import Task
from tests.prove.bookings import (
    HOLD,
    MONDAY,
    ROSA,
    TOM,
    Clock,
    asked_for,
    desk_at,
    diary,
    openings,
    overlapping,
    rows,
)
from tests.prove.ground import Ground
from tests.prove.processes import Meeting, at_once

PROMISE = "Two staff cannot confirm rivals"
PAIRS = 1000
SIZE = f"2 staff × {PAIRS:,} rival pairs at the same moment, 2 processes, both databases"
MINUTE = timedelta(minutes=1)
Pair = tuple[str, str, datetime]  # the ids of two tasks for one time, and when both are confirmed


def prepare(desk: Desk, pairs: int) -> list[Pair]:
    """Each second request took a time whose first hold had run out. In every other pair the second hold has run out
    too when both are confirmed, so that either may win."""
    made: list[Pair] = []
    for n, opening in enumerate(openings(pairs, since=MONDAY + timedelta(days=1))):
        later = MONDAY + HOLD + MINUTE
        with desk.store.begin() as tx:
            first = asked_for(desk, tx, opening, 2 * n, MONDAY)
            second = asked_for(desk, tx, opening, 2 * n + 1, later)
        made.append((first.id, second.id, later + MINUTE if n % 2 else later + HOLD + MINUTE))
    return made


def work(n: int, meeting: Meeting, url: str, pairs: list[Pair]) -> list[str]:
    """One member of staff with a desk of their own: what became of each request that was theirs to confirm."""
    clock = Clock()
    desk = desk_at(url, clock)
    said: list[str] = []
    for at, pair in enumerate(pairs):
        mine, clock.now = pair[(n + at) % 2], pair[2]
        with desk.store.begin(write=False) as tx:
            task = tx.tasks.get(mine)
        assert task is not None
        meeting.wait()
        said.append(_confirm(desk, task, n))
        meeting.wait()
        if said[-1] != "booked":
            _offer(desk, mine, n)
    desk.store.close()
    return said


def _confirm(desk: Desk, task: Task, n: int) -> str:
    while True:
        try:
            decide.confirm(desk, task.id, task.version, (ROSA, TOM)[n])
            return "booked"
        except Conflict as lost:
            return str(lost)
        except Busy:
            continue  # nothing was changed: pressed again


def _offer(desk: Desk, id: str, n: int) -> None:
    """The loser's patient is offered other times."""
    with desk.store.begin(write=False) as tx:
        task = tx.tasks.get(id)
        others = desk.calendar.openings(tx, OpeningRequest(visit_type="office", limit=2), desk.clock())
    assert task is not None
    assert task.status == "requested", "whoever lost may still be helped"
    assert others
    decide.offer(desk, id, task.version, (ROSA, TOM)[n], [opening_dict(desk.clinic, o) for o in others])


def rivals(url: str, pairs: int) -> str:
    """Runs it on one database and looks at every pair."""
    desk = desk_at(url, Clock())
    made = prepare(desk, pairs)
    outcomes = at_once(2, work, url, made)
    assert list(overlapping(diary(desk))) == []
    for at, (pair, *said) in enumerate(zip(made, *outcomes, strict=True)):
        assert said.count("booked") == 1, (at, said)
        _check(desk, pair)
    desk.store.close()
    first = sum(o == "booked" for o in outcomes[0])
    return f"{pairs} pairs, one booked in each ({first} by the first of staff), the other offered times"


def _check(desk: Desk, pair: Pair) -> None:
    with desk.store.begin(write=False) as tx:
        tasks = [tx.tasks.get(id) for id in pair[:2]]
        said = {
            t.id: [x for x in tx.conversations.thread(str(t.conversation)) if x.author.startswith("staff:")]
            for t in tasks
            if t is not None
        }
    assert sorted(t.status for t in tasks if t is not None) == ["completed", "on-hold"]
    for task in tasks:
        assert task is not None
        assert len(said[task.id]) == 1, "each patient hears one thing"
        booked = [a.status for a in rows(desk, [task.appointment])]
        assert booked == (["booked"] if task.status == "completed" else [])


def prove(ground: Ground) -> str:
    return "; ".join(
        f"{name}: {rivals(url, PAIRS)}"
        for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres()))
    )
