"""A scheduler's loop gone wrong: several processes pour texts straight into the outbox for a few people, and send."""

import os
import random
import re
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from agent.desk.desk import Desk
from agent.desk.send import drain
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.fault import Busy
from agent.model.message import Outbound
from tests.prove.ground import Ground
from tests.prove.sending import Clock, Ledger, desk_at, forked, number_of, talk, text_to

PROMISE = "Hard cap per person whatever the bug"
SIZE = "4 processes, 4,000 rows for 7 people straight into the outbox, on PostgreSQL and on SQLite"
PEOPLE = 7
STUCK = 300.0  # seconds in which not one row was claimed


def _spellings(n: int) -> tuple[str, ...]:
    number = number_of(n)
    return number, number[1:], f"+1 ({number[2:5]}) {number[5:8]}-{number[8:]}"


def pour(desk: Desk, talks: list[Conversation], count: int, chance: random.Random) -> None:
    """Rows as a bug would make them: any conversation, any way to write the number, some dressed up as urgent."""
    for n in range(count):
        held = chance.choice(talks)
        who = int(held.address.value[-7:]) - 5550000
        to = Address(channel="sms", value=chance.choice(_spellings(who)))
        more = {"urgent": True, "keys": ("safety.emergency",)} if n % 3 == 0 else {}
        text = "Reminder! " * (300 if n % 25 == 0 else 1)  # now and then one that takes two texts
        row = text_to(desk, held, text, **more).model_copy(update={"to": to})
        _put(desk, row)


def _put(desk: Desk, row: Outbound) -> None:
    while True:
        try:
            with desk.store.begin() as tx:
                tx.outbox.add(row)
            return
        except Busy:
            continue


def send(desk: Desk) -> None:
    """Until nothing waits, however slow the machine is; raises AssertionError where nothing gets on any more."""
    got_on = time.monotonic()
    while True:
        try:
            if not drain(desk):
                return
            got_on = time.monotonic()
        except Busy:
            assert time.monotonic() - got_on < STUCK, f"nothing could be sent for {STUCK:.0f} s"
            time.sleep(0.01)


def flood(url: str, folder: Path, rows: int, processes: int, seed: int) -> Counter[str]:
    """What came of `rows` rows poured in and sent by that many processes. Raises AssertionError over the cap."""
    ledger, clock = Ledger(str(folder / "accepted")), Clock()
    desk = desk_at(url, ledger, clock)
    talks = [talk(desk, n % PEOPLE) for n in range(3 * PEOPLE)]
    desk.store.close()

    def one(n: int) -> None:
        own = desk_at(url, ledger, clock)
        pour(own, talks, rows // processes, random.Random(seed + n))
        send(own)

    pids = [forked(lambda n=n: one(n)) for n in range(processes)]  # type: ignore[misc]
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    assert codes == [0] * processes, f"the processes ended with {codes}: each has said why"
    return judged(desk_at(url, ledger, clock), ledger)


def judged(desk: Desk, ledger: Ledger) -> Counter[str]:
    """Counts texts and tasks; the cap held for every number, and each alarm was raised once."""
    send(desk)
    texts: Counter[str] = Counter()
    for _, number, count, _ in ledger.taken():
        texts[re.sub(r"\D", "", number)] += count
    caps = desk.settings
    most = caps.texts_per_hour + caps.alarms_per_hour
    assert len(texts) == PEOPLE, texts
    assert all(count <= most for count in texts.values()), texts
    near = caps.texts_per_hour - 2  # a text in three parts may not have fitted
    assert all(count >= near for count in texts.values()), f"the cap was never met: {dict(texts)}"
    with desk.store.begin(write=False) as tx:
        tasks = [t for t in tx.tasks.open(desk.clinic.id) if t.reason == "hourly_cap"]
        left = tx.outbox.waiting()
    assert not left, f"{left} rows are not settled"
    assert len(tasks) == PEOPLE, f"{len(tasks)} alarms for {PEOPLE} people"
    desk.store.close()
    return Counter(texts=sum(texts.values()), most=max(texts.values()), tasks=len(tasks))


def later(url: str, folder: Path) -> int:
    """An hour on, a text goes out again; returns how many."""
    ledger, clock = Ledger(str(folder / "accepted")), Clock()
    clock.ahead = timedelta(minutes=61)
    desk = desk_at(url, ledger, clock)
    before = len(ledger.taken())
    row = text_to(desk, talk(desk, 0), "See you on Monday.")
    with desk.store.begin() as tx:
        tx.outbox.add(row)
    send(desk)
    desk.store.close()
    return len(ledger.taken()) - before


def prove(ground: Ground) -> str:
    told = []
    for name, url in (("PostgreSQL", ground.postgres()), ("SQLite", ground.sqlite())):
        folder = ground.folder()
        found = flood(url, folder, 4_000, 4, ground.seed)
        assert later(url, folder) == 1
        told.append(f"{name}: of 4,000 rows {found['texts']} texts went out, at most {found['most']} to one person "
                    f"(20, and 10 more for emergency wording), {found['tasks']} alarms")  # fmt: skip
    return "; ".join(told)
