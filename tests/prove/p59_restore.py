"""Promise 59: a copy made under load, put back, goes on without losing, doubling or double-booking anything."""

import itertools
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.adapters.ids import new_ids
from agent.adapters.store import audit_key
from agent.adapters.store.backup import back_up
from agent.adapters.store.restore import Restored, restore
from agent.adapters.store.unit import Owner
from agent.adapters.vault import Vault
from agent.desk.receive import receive
from agent.desk.send import drain
from agent.desk.sweep import sweep
from agent.desk.turn import work
from agent.model.fault import Busy
from agent.model.message import Inbound
from agent.ports import Clock
from tests.desk.world import Carrier, World
from tests.prove.ground import Ground
from tests.stores import DATA_KEY, SECRET

PROMISE = "Restore works"
SIZE = (
    "30 booking conversations (180 texts) on each database, 3 copies each under load, every copy put back, "
    "also into the other kind; every text then delivered again"
)
SCRIPT = ("I need an appointment, my knee hurts", "next Tuesday", "1", "Ana Torres", "March 3 1980", "yes")


@dataclass
class Loaded:
    """What a desk went through: every message that reached it, in order, what the carrier took, the copies made."""

    inbound: list[Inbound]
    carrier: Carrier
    copies: list[Path]
    clock: Any


def means(clock: Clock) -> Owner:
    return Owner(Vault(DATA_KEY, ()), audit_key(SECRET), clock, new_ids(clock))


def load(url: str, folder: Path, conversations: int, copies: int) -> Loaded:
    """Everybody books at once; two workers take turns and two send, while copies are made."""
    world = World(url)
    world.carrier.before = lambda _: time.sleep(0.003)
    world.desk.settings = world.desk.settings.model_copy(update={"lease_seconds": 300.0})
    over, given = threading.Event(), list[Inbound]()

    def until_over(once: Any) -> None:
        while not over.is_set():
            try:
                if not once():
                    time.sleep(0.001)
            except Busy:
                continue

    threads = [threading.Thread(target=until_over, args=(lambda: work(world.desk),)) for _ in range(2)]
    threads += [threading.Thread(target=until_over, args=(lambda: drain(world.desk) > 0,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    made: list[Path] = []
    wanted = {round(len(SCRIPT) * conversations * (n + 1) / (copies + 1)) for n in range(copies)}
    try:
        for count, (words, person) in enumerate(itertools.product(SCRIPT, range(conversations))):
            message = world.inbound(words, f"+1212556{person:04d}")
            receive(world.desk, message)
            given.append(message)
            if count in wanted:
                made.append(folder / f"copy-{count}")
                back_up(url, made[-1], "test", world.clock())
    finally:
        while not world.faults and _left(world):
            time.sleep(0.01)
        over.set()
        for thread in threads:
            thread.join()
    assert not world.faults, world.faults
    world.close()
    return Loaded(given, world.carrier, made, world.clock)


def _left(world: World) -> int:
    with world.desk.store.begin(write=False) as tx:
        return tx.inbox.waiting() + tx.outbox.waiting()


def put_back(loaded: Loaded, copy: Path, url: str) -> Restored:
    """The desk comes back with that copy, some time after it was lost; the provider remembers what it took. Every
    message is delivered once more. Raises AssertionError where something was lost, doubled or double-booked."""
    loaded.clock.pass_time(minutes=5)
    done = restore(url, copy, means(loaded.clock), replace=True)
    world = World(url, clock=loaded.clock)
    taken = len(loaded.carrier.taken)
    world.carrier = loaded.carrier
    world.desk.channels = {"sms": loaded.carrier}
    loaded.carrier.before = lambda _: None
    before = _turns(world)
    world.settle()
    sweep(world.desk)
    fresh = [receive(world.desk, message).fresh for message in loaded.inbound]
    world.settle()
    loaded.clock.pass_time(minutes=5)
    sweep(world.desk)
    world.settle()
    _kept(world, loaded, before, fresh, taken)
    world.close()
    return done


def _turns(world: World) -> Counter[str]:
    with world.desk.store.begin(write=False) as tx:
        return Counter(str(e.data["inbound"]) for e in tx.audit.tail(100_000) if e.tag == "turn:decided")


def _kept(world: World, loaded: Loaded, before: Counter[str], fresh: list[bool], taken: int) -> None:
    turns = _turns(world)
    assert not world.faults, world.faults
    assert _left(world) == 0, "something waits for ever"
    assert all(turns[m.id] == 1 for m in loaded.inbound), "promise 6: a message without its one turn"
    assert all(before[m.id] == 0 for m, new in zip(loaded.inbound, fresh, strict=True) if new), "taken as new twice"
    accepted = Counter(message.id for _, message in loaded.carrier.taken)
    assert max(accepted.values()) == 1, "promise 13: a row was sent twice"
    with world.desk.store.begin(write=False) as tx:
        assert tx.audit.verify()[1] is None
        assert not tx.outbox.unsettled(), "an unknown outcome is left"
        told = {t.proposal.get("outbound") for t in tx.tasks.open(world.clinic.id) if t.reason == "delivery_unknown"}
        day = tx.appointments.day(world.clinic.id, datetime.min.replace(tzinfo=loaded.clock().tzinfo),
                                  datetime.max.replace(tzinfo=loaded.clock().tzinfo))  # fmt: skip
    rows = [row for person in {m.sender.value for m in loaded.inbound} for row in world.rows(person)]
    lost = [r for r in rows if r.state == "failed" and not accepted[r.id]]
    talks = {r.conversation for r in rows if r.id in told}
    assert all(r.conversation in talks for r in lost), "promise 13: a text was lost and nobody told"
    assert all(accepted[r.id] for r in rows if r.state == "sent"), "said to be sent, and was not"
    spans = defaultdict(list)
    for a in day:
        if a.status in ("pending", "booked"):
            spans[a.provider].append((a.busy_from, a.busy_until))
    for held in spans.values():
        held.sort()
        assert all(x[1] <= y[0] for x, y in itertools.pairwise(held)), "promise 17: two visits at one time"


def prove(ground: Ground) -> str:
    asked = again = rows = puts = 0
    for kind, other in (("sqlite", "postgres"), ("postgres", "sqlite")):
        url = getattr(ground, kind)()
        loaded = load(url, ground.folder(), conversations=30, copies=3)
        for number, copy in enumerate(loaded.copies):
            done = put_back(loaded, copy, getattr(ground, other)() if number == 1 else url)
            asked, again, rows, puts = asked + done.asked, again + done.again, rows + done.rows, puts + 1
    return (
        f"{puts} copies put back ({rows:,} rows); {again} messages taken anew, {asked} texts looked up, none sent twice"
    )
