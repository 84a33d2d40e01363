"""A bulk send with everything against it: one who agrees with himself, stages without a look, a stop in the middle of
the last one, a scheduler's loop gone wrong. Several processes make rows and send; what a carrier took is counted."""

import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from agent.desk import bulk
from agent.desk.bulk_out import bulk_out
from agent.desk.desk import Desk
from agent.desk.send import drain
from agent.dialogue.gate import SafetyGate
from agent.model.address import Address
from agent.model.bulk import Bulk, Person
from agent.model.fault import Busy, Conflict, Refused
from agent.model.message import Claim, Outbound
from agent.model.patient import StaffUser
from tests import shared
from tests.desk.bulked import RECALL, YEAR, person, visit
from tests.prove.ground import Ground
from tests.prove.sending import Ledger, desk_at, forked, number_of

PROMISE = (
    "A bulk send is guarded: a second person, three stages, a stop within 5 s, a person's share that no bug passes"
)
PEOPLE, PROCESSES = 2_000, 4
SIZE = (
    f"{PEOPLE} people, {PROCESSES} processes, stop in the middle of the last stage, then everybody made due "
    "again and a row for each poured into the outbox, on PostgreSQL; 200 people on SQLite"
)
R = TypeVar("R")
_LANGUAGES = ("en", "es", "ht", "zh", "ar")


class Noon:
    """The time of day in which the proof runs, whatever the clock on the wall says: 10 in the morning and on."""

    def __init__(self) -> None:
        self._began = time.time()

    def __call__(self) -> datetime:
        return datetime(2026, 3, 2, 15, tzinfo=UTC) + timedelta(seconds=time.time() - self._began)


@cache
def gate() -> SafetyGate:
    """English alone: what the scan finds in other languages is tried elsewhere."""
    return shared.gate("en")


def opened(url: str, ledger: Ledger, clock: Noon) -> Desk:
    """A desk that can prepare and send; its texts leave as fast as they can."""
    desk = desk_at(url, ledger, clock)
    desk.gate = gate()
    rules = desk.clinic.bulk.model_copy(update={"per_minute": 600})
    desk.clinic = desk.clinic.model_copy(update={"bulk": rules})
    return desk


def crowd(desk: Desk, people: int) -> None:
    for page in range(0, people, 200):
        with desk.store.begin() as tx:
            for n in range(page, min(page + 200, people)):
                who = person(desk, number_of(n), f"Pat{n} Marin", _LANGUAGES[n % len(_LANGUAGES)])
                tx.patients.add(who)
                tx.appointments.add(visit(desk, who, desk.clock() - YEAR, lane=n), desk.clock())


def colleagues(desk: Desk) -> tuple[StaffUser, StaffUser]:
    found = [
        StaffUser(id=desk.new_id(), clinic=desk.clinic.id, name=n, email=f"{n}@clinic.test", role="front-desk")
        for n in ("rosa", "luis")
    ]
    with desk.store.begin() as tx:
        for user in found:
            tx.staff.add(user)
    return found[0], found[1]


def at_work(url: str, ledger: Ledger, clock: Noon, stopped: Path) -> None:
    """What a process does until it is told to end: rows are made and sent."""
    desk = opened(url, ledger, clock)
    while not stopped.exists():
        with suppress(Busy, Conflict):
            if not bulk_out(desk) + drain(desk):
                time.sleep(0.02)
    desk.store.close()


def insist(act: Callable[[], R]) -> R:
    """On SQLite one writes at a time, and whoever waits too long is told so: as a person would, press again."""
    for _ in range(40):
        with suppress(Busy):
            return act()
    return act()


def refused(act: Callable[..., object], *given: object) -> int:
    try:
        insist(lambda: act(*given))
    except Refused:
        return 1
    return 0


def settled(desk: Desk, id: str, seconds: float) -> None:
    """Waits until a stage is out."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(Busy), desk.store.begin(write=False) as tx:
            if not tx.bulk.on_their_way(id):
                return
        time.sleep(0.1)
    raise AssertionError("a stage did not end")


def _held(desk: Desk, id: str) -> Bulk:
    with desk.store.begin(write=False) as tx:
        found = tx.bulk.get(id)
    assert found is not None
    return found


def prepared(desk: Desk, rosa: StaffUser, luis: StaffUser, people: int) -> Bulk:
    """Agreed to by the one who may, after all that may not be was refused."""
    made = bulk.prepare(desk, rosa, "recall", RECALL, {})
    assert made.reasons == (f"many:{people}",)
    tries = [(bulk.release, desk, made.id, rosa, 1), (bulk.agree, desk, made.id, rosa)]
    assert sum(refused(*t) for t in tries) == len(tries)
    bulk.agree(desk, made.id, luis)
    assert refused(bulk.release, desk, made.id, rosa, 3) == 1, "a stage was left out"
    return made


def guarded(url: str, folder: Path, people: int, processes: int, seconds: float = 600.0) -> str:
    """Raises AssertionError where the promise is broken."""
    ledger, clock, ended = Ledger(str(folder / "accepted")), Noon(), folder / "ended"
    desk = opened(url, ledger, clock)
    rosa, luis = colleagues(desk)
    crowd(desk, people)
    made = prepared(desk, rosa, luis, people)
    desk.store.close()
    pids = [forked(lambda: at_work(url, ledger, clock, ended)) for _ in range(processes)]
    desk = opened(url, ledger, clock)
    try:
        sizes = [0]
        for stage in (1, 2):
            insist(lambda stage=stage: bulk.release(desk, made.id, rosa, stage))  # type: ignore[misc]
            assert refused(bulk.release, desk, made.id, rosa, stage + 1) == 1, "the stage before was not waited for"
            settled(desk, made.id, seconds)
            sizes.append(len(ledger.taken()) - sum(sizes))
        assert sizes[1:] == [-(-people // 100), -(-people // 10) - -(-people // 100)], sizes
        insist(lambda: bulk.release(desk, made.id, rosa, 3))
        before, late = stopped_midway(desk, made.id, luis, ledger, people, seconds)
        insist(lambda: bulk.go_on(desk, made.id, rosa))
        settled(desk, made.id, seconds)
        everybody = once_each(ledger, people)
        again = looped(desk, made.id, ledger, seconds)
    finally:
        ended.touch()
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        desk.store.close()
    assert codes == [0] * processes
    return (
        f"{people} people: stages of {sizes[1]}, {sizes[2]} and {people - sizes[1] - sizes[2]}; stopped after {before} "
        f"texts, the last one left {late:.2f} s later; gone on, {everybody} texts to {people} people; "
        f"everybody made due again, then {people} rows poured into the outbox: {again} texts more"
    )


def stopped_midway(
    desk: Desk, id: str, luis: StaffUser, ledger: Ledger, people: int, seconds: float
) -> tuple[int, float]:  # fmt: skip
    """(texts that had gone, seconds from the stop to the last one that still went)."""
    until = time.monotonic() + seconds
    while len(ledger.taken()) < people // 3 and time.monotonic() < until:
        time.sleep(0.02)
    insist(lambda: bulk.stop(desk, id, luis))
    pressed, seen, last = time.monotonic(), len(ledger.taken()), 0.0
    before = seen
    while time.monotonic() < pressed + 7.0:
        count = len(ledger.taken())
        if count != seen:
            seen, last = count, time.monotonic() - pressed
        time.sleep(0.01)
    assert last <= 5.0, f"a text went {last:.1f} s after the stop"
    assert seen < people, "there was nothing left to stop"
    assert _held(desk, id).state == "stopped"
    return before, last


def once_each(ledger: Ledger, people: int) -> int:
    texts = Counter(number for _, number, _, _ in ledger.taken())
    assert len(texts) == people, f"{people - len(texts)} people were not texted"
    assert set(texts.values()) == {1}, texts.most_common(3)
    return sum(texts.values())


def looped(desk: Desk, id: str, ledger: Ledger, seconds: float) -> int:
    """Two bugs: everybody is due again in a send that goes on; then rows are poured straight into the outbox, each
    tied to its person. How many texts more went out."""
    before = len(ledger.taken())
    for pour in (False, True):
        with desk.store.begin(write=False) as tx:
            found = tx.bulk.people(id, limit=100_000)
        for one in found:
            insist(lambda one=one, pour=pour: _again(desk, one, pour))  # type: ignore[misc]
        insist(lambda: _going(desk, id))
        settled(desk, id, seconds)
    more = len(ledger.taken()) - before
    assert more == 0, f"{more} texts more"
    return more


def _going(desk: Desk, id: str) -> None:
    held = _held(desk, id)
    with desk.store.begin() as tx:
        tx.bulk.save(held.model_copy(update={"state": "sending"}))


def _again(desk: Desk, person: Person, pour: bool) -> None:
    now = desk.clock()
    with desk.store.begin() as tx:
        if not pour:
            tx.bulk.settle(person.model_copy(update={"state": "due", "due_at": now, "outbound": None, "why": ""}))
            return
        patient = tx.patients.get(person.patient)
        assert patient is not None
        to = Address(channel="sms", value=patient.phones[0])
        row = Outbound(
            id=desk.new_id(), conversation=tx.conversations.id_at(desk.clinic.id, to) or "", channel="sms", to=to,
            text="Once more", locale="en", claims=(Claim(fact="released", row=person.bulk),), created_at=now,
            due_at=now,
        )  # fmt: skip
        tx.outbox.add(row)
        tx.bulk.settle(person.model_copy(update={"state": "queued", "outbound": row.id, "why": ""}))


def prove(ground: Ground) -> str:
    told = [f"PostgreSQL: {guarded(ground.postgres(), ground.folder(), PEOPLE, PROCESSES)}"]
    told.append(f"SQLite: {guarded(ground.sqlite(), ground.folder(), 200, 2)}")
    return "; ".join(told)
