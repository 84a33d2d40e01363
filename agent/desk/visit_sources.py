"""What the desk itself holds for a document: the patient's messages with the front desk, and their filled-in forms."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.intake.response import response
from agent.model.form import Form, FormRow
from agent.model.message import Line
from agent.model.note import Message, Record
from agent.ports import Tx

MOST_MESSAGES = 200  # of one conversation, the newest
_BACK = timedelta(days=90)


def recent_messages(tx: Tx, patient: str, zone: ZoneInfo, now: datetime) -> dict[str, tuple[Message, ...]]:
    """Conversation -> its messages of the last three months, of those that were proven to be this patient's own. Notes
    for colleagues are not messages."""
    found = {}
    for known in tx.privacy.talks_of(patient):
        held = tx.conversations.get(known.id)
        if held is None or held.patient != patient:
            continue  # the house's telephone is not the person
        lines: list[Line] = []
        while more := tx.conversations.thread(held.id, lines[-1].id if lines else ""):
            lines = [*lines, *more][-MOST_MESSAGES:]
        told = tuple(
            Message(
                id=x.id, by="patient" if x.direction == "in" else "clinic", text=x.text,
                sent=x.at.astimezone(zone).date().isoformat(),
            )
            for x in lines
            if x.text.strip() and not x.author.startswith("note:") and x.at > now - _BACK
        )  # fmt: skip
        if any(m.by == "patient" for m in told):
            found[held.id] = told
    return found


def filled_forms(tx: Tx, patient: str, forms: dict[str, Form]) -> dict[str, dict[str, Any]]:
    """Form row -> its answers as a QuestionnaireResponse, of those that a person at the clinic approved."""
    rows: list[FormRow] = [r for r in tx.forms.of_patient(patient) if r.state == "approved" and r.form in forms]
    return {row.id: response(forms[row.form], row) for row in rows}


def with_thread(record: Record | None, thread: Sequence[Message]) -> Record | None:
    """The record with each message as a Communication, for the check to hold a document against."""
    if not thread:
        return record
    held = record or {"resourceType": "Bundle", "type": "collection"}
    entries = held.get("entry")
    told = [{"resource": _communication(m)} for m in thread if m.text.strip()]
    return {**held, "entry": [*(entries if isinstance(entries, list) else []), *told]}


def _communication(message: Message) -> dict[str, Any]:
    sender = {"type": "Patient"} if message.by == "patient" else {"type": "Organization"}
    return {
        "resourceType": "Communication", "id": message.id, "status": "completed", "sent": message.sent,
        "sender": sender, "payload": [{"contentString": message.text}],
    }  # fmt: skip
