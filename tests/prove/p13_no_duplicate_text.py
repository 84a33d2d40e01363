"""Senders are killed before the call, after the acceptance, before the commit, and at any moment."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from agent.adapters.store import SqlStore
from agent.desk.desk import Desk
from agent.desk.send import drain, reconcile
from agent.model.message import Outbound
from tests.prove.carrier import Running, running_carrier
from tests.prove.ground import Ground
from tests.prove.sending import Clock, desk_at, forked, house, talk, text_to

PROMISE = "No duplicate text"
SIZE = "1,000 processes killed with SIGKILL while sending, half on PostgreSQL and half on SQLite"
_TOGETHER, _ROWS = 4, 24  # processes of a round, and the fresh rows that they find


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before_call(desk: Desk, channel: Any) -> None:
    channel._rest.send = _die


def _after_accept(desk: Desk, channel: Any) -> None:
    real = channel._rest.send
    channel._rest.send = lambda *given: _die(real(*given))


def _before_commit(desk: Desk, channel: Any) -> None:
    """The outcome is written, and the transaction never ends."""
    real = desk.record
    desk.record = lambda *given, **more: _die() if given[2] == "message:sent" else real(*given, **more)  # type: ignore[method-assign]


POINTS: tuple[Callable[[Desk, Any], None] | None, ...] = (_before_call, _after_accept, _before_commit, None)


def sender(desk: Desk, point: Callable[[Desk, Any], None] | None) -> None:
    """One process's life: sends until something ends it. The parent's statements are kept, its connections are not."""
    cast(SqlStore, desk.store)._engine.dispose(close=False)
    channel = desk.channels["sms"]
    if point is not None:
        point(desk, channel)
    until = time.monotonic() + 10
    while time.monotonic() < until and drain(desk):
        pass


def kills(url: str, carrier: Running, count: int, chance: random.Random) -> Counter[str]:
    """Kills `count` senders, lets the rest recover, and looks at every row. Counts how the rows ended."""
    clock = Clock()
    desk = desk_at(url, carrier.channel(), clock)
    warm = text_to(desk, talk(desk, 0), "warm")
    with desk.store.begin() as tx:
        tx.outbox.add(warm)
    drain(desk)
    desk.channels = {"sms": carrier.channel()}  # without a connection yet
    rows: list[Outbound] = []
    killed, busy = 0, True
    while killed < count and busy:
        rows += _more(desk, len(rows))
        some = [POINTS[(killed + n) % len(POINTS)] for n in range(min(_TOGETHER, count - killed))]
        pids = [forked(lambda point=point: sender(desk, point)) for point in some]  # type: ignore[misc]
        busy = False
        for pid, point in zip(pids, some, strict=True):
            if point is None:
                time.sleep(chance.uniform(0.02, 0.25))
                os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            killed += os.WIFSIGNALED(status)
            busy = busy or (os.WIFSIGNALED(status) and point is not None)
            assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "a sender failed by itself"
    ended = recovered(desk, carrier, clock, [(r.id, r.text) for r in rows])
    desk.store.close()
    return Counter(killed=killed) + ended


def _more(desk: Desk, have: int) -> list[Outbound]:
    """Rows of people whom nothing was sent to; whoever is forked now finds no connection to share."""
    rows = [
        text_to(desk, talk(desk, n), f"word {n} of {os.urandom(4).hex()}") for n in range(have + 1, have + 1 + _ROWS)
    ]
    with desk.store.begin() as tx:
        for row in rows:
            tx.outbox.add(row)
    cast(SqlStore, desk.store)._engine.dispose()
    return rows


def recovered(desk: Desk, carrier: Running, clock: Clock, rows: list[tuple[str, str]]) -> Counter[str]:
    """After the leases ran out: what is left is sent, what is unknown is looked up, the rest is flagged."""
    clock.ahead += timedelta(minutes=1)
    while drain(desk):
        pass
    reconcile(desk)
    clock.ahead += timedelta(minutes=10)
    for _ in range(2):
        while drain(desk):
            pass
        reconcile(desk)
    taken = Counter(carrier.accepted())
    ended: Counter[str] = Counter()
    with desk.store.begin(write=False) as tx:
        flagged = {t.proposal.get("outbound") for t in tx.tasks.open(desk.clinic.id)}
        for id, text in rows:
            row = tx.outbox.get(id)
            assert row is not None
            assert taken[text] <= 1, f"{text} was accepted {taken[text]} times"
            assert row.state in ("sent", "failed"), (row.state, row.failure)
            assert (row.state == "sent") == (taken[text] == 1), (row.state, taken[text])
            assert (id in flagged) == (row.state == "failed"), "an unknown outcome is not with staff"
            ended[row.state] += 1
        assert tx.outbox.unsettled() == []
        assert tx.audit.verify()[1] is None
    return ended


def prove(ground: Ground) -> str:
    chance, told = ground.random(), []
    with running_carrier(house()[0].numbers[0]) as carrier:
        for name, url in (("PostgreSQL", ground.postgres()), ("SQLite", ground.sqlite())):
            found = kills(url, carrier, 500, chance)
            assert found["killed"] >= 490, found
            told.append(f"{name}: {found['killed']} killed, {found['sent']} accepted once, {found['failed']} never "
                        "accepted and each a task")  # fmt: skip
    return "; ".join(told) + "; none accepted twice"
