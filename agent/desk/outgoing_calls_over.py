"""What is heard of a call of ours, what it comes to, and what follows from it, once."""

from datetime import datetime, timedelta
from typing import Literal

from agent.desk.call_kinds import KINDS
from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.dialogue.leaving import SURE_OF_STOP
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask
from agent.model.outgoing_call import OutgoingCall, RingOutcome
from agent.model.patient import Patient
from agent.ports import Tx
from agent.understand.repairs import Repairs
from agent.understand.yes_no import YesNo

Heard = Literal["yes", "no", "stop", "person", "alarm", "wrong", "nothing"]
_KEYS: dict[str, Heard] = {"1": "yes", "2": "no", "9": "stop", "0": "person"}
_ENDS: dict[str, RingOutcome] = {
    "completed": "nobody", "busy": "busy", "no-answer": "no-answer", "canceled": "no-answer",
}  # fmt: skip
_SHORT = 16  # words; a machine's greeting is longer, and nothing is taken from it
_AGAIN = frozenset({"busy", "no-answer", "other"})
_ENOUGH = frozenset({"told"})  # the patient has heard it
_RUN = "reminder"  # of the tasks that follow from a call, whatever it was about
UNREACHED, NOT_THEIRS = "unreached", "not_theirs"  # reasons of the tasks, see agent/web/console_reasons.py


def answered(desk: Desk, id: str, provider_id: str) -> OutgoingCall | None:
    """It is taken, by whomever; None for a call that is over, or that is not the one which was dialled."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row = tx.outgoing_calls.get(id, lock=True)
        if row is None or row.clinic != desk.clinic.id or row.state == "over" or not row.tries:
            return None
        if row.provider_id not in (None, provider_id):
            return None
        row = row.model_copy(update={"state": "ringing", "provider_id": provider_id, "seen_at": now})
        tx.outgoing_calls.save(row)
    return row


def note(desk: Desk, id: str, outcome: RingOutcome) -> None:
    """What it will have come to when it is over; "told" stays. Whoever wants no more such calls gets none."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row = tx.outgoing_calls.get(id, lock=True)
        if row is None or row.outcome in _ENOUGH:
            return
        tx.outgoing_calls.save(row.model_copy(update={"outcome": outcome, "seen_at": now}))
        if outcome == "stopped":
            _no_more(desk, tx, row, now, "said in a call")


def heard(desk: Desk, row: OutgoingCall, digits: str, speech: str) -> Heard:
    """What somebody says to the first words, before they have said that they listen. Danger comes first; of anything
    but a plain answer, such as a machine's words, nothing is taken."""
    if digits:
        return _KEYS.get(digits[:1], "nothing")
    with desk.store.begin(write=False) as tx:
        talk = tx.conversations.get(row.conversation)
    locale = talk.locale if talk is not None else desk.clinic.default_language
    if desk.gate.read(speech, locale, locale).urgency in ("urgent", "emergency"):
        return "alarm"
    said = desk.ears.hear(speech, now=desk.clock(), prior=locale, current=locale, question=None, open_flows=())
    if said.intent == "stop_messages" and said.confidence >= SURE_OF_STOP:  # "don't call me again" is no mere "no"
        return "stop"
    repairs = Repairs(desk.content.rows.get("repairs", {}))
    if any(repairs.within(speech, tag, "wrong_number", _SHORT) for tag in dict.fromkeys((locale, "en"))):
        return "wrong"
    tables = desk.content.rows.get("values", {})
    for tag in dict.fromkeys((locale, "en")):
        found = YesNo(tables.get(tag, {})).read(speech)
        if found is not None:
            return "yes" if found.value else "no"
    return "nothing"


def over(desk: Desk, id: str, provider_id: str | None, status: str) -> None:
    """The call has ended, in Twilio's words, or was never made ("failed"). Where nobody took it, or somebody else did,
    it is dialled once more later, while there is time."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row = tx.outgoing_calls.get(id, lock=True)
        if row is None or row.state == "over" or row.provider_id not in (None, provider_id):
            return
        row = row.model_copy(update={"provider_id": provider_id, "seen_at": now})
        talk = tx.conversations.get(row.conversation)
        alarmed = talk is not None and talk.alarmed and _ENDS.get(status) == "nobody"
        outcome = row.outcome or ("alarm" if alarmed else _ENDS.get(status, "failed"))
        rules = desk.clinic.reminders.calls
        later = now + timedelta(minutes=rules.retry_minutes)
        kind = KINDS[row.about]
        in_time = kind.again and (kind.before is None or later < row.moment - 2 * kind.before)
        if outcome in _AGAIN and row.tries < rules.tries and in_time:
            again = {"state": "due", "due_at": later, "provider_id": None, "claimed_at": None, "outcome": ""}
            tx.outgoing_calls.save(row.model_copy(update=again))
            desk.record(tx, "agent", f"{kind.tag}:called", row.subject, now, why=outcome, data={"call": row.id})
            return
        close(desk, tx, row, outcome, now)
    desk.bus.ring(f"console:{desk.clinic.id}", row.conversation)


def close(desk: Desk, tx: Tx, row: OutgoingCall, outcome: RingOutcome, now: datetime, why: str = "") -> None:
    """In the caller's transaction: it is over, and what follows from it, once. Who was not told is told by text as
    anybody else, or a person hears of it."""
    kind = KINDS[row.about]
    tx.outgoing_calls.save(row.model_copy(update={"state": "over", "outcome": outcome, "seen_at": now}))
    desk.record(tx, "agent", f"{kind.tag}:called", row.subject, now, why=outcome, data={"call": row.id, "why": why})
    kind.settle(desk, tx, row, outcome, now)
    if outcome == "wrong":
        _no_more(desk, tx, row, now, "somebody else's number")
        tell_staff(desk, tx, row, NOT_THEIRS, now)


def told_nobody(desk: Desk, tx: Tx, row: OutgoingCall | None, now: datetime) -> None:
    """Nothing but a person is left to tell them, where it was to be told by telephone."""
    if row is not None and row.outcome not in _ENOUGH:
        tell_staff(desk, tx, row, UNREACHED, now)


def tell_staff(desk: Desk, tx: Tx, row: OutgoingCall, reason: str, now: datetime) -> None:
    """One task for one call, whoever comes to it first."""
    talk, patient = tx.conversations.get(row.conversation), tx.patients.get(row.patient)
    if talk is None:
        return
    wanted = OpenTask(kind="callback", proposal=_known(talk, patient, reason), reason=reason, run=f"{_RUN}:{row.id}")
    open_task(desk, tx, talk, wanted, now, Done())


def _known(talk: Conversation, patient: Patient | None, reason: str) -> dict[str, str | None]:
    other = next((n for n in patient.phones if n != talk.address.value), None) if patient else None
    number = other if reason == NOT_THEIRS else talk.address.value
    return {"why": reason, "phone": number, "name": patient.name if patient else None}


def _no_more(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime, how: str) -> None:
    talk = tx.conversations.get(row.conversation)
    if talk is not None and tx.consents.withdraw(talk.address):
        desk.record(tx, "agent", "consent:no-calls", row.conversation, now, data={"how": how})
