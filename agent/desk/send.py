"""Sends committed outbox rows, one claim each; the kind of a failure decides what comes next."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from structlog import get_logger

from agent.desk.desk import Desk
from agent.desk.flag import HOUR, tell_of_cap, tell_staff
from agent.desk.honest import still_true
from agent.desk.spoiled import set_aside
from agent.desk.unsay import FRESH
from agent.model import fault
from agent.model.message import Outbound
from agent.model.sighting import SendDone
from agent.ports import Receipt, Tx

_BACKOFF = (5, 30, 120, 600)  # seconds before the next try
_LONGEST_WAIT = 3600.0  # whatever Retry-After says
_GIVE_UP = timedelta(minutes=10)  # a younger message is tried again, however often
SURE = timedelta(minutes=2)  # after this the provider's list is believed when it does not name a message
_LOOK_AGAIN = timedelta(seconds=2)  # at a message that is held back
_FREE_OF_STOP = frozenset({"consent.stopped", "consent.stopped.bereaved", "consent.started", "consent.help"})
_ALARMS = ("safety.",)


@dataclass(frozen=True)
class Blocked:
    """Why a row must not go out."""

    state: str
    why: str


def drain(desk: Desk) -> int:
    """Claim and send the next row that is due; 0 when none is. Everything that speaks against sending is looked at in
    the claim's own transaction, and the call follows at once. A chat row is the message itself: the open page reads
    its thread, and it is settled with the claim. Raises Busy while the visit that a row speaks of is being changed."""
    now, row, ready = desk.clock(), None, False
    try:
        with desk.store.begin() as tx:
            row = next(iter(tx.outbox.claim(now, desk.settings.lease_seconds, 1)), None)
            ready = row is not None and _cleared(desk, tx, row, now)
    except fault.Spoiled as spoiled:
        set_aside(desk, spoiled, outbound=row.id if row else None)
        return 1
    if row is None:
        return 0
    if not ready:
        _rung(desk, row)
    elif desk.clock() - now > FRESH:  # we were stopped in between: consent and truth may have changed meanwhile
        _hand_back(desk, row)
    else:
        _send(desk, row)
    return 1


def _cleared(desk: Desk, tx: Tx, row: Outbound, now: datetime) -> bool:
    """True when the row must go over the network now; everything else about it is settled here."""
    if row.channel != "chat" and not tx.sends.steady(c.row for c in row.claims):
        raise fault.Busy("a visit that a text speaks of is being changed")
    blocked = _blocked(desk, tx, row, now)
    if blocked is not None and blocked.state == "queued":
        tx.outbox.mark(row.id, "queued", now, failure=blocked.why, due_at=now + _LOOK_AGAIN)
        return False
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
    """Checked with the claim, just before the network: expiry, truth, the stop on sending, consent, the hourly cap.
    Emergency wording passes the first two of the last three, and has some texts of its own beyond the cap."""
    if row.expires_at is not None and row.expires_at < now:
        return Blocked("void", "expired")
    if not still_true(tx, row.claims, now):
        return Blocked("void", "no longer true")
    if row.channel == "chat":
        return None
    alarm, halt = _alarm(row), tx.sends.halted()
    if halt is not None and (halt.everything or not alarm):
        return Blocked("queued", "sending is stopped")
    if not alarm and tx.optouts.stopped(row.to) and not (row.keys and set(row.keys) <= _FREE_OF_STOP):
        return Blocked("blocked", "opted out")
    if any(c.fact == "released" for c in row.claims) and not _has_place(desk, tx, row, now):
        return Blocked("blocked", "bulk cap")
    caps, of_form = desk.settings, _of_form(row)
    most = caps.form_texts_per_hour if of_form else caps.texts_per_hour + (caps.alarms_per_hour if alarm else 0)
    channel = desk.channels.get(row.channel)
    texts = channel.texts_of(row) if channel else 1
    if not tx.sends.take(row.to, row.id, texts, now - HOUR, now, most, of="form" if of_form else ""):
        return Blocked("blocked", "hourly cap")
    return None


def _has_place(desk: Desk, tx: Tx, row: Outbound, now: datetime) -> bool:
    """A text of a bulk send goes only to somebody of it, and as one of the few that a number gets in a day."""
    person = tx.bulk.of_text(row.id)
    day = now.astimezone(ZoneInfo(desk.clinic.zone)).date()
    return person is not None and tx.bulk.place(person, row.to, day.isoformat(), row.id, now)


def _alarm(row: Outbound) -> bool:
    return row.urgent and bool(row.keys) and all(k.startswith(_ALARMS) for k in row.keys)


def _of_form(row: Outbound) -> bool:
    """The next question of a form, to somebody who has just answered the last one."""
    return row.in_reply_to is not None and any(k.startswith("form.") for k in row.keys) and not row.urgent


def _after_block(desk: Desk, tx: Tx, row: Outbound, blocked: Blocked, now: datetime) -> None:
    """Nothing that a person here wanted the patient to know is dropped in silence."""
    desk.record(tx, "agent", "message:blocked", row.id, now, why=blocked.why)
    if blocked.why == "hourly cap":
        tell_of_cap(desk, tx, row, now)
    elif blocked.why == "opted out" and row.in_reply_to is None:
        tell_staff(desk, tx, row, "opted_out", now)
    elif blocked.why == "expired" and row.author != "agent":
        tell_staff(desk, tx, row, "expired", now)


def _hand_back(desk: Desk, row: Outbound) -> None:
    """Claimed and certainly not sent: queue it again, to be checked anew."""
    now = desk.clock()

    def back(tx: Tx) -> None:
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
        raise fault.Misconfigured("delivery_no_channel")
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
            if row.keys and set(row.keys) <= _FREE_OF_STOP:
                return  # "you will get no more texts": the carrier has said so itself
        tell_staff(desk, tx, row, f"delivery_{kind.__name__.lower()}", now, failed.code, failed.why)

    _insist(desk, write)
    _rung(desk, row)


def _rung(desk: Desk, row: Outbound) -> None:
    desk.bus.ring(f"thread:{row.conversation}", row.id)
    desk.bus.ring(f"console:{desk.clinic.id}", row.conversation)


def reconcile(desk: Desk) -> int:
    """Rows of unknown outcome: ask the provider's list, never send blindly; still unknown goes to staff, once. A
    provider that is away is asked about one row only; returns how many rows were settled."""
    with desk.store.begin(write=False) as tx:
        rows = tx.outbox.unsettled()
    settled, away = 0, False
    for row in rows:
        found, sure, away = _asked(desk, row, away)
        settled += _reconciled(desk, row, found, sure, away)
    return settled


def _asked(desk: Desk, row: Outbound, away: bool) -> tuple[str | None, bool, bool]:
    """(the provider's id, whether an absent one is certain, whether the provider is away)."""
    channel = desk.channels.get(row.channel)
    if channel is None or away:
        return None, not away, away
    try:
        return channel.find_sent(row, desk.clinic.numbers[0], row.claimed_at or row.due_at), True, False
    except fault.SendFault as failed:
        known = isinstance(failed, fault.Unknown)  # a part of it went out: no list will ever tell more
        return None, known, not known


def _reconciled(desk: Desk, row: Outbound, found: str | None, sure: bool, away: bool) -> bool:
    now = desk.clock()
    age = now - (row.claimed_at or row.due_at)
    with desk.store.begin() as tx:
        held = tx.outbox.get(row.id)
        if held is None or held.state != "unknown":
            return False  # a callback or another process was faster
        owner = tx.outbox.by_provider(found) if found else None
        if found is not None and owner in (None, held):
            tx.outbox.mark(row.id, "sent", now, provider_id=found)
            desk.record(tx, "agent", "message:found", row.id, now, data={"provider_ids": [found]})
            return True
        if away and age >= _GIVE_UP:  # nobody can say: a person hears of it, and we go on asking
            tell_staff(desk, tx, row, "delivery_unsure", now)
        if not sure or age < SURE:
            return False
        tx.outbox.mark(row.id, "failed", now, failure="unknown outcome, not found at the provider")
        desk.record(tx, "agent", "message:unknown", row.id, now)
        tell_staff(desk, tx, row, "delivery_unknown", now)
    _rung(desk, row)
    return True


def delivery(
    desk: Desk, provider_id: str, status: str, error: str | None, row_id: str | None = None, *, next: str = "",
    why: str = "",
) -> None:  # fmt: skip
    """A status callback; an undelivered message becomes a task once. `row_id` is the row that the callback's address
    names: a callback may be faster than the answer to our own request, or prove one that we never got. `next` and
    `why`: what the channel makes of the error, as in `agent.model.fault`, and the key of what staff read."""
    now = desk.clock()
    with desk.store.begin() as tx:
        if row_id and tx.outbox.by_provider(provider_id) is None:
            named = tx.outbox.get(row_id)
            if named is not None and named.attempts:
                tx.outbox.mark(named.id, "sent", now, provider_id=provider_id)
        row = tx.outbox.delivered(provider_id, status, error, now)
        failed = status in ("undelivered", "failed", "canceled")
        if row is None and failed:  # of a text in parts another part may have arrived: this one has not
            whole = tx.outbox.by_provider(provider_id)
            row = whole if whole is not None and len(whole.provider_ids) > 1 else None
        if row is not None and failed:
            if next == "stopped":
                tx.optouts.stop(row.to, now, "carrier")
            tell_staff(desk, tx, row, "delivery_failed", now, error, why)
            desk.record(tx, "agent", "message:undelivered", row.id, now, why=str(error or status))
    if row is not None and failed:
        _rung(desk, row)
    elif row is not None:
        desk.bus.ring(f"thread:{row.conversation}", row.id)
