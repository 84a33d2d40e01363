"""Inbound messages, each stored once and worked on by one worker at a time; their meaning is the desk's."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    TextClause,
    bindparam,
    func,
    literal_column,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from agent.adapters.store.keyring import of_conversation
from agent.adapters.store.tables import OPEN_INBOUND, conversations, inbox
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.address import Channel
from agent.model.conversation import Conversation
from agent.model.fault import Conflict, Spoiled
from agent.model.message import Inbound
from agent.ports import Claimed

_STORE = upsert(inbox).on_conflict_do_nothing(index_elements=["channel", "provider_id"]).returning(inbox.c.id)
_KNOWN = select(inbox.c.id).where(
    inbox.c.channel == bindparam("channel"), inbox.c.provider_id == bindparam("provider_id")
)
_GET = select(inbox.c.body).where(inbox.c.id == bindparam("id"))
_NEWEST = select(inbox.c.seq, inbox.c.id, inbox.c.body).where(inbox.c.state == word("done"))
_NEWEST = _NEWEST.order_by(inbox.c.seq.desc()).limit(bindparam("most"))
_OLDER = _NEWEST.where(inbox.c.seq < bindparam("before"))
_WAITING = select(func.count()).select_from(inbox).where(text(OPEN_INBOUND))

_one = inbox.alias("one")
_other = inbox.alias("other")


def _another(*bounds: ColumnElement[bool] | TextClause) -> ScalarSelect[Any]:
    """Of the same conversation, or nothing. Not `exists`, which a server may turn into a join over all that waits, nor
    `IS NULL`, which it takes for so rare that it would ask this of all that waits before it sorts them."""
    mine = select(true()).where(_other.c.conversation == _one.c.conversation, *bounds)
    return mine.limit(literal_column("1")).scalar_subquery()


_free = (
    _another(_other.c.state == word("claimed")).is_not(true()),
    _another(text("other." + OPEN_INBOUND), _other.c.seq < _one.c.seq).is_not(true()),
)
_claim = update(inbox).values(
    state="claimed", fence=inbox.c.fence + 1, attempts=inbox.c.attempts + 1, lease_until=bindparam("until")
)
_row = (inbox.c.id, inbox.c.conversation, inbox.c.seq, inbox.c.fence, inbox.c.attempts, inbox.c.body)


def _next(most: int | BindParameter[int], *bounds: ColumnElement[bool] | TextClause) -> Select[int]:
    """The oldest that may be claimed. Each part has an index of its own that gives its rows in order, so that a server
    whose statistics say that nothing waits does not go through all that does."""
    waiting = select(_one.c.seq).where(_one.c.state == word("waiting"), *_free, *bounds)
    waiting = waiting.order_by(_one.c.seq)
    lapsed = select(_one.c.seq).where(_one.c.state == word("claimed"), _one.c.lease_until <= bindparam("now"), *bounds)
    locked = [  # apart from what limits both: that may be run again, and would lock more than `most`
        part.limit(most).with_for_update(skip_locked=True, of=_one).cte(name)
        for name, part in (("waiting", waiting), ("lapsed", lapsed))
    ]
    either = union_all(*(select(part.c.seq) for part in locked)).subquery("either")
    return select(either.c.seq).order_by(either.c.seq).limit(most)


def _with_talk(claim: ReturningUpdate[Any]) -> Select[Any]:
    """With the sealed conversations, where asking for them would be a talk of its own."""
    mine = claim.cte("mine")
    talks = select(mine, conversations.c.body.label("held"))
    return talks.outerjoin_from(mine, conversations, conversations.c.id == mine.c.conversation)


_CLAIM_ANY = _claim.where(inbox.c.seq.in_(_next(1))).returning(*_row)
_CLAIM_SOME = _claim.where(inbox.c.seq.in_(_next(bindparam("most")))).returning(*_row)
_HELD = select(conversations.c.id, conversations.c.body).where(conversations.c.id.in_(bindparam("ids", expanding=True)))
_theirs = (_one.c.conversation == bindparam("of"), text("one." + OPEN_INBOUND))
_CLAIM_OF = _claim.where(inbox.c.seq.in_(_next(1, *_theirs))).returning(*_row)
_CLAIM_ANY_WITH, _CLAIM_SOME_WITH, _CLAIM_OF_WITH = map(_with_talk, (_CLAIM_ANY, _CLAIM_SOME, _CLAIM_OF))
_SETTLE = (
    update(inbox)
    .where(inbox.c.id == bindparam("of"), inbox.c.fence == bindparam("held"), inbox.c.state == word("claimed"))
    .values(
        state=bindparam("state"), why=bindparam("why"), lease_until=None,
        attempts=inbox.c.attempts - bindparam("uncounted"),
    )
)  # fmt: skip
_BEGIN = (
    update(inbox)
    .where(inbox.c.id == bindparam("of"), inbox.c.fence == bindparam("held"), inbox.c.state == word("claimed"))
    .values(lease_until=bindparam("until"))
)
_NO_TRY = (
    update(inbox)
    .where(inbox.c.id == bindparam("of"), text(OPEN_INBOUND), inbox.c.attempts > 1)
    .values(attempts=inbox.c.attempts - 1)
)
_SPOIL = (
    update(inbox)
    .where(inbox.c.id == bindparam("of"), text(OPEN_INBOUND))
    .values(state="parked", why="cannot be read", lease_until=None)
    .returning(inbox.c.conversation)
)


class InboxRoom:
    """See `agent.ports.Inbox`. Two workers of one conversation at the very same moment: the second gets Conflict."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def store(self, inbound: Inbound, conversation: str) -> bool:
        stored = self._work.connection.execute(
            _STORE,
            {
                "id": inbound.id,
                "conversation": conversation,
                "channel": inbound.channel,
                "provider_id": inbound.provider_id,
                "kind": inbound.kind,
                "body": self._work.seal(of_conversation(conversation), "inbox", inbound.id, inbound),
            },
        )
        return stored.first() is not None

    def known(self, channel: Channel, provider_id: str) -> str | None:
        found = self._work.connection.execute(_KNOWN, {"channel": channel, "provider_id": provider_id})
        return found.scalar()

    def claim(self, now: datetime, lease_seconds: float, conversation: str | None = None) -> Claimed | None:
        given = {"now": now, "until": now + timedelta(seconds=lease_seconds)}
        of = {} if conversation is None else {"of": conversation}
        if self._work.postgres:
            rows = self._work.connection.ask(_CLAIM_OF_WITH if of else _CLAIM_ANY_WITH, given | of)
        else:
            rows = self._work.connection.execute(_CLAIM_OF if of else _CLAIM_ANY, given | of).all()
        if not rows:
            return None
        row = rows[0]
        inbound = self._work.open("inbox", row.id, row.body, Inbound)
        talk = self._talk(row.conversation, row.held) if self._work.postgres else None
        return Claimed(inbound, row.conversation, row.seq, row.fence, row.attempts, talk)

    def claim_several(self, now: datetime, lease_seconds: float, most: int) -> list[Claimed]:
        given = {"now": now, "until": now + timedelta(seconds=lease_seconds), "most": most}
        rows = self._claimed(given)
        self._work.keys.warm(body for row, held in rows for body in (row.body, held))
        found: list[Claimed] = []
        for row, held in sorted(rows, key=lambda each: int(each[0].seq)):
            with suppress(Spoiled):
                inbound = self._work.open("inbox", row.id, row.body, Inbound)
                talk = self._talk(row.conversation, held)
                found.append(Claimed(inbound, row.conversation, row.seq, row.fence, row.attempts, talk))
        return found

    def _claimed(self, given: dict[str, Any]) -> list[tuple[AnyRow, bytes | None]]:
        """Rows of the inbox, each with the sealed conversation."""
        if self._work.postgres:
            return [(row, row.held) for row in self._work.connection.ask(_CLAIM_SOME_WITH, given)]
        rows = self._work.connection.execute(_CLAIM_SOME, given).all()
        ids = {"ids": [row.conversation for row in rows]}
        held = {row.id: row.body for row in self._work.connection.execute(_HELD, ids)} if rows else {}
        return [(row, held.get(row.conversation)) for row in rows]

    def _talk(self, id: str, sealed: bytes | None) -> Conversation | None:
        with suppress(Spoiled):
            return None if sealed is None else self._work.open("conversations", id, sealed, Conversation)
        return None

    def finish(self, inbound_id: str, fence: int) -> None:
        self._settle([(inbound_id, fence)], "done", None)

    def finish_all(self, claimed: Sequence[Claimed]) -> None:
        for each in claimed:
            given = {"of": each.inbound.id, "held": each.fence, "state": "done", "why": None, "uncounted": 0}
            self._work.connection.later(_SETTLE, given, found=True)

    def give_back(self, inbound_id: str, fence: int, why: str, *, counted: bool = True) -> None:
        self._settle([(inbound_id, fence)], "waiting", why, 0 if counted else 1)

    def begin(self, claimed: Claimed, until: datetime) -> bool:
        run, of = self._work.connection.execute, claimed.inbound.id
        if run(_BEGIN, {"of": of, "held": claimed.fence, "until": until}).rowcount == 1:
            return True
        run(_NO_TRY, {"of": of})
        return False

    def park(self, inbound_id: str, fence: int, why: str) -> None:
        self._settle([(inbound_id, fence)], "parked", why)

    def spoil(self, inbound_id: str) -> str | None:
        return self._work.connection.execute(_SPOIL, {"of": inbound_id}).scalar()

    def get(self, inbound_id: str) -> Inbound | None:
        body = self._work.connection.execute(_GET, {"id": inbound_id}).scalar()
        return None if body is None else self._work.open("inbox", inbound_id, body, Inbound)

    def newest(self, most: int, before: int | None = None) -> list[tuple[int, Inbound]]:
        """Those that are dealt with, the newest first; of each its number, too. What does not open is left out."""
        asked, given = (_NEWEST, {}) if before is None else (_OLDER, {"before": before})
        rows = self._work.connection.execute(asked, {"most": most, **given}).all()
        self._work.keys.warm(row.body for row in rows)
        found: list[tuple[int, Inbound]] = []
        for row in rows:
            with suppress(Spoiled):
                found.append((int(row.seq), self._work.open("inbox", row.id, row.body, Inbound)))
        return found

    def waiting(self) -> int:
        """Messages that are not settled: waiting, or claimed by somebody."""
        return int(self._work.connection.execute(_WAITING).scalar_one())

    def _settle(self, held: list[tuple[str, int]], state: str, why: str | None, uncounted: int = 0) -> None:
        new = {"state": state, "why": why, "uncounted": uncounted}
        given = [{"of": id, "held": fence, **new} for id, fence in held]
        if self._work.connection.execute(_SETTLE, given).rowcount != len(given):
            raise Conflict(f"inbound {', '.join(id for id, _ in held)} is no longer ours")
