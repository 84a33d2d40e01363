"""Promise 17, on the waitlist: a free time is offered to one person at a time, however many answer, late, at once, or
book beside it; each process sweeps, answers, decides and books as chance has it."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations

from agent.desk import decide
from agent.desk.acting import run_actions
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.sweep import sweep
from agent.dialogue.turn import take_turn
from agent.model.address import Address
from agent.model.command import SetSlot
from agent.model.fault import Busy, Conflict, Refused
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding
from agent.model.task import OPEN
from agent.model.understanding import Understanding
from agent.model.waitlist import Offer
from tests.desk.waitlisted import waits
from tests.prove.bookings import MONDAY as EARLY
from tests.prove.bookings import ROSA, Clock, desk_at, diary, openings, overlapping
from tests.prove.ground import Ground
from tests.prove.processes import Meeting, at_once

PROMISE = "A time from the waitlist is offered to one person at a time, and booked once"
PEOPLE, TIMES, ROUNDS, PROCESSES = 60, 120, 200, 3
SIZE = (
    f"{PEOPLE} people, {TIMES} visits given up, {ROUNDS} rounds of rival, late and doubled answers, decisions and "
    f"other bookings, {PROCESSES} processes, both databases"
)
MONDAY = EARLY + timedelta(hours=4)  # 10 AM
STEP = timedelta(minutes=7)
LANGUAGES = ("en", "es", "ht", "zh", "ar")
_AGAIN = (Busy, Conflict, Refused)


def prepare(desk: Desk, people: int, times: int) -> list[str]:
    """A line of people with the same wish, and visits that will be given up."""
    for n in range(people):
        waits(desk, ROSA, f"+1212{n:07d}", f"Pat {n}", LANGUAGES[n % len(LANGUAGES)])
    made = []
    for opening in openings(times, since=MONDAY + timedelta(days=3)):
        with desk.store.begin() as tx:
            hold = desk.calendar.hold(
                tx, opening, id=desk.new_id(), patient=None, conversation=None, replaces=None, now=MONDAY
            )
            made.append(desk.calendar.book(tx, hold.id, hold.version, MONDAY).id)
    return made


def work(n: int, meeting: Meeting, url: str, visits: list[str], rounds: int, seed: int) -> Counter[str]:
    clock = Clock(MONDAY)
    desk = desk_at(url, clock)
    chance, done = random.Random(seed * 100 + n), Counter[str]()
    for at in range(rounds):
        clock.now = MONDAY + STEP * at
        meeting.wait()
        act(desk, chance, visits, done)
    meeting.wait()
    desk.store.close()
    return done


def act(desk: Desk, chance: random.Random, visits: list[str], done: Counter[str]) -> None:
    """One thing that somebody does; what is refused changed nothing."""
    what = chance.choices(("sweep", "yes", "no", "late", "give up", "decide", "beside"), (4, 4, 2, 2, 3, 3, 2))[0]
    try:
        done[what] += _ACTS[what](desk, chance, visits)
    except _AGAIN:
        done[f"{what}: refused"] += 1


def _sweep(desk: Desk, *_: object) -> bool:
    return sweep(desk) > 0


def _answer(desk: Desk, offers: list[Offer], chance: random.Random, *, yes: bool) -> bool:
    """The turn of somebody who was offered a time, as their words are understood."""
    if not offers:
        return False
    offer, now = chance.choice(offers), desk.clock()
    with desk.store.begin() as tx:
        talk = tx.conversations.get(offer.conversation, lock=True)
        assert talk is not None
        inbound = Inbound(
            id=desk.new_id(), clinic=desk.clinic.id, channel="sms", sender=Address(channel="sms", value="+12125550000"),
            text="yes" if yes else "no", provider_id=desk.new_id(), received_at=now,
        )  # fmt: skip
        said = SetSlot(slot="answer", value=yes, source="patient", quote=inbound.text)
        heard = Understanding(lang=talk.locale, commands=(said,))
        content = desk.content_for(talk)
        decision = run_actions(
            desk, tx, take_turn(talk, inbound, heard, SafetyFinding(), content, desk.clinic, now), now
        )
        carry_out(desk, tx, decision.conversation, decision.effects, now, inbound=inbound.id)
        tx.conversations.save(decision.conversation, now)
        tx.conversations.append(talk.id, decision.events, inbound.id, now)
    return True


def _said(desk: Desk, chance: random.Random, *, yes: bool) -> bool:
    with desk.store.begin(write=False) as tx:
        offers = tx.waitlist.open_offers(desk.clinic.id)
    return _answer(desk, offers, chance, yes=yes)


def _late(desk: Desk, chance: random.Random, _: list[str]) -> bool:
    with desk.store.begin(write=False) as tx:
        offers = [o for o in tx.waitlist.offers_since(desk.clinic.id, MONDAY) if o.state != "open"]
    return _answer(desk, offers, chance, yes=chance.random() < 0.8)


def _give_up(desk: Desk, chance: random.Random, visits: list[str]) -> bool:
    with desk.store.begin() as tx:
        row = tx.appointments.get(chance.choice(visits))
        if row is None or row.status != "booked":
            return False
        desk.calendar.cancel(tx, row.id, desk.clock())
    return True


def _decide(desk: Desk, chance: random.Random, _: list[str]) -> bool:
    with desk.store.begin(write=False) as tx:
        tasks = [t for t in tx.tasks.open(desk.clinic.id) if t.kind == "booking"]
    if not tasks:
        return False
    task = chance.choice(tasks)
    if chance.random() < 0.7:
        decide.confirm(desk, task.id, task.version, ROSA)
    else:
        decide.decline(desk, task.id, task.version, ROSA, "call_us")
    return True


def _beside(desk: Desk, chance: random.Random, _: list[str]) -> bool:
    """Somebody at the counter wants the very time that is on offer."""
    with desk.store.begin() as tx:
        offers = tx.waitlist.offers_since(desk.clinic.id, MONDAY)
        if not offers:
            return False
        row = tx.appointments.get(chance.choice(offers).appointment)
        assert row is not None
        fresh = row.model_copy(
            update={
                "id": desk.new_id(),
                "status": "booked",
                "hold_expires_at": None,
                "version": 0,
                "conversation": None,
            }
        )
        tx.appointments.add(fresh, desk.clock())
    return True


_ACTS = {
    "sweep": _sweep, "yes": lambda d, c, _: _said(d, c, yes=True), "no": lambda d, c, _: _said(d, c, yes=False),
    "late": _late, "give up": _give_up, "decide": _decide, "beside": _beside,
}  # fmt: skip


def look(desk: Desk) -> tuple[int, int]:
    """What must hold whatever happened; (offers made, visits booked from them)."""
    with desk.store.begin(write=False) as tx:
        offers = tx.waitlist.offers_since(desk.clinic.id, MONDAY)
        lines = {x.id: x for o in offers for x in tx.conversations.thread(o.conversation, limit=5000)}
        rows = [row for row in (tx.outbox.get(id) for id, x in lines.items() if x.direction == "out") if row]
        booked = 0
        for offer in offers:
            hold = tx.appointments.get(offer.appointment)
            mine = [t for t in tx.tasks.of(offer.conversation) if t.key == f"booking:{offer.run}"]
            assert len(mine) == (offer.state == "accepted"), "one request for each yes, and none without"
            assert hold is not None
            if offer.state in ("declined", "silent", "withdrawn"):
                assert hold.status == "cancelled", f"a time is held for nobody: {offer.state}"
            booked += hold.status == "booked"
            assert hold.status != "booked" or mine[0].status == "completed", "booked without a person"
        said = Counter(key for row in rows for key in row.keys)
        assert said["waitlist.offer"] == len(offers), "each is offered once"
        assert said["waitlist.accepted"] == sum(o.state == "accepted" for o in offers)
        for entry in tx.waitlist.in_state(desk.clinic.id, "asked"):
            taken = [o for o in tx.waitlist.offers_of(entry.id) if o.state == "accepted"]
            assert taken, "nobody has asked for a time that was not offered"
            keys = {t.key for t in tx.tasks.of(taken[-1].conversation) if t.status in OPEN or t.decided_at}
            assert f"booking:{taken[-1].run}" in keys
    assert list(overlapping(diary(desk))) == []
    _apart(offers, "person")
    _apart(offers, "conversation")
    for one, other in _pairs(offers, "start"):
        if one.provider == other.provider:
            assert _one_after_the_other(one, other), "two people were offered one time"
            assert one.entry != other.entry, "somebody was offered the same time twice"
    return len(offers), booked


def _apart(offers: list[Offer], by: str) -> None:
    for one, other in _pairs(offers, by):
        assert _one_after_the_other(one, other), f"two offers at once to one {by}"


def _pairs(offers: list[Offer], by: str) -> Iterable[tuple[Offer, Offer]]:
    groups: dict[object, list[Offer]] = {}
    for offer in offers:
        groups.setdefault(getattr(offer, by), []).append(offer)
    return (pair for group in groups.values() for pair in combinations(group, 2))


def _one_after_the_other(one: Offer, other: Offer) -> bool:
    first, second = sorted((one, other), key=lambda o: (o.made_at, o.id))
    return first.settled_at is not None and first.settled_at <= second.made_at


def rounds_of(url: str, people: int, times: int, rounds: int, processes: int, seed: int) -> str:
    """Plays it on one database and looks at everything that came of it."""
    desk = desk_at(url, Clock(MONDAY))
    visits = prepare(desk, people, times)
    done = sum(at_once(processes, work, url, visits, rounds, seed), Counter[str]())
    made, booked = look(desk)
    desk.store.close()
    late = done["late"]
    return f"{made} offers, each alone; {done['yes']} said yes, {late} answered late, {booked} booked by a person"


def alone(url: str, people: int, times: int, rounds: int, seed: int) -> tuple[int, int]:
    """The same in this process, looked at after every step; for the property test."""
    clock = Clock(MONDAY)
    desk = desk_at(url, clock)
    visits = prepare(desk, people, times)
    chance, done, found = random.Random(seed), Counter[str](), (0, 0)
    for at in range(rounds):
        clock.now = MONDAY + STEP * at
        act(desk, chance, visits, done)
        found = look(desk)
    desk.store.close()
    return found


def prove(ground: Ground) -> str:
    return "; ".join(
        f"{name}: {rounds_of(url, PEOPLE, TIMES, ROUNDS, PROCESSES, ground.seed)}"
        for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres()))
    )
