"""The desk is killed at every step of taking a message in, again and again."""

from collections import Counter
from itertools import count
from pathlib import Path
from random import Random

from tests.ports import free_port
from tests.prove.ground import Ground
from tests.prove.history import History
from tests.prove.load import deliver, opened, text, until_listening, until_quiet
from tests.prove.nursery import Nursery, alive, nursery

PROMISE = "No inbound message is lost once it was acknowledged"
SIZE = "500 kills (kill -9) at every step of ingest and turn, half on SQLite, half on PostgreSQL"
STEPS = 120  # of a first message, its turn, and the next ones, about


def prove(ground: Ground) -> str:
    with nursery(ground.folder()) as nursed:
        return "; ".join(
            f"{name}: {kills(nursed, url, 250, ground.seed, ground.folder())}"
            for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres()))
        )


def kills(nursed: Nursery, url: str, times: int, seed: int, folder: Path) -> str:
    """Each process dies at a step of its own choosing while texts come in; what it did not answer is sent once more
    to a later one, as Twilio's fallback does."""
    random, numbers, notes = Random(seed), count(1), folder / "notes"
    answered: set[str] = set()
    everything: set[str] = set()
    again = []
    store = opened(url)
    for _ in range(times):
        port = free_port()
        child = nursed.start(
            "serve", url, port=port, die=random.randint(1, STEPS), notes=str(notes), settings={"lease_seconds": 1.0}
        )
        while alive(child):
            post = again.pop() if again else text(n := next(numbers), n % 50)
            everything.add(post.sid)
            (status,) = deliver([post], [port], 1)
            if status == 200:
                answered.add(post.sid)
            elif random.random() < 0.5:
                again.append(post)
            if not status and alive(child):
                _wait(port, child)
    nursed.start("serve", url, port=(port := free_port()), settings={"lease_seconds": 1.0})
    until_listening([port])
    assert set(deliver(again, [port])) <= {200}
    until_quiet(store)
    history = History(store)
    faults = [*history.one_turn_each(answered), *history.one_turn_each(r.sid for r in history.heard)]
    faults += [*history.nothing_else(everything), *history.in_order()]
    assert not faults, f"{len(faults)} wrong, first {faults[0]}"
    store.close()
    steps = Counter(line.split()[1] for line in notes.read_text().splitlines())
    return (
        f"{steps.total()} kills at {len(steps)} different steps, {len(answered)} of {len(everything)} texts answered "
        f"200, none lost, {sum(history.decided.values())} turns, {sum(history.parked.values())} to a person"
    )


def _wait(port: int, child: int) -> None:
    """Until it listens or is dead."""
    import socket
    import time

    while alive(child):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.003)
