"""What never reached us: the provider's list of inbound messages is compared with the inbox, and gaps are filled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from structlog import get_logger

from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.model.address import Channel
from agent.model.fault import SendFault
from agent.ports.missed import ChannelLog, Missed, Reading

ON_ITS_WAY = timedelta(seconds=60)  # a younger one may come by itself: Twilio takes 15 s for each of its tries
OVERLAP = timedelta(minutes=15)  # read again each time: a list may show a message late
TELL_AFTER = timedelta(minutes=10)  # a list that cannot be read for so long stands in the audit trail


def catch_up(desk: Desk, *, at_once: bool = False) -> int:
    """Store what the providers have and we do not, by the same way as a webhook, so that each is there once whichever
    comes first; returns how many. Asked often, it looks every `catch_up_seconds`, in one process at a time; `at_once`
    looks now. Raises Busy when the database is away."""
    if not desk.settings.catch_up_seconds:
        return 0
    return sum(_look(desk, log, number, at_once) for log in desk.logs for number in desk.clinic.numbers)


def _look(desk: Desk, log: ChannelLog, number: str, at_once: bool) -> int:
    now = desk.clock()
    with desk.store.begin() as tx:
        reading = tx.readings.claim(number, now, desk.settings.catch_up_seconds, at_once=at_once)
    if reading is None:
        return 0
    since, until = max(reading.begun, reading.until - OVERLAP), now - ON_ITS_WAY
    if until <= since:
        return 0
    try:
        missed = _asked(desk, log, number, since, until)
    except SendFault as fault:
        _failed(desk, number, reading, fault, fault.code)
        return 0
    except Exception as bug:
        desk.on_fault(bug)
        _failed(desk, number, reading, bug, None)
        return 0
    stored = sum(receive(desk, inbound).fresh for inbound in missed.messages)
    with desk.store.begin() as tx:
        tx.readings.reached(number, until)
        if stored:
            data = {"stored": stored, "unreadable": missed.unreadable, "since": since.isoformat()}
            desk.record(tx, "agent", "inbox:caught_up", desk.clinic.id, now, data=data)
        if reading.told:
            desk.record(tx, "agent", "inbox:list_answers", desk.clinic.id, now)
    if stored or missed.unreadable:
        get_logger().warning("caught_up", count=stored, kind=log.channel)
    return stored


def _asked(desk: Desk, log: ChannelLog, number: str, since: datetime, until: datetime) -> Missed:
    def unknown(provider_ids: Sequence[str]) -> set[str]:
        return _unknown(desk, log.channel, provider_ids)

    return log.missed(
        number, since, until, unknown=unknown, clinic=desk.clinic.id, new_id=desk.new_id,
        max_text=desk.settings.max_text,
    )  # fmt: skip


def _unknown(desk: Desk, channel: Channel, provider_ids: Sequence[str]) -> set[str]:
    with desk.store.begin(write=False) as tx:
        return {id for id in provider_ids if tx.inbox.known(channel, id) is None}


def _failed(desk: Desk, number: str, reading: Reading, fault: Exception, code: str | None) -> None:
    """The next look tries again, from where the last good one ended; a failure that lasts is told once."""
    now = desk.clock()
    since = reading.failing_since or now
    told = reading.told or now - since >= TELL_AFTER
    with desk.store.begin() as tx:
        tx.readings.failed(number, since, told)
        if told and not reading.told:
            why = f"{type(fault).__name__}:{code or ''}".rstrip(":")
            data = {"since": since.isoformat(), "read_until": reading.until.isoformat()}
            desk.record(tx, "agent", "inbox:list_away", desk.clinic.id, now, why=why, data=data)
    get_logger().error("catch_up_failed", fault=type(fault).__name__, code=code, seconds=(now - since).total_seconds())
