"""Outbound messages between the commit that made them and the provider's last word; sending is not done here."""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, text, update

from agent.adapters.store.keyring import of_conversation
from agent.adapters.store.outcomes import after_callback, after_mark
from agent.adapters.store.tables import OPEN_OUTBOUND, outbox, outbox_claims, outbox_receipts
from agent.adapters.store.tables_sends import send_halt
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.message import Outbound

UNCALLED = timedelta(seconds=20)  # nobody is on the line to hear it

_ADD = insert(outbox)
_ADD_CLAIM = upsert(outbox_claims).on_conflict_do_nothing()
_row = (
    outbox.c.id, outbox.c.state, outbox.c.due_at, outbox.c.attempts, outbox.c.claimed_at, outbox.c.provider_ids,
    outbox.c.delivery, outbox.c.failure, outbox.c.body,
)  # fmt: skip
_GET = select(*_row).where(outbox.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_BY_PROVIDER = select(outbox_receipts.c.message).where(outbox_receipts.c.provider_id == bindparam("provider_id"))
_RECEIPT = upsert(outbox_receipts).on_conflict_do_nothing()
_RAN_OUT = (
    update(outbox)
    .where(outbox.c.state == word("claimed"), outbox.c.lease_until <= bindparam("now"))
    .values(state="unknown", failure="lease ran out", lease_until=None)
)
_one = outbox.alias("one")
_other = outbox.alias("other")
# a message that is being sent, or tried again, goes before the later ones of its conversation
_in_the_way = exists().where(
    _other.c.conversation == _one.c.conversation,
    text("other." + OPEN_OUTBOUND),
    or_(
        and_(_other.c.state == word("claimed"), _other.c.id != _one.c.id),
        and_(
            _other.c.id < _one.c.id,
            or_(
                and_(_other.c.due_at <= bindparam("now"), _other.c.urgent >= _one.c.urgent),
                and_(_other.c.attempts > 0, ~_one.c.urgent),
            ),
        ),
    ),
)
# what is to be spoken waits for the call that it belongs to; after that somebody has to ring back
_spoken_soon = and_(_one.c.channel == word("voice"), _one.c.due_at > bindparam("uncalled"))
# while sending is stopped: a chat goes on, and what is urgent unless everything is stopped
_halted = exists().where(_one.c.channel != word("chat"), or_(~_one.c.urgent, send_halt.c.everything))
_DUE = (
    select(_one.c.id)
    .where(text("one." + OPEN_OUTBOUND), _one.c.state == word("queued"), _one.c.due_at <= bindparam("now"))
    .where(~_in_the_way, ~_halted, ~_spoken_soon)
    .order_by(_one.c.urgent.desc(), _one.c.due_at, _one.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=_one)
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="claimed", attempts=outbox.c.attempts + 1, claimed_at=bindparam("now"), lease_until=bindparam("until")
    )
    .returning(*_row)
)
_SET = (
    update(outbox)
    .where(outbox.c.id == bindparam("of"))
    .values({n: bindparam(n) for n in ("state", "due_at", "provider_ids", "delivery", "failure", "lease_until")})
)
_carrying = select(outbox_claims.c.message).where(outbox_claims.c.row == bindparam("of"))
_VOID = (
    update(outbox)
    .where(outbox.c.state == word("queued"), outbox.c.id.in_(_carrying))
    .values(state="void", failure=bindparam("why"))
)
_VOID_OF = _VOID.where(outbox.c.conversation == bindparam("talk"))
_SPOIL = (
    update(outbox)
    .where(outbox.c.id == bindparam("of"), text(OPEN_OUTBOUND))
    .values(state="failed", failure="cannot be read", lease_until=None)
    .returning(outbox.c.conversation)
)
_UNSETTLED = select(*_row).where(outbox.c.state == word("unknown")).order_by(outbox.c.id)
_WAITING = select(func.count()).select_from(outbox).where(text(OPEN_OUTBOUND))


class OutboxRoom:
    """See `agent.ports.Outbox`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, message: Outbound) -> None:
        self._work.connection.later(
            _ADD,
            {
                "id": message.id,
                "conversation": message.conversation,
                "address_key": self._work.address_key(message.to),
                "channel": message.channel,
                "state": message.state,
                "urgent": message.urgent,
                "created_at": message.created_at,
                "due_at": message.due_at,
                "attempts": message.attempts,
                "provider_ids": " ".join(message.provider_ids),
                "delivery": message.delivery,
                "failure": message.failure,
                "body": self._work.seal(of_conversation(message.conversation), "outbox", message.id, message),
            },
        )
        if message.claims:
            for row in {c.row for c in message.claims}:
                self._work.connection.later(_ADD_CLAIM, {"row": row, "message": message.id})
        for provider_id in message.provider_ids:
            self._work.connection.later(_RECEIPT, {"provider_id": provider_id, "message": message.id})

    def claim(self, now: datetime, lease_seconds: float, limit: int = 10) -> list[Outbound]:
        """Urgent ones before all others."""
        run = self._work.connection.execute
        run(_RAN_OUT, {"now": now})
        ids = list(run(_DUE, {"now": now, "limit": limit, "uncalled": now - UNCALLED}).scalars())
        if not ids:
            return []
        until = now + timedelta(seconds=lease_seconds)
        rows = {r.id: r for r in run(_CLAIM, {"ids": ids, "now": now, "until": until})}
        return [self._read(rows[id]) for id in ids]

    def mark(
        self,
        id: str,
        state: str,
        now: datetime,
        *,
        provider_id: str | None = None,
        failure: str | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Raises Conflict for a message that does not exist, or that would be queued again though it may have
        been sent; never takes back a delivery."""
        row = self._work.connection.execute(_LOCK, {"id": id}).first()
        changed = after_mark(
            id, row and self._read(row), state, provider_id=provider_id, failure=failure, due_at=due_at or now
        )
        if provider_id:
            self._work.connection.execute(_RECEIPT, {"provider_id": provider_id, "message": id})
        self._set(changed)

    def delivered(self, provider_id: str, status: str, error: str | None, now: datetime) -> Outbound | None:  # noqa: ARG002  # the port's word
        id = self._work.connection.execute(_BY_PROVIDER, {"provider_id": provider_id}).scalar()
        row = id and self._work.connection.execute(_LOCK, {"id": id}).first()
        changed = after_callback(self._read(row), status, error) if row else None
        if changed:
            self._set(changed)
        return changed

    def spoil(self, id: str) -> str | None:
        return self._work.connection.execute(_SPOIL, {"of": id}).scalar()

    def get(self, id: str) -> Outbound | None:
        row = self._work.connection.execute(_GET, {"id": id}).first()
        return self._read(row) if row else None

    def by_provider(self, provider_id: str) -> Outbound | None:
        id = self._work.connection.execute(_BY_PROVIDER, {"provider_id": provider_id}).scalar()
        return self.get(id) if id else None

    def void(self, conversation: str | None, row: str, why: str) -> int:
        given = {"of": row, "why": why}
        if conversation is None:
            return self._work.connection.execute(_VOID, given).rowcount
        return self._work.connection.execute(_VOID_OF, given | {"talk": conversation}).rowcount

    def unsettled(self) -> list[Outbound]:
        return [self._read(row) for row in self._work.connection.execute(_UNSETTLED)]

    def waiting(self) -> int:
        """Messages on their way: queued (also for later) or claimed."""
        return int(self._work.connection.execute(_WAITING).scalar_one())

    def _set(self, message: Outbound) -> None:
        self._work.connection.execute(
            _SET,
            {
                "of": message.id,
                "state": message.state,
                "due_at": message.due_at,
                "provider_ids": " ".join(message.provider_ids),
                "delivery": message.delivery,
                "failure": message.failure,
                "lease_until": None,
            },
        )

    def _read(self, row: AnyRow) -> Outbound:
        return read_outbound(self._work, row)


def read_outbound(work: Work, row: AnyRow) -> Outbound:
    """The message as it stands: what was written once, with what has become of it since."""
    return work.open("outbox", row.id, row.body, Outbound).model_copy(
        update={
            "state": row.state,
            "due_at": row.due_at,
            "attempts": row.attempts,
            "claimed_at": row.claimed_at,
            "provider_ids": tuple(row.provider_ids.split()),
            "delivery": row.delivery,
            "failure": row.failure,
        }
    )
