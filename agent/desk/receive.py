"""Takes a message in: stored once under its provider's id before anything is answered; a repeat changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.desk.desk import Desk
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.fault import Busy, Conflict
from agent.model.message import Inbound
from agent.model.patient import Patient
from agent.ports import Tx


@dataclass(frozen=True)
class Received:
    """Where the message went; `fresh` is False for a repeat, `same` too where its id came with other words before."""

    inbound: str
    conversation: str
    fresh: bool
    same: bool = True


_TRIES = 3  # first contact twice at one moment: the loser finds what the winner has made


def receive(desk: Desk, inbound: Inbound, conversation: str | None = None, *, bell: bool = True) -> Received:
    """Store the message in its conversation and ring the bell, unless the caller takes its turn itself (should they
    not come to it, the slow clocks find it). Raises Busy when the database is away or contended:
    the caller must then not acknowledge."""
    for _ in range(_TRIES):
        try:
            return _received(desk, inbound, conversation, bell)
        except Conflict:
            continue
    raise Busy("somebody else is always first")


def _received(desk: Desk, inbound: Inbound, conversation: str | None, bell: bool) -> Received:
    now = desk.clock()
    with desk.store.begin() as tx:
        known = tx.inbox.known(inbound.channel, inbound.provider_id)
        if known is not None:
            first = tx.inbox.get(known)
            same = first is None or (first.text, first.payload) == (inbound.text, inbound.payload)
            return Received(known, conversation or "", fresh=False, same=same)
        held = _conversation(desk, tx, inbound, conversation, now)
        inbound = _consent(tx, _by_law(desk, inbound))
        if not tx.inbox.store(inbound, held):
            return Received(inbound.id, held, fresh=False)
    if bell:
        desk.bus.ring("inbox", held)
        desk.bus.ring(f"thread:{held}", inbound.id)
    return Received(inbound.id, held, fresh=True)


def _conversation(desk: Desk, tx: Tx, inbound: Inbound, id: str | None, now: datetime) -> str:
    if id:
        known = id if tx.conversations.get(id) is not None else None
    else:
        known = tx.conversations.id_at(desk.clinic.id, inbound.sender)
    return known or open_conversation(desk, tx, inbound.sender, now).id


def open_conversation(desk: Desk, tx: Tx, address: Address, now: datetime, locale: str | None = None) -> Conversation:
    """A fresh conversation; a number that we know starts in the language on file."""
    fresh = Conversation(
        id=desk.new_id(), clinic=desk.clinic.id, channel=address.channel, address=address,
        locale=locale or _language_on_file(desk, tx, address), content_revision=desk.content.revision, opened_at=now,
    )  # fmt: skip
    tx.conversations.add(fresh, now)
    return fresh


def talk_by_text(desk: Desk, tx: Tx, patient: Patient, phones: Sequence[str], now: datetime) -> Conversation:
    """The newest conversation at one of the numbers, locked; else a new one at the first, in the patient's language."""
    addresses = [Address(channel="sms", value=phone) for phone in phones]
    for address in addresses:
        known = tx.conversations.id_at(desk.clinic.id, address)
        held = tx.conversations.get(known, lock=True) if known else None
        if held is not None:
            return held
    language = patient.language if patient.language in desk.content.live else None
    return open_conversation(desk, tx, addresses[0], now, language)


def _language_on_file(desk: Desk, tx: Tx, address: Address) -> str:
    if address.channel != "chat":
        languages = {p.language for p in tx.patients.by_phone(desk.clinic.id, address.value)}
        if len(languages) == 1 and (only := languages.pop()) in desk.content.live:
            return only
    return desk.clinic.default_language


def _by_law(desk: Desk, inbound: Inbound) -> Inbound:
    """A word that alone takes consent back where the clinic is, whatever the channel's own tables make of it."""
    word = " ".join(inbound.text.casefold().split()).strip(".!")
    if inbound.channel != "sms" or inbound.kind != "text" or word not in desk.law.stop_words:
        return inbound
    return inbound.model_copy(update={"kind": "stop", "provider": {**inbound.provider, "stop_word": word.upper()}})


def _consent(tx: Tx, inbound: Inbound) -> Inbound:
    """STOP and START count as soon as they are stored, in the order in which they were said: a START that comes late
    does not undo a newer STOP. A START word means nothing to somebody not stopped."""
    now = inbound.received_at
    if inbound.kind == "stop":
        tx.optouts.stop(inbound.sender, now, inbound.provider.get("stop_word", "words"))
    elif inbound.provider.get("stop") == "words" and inbound.sender.value.startswith("+"):  # said on the telephone
        tx.optouts.stop(Address(channel="sms", value=inbound.sender.value), now, "said on the phone")
    elif inbound.kind == "start":
        if not tx.optouts.start(inbound.sender, now) and not inbound.provider_said_stop:
            return inbound.model_copy(update={"kind": "text"})
    elif inbound.provider.get("maybe_start") and tx.optouts.start(inbound.sender, now):
        return inbound.model_copy(update={"kind": "start"})
    return inbound
