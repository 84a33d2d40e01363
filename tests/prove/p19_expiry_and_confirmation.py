"""Promise 19: a hold runs out within a millisecond of its confirmation, while the sweep and a rival are at it too."""

import itertools
from datetime import timedelta

from agent.desk import decide
from agent.desk.desk import Desk
from agent.desk.sweep import sweep
from agent.model.calendar import Opening
from agent.model.fault import Busy, Conflict
from agent.model.task import Task
from tests.prove.bookings import HOLD, MONDAY, ROSA, Clock, asked_for, desk_at, diary, openings, overlapping, rows
from tests.prove.ground import Ground
from tests.prove.processes import Meeting, at_once

PROMISE = "A hold expires; a late confirmation is safe"
ROUNDS = 40
OFFSETS = (-1, 0, 1)  # milliseconds from the end of the hold, on the clocks of three processes that need not agree
SIZE = f"{ROUNDS} × 27 confirmations within 1 ms of the expiry, beside a sweep and a rival, 3 processes, both databases"
Round = tuple[str, Opening, tuple[int, int, int]]


def prepare(desk: Desk, rounds: int) -> list[Round]:
    plan = list(itertools.product(OFFSETS, repeat=3)) * rounds
    made: list[Round] = []
    for n, (opening, offsets) in enumerate(zip(openings(len(plan)), plan, strict=True)):
        with desk.store.begin() as tx:
            made.append((asked_for(desk, tx, opening, n, MONDAY).id, opening, offsets))
    return made


def work(n: int, meeting: Meeting, url: str, made: list[Round]) -> list[str]:
    """0 confirms, 1 sweeps, 2 wants the same time; what each came to."""
    clock = Clock()
    desk = desk_at(url, clock)
    said: list[str] = []
    for id, opening, offsets in made:
        clock.now = MONDAY + HOLD + timedelta(milliseconds=offsets[n])
        with desk.store.begin(write=False) as tx:
            task = tx.tasks.get(id)
        assert task is not None
        meeting.wait()
        said.append(_deed(desk, n, task, opening))
        meeting.wait()
    desk.store.close()
    return said


def _deed(desk: Desk, n: int, task: Task, opening: Opening) -> str:
    while True:
        try:
            if n == 0:
                with desk.store.begin(write=False) as tx:
                    now = tx.tasks.get(task.id)
                assert now is not None
                decide.confirm(desk, task.id, now.version, ROSA)
                return "booked"
            if n == 1:
                return f"swept {sweep(desk)}"
            with desk.store.begin() as tx:
                return desk.calendar.hold(
                    tx, opening, id=desk.new_id(), patient=None, conversation=None, replaces=None, now=desk.clock()
                ).id
        except Conflict as lost:
            if "look again" not in str(lost):  # the sweep made it urgent in between: pressed again
                return ""
        except Busy:
            continue


def moments(url: str, rounds: int) -> str:
    """Runs it on one database and looks at every round."""
    clock = Clock()
    desk = desk_at(url, clock)
    made = prepare(desk, rounds)
    confirmed, _, rivals = at_once(3, work, url, made)
    clock.now = MONDAY + HOLD + timedelta(minutes=1)  # the rivals' holds are still theirs
    sweep(desk)
    assert list(overlapping(diary(desk))) == []
    for (id, _, offsets), mine, rival in zip(made, confirmed, rivals, strict=True):
        with desk.store.begin(write=False) as tx:
            task = tx.tasks.get(id)
            assert task is not None
            lines = [x.author for x in tx.conversations.thread(str(task.conversation))]
        (row,) = rows(desk, [task.appointment])
        assert bool(mine) != bool(rival), f"{offsets}: the time went to both, or to nobody"
        if mine:
            assert (task.status, row.status, lines.count("staff:rosa")) == ("completed", "booked", 1)
        else:
            assert (task.status, task.priority, row.status) == ("requested", "urgent", "cancelled")
            assert lines == ["agent"], f"{offsets}: a lost hold is told once, not {lines}"
    desk.store.close()
    won = sum(map(bool, confirmed))
    return f"{len(made)} moments, {won} booked, {len(made) - won} refused and told"


def prove(ground: Ground) -> str:
    return "; ".join(
        f"{name}: {moments(url, ROUNDS)}"
        for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres()))
    )
