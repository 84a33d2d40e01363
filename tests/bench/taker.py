"""One process that takes turns until nothing waits: `python -m tests.bench.taker <url>`. It says `ready`, waits for a
line, and then says how many milliseconds of CPU it spent."""

import sys
import time
from datetime import UTC, datetime

from agent.adapters.bus_local import LocalBus
from agent.adapters.ids import new_ids
from agent.desk.desk import Desk
from agent.desk.turn import work
from agent.house import open_desk
from agent.model.fault import Busy
from agent.settings import Settings
from tests.stores import open_test_store


def desk_at(url: str) -> Desk:
    """A desk over this database that rings nobody and sends nothing."""
    store = open_test_store(url, new_ids(lambda: datetime.now(UTC)))
    return open_desk(Settings(), store=store, bus=LocalBus(), channels={})


def settled(desk: Desk) -> bool:
    """Nobody else has anything in hand either."""
    with desk.store.begin(write=False) as tx:
        return tx.inbox.waiting() == 0


def drain(desk: Desk) -> None:
    """Takes turns until nothing waits."""
    while True:
        try:
            if not work(desk):
                if settled(desk):
                    return
                time.sleep(0.005)
        except Busy:
            time.sleep(0.01)


if __name__ == "__main__":
    mine = desk_at(sys.argv[1])
    mine.ears.hear("I need an appointment", now=datetime(2026, 3, 2, 10))  # noqa: DTZ001 - local, as the ears take it
    for _ in iter(lambda: print("ready", flush=True) or sys.stdin.readline(), ""):
        spent = time.process_time()
        drain(mine)
        print(round((time.process_time() - spent) * 1000), flush=True)
