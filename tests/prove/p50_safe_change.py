"""Promise 50: what is published reaches every process within two seconds, bell or no bell; a publish that dies serves
nothing; conversations end in the wording they began with; one step takes it back, under traffic."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from agent.adapters.bus_local import LocalBus
from agent.content.items import written
from agent.content.load import revision_of
from agent.desk import editing
from agent.desk.desk import Desk
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser
from agent.renewal import Renewal
from tests.desk.world import World
from tests.prove.ground import Ground

PROMISE = "Config change safe and reversible"
SIZE = (
    "12 publishes and 12 steps back, two desks that share no bell, PostgreSQL; each step broken off at each statement"
)
KEY = "message/en/booking.ask_day"
WAS = {"text": "Which day would suit you?", "plural": [], "origin": "human", "reviewer": "", "source": ""}
WITHIN = 2.0  # seconds


def prove(ground: Ground) -> str:
    found = changes(ground.postgres(), 12)
    assert found["slowest"] < WITHIN, f"{found['slowest']:.2f} s"
    return (
        f"{found['swaps']:.0f} swaps, the slowest after {found['slowest']:.2f} s; {found['turns']:.0f} messages heard "
        f"meanwhile; {found['begun']:.0f} conversations ended as they began; {interrupted(ground.sqlite())} steps "
        f"broken off, nothing of them served"
    )


def changes(url: str, times: int) -> dict[str, float]:
    """Publishes and takes back so many times; raises AssertionError where a patient gets words that were never
    published, or another wording amid a flow. `slowest`: seconds until every desk served a change."""
    world = World(url)
    desks = [replace(world.desk, bus=LocalBus()) for _ in range(2)]
    world.desk = desks[0]
    ana = admin(world)
    with watching(desks), traffic(desks[0]) as turns:
        slowest, begun = 0.0, 0
        for n in range(times):
            sender, text = f"+1212555{n:04d}", f"Which day, number {n}, would suit you?"
            assert WAS["text"] in world.say("I need an appointment for a checkup", sender)[-1]
            slowest = max(slowest, until_served(desks, publish(desks[n % 2], ana, text)))
            assert WAS["text"] in world.say("what did you say?", sender)[-1]
            world.say("never mind", sender)
            assert text in world.say("I need an appointment for a checkup", sender)[-1]
            slowest = max(slowest, until_served(desks, take_back(desks[n % 2], ana)))
            begun += 1
    assert turns["faults"] == []
    return {"swaps": 2.0 * times, "slowest": slowest, "turns": float(turns["count"]), "begun": float(begun)}


def admin(world: World) -> StaffUser:
    found = StaffUser(id="ana", clinic=world.desk.clinic.id, name="Ana", role="admin", email="ana@demo.clinic")
    with world.desk.store.begin() as tx:
        tx.staff.add(found)
    return found


@contextmanager
def watching(desks: list[Desk]) -> Iterator[list[Renewal]]:
    renewals = [Renewal(desk, desk.settings.content) for desk in desks]
    for renewal in renewals:
        renewal.start()
        renewal.prepare()
    try:
        yield renewals
    finally:
        for renewal in renewals:
            renewal.stop()


@contextmanager
def traffic(desk: Desk) -> Iterator[dict[str, Any]]:
    """Messages heard by one of the desks all the while."""
    turns: dict[str, Any] = {"count": 0, "faults": []}
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            try:
                said = desk.ears.hear("I need an appointment for a checkup", now=desk.clock().replace(tzinfo=None))
                assert said.intent == "book"
                assert desk.content.message("en", "booking.ask_day", "sms") is not None
                turns["count"] += 1
            except Exception as fault:
                turns["faults"].append(fault)
            stop.wait(0.01)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield turns
    finally:
        stop.set()
        thread.join()


def publish(desk: Desk, by: StaffUser, text: str) -> str:
    """The content hash that is published now."""
    with desk.store.begin(write=False) as tx:
        kept = tx.content.edit(desk.clinic.id, KEY)
    editing.save(desk, by, KEY, WAS | {"text": text}, WAS, kept.version if kept else 0)
    proposal = editing.propose(desk, by, "another wording")
    with desk.store.begin() as tx:
        tx.content.save_proposal(proposal.model_copy(update={"state": "checked"}))
    content, base = hashes(desk, proposal.items)
    editing.publish(desk, by, proposal.id, content, base)
    return content


def take_back(desk: Desk, by: StaffUser) -> str:
    content, base = hashes(desk, {})
    editing.restore(desk, by, 0, "as it came", content, base)
    return content


def hashes(desk: Desk, items: Any) -> tuple[str, str]:
    root = desk.settings.content
    return revision_of(root, written(root, items)), revision_of(root)


def until_served(desks: list[Desk], content: str) -> float:
    """Seconds until every desk serves it."""
    began = time.monotonic()
    while any(desk.content.revision != content for desk in desks):
        assert time.monotonic() - began < 30, "never served"
        time.sleep(0.01)
    return time.monotonic() - began


def interrupted(url: str) -> int:
    """A publish and a step back broken off at each of their statements; the last good content serves, the draft stays,
    and the same step done again succeeds."""
    world = World(url)
    desk, ana, count = world.desk, admin(world), 0
    for act in ("publish", "restore"):
        for nth in range(12):
            publish(desk, ana, f"One {act} {nth}")
            with desk.store.begin(write=False) as tx:
                head = tx.content.head(desk.clinic.id)
            editing.save(desk, ana, KEY, WAS | {"text": f"Two {act} {nth}"}, WAS, 0)
            proposal = editing.propose(desk, ana, "to be broken off")
            with desk.store.begin() as tx:
                tx.content.save_proposal(proposal.model_copy(update={"state": "checked"}))
            broken = replace(desk, store=_Breaking(desk.store, nth))

            def step(on: Desk, act: str = act, id: str = proposal.id) -> object:
                return editing.publish(on, ana, id, "c", "b") if act == "publish" else editing.restore(
                    on, ana, 0, "back", "c", "b")  # fmt: skip

            try:
                step(broken)
            except _Died:
                count += 1
                with desk.store.begin(write=False) as tx:
                    assert tx.content.head(desk.clinic.id) == head
                    assert tx.content.edit(desk.clinic.id, KEY) is not None
                step(desk)
            with desk.store.begin(write=False) as tx:
                assert tx.content.head(desk.clinic.id) == head + 1
                left = tx.content.edit(desk.clinic.id, KEY)
            with suppress(Refused):
                editing.withdraw(desk, ana, proposal.id)
            with suppress(Conflict):
                editing.drop(desk, ana, KEY, left.version if left else 0)
    return count


class _Died(Exception):
    pass


class _Breaking:
    """A store whose transaction dies before its nth call on the content, or when it would commit."""

    def __init__(self, store: Any, nth: int) -> None:
        self._store, self._left = store, nth

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[Any]:
        with self._store.begin(write=write) as tx:
            whole, tx.content = tx.content, _Counting(tx.content, self)
            yield tx
            tx.content = whole
            self.tick()

    def tick(self) -> None:
        if self._left == 0:
            raise _Died
        self._left -= 1


class _Counting:
    def __init__(self, room: Any, owner: _Breaking) -> None:
        self._room, self._owner = room, owner

    def __getattr__(self, name: str) -> Any:
        self._owner.tick()
        return getattr(self._room, name)
