"""Sends committed outbox rows, one claim each; the kind of a failure decides what comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.desk.honest import still_true
from agent.model import fault
from agent.model.effect import OpenTask
from agent.model.message import Outbound
from agent.ports import Receipt, Tx

_BACKOFF = (5, 30, 120, 600)  # seconds before the next try
_FREE_OF_STOP = frozenset({"consent.stopped", "consent.started", "consent.help", "identity.code"})
_ALARMS = ("safety.",)


@dataclass(frozen=True)
class Blocked:
    """Why a row must not go out."""

    state: str
    why: str


def drain(desk: Desk, limit: int = 20) -> int:
    """Claim and send what is due; returns how many rows were handled."""
    now = desk.clock()
    with desk.store.begin() as tx:
        rows = tx.outbox.claim(now, desk.settings.lease_seconds, limit)
        ready = []
        for row in rows:
            blocked = _blocked(desk, tx, row, now)
            if blocked is None:
                ready.append(row)
            else:
                tx.outbox.mark(row.id, blocked.state, now, failure=blocked.why)
                _after_block(desk, tx, row, blocked, now)
    for row in ready:
        _send(desk, row)
    return len(rows)


def _blocked(desk: Desk, tx: Tx, row: Outbound, now: datetime) -> Blocked | None:
    """Checked after the claim, just before the network: consent, truth, expiry, the hourly cap."""
    if row.expires_at is not None and row.expires_at < now:
        return Blocked("void", "expired")
    if not still_true(tx, row.claims):
        return Blocked("void", "no longer true")
    if row.channel != "sms":
        return None
    if tx.optouts.stopped(row.to) and not set(row.keys) <= _FREE_OF_STOP and not _alarm(row):
        return Blocked("blocked", "opted out")
    sent = tx.outbox.sent_since(row.to, now - timedelta(hours=1))
    if sent > desk.settings.texts_per_hour and not _alarm(row):
        return Blocked("blocked", "hourly cap")
    return None


def _alarm(row: Outbound) -> bool:
    return row.urgent and any(k.startswith(_ALARMS) for k in row.keys)


def _after_block(desk: Desk, tx: Tx, row: Outbound, blocked: Blocked, now: datetime) -> None:
    desk.record(tx, "agent", "message:blocked", row.id, now, why=blocked.why)
    if blocked.why == "hourly cap":
        tell_staff(desk, tx, row, "hourly_cap", now)


def _send(desk: Desk, row: Outbound) -> None:
    """One network call, then its outcome in a transaction of its own."""
    try:
        receipt = _call(desk, row)
    except fault.SendFault as failed:
        _failed(desk, row, failed)
        return
    now = desk.clock()
    with desk.store.begin() as tx:
        tx.outbox.mark(row.id, "sent", now, provider_id=receipt.provider_ids[0] if receipt.provider_ids else None)
        desk.record(tx, "agent", "message:sent", row.id, now, data={"provider_ids": list(receipt.provider_ids)})
    desk.bus.ring(f"thread:{row.conversation}", row.id)


def _call(desk: Desk, row: Outbound) -> Receipt:
    if row.channel == "chat":
        return Receipt((), "sent")  # the open page reads its thread; the row is the message
    channel = desk.channels.get(row.channel)
    if channel is None:
        raise fault.Misconfigured(f"no {row.channel} channel is configured")
    base = desk.settings.public_url.rstrip("/")
    return channel.send(row, desk.clinic.numbers[0], f"{base}/twilio/sms/status")


def _failed(desk: Desk, row: Outbound, failed: fault.SendFault) -> None:
    now = desk.clock()
    kind, why = type(failed), f"{type(failed).__name__}:{failed.code or failed.why}"[:120]
    with desk.store.begin() as tx:
        desk.record(tx, "agent", "message:failed", row.id, now, why=why)
        if kind is fault.Busy and row.attempts < desk.settings.max_attempts:
            wait = failed.retry_after or _BACKOFF[min(row.attempts - 1, len(_BACKOFF) - 1)]
            tx.outbox.mark(row.id, "queued", now, failure=why, due_at=now + timedelta(seconds=wait))
            return
        if kind is fault.Unknown:
            tx.outbox.mark(row.id, "unknown", now, failure=why)
            return
        tx.outbox.mark(row.id, "failed", now, failure=why)
        if kind is fault.Stopped:
            tx.optouts.stop(row.to, now, "carrier")
        tell_staff(desk, tx, row, f"delivery_{kind.__name__.lower()}", now, failed.code)
    desk.bus.ring(f"console:{desk.clinic.id}", row.conversation)


def tell_staff(desk: Desk, tx: Tx, row: Outbound, why: str, now: datetime, code: str | None = None) -> None:
    """A person must reach the patient another way; one open task per conversation and reason."""
    conversation = tx.conversations.get(row.conversation)
    if conversation is None:
        return
    proposal = {"why": why, "outbound": row.id, "code": code, "message": row.text}
    open_task(
        desk, tx, conversation, OpenTask(kind="callback", proposal=proposal, priority="urgent", reason=why), now, Done()
    )


def reconcile(desk: Desk) -> int:
    """Rows of unknown outcome: ask the provider's list, never send blindly; still unknown goes to staff, once."""
    with desk.store.begin(write=False) as tx:
        rows = tx.outbox.unsettled()
    settled = 0
    for row in rows:
        channel = desk.channels.get(row.channel)
        try:
            found = (
                channel.find_sent(row, desk.clinic.numbers[0], row.created_at - timedelta(minutes=5))
                if channel
                else None
            )
        except fault.SendFault:
            continue
        now = desk.clock()
        with desk.store.begin() as tx:
            if found is not None:
                tx.outbox.mark(row.id, "sent", now, provider_id=found)
                settled += 1
            elif now - row.created_at > timedelta(minutes=2):
                tx.outbox.mark(row.id, "failed", now, failure="unknown outcome, not found at the provider")
                tell_staff(desk, tx, row, "delivery_unknown", now)
                settled += 1
    return settled


def delivery(desk: Desk, provider_id: str, status: str, error: str | None) -> None:
    """A status callback; an undelivered message becomes a task once."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row = tx.outbox.delivered(provider_id, status, error, now)
        if row is not None and status in ("undelivered", "failed"):
            tell_staff(desk, tx, row, "delivery_failed", now, error)
            desk.record(tx, "agent", "message:undelivered", row.id, now, why=str(error or status))
    if row is not None:
        desk.bus.ring(f"thread:{row.conversation}", row.id)
        desk.bus.ring(f"console:{desk.clinic.id}", row.conversation)
