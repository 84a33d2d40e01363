"""Eight workers take turns of many conversations, and stall again and again for longer than their lease."""

from pathlib import Path

from tests.ports import free_port
from tests.prove.ground import Ground
from tests.prove.history import History
from tests.prove.load import deliver, opened, text, until_listening, until_quiet
from tests.prove.nursery import Nursery, nursery

PROMISE = "One conversation, in order"
SIZE = "200 conversations of 50 messages, 8 workers on PostgreSQL, stalls longer than the lease"


def prove(ground: Ground) -> str:
    with nursery(ground.folder()) as nursed:
        return order(nursed, ground.postgres(), 200, 50, 8, ground.seed, ground.folder())


def order(
    nursed: Nursery, url: str, people: int, each: int, workers: int, seed: int, folder: Path, *,
    lease: float = 3.0, chance: float = 0.0001,
) -> str:  # fmt: skip
    """`chance`: of a stall at any one step of a turn (about 100 steps); one lasts a third longer than the lease."""
    notes = folder / "notes"
    port = free_port()
    nursed.start("serve", url, port=port, turns=0)
    until_listening([port])
    # tries are plenty: what is stalled for one worker after another still gets its turn
    settings = {"lease_seconds": lease, "max_attempts": 50}
    for at in range(workers):
        nursed.start(
            "work", url, seed=seed + at, chance=chance, seconds=lease * 4 / 3, notes=str(notes), settings=settings
        )
    numbers = [(n * people + who + 1, who) for n in range(each) for who in range(people)]
    said = [text(number, who) for number, who in numbers]
    for at in range(0, len(said), people):  # everybody's n-th message is stored before anybody's next
        assert set(deliver(said[at : at + people], [port])) == {200}
    store = opened(url)
    until_quiet(store)
    history = History(store)
    store.close()
    history.check([post.sid for post in said])
    assert history.parked.total() == 0
    by_arrival = {row.id: row.sid for row in history.heard}
    for turns in history.order.values():
        sids = [by_arrival[id] for id in turns]
        assert sids == sorted(sids), "a person's messages were answered out of order"
    stalls = notes.read_text().count("\n") if notes.exists() else 0
    assert stalls, "nobody stalled"
    return f"{history.decided.total()} turns in order, {stalls} stalls of {lease * 4 / 3:.1f} s, 0 dropped"
