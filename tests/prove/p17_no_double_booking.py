"""Promise 17: fifty clients in four processes want the same overlapping times; nobody gets what another one has."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from agent.adapters.calendar.openings import find_openings
from agent.desk.desk import Desk
from agent.model.calendar import Opening, OpeningRequest
from agent.model.fault import Busy, Conflict
from tests.contracts.bookings_machine import emptied, explore
from tests.prove.bookings import MONDAY, Clock, clinic, desk_at, diary, overlapping
from tests.prove.ground import Ground
from tests.prove.processes import Meeting, at_once

PROMISE = "No double booking"
CLIENTS, SLOTS, PROCESSES = 50, 200, 4
STORIES, STEPS = 200, 50
SIZE = (
    f"{CLIENTS} clients × {SLOTS} slots of overlapping lengths, {PROCESSES} processes; {STORIES} random stories of "
    f"up to {STEPS} steps; both databases"
)
LENGTHS = ("office", "physical", "new_patient", "vaccine", "followup", "cleaning")  # 10 to 60 minutes with buffers


def wanted(slots: int, dice: random.Random) -> list[Opening]:
    """Times of every length that lie in each other's way: the first days of an empty diary."""
    days = (MONDAY.date(), MONDAY.date() + timedelta(days=max(1, slots // 40)))
    every = [
        o
        for visit in LENGTHS
        for o in find_openings(clinic(), OpeningRequest(visit_type=visit, dates=days, limit=1000), {}, MONDAY)
    ]
    return dice.sample(every, slots)


def work(
    n: int, meeting: Meeting, url: str, slots: list[Opening], clients: int, seed: int
) -> tuple[list[str], int, int]:
    """This process's clients, in threads: (ids of what they got, how often one came too late, how many took another
    time then)."""
    desk = desk_at(url, Clock())
    try:
        meeting.wait()
        with ThreadPoolExecutor(clients) as pool:
            parts = list(pool.map(lambda c: _client(desk, slots, random.Random(f"{seed}.{n}.{c}")), range(clients)))
    finally:
        desk.store.close()
    return [id for got, _, _ in parts for id in got], sum(late for _, late, _ in parts), sum(m for _, _, m in parts)


def _client(desk: Desk, slots: list[Opening], dice: random.Random) -> tuple[list[str], int, bool]:
    """Wants every slot, in an order of its own. The first time that it is too late it takes what is offered instead,
    and whenever it looks something else is offered."""
    got, late, moved = [], 0, False
    for slot in dice.sample(slots, len(slots)):
        id = _try(desk, slot)
        if id:
            got.append(id)
            continue
        late += 1
        if not moved or dice.random() < 0.05:
            other = _take_another(desk, slot, take=not moved)
            got += [other] if other else []
            moved = True
    return got, late, moved


def _try(desk: Desk, slot: Opening) -> str:
    while True:
        try:
            with desk.store.begin() as tx:
                row = desk.calendar.hold(
                    tx, slot, id=desk.new_id(), patient=None, conversation=None, replaces=None, now=MONDAY
                )
                return desk.calendar.book(tx, row.id, row.version, MONDAY).id
        except Conflict:
            return ""
        except Busy:
            continue


def _take_another(desk: Desk, slot: Opening, *, take: bool) -> str:
    for _ in range(50):  # what is offered may be gone again a moment later
        try:
            with desk.store.begin(write=False) as tx:
                others = desk.calendar.openings(tx, OpeningRequest(visit_type=slot.visit_type), MONDAY)
        except Busy:
            continue
        assert others, "whoever was late is offered nothing"
        if not take:
            return ""
        if id := _try(desk, others[-1]):
            return id
    raise AssertionError("whoever was late never got another time")


def race(url: str, clients: int, slots: int, processes: int, seed: int) -> str:
    """Runs it on one database and looks at every row."""
    times = wanted(slots, random.Random(seed))
    each = -(-clients // processes)
    outcomes = at_once(processes, work, url, times, each, seed)
    got = [id for ids, _, _ in outcomes for id in ids]
    desk = desk_at(url, Clock())
    live = diary(desk)
    desk.store.close()
    assert list(overlapping(live)) == []
    assert sorted(a.id for a in live) == sorted(got), "what clients were told is not what is booked"
    late, moved = sum(n for _, n, _ in outcomes), sum(n for _, _, n in outcomes)
    assert each * processes * slots == late + len(got) - moved
    return f"{each * processes * slots} tries, {len(got)} booked, {late} too late, none overlap"


def prove(ground: Ground) -> str:
    found = [race(url, CLIENTS, SLOTS, PROCESSES, ground.seed) for url in (ground.sqlite(), ground.postgres())]
    explore(lambda: "sqlite://", STORIES, STEPS)
    url = ground.postgres()
    explore(lambda: emptied(url), STORIES, STEPS)
    return "SQLite: {}; PostgreSQL: {}; every story kept the rules".format(*found)
