"""Calls of our own, to those who have agreed to them: rows that are due, each dialled once, in nobody's night. What
they are about is a kind of its own, see `agent.desk.call_kinds`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from structlog import get_logger

from agent.desk.call_kind import Subject
from agent.desk.call_kinds import KINDS
from agent.desk.desk import Desk
from agent.desk.flag import HOUR
from agent.desk.outgoing_calls_over import close, over
from agent.desk.receive import open_conversation
from agent.desk.unsay import FRESH
from agent.desk.waking import TALKING, after_night, zones_of
from agent.model import fault
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.outgoing_call import About, OutgoingCall
from agent.model.patient import Patient, StaffUser
from agent.ports import Tx
from agent.ports.dialler import Placed

MOST = 20  # dialled in one sweep
SILENT = timedelta(minutes=2)  # a call of which nothing was heard for so long is looked up
_BUSY = timedelta(minutes=1)  # until what certainly was not dialled is tried again
_UNSURE = frozenset({"20500", "500", "502", "503", "504"})  # a server that failed may have dialled
_LOOK_AGAIN = timedelta(seconds=5)  # at what is held back for a moment
UNDER_WAY = frozenset({"queued", "initiated", "ringing", "in-progress"})  # Twilio's words


@dataclass(frozen=True)
class Hindered:
    """Why it is not dialled now: `until` when, or None for never."""

    why: str
    until: datetime | None = None


def agree(desk: Desk, patient: str, number: str, by: StaffUser, *, agreed: bool) -> bool:
    """A patient told a colleague that the software may call this number, or that it may no more. False where that was
    so already. Raises Refused for a number that is not theirs, or a language that no recogniser knows."""
    now, address = desk.clock(), Address(channel="voice", value=number)
    with desk.store.begin() as tx:
        known = tx.patients.get(patient)
        if known is None or known.clinic != desk.clinic.id or number not in known.phones or not number.startswith("+"):
            raise fault.Refused("there is no such number of theirs")
        if agreed and not _speaks(desk, known.language):
            raise fault.Refused("the desk cannot listen in their language: they are reminded by text")
        if agreed == tx.consents.given(address):
            return False
        if agreed:
            talk = conversation_with(desk, tx, known, number, now)
            tx.consents.give(address, talk.id, now, f"told staff:{by.id}")
        else:
            tx.consents.withdraw(address)
        tag = "consent:calls" if agreed else "consent:no-calls"
        desk.record(tx, f"staff:{by.id}", tag, patient, now, data={"how": "told staff"})
    return True


def number_for(desk: Desk, tx: Tx, patient: Patient, about: About) -> str:
    """The first number of theirs that may be called by the software about this; "" where none may."""
    if not _calls(desk, about) or not _speaks(desk, patient.language):
        return ""
    agreed = (n for n in patient.phones if tx.consents.given(Address(channel="voice", value=n)))
    return next(agreed, "")


def plan(
    desk: Desk, tx: Tx, about: About, subject: str, patient: Patient, number: str, moment: datetime, now: datetime, *,
    rule: str = "",
) -> Conversation:  # fmt: skip
    """This is told by telephone, once: the caller's row waits for the outcome, see `Kind.settle`. The conversation in
    which it will be, locked."""
    talk = conversation_with(desk, tx, patient, number, now)
    call = OutgoingCall(
        id=desk.new_id(), about=about, subject=subject, rule=rule, moment=moment, patient=patient.id,
        clinic=desk.clinic.id, conversation=talk.id, due_at=now, seen_at=now,
    )  # fmt: skip
    if tx.outgoing_calls.plan(call):
        desk.record(tx, "agent", f"{KINDS[about].tag}:call-planned", subject, now, why=rule)
    return talk


def place(desk: Desk) -> int:
    """Look up what nothing was heard of, then dial what is due; how many were dialled or settled."""
    done = _look_up(desk)
    while done < MOST:
        found, claimed = _claim(desk)
        if not found:
            break
        if claimed is not None:
            _dial(desk, *claimed)
        done += 1
    return done


def _claim(desk: Desk) -> tuple[bool, tuple[OutgoingCall, str] | None]:
    """Whether one was due; and the call with its number, where it must be dialled now."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row = tx.outgoing_calls.take_due(desk.clinic.id, now)
        if row is None:
            return False, None
        talk = tx.conversations.get(row.conversation)
        hindered = _hindered(desk, tx, row, talk, now)
        if hindered is not None and hindered.until is not None:
            tx.outgoing_calls.save(row.model_copy(update={"due_at": hindered.until, "seen_at": now}))
            return True, None
        if hindered is not None or talk is None:
            close(desk, tx, row, "void", now, why=hindered.why if hindered else "forgotten")
            return True, None
        row = row.model_copy(
            update={"state": "claimed", "tries": row.tries + 1, "claimed_at": now, "seen_at": now, "provider_id": None}
        )
        tx.outgoing_calls.save(row)
        tag = f"{KINDS[row.about].tag}:dialled"
        desk.record(tx, "agent", tag, row.subject, now, data={"call": row.id, "try": row.tries})
    return True, (row, talk.address.value)


def _hindered(desk: Desk, tx: Tx, row: OutgoingCall, talk: Conversation | None, now: datetime) -> Hindered | None:
    """Looked at in the claim's own transaction: does what is told still stand, may this number be called, is it day
    there, does nobody talk with them just now, and is the hour's most not reached?"""
    subject = _subject(desk, tx, row, now)
    if talk is None or isinstance(subject, str):
        return Hindered(subject if isinstance(subject, str) else "forgotten")
    hindered = _now(desk, tx, row, talk, subject, now)
    if hindered is not None and hindered.until is not None and subject.until and hindered.until >= subject.until:
        return Hindered(hindered.why)  # too late then
    return hindered


def _now(
    desk: Desk, tx: Tx, row: OutgoingCall, talk: Conversation, subject: Subject, now: datetime
) -> Hindered | None:  # fmt: skip
    number = talk.address.value
    if number not in subject.patient.phones or not tx.consents.given(talk.address):
        return Hindered("not agreed to any more")
    if not _calls(desk, row.about):
        return Hindered("no line")
    if tx.sends.halted() is not None:
        return Hindered("sending is stopped", now + _BUSY)
    later = after_night(now, (ZoneInfo(subject.zone), *zones_of(number)), desk.clinic.reminders)
    if later != now:
        return Hindered("night", later)
    if _talking(desk, tx, talk):
        return Hindered("somebody talks with them", now + TALKING)
    if not tx.sends.steady(subject.visits):
        return Hindered("the visit is being changed", now + _LOOK_AGAIN)
    address, most = Address(channel="sms", value=number), desk.settings.texts_per_hour
    if not tx.sends.take(address, f"call:{row.id}:{row.tries}", 1, now - HOUR, now, most):
        return Hindered("hourly cap")
    return _held_back(desk, tx, row, number, now)


def _held_back(desk: Desk, tx: Tx, row: OutgoingCall, number: str, now: datetime) -> Hindered | None:
    """By what its kind looks at."""
    ready = KINDS[row.about].ready
    held = ready(desk, tx, row, number, now) if ready is not None else None
    return Hindered("not yet", held) if isinstance(held, datetime) else Hindered(held) if held else None


def _subject(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | str:
    kind = KINDS[row.about]
    found = kind.look(desk, tx, row, now)
    late = kind.before is not None and row.moment - now < kind.before
    return "too late to help" if late and not isinstance(found, str) else found


def _talking(desk: Desk, tx: Tx, talk: Conversation) -> bool:
    last = tx.calls.last_of(talk.id)
    if last is not None and last.state != "ended" and desk.clock() - last.seen_at < TALKING:
        return True
    texts = tx.conversations.by_address(desk.clinic.id, Address(channel="sms", value=talk.address.value))
    return talk.mode == "staff" or (texts is not None and texts.mode == "staff")


def _dial(desk: Desk, row: OutgoingCall, number: str) -> None:
    """The network call, after the commit, once."""
    assert desk.dialler is not None
    if desk.clock() - (row.claimed_at or row.seen_at) > FRESH:  # we were stopped in between: look at it all again
        _move(desk, row, "due", desk.clock())
        return
    base = f"{desk.settings.public_url.rstrip('/')}/twilio/voice/out"
    try:
        sid = desk.dialler.dial(
            number, desk.clinic.numbers[0], f"{base}?id={row.id}", f"{base}/status?id={row.id}",
            desk.settings.voice_ring_seconds, listen=True,
        )  # fmt: skip
    except fault.Busy as busy:
        if busy.code in _UNSURE:
            _move(desk, row, "unknown")
        else:
            _move(desk, row, "due", desk.clock() + _BUSY)
    except fault.Unknown:
        _move(desk, row, "unknown")
    except fault.SendFault as refused:
        get_logger().warning("call_refused", code=refused.code)
        over(desk, row.id, None, "failed")
    else:
        _move(desk, row, "ringing", provider_id=sid)


def _move(
    desk: Desk, row: OutgoingCall, state: str, due: datetime | None = None, provider_id: str | None = None
) -> None:  # fmt: skip
    """What became of the network call; what the telephone has told us meanwhile is stronger."""
    now = desk.clock()
    with desk.store.begin() as tx:
        held = tx.outgoing_calls.get(row.id, lock=True)
        if held is None or held.state not in ("claimed", "unknown") or held.tries != row.tries:
            return
        update = {"state": state, "seen_at": now, "due_at": due or held.due_at, "provider_id": provider_id}
        if state == "due":
            update["tries"] = held.tries - 1
            if (unrung := KINDS[held.about].unrung) is not None:
                unrung(tx, held)
        tx.outgoing_calls.save(held.model_copy(update=update))


def _look_up(desk: Desk) -> int:
    """Calls of which nothing was heard: the provider's list says what became of them, and none is dialled blindly."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        rows = tx.outgoing_calls.dialled(desk.clinic.id, now - SILENT)
        numbers = {r.id: tx.conversations.get(r.conversation) for r in rows}
    settled = 0
    for row in rows:
        talk = numbers[row.id]
        if desk.dialler is None or talk is None:
            over(desk, row.id, row.provider_id, "failed")
            continue
        try:
            listed = desk.dialler.placed(talk.address.value, desk.clinic.numbers[0], row.claimed_at or row.due_at)
        except fault.SendFault:
            break  # asked again with the next sweep
        settled += _found(desk, row, listed, now)
    return settled


def _found(desk: Desk, row: OutgoingCall, listed: list[Placed], now: datetime) -> bool:
    with desk.store.begin() as tx:
        mine = [p for p in listed if p.id == row.provider_id] or [
            p for p in listed if row.provider_id is None and tx.outgoing_calls.at(p.id) is None
        ]
        held = tx.outgoing_calls.get(row.id, lock=True)
        if held is None or held.state == "over" or held.seen_at != row.seen_at:
            return False  # the telephone was faster
        if mine and mine[0].status in UNDER_WAY:
            found = {"state": "ringing", "provider_id": mine[0].id, "seen_at": now}
            tx.outgoing_calls.save(held.model_copy(update=found))
            return False
    over(desk, row.id, mine[0].id if mine else row.provider_id, mine[0].status if mine else "failed")
    return True


def conversation_with(desk: Desk, tx: Tx, patient: Patient, number: str, now: datetime) -> Conversation:
    """The conversation by telephone with this number, locked; a new one speaks the patient's language."""
    address = Address(channel="voice", value=number)
    known = tx.conversations.id_at(desk.clinic.id, address)
    held = tx.conversations.get(known, lock=True) if known else None
    return held or open_conversation(desk, tx, address, now, patient.language)


def _calls(desk: Desk, about: About) -> bool:
    """Is there a line, and does the clinic call about this?"""
    rules = desk.clinic.reminders.calls
    return desk.dialler is not None and rules.enabled and about in rules.kinds


def _speaks(desk: Desk, language: str) -> bool:
    known = desk.content.languages.get(language)
    return language in desk.content.live and known is not None and known.speech is not None
