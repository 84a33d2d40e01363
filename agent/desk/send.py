"""Sends committed outbox rows, one claim each; the kind of a failure decides what comes next."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from structlog import get_logger

from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.desk.honest import still_true
from agent.model import fault
from agent.model.effect import OpenTask
from agent.model.message import Outbound
from agent.model.sighting import SendDone
from agent.model.task import OPEN
from agent.ports import Receipt, Tx

_BACKOFF = (5, 30, 120, 600)  # seconds before the next try
_LONGEST_WAIT = 3600.0  # whatever Retry-After says
_GIVE_UP = timedelta(minutes=10)  # a younger message is tried again, however often
_FRESH = timedelta(seconds=2)  # a claim older than this is checked anew before it goes out
_SURE = timedelta(minutes=2)  # after this the provider's list is believed when it does not name a message
_FREE_OF_STOP = frozenset({"consent.stopped", "consent.started", "consent.help"})
_ALARMS = ("safety.",)


@dataclass(frozen=True)
class Blocked:
    """Why a row must not go out."""

    state: str
    why: str


def drain(desk: Desk, limit: int = 4) -> int:
    """Claim and send what is due; returns how many rows were handled. Chat rows are the message themselves: the
    open page reads its thread, and they are settled with the claim."""
    now = desk.clock()
    with desk.store.begin() as tx:
        rows = tx.outbox.claim(now, desk.settings.lease_seconds, limit)
        ready = [row for row in rows if _cleared(desk, tx, row, now)]
    for row in rows:
        if row not in ready:
            _rung(desk, row)
    for at, row in enumerate(ready):
        if desk.clock() - now > _FRESH:  # the sends before were slow: consent and truth may have changed meanwhile
            _hand_back(desk, ready[at:])
            break
        _send(desk, row)
    return len(rows)


def _cleared(desk: Desk, tx: Tx, row: Outbound, now: datetime) -> bool:
    """True when the row must go over the network now; everything else about it is settled here."""
    blocked = _blocked(desk, tx, row, now)
    if blocked is not None:
        tx.outbox.mark(row.id, blocked.state, now, failure=blocked.why)
        desk.watch(SendDone(row.channel, blocked.state))
        _after_block(desk, tx, row, blocked, now)
        return False
    if row.channel == "chat":
        tx.outbox.mark(row.id, "sent", now)
        desk.watch(SendDone(row.channel, "sent"))
        return False
    return True


def _blocked(desk: Desk, tx: Tx, row: Outbound, now: datetime) -> Blocked | None:
    """Checked with the claim, just before the network: consent, truth, expiry, the hourly cap."""
    if row.expires_at is not None and row.expires_at < now:
        return Blocked("void", "expired")
    if not still_true(tx, row.claims, now):
        return Blocked("void", "no longer true")
    if row.channel != "sms" or _alarm(row):
        return None
    if tx.optouts.stopped(row.to) and not (row.keys and set(row.keys) <= _FREE_OF_STOP):
        return Blocked("blocked", "opted out")
    if tx.outbox.sent_since(row.to, now - timedelta(hours=1)) > desk.settings.texts_per_hour:
        return Blocked("blocked", "hourly cap")
    return None


def _alarm(row: Outbound) -> bool:
    return row.urgent and any(k.startswith(_ALARMS) for k in row.keys)


def _after_block(desk: Desk, tx: Tx, row: Outbound, blocked: Blocked, now: datetime) -> None:
    """Nothing that a person here wanted the patient to know is dropped in silence."""
    desk.record(tx, "agent", "message:blocked", row.id, now, why=blocked.why)
    if blocked.why == "hourly cap":
        tell_staff(desk, tx, row, "hourly_cap", now)
    elif blocked.why == "opted out" and row.in_reply_to is None:
        tell_staff(desk, tx, row, "opted_out", now)
    elif blocked.why == "expired" and row.author != "agent":
        tell_staff(desk, tx, row, "expired", now)


def _hand_back(desk: Desk, rows: list[Outbound]) -> None:
    """Claimed and certainly not sent: queue them again, to be checked anew."""
    now = desk.clock()

    def back(tx: Tx) -> None:
        for row in rows:
            held = tx.outbox.get(row.id)
            if held is not None and held.state == "claimed" and held.attempts == row.attempts:
                tx.outbox.mark(row.id, "queued", now, due_at=now)

    _insist(desk, back)


def _insist(desk: Desk, write: Callable[[Tx], None]) -> None:
    """What has happened on the network must get into the database: when it is away, try again for a while. What
    cannot be written even then stays claimed, becomes unknown and is looked up at the provider."""
    for tries in (2, 1, 0):
        try:
            with desk.store.begin() as tx:
                write(tx)
            return
        except fault.Busy:
            if tries == 0:
                raise


def _send(desk: Desk, row: Outbound) -> None:
    """One network call, then its outcome in a transaction of its own."""
    began = time.perf_counter()
    try:
        receipt = _call(desk, row)
    except fault.SendFault as failed:
        desk.watch(SendDone(row.channel, type(failed).__name__.lower(), time.perf_counter() - began))
        _failed(desk, row, failed)
        return
    except Exception as bug:
        desk.watch(SendDone(row.channel, "unknown", time.perf_counter() - began))
        desk.on_fault(bug)
        get_logger().error("send_failed", kind=row.channel, fault=type(bug).__name__)
        _failed(desk, row, fault.Unknown("delivery_unsure", type(bug).__name__))
        return
    desk.watch(SendDone(row.channel, "sent", time.perf_counter() - began))
    now = desk.clock()

    def sent(tx: Tx) -> None:
        for provider_id in receipt.provider_ids or (None,):
            tx.outbox.mark(row.id, "sent", now, provider_id=provider_id)
        desk.record(tx, "agent", "message:sent", row.id, now, data={"provider_ids": list(receipt.provider_ids)})

    _insist(desk, sent)
    desk.bus.ring(f"thread:{row.conversation}", row.id)


def _call(desk: Desk, row: Outbound) -> Receipt:
    channel = desk.channels.get(row.channel)
    if channel is None:
        raise fault.Misconfigured(f"no {row.channel} channel is configured")
    base = desk.settings.public_url.rstrip("/")
    return channel.send(row, desk.clinic.numbers[0], f"{base}/twilio/sms/status?row={row.id}")


def _failed(desk: Desk, row: Outbound, failed: fault.SendFault) -> None:
    now = desk.clock()
    kind, why = type(failed), f"{type(failed).__name__}:{failed.code or failed.why}"[:120]
    tired = row.attempts >= desk.settings.max_attempts and now - row.created_at >= _GIVE_UP

    def write(tx: Tx) -> None:
        desk.record(tx, "agent", "message:failed", row.id, now, why=why)
        if kind is fault.Busy and not tired:
            backoff = _BACKOFF[min(row.attempts, len(_BACKOFF)) - 1]
            wait = min(max(failed.retry_after or backoff, 1.0), _LONGEST_WAIT)
            tx.outbox.mark(row.id, "queued", now, failure=why, due_at=now + timedelta(seconds=wait))
            return
        if kind is fault.Unknown:
            tx.outbox.mark(row.id, "unknown", now, failure=why)
            return
        tx.outbox.mark(row.id, "failed", now, failure=why)
        if kind is fault.Stopped:
            tx.optouts.stop(row.to, now, "carrier")
        tell_staff(desk, tx, row, f"delivery_{kind.__name__.lower()}", now, failed.code)

    _insist(desk, write)
    _rung(desk, row)


def _rung(desk: Desk, row: Outbound) -> None:
    desk.bus.ring(f"thread:{row.conversation}", row.id)
    desk.bus.ring(f"console:{desk.clinic.id}", row.conversation)


def tell_staff(desk: Desk, tx: Tx, row: Outbound, why: str, now: datetime, code: str | None = None) -> None:
    """A person must reach the patient another way; one open task per conversation and reason."""
    conversation = tx.conversations.get(row.conversation)
    if conversation is None:
        return
    if any(t.reason == why and t.status in OPEN for t in tx.tasks.of(conversation.id)):
        return
    proposal = {"why": why, "outbound": row.id, "code": code, "message": row.text}
    wanted = OpenTask(kind="callback", proposal=proposal, priority="urgent", reason=why, run=row.id)
    open_task(desk, tx, conversation, wanted, now, Done())


def reconcile(desk: Desk) -> int:
    """Rows of unknown outcome: ask the provider's list, never send blindly; still unknown goes to staff, once."""
    with desk.store.begin(write=False) as tx:
        rows = tx.outbox.unsettled()
    return sum(_reconciled(desk, row) for row in rows)


def _reconciled(desk: Desk, row: Outbound) -> bool:
    since = row.claimed_at or row.due_at
    found: str | None = None
    sure = True
    try:
        channel = desk.channels.get(row.channel)
        found = channel.find_sent(row, desk.clinic.numbers[0], since) if channel else None
    except fault.SendFault as failed:
        sure = isinstance(failed, fault.Unknown)  # a part of it went out: no list will ever tell more
    now = desk.clock()
    with desk.store.begin() as tx:
        held = tx.outbox.get(row.id)
        if held is None or held.state != "unknown":
            return False  # a callback or another process was faster
        owner = tx.outbox.by_provider(found) if found else None
        if found is not None and owner in (None, held):
            tx.outbox.mark(row.id, "sent", now, provider_id=found)
            desk.record(tx, "agent", "message:found", row.id, now, data={"provider_ids": [found]})
            return True
        if not sure or now - since < _SURE:
            return False
        tx.outbox.mark(row.id, "failed", now, failure="unknown outcome, not found at the provider")
        desk.record(tx, "agent", "message:unknown", row.id, now)
        tell_staff(desk, tx, row, "delivery_unknown", now)
    _rung(desk, row)
    return True


def delivery(desk: Desk, provider_id: str, status: str, error: str | None, row_id: str | None = None) -> None:
    """A status callback; an undelivered message becomes a task once. `row_id` is the row that the callback's address
    names: a callback may be faster than the answer to our own request, or prove one that we never got."""
    now = desk.clock()
    with desk.store.begin() as tx:
        if row_id and tx.outbox.by_provider(provider_id) is None:
            named = tx.outbox.get(row_id)
            if named is not None and named.attempts:
                tx.outbox.mark(named.id, "sent", now, provider_id=provider_id)
        row = tx.outbox.delivered(provider_id, status, error, now)
        if row is not None and status in ("undelivered", "failed", "canceled"):
            tell_staff(desk, tx, row, "delivery_failed", now, error)
            desk.record(tx, "agent", "message:undelivered", row.id, now, why=str(error or status))
    if row is not None:
        _rung(desk, row)
