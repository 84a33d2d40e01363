"""Promise 50, for what is published at a set time: once, by one process, when its time has come, whoever else looks and
whatever was started anew; or not at all, where anything has changed since people agreed to it, and with why."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from agent.adapters.bus_local import LocalBus
from agent.desk import editing, timing
from agent.desk.desk import Desk
from agent.model.edit import Proposal
from agent.model.fault import Busy, Refused
from agent.model.patient import StaffUser
from agent.timed_publish import publish_due
from agent.workbench import Workbench
from tests.desk.world import World
from tests.prove.ground import Ground
from tests.prove.p50_safe_change import KEY, WAS, admin, hashes, take_back

PROMISE = "A publish at a set time happens once, or is refused with why"
SIZE = (
    "40 timed publishes with 8 desks at once on PostgreSQL, 40 whose process dies amid the check; 7 reasons to refuse"
)
CRISIS = "message/es/safety.urgent"


def prove(ground: Ground) -> str:
    done = raced(ground.postgres(), 40, 8)
    again = died(ground.postgres(), 40)
    world = World(ground.sqlite())
    whole = checked_for_real(world)
    world.close()
    return (
        f"{done} published once each, {again} taken over from a process that died; {refusals(ground.sqlite())} refused "
        f"in words; {whole}"
    )


class Plain:
    """A bench whose checks take no time: `faults` are what it finds; `meanwhile` is done while it looks."""

    def __init__(self, faults: tuple[str, ...] = (), meanwhile: Callable[[], Any] | None = None) -> None:
        self._faults, self._meanwhile = faults, meanwhile

    def hashes(self, items: Any) -> tuple[str, str]:
        return digest(items), "base"

    def faults(self, items: Any) -> list[str]:
        if self._meanwhile is not None:
            self._meanwhile()
        return list(self._faults)


def digest(items: Any) -> str:
    return hashlib.sha256(repr(sorted(items.items())).encode()).hexdigest()[:16]


def bench(faults: tuple[str, ...] = (), meanwhile: Callable[[], Any] | None = None) -> Workbench:
    return Plain(faults, meanwhile)  # type: ignore[return-value]


def timed(desk: Desk, by: StaffUser, text: str, due: datetime, key: str = KEY, *, real: bool = False) -> Proposal:
    """A rehearsed proposal with its time set; `real`: to be looked at by a real bench."""
    with desk.store.begin(write=False) as tx:
        kept = tx.content.edit(desk.clinic.id, key)
    editing.save(desk, by, key, WAS | {"text": text}, WAS, kept.version if kept else 0)
    proposal = editing.propose(desk, by, f"say {text}")
    content = hashes(desk, proposal.items)[0] if real else digest(proposal.items)
    with desk.store.begin() as tx:
        told = {"state": "checked", "report": {"faults": [], "content": content}}
        tx.content.save_proposal(proposal.model_copy(update=told))
    return timing.set_time(desk, by, proposal.id, due)


def seen(desk: Desk, id: str) -> Proposal:
    with desk.store.begin(write=False) as tx:
        found = tx.content.proposal(id)
    assert found is not None
    return found


def head(desk: Desk) -> int:
    with desk.store.begin(write=False) as tx:
        return tx.content.head(desk.clinic.id)


def raced(url: str, times: int, desks: int) -> int:
    """So many desks look at once, before and when the time has come; raises AssertionError unless one of them
    publishes, once. Returns how many were published."""
    world = World(url)
    ana, many = admin(world), [replace(world.desk, bus=LocalBus()) for _ in range(desks)]
    for n in range(times):
        due = world.clock() + timedelta(minutes=30)
        one = timed(world.desk, ana, f"Which day, number {n}?", due)
        assert not any(publish_due(desk, bench()) for desk in many)
        world.clock.now = due
        for _ in range(5):  # a look that met a busy database is taken over when its lease has run out
            _all_at_once([lambda desk=desk: publish_due(desk, bench()) for desk in many])  # type: ignore[misc]
            if seen(world.desk, one.id).state == "published":
                break
            world.clock.now += timing.LEASE
        assert seen(world.desk, one.id).state == "published"
        assert head(world.desk) == n + 1
    with world.desk.store.begin(write=False) as tx:
        told = [e.data["timed_by"] for e in tx.audit.tail(40 * times) if e.tag == "content:published"]
    assert told == [ana.id] * times
    world.close()
    return times


def _all_at_once(deeds: list[Callable[[], object]]) -> None:
    faults: list[BaseException] = []

    def run(deed: Callable[[], object]) -> None:
        try:
            deed()
        except Busy:  # as the loops do: another look a moment later
            return
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


class _Killed(BaseException):
    pass


def _kill() -> None:
    raise _Killed


def died(url: str, times: int) -> int:
    """The process that checks it dies amid that; another one, and not sooner than its lease allows, publishes it."""
    world = World(url)
    ana = admin(world)
    for n in range(times):
        due = world.clock() + timedelta(minutes=30)
        one = timed(world.desk, ana, f"Which day, number {n}?", due)
        world.clock.now = due
        try:
            publish_due(world.desk, bench(meanwhile=_kill))
        except _Killed:
            pass
        else:
            raise AssertionError("nobody looked at it")
        other = replace(world.desk, bus=LocalBus())
        assert not publish_due(other, bench())
        world.clock.now += timing.LEASE
        assert publish_due(other, bench())
        assert (seen(other, one.id).state, head(other)) == ("published", n + 1)
    world.close()
    return times


def refusals(url: str) -> int:
    """Everything that may change between the setting of a time and the time; raises AssertionError where it is
    published nevertheless, or where admins are not told why."""
    world = World(url)
    desk, ana = world.desk, admin(world)
    bo = ana.model_copy(update={"id": "bo", "name": "Bo", "email": "bo@demo.clinic"})
    with desk.store.begin() as tx:
        tx.staff.add(bo)
    count = 0
    for why, change, faults in reasons(world, ana, bo):
        due = world.clock() + timedelta(hours=2)
        one = timed(desk, ana, f"Which day, {why}?", due)
        world.clock.now = due
        change(one)
        before = head(desk)
        assert publish_due(desk, bench(faults)), why
        found = seen(desk, one.id)
        assert (found.state, found.due, found.missed, head(desk)) == ("checked", None, due, before), why
        assert why in found.refused, found.refused
        assert not publish_due(desk, bench()), why
        editing.withdraw(desk, ana, one.id)
        count += 1
    world.close()
    return count + two_people(url + ".second")


def reasons(
    world: World, ana: StaffUser, bo: StaffUser
) -> list[tuple[str, Callable[[Proposal], object], tuple[str, ...]]]:  # fmt: skip
    """(what is said of it, what happens meanwhile, faults that the checks find)."""
    desk = world.desk

    def published(_: Proposal) -> None:
        with desk.store.begin() as tx:
            revision = tx.content.head(desk.clinic.id)
            tx.content.publish(_revision(desk, revision + 1, ana))

    def rehearsed_with_others(found: Proposal) -> None:
        with desk.store.begin() as tx:
            tx.content.save_proposal(seen(desk, found.id).model_copy(update={"report": {"content": "another"}}))

    def left(found: Proposal) -> None:
        with desk.store.begin() as tx:
            tx.staff.save(bo.model_copy(update={"disabled": True}))
            tx.content.save_proposal(seen(desk, found.id).model_copy(update={"timed_by": "bo"}))

    def late(_: Proposal) -> None:
        world.clock.now += timing.MOST_LATE + timedelta(minutes=1)

    return [
        ("something else was published meanwhile", published, ()),
        ("the files have changed", rehearsed_with_others, ()),
        ("no admin any more", left, ()),
        ("not running at its time", late, ()),
        ("it has a fault now: x.yaml:3: broken (and 1 more)", lambda _: None, ("x.yaml:3: broken.", "y")),
    ]


def _revision(desk: Desk, number: int, by: StaffUser) -> Any:
    from agent.model.edit import Revision

    return Revision(clinic=desk.clinic.id, number=number, content=f"c{number}", base="b", items={}, changes=(),
                    author=by.id, reason="another", at=desk.clock())  # fmt: skip


def two_people(url: str) -> int:
    """Crisis wording gets no time before a second person agrees, and none counts who has left since."""
    world = World(url)
    desk, ana = world.desk, admin(world)
    bo = ana.model_copy(update={"id": "bo", "name": "Bo", "email": "bo@demo.clinic"})
    with desk.store.begin() as tx:
        tx.staff.add(bo)
    due = world.clock() + timedelta(hours=2)
    with pytest.raises(Refused, match="second person"):
        timed(desk, ana, "Mire:", due, CRISIS)
    with desk.store.begin(write=False) as tx:
        (one,) = tx.content.proposals(desk.clinic.id, 1)
    with pytest.raises(Refused, match="another person"):
        editing.agree(desk, ana, one.id)
    editing.agree(desk, bo, one.id)
    timing.set_time(desk, ana, one.id, due)
    with desk.store.begin() as tx:
        tx.staff.save(bo.model_copy(update={"disabled": True}))
    world.clock.now = due
    assert publish_due(desk, bench())
    assert "no admin any more" in seen(desk, one.id).refused
    assert head(desk) == 0
    world.close()
    return 2


def taken_back_amid(url: str) -> None:
    """Whoever takes the time back while it is being checked wins."""
    world = World(url)
    desk, ana = world.desk, admin(world)
    due = world.clock() + timedelta(hours=2)
    one = timed(desk, ana, "Which day?", due)
    world.clock.now = due
    assert publish_due(desk, bench(meanwhile=lambda: timing.drop_time(desk, ana, one.id)))
    found = seen(desk, one.id)
    assert (found.state, found.due, found.refused, head(desk)) == ("checked", None, "", 0)
    world.close()


def checked_for_real(world: World) -> str:
    """With the real checks: a good one is published, one that has become faulty is not."""
    desk, ana = world.desk, admin(world)
    real, due = Workbench(desk), world.clock() + timedelta(minutes=5)
    good = timed(desk, ana, "Which day is best for you?", due, real=True)
    world.clock.now = due
    assert publish_due(desk, real)
    assert seen(desk, good.id).state == "published"
    take_back(desk, ana)
    due = world.clock() + timedelta(minutes=5)
    bad = timed(desk, ana, "Which {daay} is best?", due, real=True)
    world.clock.now = due
    assert publish_due(desk, real)
    assert "{daay}" in seen(desk, bad.id).refused
    return "one published and one refused by the whole of the checks"
