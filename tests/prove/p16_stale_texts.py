"""Staff cancel visits in the very moment in which a text about them is sent by other processes."""

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from agent.desk import decide
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.send import drain
from agent.model.calendar import Appointment
from agent.model.effect import OpenTask
from agent.model.fault import Busy
from agent.model.message import Claim, Outbound
from agent.model.patient import StaffUser
from agent.model.task import Task
from tests.prove.ground import Ground
from tests.prove.sending import Clock, Ledger, colleague, desk_at, forked, talk, text_to

PROMISE = "A changed or cancelled visit voids the texts about it"
SIZE = "2,000 visits cancelled within 100 ms of the send, 2 sending processes, PostgreSQL and SQLite"
_SENDERS = 2
_CANCELLERS = 4


def visit(desk: Desk, n: int, at: datetime) -> tuple[Task, Outbound]:
    """A booked visit, the request to cancel it, and a text about it that is due at that moment."""
    held, now = talk(desk, n), desk.clock()
    provider = desk.clinic.providers[0]
    start = (now + timedelta(days=2 + n // 20, minutes=30 * (n % 20))).replace(second=0, microsecond=0)
    end = start + timedelta(minutes=20)
    booked = Appointment(
        id=desk.new_id(), clinic=desk.clinic.id, provider=provider.id, location=provider.location, visit_type="office",
        start=start, end=end, busy_from=start, busy_until=end, local=start.replace(tzinfo=None), zone=desk.clinic.zone,
        status="booked", conversation=held.id, lane=n // 1000,
    )  # fmt: skip
    row = text_to(desk, held, f"Visit {n}", claims=(Claim(fact="booked", row=booked.id),), due_at=at)
    wanted = OpenTask(kind="cancel", proposal={"appointment": decide.spoken_opening(booked)}, run=desk.new_id())
    with desk.store.begin() as tx:
        tx.appointments.add(booked, now)
        tx.outbox.add(row)
        task = carry_out(desk, tx, held, (wanted,), now).tasks[0]
    return task, row


def sending(url: str, path: str, clock: Clock, seed: int) -> None:
    """A process that sends all the time, over a network that takes up to 30 ms."""
    chance = random.Random(seed)

    def slow(message: Outbound) -> None:
        with open(f"{path}.began", "a", encoding="ascii") as began:
            began.write(f"{message.id} {time.monotonic()}\n")
        time.sleep(chance.uniform(0, 0.03))

    desk = desk_at(url, Ledger(path, slow), clock)
    while True:
        try:
            if not drain(desk):
                time.sleep(0.002)
        except Busy:
            time.sleep(0.005)


def raced(url: str, folder: Path, count: int, seed: int) -> Counter[str]:
    """How `count` races ended. Raises AssertionError where a text about a visit began after its cancellation."""
    clock, path, chance = Clock(), str(folder / "accepted"), random.Random(seed)
    desk = desk_at(url, None, clock)
    by = colleague(desk)
    pids = [forked(lambda n=n: sending(url, path, clock, seed + n)) for n in range(_SENDERS)]  # type: ignore[misc]
    over: dict[str, float] = {}
    lock = threading.Lock()

    def race(given: tuple[int, float]) -> str:
        n, ahead = given
        at = clock() + timedelta(seconds=0.15)
        task, row = visit(desk, n, at)
        time.sleep(max(0.0, (at - clock()).total_seconds() - ahead))
        state, done = _cancel(desk, task, by, row)
        with lock:
            over[row.id] = done
        return state

    try:
        with ThreadPoolExecutor(_CANCELLERS) as pool:
            ends = Counter(pool.map(race, [(n, chance.uniform(-0.1, 0.1)) for n in range(count)]))
        time.sleep(0.5)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    with open(f"{path}.began", encoding="ascii") as lines:
        began = {id: float(at) for id, at in (line.split() for line in lines)}
    stale = [id for id, done in over.items() if began.get(id, 0.0) > done]
    assert stale == [], f"{len(stale)} texts began after the visit was cancelled"
    desk.store.close()
    return ends


def _cancel(desk: Desk, task: Task, by: StaffUser, row: Outbound) -> tuple[str, float]:
    """(what the row was when the cancellation had been committed, when that was)."""
    while True:
        try:
            decide.confirm(desk, task.id, task.version, by)
            break
        except Busy:
            continue
    done = time.monotonic()
    with desk.store.begin(write=False) as tx:
        held = tx.outbox.get(row.id)
    assert held is not None
    assert held.state in ("void", "sent", "claimed"), f"still {held.state} after the cancellation"
    return held.state, done


def prove(ground: Ground) -> str:
    told = []
    for name, url in (("PostgreSQL", ground.postgres()), ("SQLite", ground.sqlite())):
        found = raced(url, ground.folder(), 1_000, ground.seed)
        assert min(found["void"], found["sent"] + found["claimed"]) > 0, f"no race was close: {found}"
        told.append(f"{name}: {found['void']} voided, {found['sent'] + found['claimed']} handed over before")
    return "; ".join(told) + "; none began afterwards"
