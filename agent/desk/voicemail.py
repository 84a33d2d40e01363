"""Recorded messages: asked for first, recorded only after a yes; fetched, kept sealed, deleted where they were made.
Whatever comes of a recording, somebody on the staff has a task."""

from datetime import datetime, timedelta
from typing import Literal

from agent.desk import calls
from agent.desk.calls import Answer
from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.desk.last_words import last_words
from agent.desk.transfers import note
from agent.dialogue import calling
from agent.model.call import Agreed, Call
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask
from agent.model.fault import Busy, Refused
from agent.model.message import Inbound
from agent.model.recording import Recording
from agent.model.task import OPEN, Change
from agent.model.wording import N_
from agent.ports import Tx
from agent.understand.yes_no import YesNo

TRIES = 8
LEASE = timedelta(minutes=2)
WAIT = timedelta(seconds=5)  # after the first try that failed; doubled each time
SOON = timedelta(seconds=2)  # before the first: the provider says that it is there a little early
REASON = "recording"
_ASK = "consent.ask_record"
EMPTY = N_("there is nothing in it")
_AWAY = N_("it could not be fetched")
_CARDS = ("urgent", "callback", "handoff")
Said = Literal["yes", "no", "else"]


def ask(desk: Desk, call_id: str) -> Answer | None:
    """May this caller be recorded? Committed, and not spoken yet; the question stands until it is answered."""

    def say(tx: Tx, call: Call, held: Conversation, now: datetime) -> Call:
        if call.recording == "" or not tx.calls.due(held.id, now):
            calls.utter(desk, tx, held, calling.told(held, desk.content_for(held), desk.clinic, now, _ASK), now)
        return call.model_copy(update={"recording": "asked"})

    return calls.led(desk, call_id, say, speak=False)


def heard(desk: Desk, locale: str, digits: str, speech: str) -> Said:
    """What was said to it. Anything but a plain answer is the message itself, and danger in it comes first."""
    if digits:
        return "yes" if digits[0] == "1" else "no" if digits[0] == "2" else "else"
    if desk.gate.read(speech, locale, locale).urgency in ("urgent", "emergency"):
        return "else"
    tables = desk.content.rows.get("values", {})
    for tag in dict.fromkeys((locale, "en")):
        found = YesNo(tables.get(tag, {})).read(speech)
        if found is not None:
            return "yes" if found.value else "no"
    return "else"


def agree(desk: Desk, call_id: str) -> Answer | None:
    """They have said yes: recorded as such before anything else is; what follows is the tone."""
    return _answered(desk, call_id, "yes", "voice.record.go", "consent:recording")


def decline(desk: Desk, call_id: str, *, plainly: bool) -> Answer | None:
    """Nothing is recorded, and everything else is as it would be. `plainly`: they said no, and nothing more."""
    return _answered(desk, call_id, "no", "voice.record.no" if plainly else "", "consent:no-recording")


def left(desk: Desk, call_id: str, provider_id: str, seconds: int, *, listens: bool) -> Answer | None:
    """A recording was made, or (without an id) came to nothing. Known once, however often the provider says so; of
    nobody who agreed to it, it is only to be deleted. Where the caller `listens`, words for it are committed, and not
    spoken yet."""
    now = desk.clock()
    with desk.store.begin() as tx:
        call = tx.calls.get(call_id)
        held = tx.conversations.get(call.conversation, lock=True) if call else None
        call = tx.calls.get(call_id, lock=True)
        fresh = bool(provider_id) and tx.recordings.at(provider_id) is None
        agreed = call is not None and held is not None and call.recording in ("yes", "done")
        if fresh:
            made = Recording(
                id=desk.new_id(), clinic=desk.clinic.id, provider_id=provider_id, state="doomed", call=call_id,
                seconds=seconds, made_at=now, due_at=now + SOON, changed_at=now,
            )  # fmt: skip
            if agreed and held is not None:
                kept = {"conversation": held.id, "task": _task(desk, tx, held, provider_id, now)}
                if seconds > 0 and not is_read(desk, held.locale):
                    _soon(tx, kept["task"], now)
                kept |= {"state": "waiting"} if seconds > 0 else {"state": "refused", "why": EMPTY}
                made = made.model_copy(update=kept)
            if tx.recordings.add(made):
                desk.record(tx, "agent", f"recording:{made.state}", made.id, now, data={"call": call_id})
    if call is None or held is None or not agreed:
        return None
    if fresh:
        note(desk, held.id, "left a recorded message" if seconds > 0 else "the recording came to nothing")
        desk.bus.ring("recordings", held.id)
    there = seconds > 0 and bool(provider_id)

    def say(tx: Tx, call: Call, held: Conversation, now: datetime) -> Call:
        key = "voice.record.kept" if there else "voice.record.nothing"
        if listens and not tx.calls.due(held.id, now):
            calls.utter(desk, tx, held, calling.told(held, desk.content_for(held), desk.clinic, now, key), now)
        return call.model_copy(update={"recording": "done", "wish": ""})

    return calls.led(desk, call_id, say, speak=False)


def is_read(desk: Desk, locale: str) -> bool:
    """Does the provider write such a recording down? Of English alone."""
    language = desk.content.languages.get(locale)
    return language is not None and (language.speech or "").startswith("en")


def failed(desk: Desk, call_id: str) -> None:
    """The provider says that there is no recording after all."""
    with desk.store.begin(write=False) as tx:
        call = tx.calls.get(call_id)
    if call is not None and call.recording in ("yes", "done"):
        note(desk, call.conversation, "the recording came to nothing")


def transcribed(desk: Desk, provider_id: str, inbound: Inbound) -> bool:
    """What the provider has made of the sound: kept beside it, and read by the safety gate. Danger in it is heard as if
    it had been said in the call; where that is long over it is an urgent task all the same. Nothing else is answered:
    the request is open already, and what a machine has read may be wrong. False of a recording that we do not have."""
    with desk.store.begin() as tx:
        made = _changed(tx, tx.recordings.at(provider_id), desk.clock(), words=inbound.text)
        held = tx.conversations.get(made.conversation) if made and made.conversation else None
    if made is None or held is None:
        return False
    finding = desk.gate.read(inbound.text, held.locale, held.locale)
    inbound = inbound.model_copy(update={"sender": held.address})
    if finding.urgency not in ("urgent", "emergency") or last_words(desk, inbound, made.call):
        return True
    now = desk.clock()
    with desk.store.begin() as tx:
        again = tx.conversations.get(held.id, lock=True)
        if again is not None:
            wanted = OpenTask(
                kind="urgent", priority="stat" if finding.urgency == "emergency" else "asap", reason=finding.category,
                proposal={"category": finding.category, "class": finding.cls, "words": inbound.text},
                run=f"recording:{provider_id}",
            )  # fmt: skip
            open_task(desk, tx, again, wanted, now, Done())
    return True


def fetch_next(desk: Desk) -> bool:
    """Fetches one recording that waits, keeps it sealed and has it deleted where it was made; False where none is due.
    Nothing waits for the network inside a transaction."""
    if desk.tapes is None:
        return False
    now = desk.clock()
    with desk.store.begin() as tx:
        made = tx.recordings.take_due(desk.clinic.id, now, now + LEASE)
    if made is None:
        return False
    if made.state == "waiting":
        made = _fetched(desk, made)
    if made is not None:
        _delete(desk, made)
    return True


def _fetched(desk: Desk, made: Recording) -> Recording | None:
    """As it is kept now; None where it is to be tried again."""
    assert desk.tapes is not None
    content = None
    try:
        sound = desk.tapes.fetch(made.provider_id)
    except Refused as refused:
        update: dict[str, object] = {"state": "refused", "why": refused.why}
    except Busy:
        if made.attempts < TRIES:
            _later(desk, made)
            return None
        update = {"state": "refused", "why": _AWAY}
    else:
        content = sound.content
        update = {"state": "kept", "kind": sound.kind, "seconds": sound.seconds}
    with desk.store.begin() as tx:
        now = desk.clock()
        kept = _changed(tx, tx.recordings.get(made.id), now, content, **update)
        if kept is not None:
            desk.record(tx, "agent", f"recording:{kept.state}", kept.id, now, why=kept.why)
    if kept is not None and kept.conversation:
        if kept.state == "refused":
            note(desk, kept.conversation, "the recording came to nothing")
        desk.bus.ring(f"console:{desk.clinic.id}", kept.conversation)
    return kept or made


def _delete(desk: Desk, made: Recording) -> None:
    assert desk.tapes is not None
    try:
        desk.tapes.delete(made.provider_id)
    except Busy:
        _later(desk, made)
        return
    with desk.store.begin() as tx:
        now = desk.clock()
        if _changed(tx, tx.recordings.get(made.id), now, away=True) is None:
            tx.recordings.drop(made.id)
        desk.record(tx, "agent", "recording:deleted-there", made.id, now)


def _changed(
    tx: Tx, seen: Recording | None, now: datetime, content: bytes | None = None, **update: object
) -> Recording | None:  # fmt: skip
    """With the conversation locked, so that nobody else changes it meanwhile; None where it is gone or doomed."""
    if seen is None or seen.conversation is None or tx.conversations.get(seen.conversation, lock=True) is None:
        return None
    owned = tx.recordings.get(seen.id)
    if owned is None or owned.state == "doomed":
        return None
    changed = owned.model_copy(update={**update, "changed_at": now})
    return changed if tx.recordings.save(changed, content) else None


def _later(desk: Desk, made: Recording) -> None:
    wait = min(WAIT * 2 ** min(made.attempts, 10), timedelta(hours=1))
    with desk.store.begin() as tx:
        tx.recordings.put_off(made.id, desk.clock() + wait)


def _task(desk: Desk, tx: Tx, held: Conversation, provider_id: str, now: datetime) -> str:
    """The open request on whose card it is played; a new one where staff have closed them all."""
    there = [t for t in tx.tasks.of(held.id) if t.status in OPEN and t.kind in _CARDS]
    if there:
        return max(there, key=lambda t: t.number).id
    number = held.address.value if held.address.value.startswith("+") else None
    wanted = OpenTask(
        kind="callback", proposal={"why": REASON, "phone": number}, priority="urgent", reason=REASON,
        run=f"recording:{provider_id}",
    )  # fmt: skip
    return open_task(desk, tx, held, wanted, now, Done()).id


def _soon(tx: Tx, task_id: str, now: datetime) -> None:
    """What no machine has read, no safety gate has either: danger in it is found by whoever listens."""
    task = tx.tasks.get(task_id, lock=True)
    if task is not None and task.priority == "routine":
        changes = (*task.changes, Change(at=now, by="agent", what="nobody has read the recording"))
        tx.tasks.save(task.model_copy(update={"priority": "urgent", "changes": changes}))


def _answered(desk: Desk, call_id: str, agreed: Agreed, key: str, tag: str) -> Answer | None:
    def say(tx: Tx, call: Call, held: Conversation, now: datetime) -> Call:
        first = call.recording == "asked"
        if first:
            desk.record(tx, "agent", tag, held.id, now, data={"call": call.id})
        if key and (first or not tx.calls.due(held.id, now)):
            calls.utter(desk, tx, held, calling.told(held, desk.content_for(held), desk.clinic, now, key), now)
        wish = call.wish if agreed == "yes" else ""
        return call.model_copy(update={"recording": agreed, "wish": wish}) if first else call

    return calls.led(desk, call_id, say, speak=False)
