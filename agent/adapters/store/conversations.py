"""Conversations: the sealed snapshot, the log of events, and the thread as people see it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, Table, Text, any_, bindparam, func, insert, select, text, update

from agent.adapters.store.keyring import of_conversation
from agent.adapters.store.outbox import read_outbound
from agent.adapters.store.tables import conversations, events, inbox, notes, outbox
from agent.adapters.store.work import AnyRow, AnySelect, Work, word
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.event import Event
from agent.model.fault import Conflict
from agent.model.message import Inbound, Line

_EVENTS = TypeAdapter(list[Event])
_GET = select(conversations.c.id, conversations.c.body).where(conversations.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_among = conversations.c.id.in_(bindparam("ids", expanding=True))
_VERSIONS = select(conversations.c.id, conversations.c.version).order_by(conversations.c.id)
_LOCK_SOME = _VERSIONS.where(conversations.c.id == any_(bindparam("ids", type_=ARRAY(Text)))).with_for_update()
_VERSIONS = _VERSIONS.where(_among)
_BRIEFLY = text("SET LOCAL lock_timeout = '300ms'")  # below the second after which a deadlock is looked for
_ID_AT = (
    select(conversations.c.id)
    .where(
        conversations.c.clinic == bindparam("clinic"),
        conversations.c.address_key == bindparam("key"),
        conversations.c.mode != word("closed"),
    )
    .order_by(conversations.c.id.desc())
    .limit(1)
)
# first contact in two processes at once: the second waits here, then finds what the first has made
_FIRST_CONTACT = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key"), 0)))
_ADD = insert(conversations)
_SAVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("of"), conversations.c.version == bindparam("seen"))
    .values({n: bindparam(n) for n in ("mode", "version", "active_at", "patient", "body")})
)
_RECENT = (
    select(conversations.c.id, conversations.c.active_at, conversations.c.body)
    .where(conversations.c.clinic == bindparam("clinic"))
    .order_by(conversations.c.active_at.desc(), conversations.c.id.desc())
    .limit(bindparam("limit"))
)
_WITH_STAFF = (
    select(conversations.c.id, conversations.c.body)
    .where(conversations.c.clinic == bindparam("clinic"), text("mode = 'staff'"))
    .order_by(conversations.c.id)
)
_LAST_HEARD = (
    select(inbox.c.id, inbox.c.body)
    .where(inbox.c.conversation == bindparam("of"), text("kind NOT IN ('joined', 'left')"))
    .order_by(inbox.c.id.desc())
    .limit(1)
)
_JOINED = ("handoff.joined",)
_APPEND = insert(events)
_LOG = (
    select(events.c.inbound, events.c.at, events.c.batch, events.c.body)
    .where(events.c.conversation == bindparam("of"))
    .order_by(events.c.seq)
)
_NOTE = insert(notes)


def _page(statement: AnySelect, table: Table) -> AnySelect:
    return (
        statement.where(table.c.conversation == bindparam("of"), table.c.id > bindparam("after"))
        .order_by(table.c.id)
        .limit(bindparam("limit"))
    )


_IN = _page(select(inbox.c.id, inbox.c.state, inbox.c.body).where(text("kind NOT IN ('joined', 'left')")), inbox)
# what went to somebody else's address is not part of the talk: a one-time code is for the phone on file alone
_partner = select(conversations.c.address_key).where(conversations.c.id == bindparam("of")).scalar_subquery()
_OUT = _page(
    select(
        outbox.c.id, outbox.c.state, outbox.c.due_at, outbox.c.attempts, outbox.c.claimed_at, outbox.c.provider_ids,
        outbox.c.delivery, outbox.c.failure, outbox.c.body,
    ).where(outbox.c.address_key == _partner),
    outbox,
)  # fmt: skip
_NOTES = _page(select(notes.c.id, notes.c.body), notes)


class ConversationsRoom:
    """See `agent.ports.Conversations`. The thread is read from the inbox, the outbox and the notes themselves."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, id: str, *, lock: bool = False) -> Conversation | None:
        return self._one(self._work.connection.execute(_LOCK if lock else _GET, {"id": id}).first())

    def relock(self, held: Sequence[Conversation]) -> list[Conversation]:
        if self._work.postgres and len(held) > 1:
            self._work.connection.later(_BRIEFLY, {})
        ids = {"ids": [each.id for each in held]}
        work = self._work.connection
        rows = work.ask(_LOCK_SOME, ids) if self._work.postgres else work.execute(_VERSIONS, ids).all()
        versions = {row.id: row.version for row in rows}
        current = [each if versions.get(each.id) == each.version else self.get(each.id) for each in held]
        if None in current:
            raise Conflict("a conversation is gone")
        return [each for each in current if each is not None]

    def by_address(self, clinic: str, address: Address) -> Conversation | None:
        id = self.id_at(clinic, address)
        return self.get(id) if id else None

    def id_at(self, clinic: str, address: Address) -> str | None:
        key = self._work.address_key(address)
        if self._work.postgres and self._work.write:
            self._work.connection.execute(_FIRST_CONTACT, {"key": key})
        return self._work.connection.execute(_ID_AT, {"clinic": clinic, "key": key}).scalar()

    def add(self, conversation: Conversation, now: datetime) -> None:
        self._work.connection.execute(
            _ADD,
            {
                "id": conversation.id,
                "clinic": conversation.clinic,
                "address_key": self._work.address_key(conversation.address),
                "mode": conversation.mode,
                "version": conversation.version,
                "active_at": now,
                "patient": conversation.patient,
                "body": self._seal(conversation),
            },
        )

    def save(self, conversation: Conversation, now: datetime) -> Conversation:
        saved = conversation.model_copy(update={"version": conversation.version + 1})
        self._work.connection.later(
            _SAVE,
            {
                "of": saved.id,
                "seen": conversation.version,
                "mode": saved.mode,
                "version": saved.version,
                "active_at": now,
                "patient": saved.patient,
                "body": self._seal(saved),
            },
            found=True,
        )
        return saved

    def append(self, conversation: str, events: Iterable[Event], inbound: str | None, now: datetime) -> None:
        batch = list(events)
        if batch:
            place = events_row(conversation, inbound, now)
            sealed = self._work.keys.seal(
                of_conversation(conversation), "events", "body", place, _EVENTS.dump_json(batch)
            )
            given = {"conversation": conversation, "inbound": inbound, "at": now, "batch": "", "body": sealed}
            self._work.connection.later(_APPEND, given)

    def events(self, conversation: str) -> list[Event]:
        rows = self._work.connection.execute(_LOG, {"of": conversation})
        return [event for row in rows for event in _EVENTS.validate_json(self._batch(conversation, row))]

    def thread(self, conversation: str, after: str = "", limit: int = 200) -> list[Line]:
        given = {"of": conversation, "after": after, "limit": limit}
        rows = self._work.all
        lines = [self._heard(row) for row in rows(_IN, given)]
        lines += [self._said(row) for row in rows(_OUT, given)]
        lines += [self._work.open("notes", row.id, row.body, Line) for row in rows(_NOTES, given)]
        lines.sort(key=lambda line: line.id)
        return lines[:limit]

    def note(self, conversation: str, line: Line) -> None:
        body = self._work.seal(of_conversation(conversation), "notes", line.id, line)
        self._work.connection.execute(_NOTE, {"id": line.id, "conversation": conversation, "body": body})

    def recent(self, clinic: str, limit: int = 100) -> list[tuple[Conversation, datetime]]:
        rows = self._work.all(_RECENT, {"clinic": clinic, "limit": limit})
        return [(self._work.open("conversations", r.id, r.body, Conversation), r.active_at) for r in rows]

    def with_staff(self, clinic: str) -> list[Conversation]:
        rows = self._work.all(_WITH_STAFF, {"clinic": clinic})
        return [self._work.open("conversations", r.id, r.body, Conversation) for r in rows]

    def last_heard(self, conversation: str) -> tuple[str, datetime] | None:
        row = self._work.connection.execute(_LAST_HEARD, {"of": conversation}).first()
        return (row.id, self._work.open("inbox", row.id, row.body, Inbound).received_at) if row else None

    def answered_since(self, conversation: str, line: str, joined: datetime) -> bool:
        rows = self._work.all(_OUT, {"of": conversation, "after": line, "limit": 200})
        said = [m for m in (read_outbound(self._work, row) for row in rows) if m.author.startswith("staff:")]
        return any(m.keys != _JOINED or m.created_at > joined for m in said)

    def _seal(self, conversation: Conversation) -> bytes:
        return self._work.seal(of_conversation(conversation.id), "conversations", conversation.id, conversation)

    def _batch(self, conversation: str, row: AnyRow) -> str | bytes:
        if row.body is None:
            return str(row.batch)
        return self._work.keys.open("events", "body", events_row(conversation, row.inbound, row.at), row.body)

    def _one(self, row: AnyRow | None) -> Conversation | None:
        return self._work.open("conversations", row.id, row.body, Conversation) if row else None

    def _heard(self, row: AnyRow) -> Line:
        heard = self._work.open("inbox", row.id, row.body, Inbound)
        return Line(
            id=heard.id,
            direction="in",
            author="patient",
            text=heard.text,
            at=heard.received_at,
            state=row.state,
            client_id=heard.provider.get("client_id"),
            pictures=len(heard.media),
        )

    def _said(self, row: AnyRow) -> Line:
        said = read_outbound(self._work, row)
        return Line(
            id=said.id,
            direction="out",
            author=said.author,
            text=said.text,
            locale=said.locale,
            at=said.created_at,
            state="held" if said.held(self._work.clock()) else said.state,
            buttons=said.buttons,
            urgent=said.urgent,
        )


def events_row(conversation: str, inbound: str | None, at: datetime) -> str:
    """What an append is bound to; its number is not known before it is written."""
    return f"{conversation}|{inbound or ''}|{round(at.timestamp() * 1_000_000)}"
