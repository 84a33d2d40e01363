"""Promise 15: ten thousand reminders due in one minute leave at the clinic's pace, in order of due time, each once."""

import time
from collections import Counter
from datetime import datetime, timedelta

import psycopg

from agent.house import utc_now
from tests.prove.ground import Ground
from tests.prove.p15_reminders_once import LATE, WORKERS, always_day, one, plan
from tests.topology import Many, many
from tests.topology.history import settle

PROMISE = "Reminders of one minute leave at the configured rate, those due longest first"
REMINDERS, PER_MINUTE, MINUTE = 10_000, 1_200, 60.0
SIZE = f"{REMINDERS:,} reminders due within one minute, {PER_MINUTE:,} allowed in a minute, {WORKERS} workers"


def in_a_minute(run: Many, count: int, per_minute: int) -> str:
    """All due within one minute, at a pace that needs longer: once each, no faster than that, those due longest first.
    Raises AssertionError."""
    plan(run.database, count)
    with psycopg.connect(run.database, autocommit=True) as db:
        db.execute(
            "update reminders set due_at = %s + %s * interval '1 second' * r.n / %s from "
            "(select appointment as a, row_number() over (order by appointment) as n from reminders) as r "
            "where appointment = r.a",
            (utc_now() + timedelta(seconds=5), MINUTE, count),
        )
        began, needs = time.monotonic(), count / per_minute * MINUTE
        while left := one(db, "select count(*) from reminders where state = 'due'"):
            assert time.monotonic() - began < 3 * needs + MINUTE, f"{left} of {count} are not settled"
            time.sleep(0.5)
        settle(run, LATE)
        rows = db.execute(
            "select settled_at, settled_at - due_at from reminders where state = 'sent' order by due_at"
        ).fetchall()
    got = Counter(str(m.to) for m in run.twilio.accepted())
    assert len(rows) == len(got) == count, f"{len(rows)} settled, {len(got)} people reached"
    assert set(got.values()) == {1}, "somebody was reminded twice"
    moments = sorted(at for at, _ in rows)
    fastest = max(sum(1 for at in moments if first <= at < first + timedelta(minutes=1)) for first in moments[::50])
    assert fastest <= per_minute * (1 + 5 / MINUTE), f"{fastest} in one minute"
    late = sorted(much.total_seconds() for _, much in rows)
    before = [at for at, _ in rows]
    seconds = (moments[-1] - moments[0]).total_seconds()
    return (
        f"{count} reminders due within a minute, each once; {count / seconds * MINUTE:.0f} a minute where {per_minute} "
        f"are allowed, at most {fastest} in any minute; half {late[count // 2]:.0f} s after they were due, the last "
        f"{late[-1]:.0f} s; {_out_of_order(before)} left more than 15 s before one that was due earlier"
    )


def _out_of_order(moments: list[datetime]) -> int:
    """Of what is in order of due time: how many were settled so long before something due earlier."""
    latest, count = moments[0], 0
    for at in moments:
        count += latest - at > timedelta(seconds=15)
        latest = max(latest, at)
    return count


def prove(ground: Ground) -> str:
    folder = ground.folder()
    clinic = str(always_day(folder, PER_MINUTE))
    with many(folder, webs=1, workers=WORKERS, concurrency=1, FRONTDESK_CLINIC=clinic) as run:
        return in_a_minute(run, REMINDERS, PER_MINUTE)
