"""What the database and the stand-in saw, checked against the promises: nothing lost, nothing doubled, in order."""

import time
from dataclasses import dataclass

import psycopg

from agent.adapters.store.engine import make_engine
from tests.prove.history import History as Past
from tests.prove.history import accepted
from tests.topology.load import Sent
from tests.topology.many import Many

_SHOWN = 5  # faults that are spelled out


@dataclass(frozen=True)
class History:
    """Counts over a whole run; `wrong` holds a sentence for each broken promise, and is empty when all were kept."""

    acknowledged: int
    turns: int
    rows: int
    accepted: int
    unknown: int  # sends whose outcome nobody can know; staff have a task for each
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        more = f" and {len(self.wrong) - _SHOWN} more" if len(self.wrong) > _SHOWN else ""
        verdict = "; ".join(self.wrong[:_SHOWN]) + more or "nothing lost, nothing doubled, every conversation in order"
        return (
            f"{self.acknowledged} texts acknowledged, {self.turns} turns, {self.rows} outbox rows, "
            f"{self.accepted} accepted by Twilio, {self.unknown} of unknown outcome: {verdict}"
        )


def waiting(run: Many) -> tuple[int, int]:
    """(texts without a turn, answers not yet sent)."""
    with psycopg.connect(run.database) as db:
        row = db.execute(
            "select (select count(*) from inbox where state in ('waiting','claimed')),"
            " (select count(*) from outbox where state in ('queued','claimed','unknown'))"
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def settle(run: Many, seconds: float = 60.0) -> float:
    """Seconds until nothing waits any more; fails when that is too long."""
    began = time.monotonic()
    while any(left := waiting(run)):
        assert time.monotonic() - began < seconds, f"after {seconds:.0f} s still waiting (in, out): {left}"
        time.sleep(0.1)
    return time.monotonic() - began


def check(run: Many, sent: Sent) -> History:
    """The history of a settled run."""
    engine = make_engine(run.database)
    past, carried = Past(engine), accepted(run.twilio)
    engine.dispose()
    acknowledged = [sid for sid, _ in sent.acknowledged]
    wrong = [*past.one_turn_each(acknowledged), *past.in_order(), *past.sent_once(carried)]
    wrong += [f"{id}: given up" for id in past.parked]
    unknown = sum(row.state == "unknown" for row in past.sent)
    turns = sum(past.decided.values())
    return History(len(acknowledged), turns, len(past.sent), len(carried), unknown, tuple(wrong))
