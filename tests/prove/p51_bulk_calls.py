"""A bulk send by telephone with everything against it: workers that die between the dialling and its row, ends of calls
that are never told, a stop in the middle, a loop gone wrong. What the exchange rang and the carrier took is counted."""

import os
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from agent.desk import bulk
from agent.desk.bulk_out import bulk_out
from agent.desk.desk import Desk
from agent.desk.outgoing_calls import SILENT, agree, place
from agent.desk.outgoing_calls_over import answered, note, over
from agent.desk.send import SURE, drain, reconcile
from agent.model.bulk import Choice, Person
from agent.model.fault import Busy, Conflict
from agent.model.patient import StaffUser
from tests.desk.bulked import person, visit
from tests.prove.exchange import ENDS, NOBODY, TOLD, Exchange, Shifted, nth
from tests.prove.ground import Ground
from tests.prove.p51_bulk import colleagues, gate, insist
from tests.prove.sending import Ledger, desk_at, forked, number_of

PROMISE = "A bulk send by telephone rings nobody twice for the same, whatever dies while dialling, and loses nobody"
PEOPLE, PROCESSES = 600, 4
SIZE = (
    f"{PEOPLE} people who agreed to calls, {PROCESSES} processes, every fifth killed once between the dialling and its "
    "row and every seventh before it, a third of the ends never told, a stop in the middle, then everybody made due "
    "again, on PostgreSQL; 60 people on SQLite"
)


def opened(url: str, ledger: Ledger, line: Exchange, clock: Shifted) -> Desk:
    desk = desk_at(url, ledger, clock)
    desk.gate, desk.dialler = gate(), line
    rules = desk.clinic.bulk.model_copy(update={"per_minute": 6000, "calls_per_minute": 6000})
    calls = desk.clinic.reminders.calls.model_copy(update={"enabled": True})
    reminders = desk.clinic.reminders.model_copy(update={"calls": calls})
    desk.clinic = desk.clinic.model_copy(update={"bulk": rules, "reminders": reminders})
    return desk


def crowd(desk: Desk, people: int, by: StaffUser) -> None:
    """So many with a visit tomorrow, who have agreed to calls."""
    for n in range(people):
        who = person(desk, number_of(n), f"Pat{n} Marin", ("en", "es", "zh")[n % 3])
        with desk.store.begin() as tx:
            tx.patients.add(who)
            tx.appointments.add(visit(desk, who, desk.clock() + timedelta(days=1), lane=n), desk.clock())
        agree(desk, who.id, who.phones[0], by, agreed=True)


def at_work(url: str, ledger: Ledger, line: Exchange, clock: Shifted, ended: Path) -> None:
    desk = opened(url, ledger, line, clock)
    while not ended.exists():
        with suppress(Busy, Conflict):
            if not bulk_out(desk) + place(desk) + drain(desk) + reconcile(desk):
                time.sleep(0.02)
    desk.store.close()


class Hall:
    """The workers, begun anew as they die, and the telephones of those who are rung."""

    def __init__(self, url: str, folder: Path, processes: int) -> None:
        self.ledger, self.clock = Ledger(str(folder / "accepted")), Shifted(folder / "ahead")
        self.line, self.ended = Exchange(str(folder / "rung")), folder / "ended"
        self.url, self.died, self.pids = url, 0, list[int]()
        self.desk = opened(url, self.ledger, self.line, self.clock)
        self._processes, self._told = processes, 0

    def staffed(self) -> None:
        for pid in self.pids[:]:
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.pids.remove(pid)
                self.died += 1
        while len(self.pids) < self._processes:
            self.pids.append(
                forked(lambda: at_work(self.url, self.ledger, self.line, self.clock, self.ended))
            )  # fmt: skip

    def telephones(self) -> None:
        """What the provider tells of each call, but of a third nothing is told."""
        calls = self.line.rung()
        for number, row, sid in calls[self._told :]:
            how = nth(number) % 3
            if how != NOBODY:
                insist(lambda row=row, sid=sid: answered(self.desk, row, sid))  # type: ignore[misc]
                insist(lambda row=row, how=how: note(self.desk, row, "told" if how == TOLD else "machine"))  # type: ignore[misc]
            if nth(number) % 9 > 2:
                insist(lambda row=row, sid=sid, how=how: over(self.desk, row, sid, ENDS[how]))  # type: ignore[misc]
        self._told = len(calls)

    def until(self, done: str, seconds: float) -> None:
        """Until nobody is due, or being called; time passes where only time helps."""
        end, quiet = time.monotonic() + seconds, time.monotonic()
        before = (-1, -1)
        while time.monotonic() < end:
            self.staffed()
            self.telephones()
            stands = (len(self.line.rung()), len(self.ledger.taken()))
            if stands != before:
                before, quiet = stands, time.monotonic()
            with suppress(Busy):
                left = self.waiting(done)
                if not left:
                    return
                if time.monotonic() - quiet > 0.3 and (wait := self.next_of(left) - self.clock()) > timedelta(0):
                    self.clock.pass_time(wait / timedelta(minutes=1) + 1)
                    quiet = time.monotonic()
            time.sleep(0.05)
        raise AssertionError("the send did not end")

    def next_of(self, people: list[Person]) -> datetime:
        """When the next of them, their call or their text is due, or looked up; now where nothing is. That a worker is
        only just beginning anew is no reason to let time pass."""
        with self.desk.store.begin(write=False) as tx:
            calls = [tx.outgoing_calls.get(p.call) for p in people if p.state == "calling" and p.call]
            texts = [tx.outbox.get(p.outbound) for p in people if p.state == "queued" and p.outbound]
        moments = [p.due_at for p in people if p.state == "due" and p.due_at]
        moments += [c.due_at if c.state == "due" else c.seen_at + SILENT for c in calls if c is not None]
        for text in texts:
            if text is not None and text.state == "queued":
                moments.append(text.due_at)
            elif text is not None and text.state in ("claimed", "unknown") and text.claimed_at is not None:
                moments.append(text.claimed_at + SURE)
        return min(moments, default=self.clock())

    def waiting(self, id: str) -> list[Person]:
        with self.desk.store.begin(write=False) as tx:
            held = tx.bulk.get(id)
            on = tx.bulk.on_their_way(id)
            people = tx.bulk.people(id, limit=100_000)
        assert held is not None
        return [p for p in people if 0 < p.stage <= held.stage and (on or p.state in ("due", "calling"))]

    def home(self) -> None:
        self.ended.touch()
        for pid in self.pids:
            os.waitpid(pid, 0)
        self.desk.store.close()


def rung(url: str, folder: Path, people: int, processes: int, seconds: float = 600.0) -> str:
    """Raises AssertionError where the promise is broken."""
    hall = Hall(url, folder, processes)
    desk, (rosa, luis) = hall.desk, colleagues(hall.desk)
    crowd(desk, people, rosa)
    made = bulk.prepare(desk, rosa, "closing", Choice(day=(desk.clock() + timedelta(days=1)).date()), {})
    assert f"many:{people}" in made.reasons
    bulk.agree(desk, made.id, luis)
    try:
        for stage in (1, 2, 3):
            insist(lambda stage=stage: bulk.release(desk, made.id, rosa, stage))  # type: ignore[misc]
            if stage == 3:
                late = stopped_midway(hall, made.id, luis, people)
                insist(lambda: bulk.go_on(desk, made.id, rosa))
            hall.until(made.id, seconds)
        told, texted, others = outcome(hall, made.id, people)
        assert not others, f"{others} were left to a person, with time and room for all"
        more = looped(hall, made.id, seconds)
    finally:
        hall.home()
    assert hall.died > 0, "nobody died"
    return (
        f"{people} people, {hall.died} workers dead while dialling; stopped: the last telephone rang {late:.2f} s "
        f"later; {told} told by telephone, {texted} by text after it, {others} with a person; nobody rung more than "
        f"twice, nobody texted twice or after being told; everybody made due again: {more} calls and texts more"
    )


def stopped_midway(hall: Hall, id: str, luis: StaffUser, people: int) -> float:
    """Seconds from the stop to the last telephone that still rang, or text that still went."""
    until = time.monotonic() + 60
    while len(hall.line.rung()) < people // 3 and time.monotonic() < until:
        hall.staffed()
        hall.telephones()
        time.sleep(0.02)
    insist(lambda: bulk.stop(hall.desk, id, luis))
    pressed, last = time.monotonic(), 0.0
    seen = len(hall.line.rung()) + len(hall.ledger.taken())
    while time.monotonic() < pressed + 6.0:
        hall.staffed()
        hall.telephones()
        if (count := len(hall.line.rung()) + len(hall.ledger.taken())) != seen:
            seen, last = count, time.monotonic() - pressed
        time.sleep(0.02)
    assert last <= 5.0, f"something went out {last:.1f} s after the stop"
    return last


def outcome(hall: Hall, id: str, people: int) -> tuple[int, int, int]:
    """How many were told by telephone, by text, and are left to a person."""
    calls = Counter(number for number, _, _ in hall.line.rung())
    texts = Counter(number for _, number, _, _ in hall.ledger.taken())
    with hall.desk.store.begin(write=False) as tx:
        found = tx.bulk.people(id, limit=100_000)
    assert len(found) == people
    states = Counter(p.state for p in found)
    assert set(states) <= {"called", "queued", "skipped"}, states
    assert max(calls.values()) <= 2, calls.most_common(3)
    assert max(texts.values(), default=0) <= 1, texts.most_common(3)
    answered = {number for number in calls if nth(number) % 3 == TOLD}
    assert all(calls[number] == 1 for number in answered), "somebody who was told was rung again"
    assert not answered & set(texts), "somebody who was told was texted too"
    assert len(answered) == states["called"]
    return states["called"], sum(texts.values()), states["skipped"]


def looped(hall: Hall, id: str, seconds: float) -> int:
    """The bug: everybody is due again, and every call, in a send that goes on. What more goes out to who was told."""
    desk = hall.desk
    rung, texted = len(hall.line.rung()), len(hall.ledger.taken())
    with desk.store.begin(write=False) as tx:
        found, held = tx.bulk.people(id, limit=100_000), tx.bulk.get(id)
    assert held is not None

    def again(one: Person) -> None:
        now = desk.clock()
        with desk.store.begin() as tx:
            row = tx.outgoing_calls.get(one.call, lock=True) if one.call else None
            if row is not None:
                fresh = {"state": "due", "tries": 0, "outcome": "", "provider_id": None, "due_at": now}
                tx.outgoing_calls.save(row.model_copy(update=fresh))
            tx.bulk.settle(one.model_copy(update={"state": "calling" if row else "due", "due_at": now, "way": "call"}))

    for one in found:
        insist(lambda one=one: again(one))  # type: ignore[misc]
    with desk.store.begin() as tx:
        tx.bulk.save(held.model_copy(update={"state": "sending"}))
    hall.until(id, seconds)
    more = [
        *(number for number, _, _ in hall.line.rung()[rung:]),
        *(to for _, to, _, _ in hall.ledger.taken()[texted:]),
    ]
    assert not more, f"calls and texts more: {more}, of {hall.line.rung()} and {hall.ledger.taken()}"
    return len(more)


def prove(ground: Ground) -> str:
    told = [f"PostgreSQL: {rung(ground.postgres(), ground.folder(), PEOPLE, PROCESSES)}"]
    told.append(f"SQLite: {rung(ground.sqlite(), ground.folder(), 60, 2)}")
    return "; ".join(told)
