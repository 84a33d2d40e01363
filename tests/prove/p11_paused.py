"""A worker is stopped at each step of its turn and another takes over; what the first then commits is refused."""

import os
import signal
import time
from pathlib import Path

from agent.ports import Store
from tests.ports import free_port
from tests.prove.ground import Ground
from tests.prove.history import History
from tests.prove.load import deliver, opened, text, until_listening, until_quiet
from tests.prove.nursery import Nursery, nursery, stopped

PROMISE = "A paused worker cannot overwrite newer state"
SIZE = "SIGSTOP past the lease at each of the first 60 steps of a turn, then SIGCONT, on SQLite and on PostgreSQL"
LEASE = 0.5


def prove(ground: Ground) -> str:
    with nursery(ground.folder()) as nursed:
        return "; ".join(
            f"{name}: {pauses(nursed, url, range(1, 61), ground.folder())}"
            for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres()))
        )


def pauses(nursed: Nursery, url: str, steps: range, folder: Path) -> str:
    """For each step: a worker that stops itself there, then a rival. A worker that is stopped inside its last
    transaction holds a lock that the rival waits for: then it is the rival that must do nothing twice."""
    notes, port = folder / "notes", free_port()
    nursed.start("serve", url, port=port, turns=0)
    until_listening([port])
    store, settings = opened(url), {"lease_seconds": LEASE, "max_attempts": 50}
    sids, overtaken = [], 0
    for step in steps:
        post = text(step, step % 7)
        sids.append(post.sid)
        assert deliver([post], [port]) == [200]
        paused = nursed.start("work", url, stop=step, notes=str(notes), settings=settings)
        _until_stopped(paused)
        time.sleep(LEASE)
        rival = nursed.start("work", url, settings=settings)
        overtaken += _quiet(store, 1.5)
        os.kill(paused, signal.SIGCONT)
        until_quiet(store, 60)
        time.sleep(0.1)  # the paused one finds out
        nursed.kill(paused, rival)
    history = History(store)
    history.check(sids)
    assert history.parked.total() == 0
    store.close()
    named = {line.split()[1] for line in notes.read_text().splitlines()}
    return f"{len(sids)} pauses at {len(named)} different steps, {overtaken} overtaken, {history.decided.total()} turns"


def _until_stopped(child: int, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not stopped(child):
        assert time.monotonic() < deadline, "it never came to that step"
        time.sleep(0.005)


def _quiet(store: Store, seconds: float) -> bool:
    """True when everything is done within the time, by the rival that is."""
    try:
        until_quiet(store, seconds)
    except AssertionError:
        return False
    return True
