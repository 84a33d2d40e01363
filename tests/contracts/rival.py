"""Another process at the same store: run as `python -m tests.contracts.rival <what> <url> <name>`."""

import sys
from datetime import UTC, datetime, timedelta

from agent.adapters.ids import new_ids
from agent.model.fault import Busy, Conflict
from agent.ports import Store
from tests.contracts.samples import NOW, appointment, audited, inbound
from tests.stores import open_test_store


def receive(store: Store, name: str) -> None:
    """Stores messages for ever; says which only after the commit."""
    n = 0
    while True:
        n += 1
        with store.begin() as tx:
            tx.inbox.store(inbound(f"{name}-{n}"), "c1")
            tx.audit.write(audited(f"{name}-{n}"))
        print(f"in-{name}-{n}", flush=True)


def book(store: Store, name: str) -> None:
    """Tries to book twelve overlapping half hours; says which it got."""
    for n in range(12):
        while True:
            try:
                with store.begin() as tx:
                    tx.appointments.add(appointment(f"{name}-{n}", NOW + n * timedelta(minutes=20)), NOW)
                print(f"{name}-{n}", flush=True)
            except Busy:
                continue
            except Conflict:
                pass
            break


if __name__ == "__main__":
    _, what, url, name = sys.argv
    {"receive": receive, "book": book}[what](open_test_store(url, new_ids(lambda: datetime.now(UTC))), name)
