"""What must hold of a desk's past, whatever was killed, stopped or repeated: read from its database and from Twilio.

Use: `History(store).missing_turns(sids)` and the like, or `History(store).check(sids, accepted)` for everything.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Engine, text

from agent.adapters.store import SqlStore
from agent.adapters.store.engine import start
from agent.demo.twilio_standin import TwilioStandIn
from agent.ports import Store

# the words of a call are never sent
_TEXTS = "SELECT id, state, attempts, provider_ids FROM outbox WHERE channel = 'sms' ORDER BY id"


@dataclass(frozen=True)
class Heard:
    """One row of the inbox."""

    id: str
    sid: str
    conversation: str
    seq: int
    state: str


@dataclass(frozen=True)
class Sent:
    """One row of the outbox, without its words."""

    id: str
    state: str
    attempts: int
    provider_ids: tuple[str, ...]


class History:
    """One reading of a database; `faults` in words, none where all is well."""

    def __init__(self, store: Store | Engine) -> None:
        engine = store if isinstance(store, Engine) else cast(SqlStore, store)._reader
        with engine.connect() as connection, start(connection, write=False):
            run = connection.execute
            self.heard = [
                Heard(*row)
                for row in run(text("SELECT id, provider_id, conversation, seq, state FROM inbox ORDER BY seq"))
            ]
            audit = [(row.tag, _json(row.data)) for row in run(text("SELECT tag, data FROM audit ORDER BY seq"))]
            turns = run(text("SELECT conversation, inbound FROM events WHERE inbound IS NOT NULL ORDER BY seq")).all()
            self.sent = [
                Sent(row.id, row.state, row.attempts, tuple(row.provider_ids.split())) for row in run(text(_TEXTS))
            ]
        self.decided = Counter(str(data.get("inbound")) for tag, data in audit if tag == "turn:decided")
        self.parked = Counter(str(data.get("inbound")) for tag, data in audit if tag == "turn:parked")
        self.told = dict(Counter(tag for tag, _ in audit))
        self.order: dict[str, list[str]] = defaultdict(list)
        for row in turns:
            self.order[row.conversation].append(row.inbound)

    def one_turn_each(self, sids: Iterable[str]) -> list[str]:
        """Every one of these MessageSids is there once and has exactly one turn: decided, or parked for a person."""
        rows = Counter(row.sid for row in self.heard)
        turns = {row.sid: (self.decided[row.id], self.parked[row.id], row.state) for row in self.heard}
        faults = []
        for sid in sids:
            if rows[sid] != 1:
                faults.append(f"{sid}: stored {rows[sid]} times")
            elif turns[sid] not in ((1, 0, "done"), (0, 1, "parked")):
                faults.append(f"{sid}: decided {turns[sid][0]}, parked {turns[sid][1]}, {turns[sid][2]}")
        return faults

    def nothing_else(self, sids: Collection[str]) -> list[str]:
        """There is no message that nobody sent."""
        known = set(sids)
        return [f"{row.sid}: from nowhere" for row in self.heard if row.sid not in known]

    def in_order(self) -> list[str]:
        """In each conversation the turns came in the order in which the messages were stored."""
        stored: dict[str, list[str]] = defaultdict(list)
        for row in self.heard:
            if self.decided[row.id]:
                stored[row.conversation].append(row.id)
        return [f"conversation {c}: out of order" for c, ids in stored.items() if self.order[c] != ids]

    def sent_once(self, accepted: Collection[tuple[str, str]]) -> list[str]:
        """`accepted`: see below. A row was taken at most once by the provider; one that was is never queued again, and
        one that says it was sent was."""
        times = Counter(row for row, _ in accepted)
        faults = [f"outbox {row}: accepted {n} times" for row, n in times.items() if n > 1]
        for row in self.sent if accepted else ():
            if times[row.id] and row.state in ("queued", "void"):
                faults.append(f"outbox {row.id}: accepted, and {row.state}")
            if not times[row.id] and row.state in ("sent", "delivered"):
                faults.append(f"outbox {row.id}: {row.state}, and never accepted")
        return faults

    def check(self, sids: Collection[str], accepted: Collection[tuple[str, str]] = ()) -> None:
        """Raises AssertionError with the first of what is wrong."""
        faults = [*self.one_turn_each(sids), *self.nothing_else(sids), *self.in_order(), *self.sent_once(accepted)]
        assert not faults, f"{len(faults)} wrong, first {faults[0]}"


def accepted(twilio: TwilioStandIn) -> list[tuple[str, str]]:
    """(outbox row, MessageSid) of every send that the stand-in took; the callback's address names the row."""
    return [(parse_qs(urlsplit(x.callback or "").query)["row"][0], x.sid) for x in twilio.accepted()]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value
