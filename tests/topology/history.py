"""What the database and the stand-in saw, checked against the promises: nothing lost, nothing doubled, in order."""

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import psycopg

from tests.topology.load import Sent
from tests.topology.many import Many


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
        verdict = "; ".join(self.wrong) or "nothing lost, nothing doubled, every conversation in order"
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
    with psycopg.connect(run.database) as db:
        inbox = db.execute("select seq, id, conversation, provider_id, state from inbox").fetchall()
        decided = db.execute("select seq, data from audit where tag = 'turn:decided' order by seq").fetchall()
        texts = "select id, state from outbox where channel = 'sms'"  # the words of calls are never sent
        outbox = dict(db.execute(texts).fetchall())
    turns = [json.loads(data)["inbound"] for _, data in decided]
    wrong = [*_lost(inbox, sent), *_turned(inbox, turns), *_ordered(inbox, turns)]
    carried = Counter(row for text in run.twilio.accepted() if (row := _row(text.callback or "")))
    doubled = [row for row, times in carried.items() if times > 1]
    unsent = [id for id, state in outbox.items() if state in ("sent", "delivered") and not carried[id]]
    wrong += [f"{len(doubled)} rows sent twice"] if doubled else []
    wrong += [f"{len(unsent)} rows called sent that Twilio never had"] if unsent else []
    unknown = sum(state == "unknown" for state in outbox.values())
    return History(len(sent.acknowledged), len(turns), len(outbox), sum(carried.values()), unknown, tuple(wrong))


def _lost(inbox: list[tuple[int, str, str, str, str]], sent: Sent) -> list[str]:
    times = Counter(row[3] for row in inbox)
    gone = [sid for sid, _ in sent.acknowledged if times[sid] == 0]
    twice = [sid for sid, n in times.items() if n > 1]
    return [f"{len(gone)} acknowledged texts are not stored"] * bool(gone) + (
        [f"{len(twice)} texts stored twice"] * bool(twice)
    )


def _turned(inbox: list[tuple[int, str, str, str, str]], turns: list[str]) -> list[str]:
    times = Counter(turns)
    none = [row for row in inbox if row[4] == "done" and times[row[1]] == 0]
    more = [id for id, n in times.items() if n > 1]
    parked = [row for row in inbox if row[4] == "parked"]
    open_ = [row for row in inbox if row[4] not in ("done", "parked")]
    found = (
        (none, "texts done without a turn"),
        (more, "texts with more than one turn"),
        (parked, "texts given up"),
        (open_, "texts without an end"),
    )
    return [f"{len(rows)} {what}" for rows, what in found if rows]


def _ordered(inbox: list[tuple[int, str, str, str, str]], turns: list[str]) -> list[str]:
    arrived: dict[str, list[str]] = defaultdict(list)
    taken: dict[str, list[str]] = defaultdict(list)
    of = {row[1]: row[2] for row in inbox}
    for row in sorted(inbox):
        arrived[row[2]].append(row[1])
    for id in turns:
        taken[of[id]].append(id)
    bad = [c for c, ids in taken.items() if ids != [i for i in arrived[c] if i in set(ids)]]
    return [f"{len(bad)} conversations out of order"] if bad else []


def _row(callback: str) -> str:
    return parse_qs(urlsplit(callback).query).get("row", [""])[0]
