"""Approved documents that a person puts to a reply: which ones there are, the link that goes out, taking it back."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.dialogue.wording import render
from agent.model.conversation import Conversation
from agent.model.document import Document
from agent.model.effect import Say
from agent.model.enclosure import Enclosure, EnclosureKind
from agent.model.fault import Refused
from agent.model.instructions import Sheet
from agent.model.message import Outbound
from agent.model.patient import Patient, StaffUser
from agent.ports import Tx

WRITTEN = ("sms", "chat")  # a link cannot be spoken
SIGNED_BY = ("clinician",)  # who sees documents of visits, and so may send them


@dataclass(frozen=True)
class Choice:
    """A document that may be put to a reply. `value` names it in a form; `moment`: when it was approved or signed."""

    value: str
    kind: EnclosureKind
    ref: str
    nth: int
    patient: Patient
    language: str
    title: str
    by: str
    moment: datetime | None


def choices(desk: Desk, tx: Tx, held: Conversation, by: StaffUser) -> list[Choice]:
    """What this person may send in this conversation: sheets as they are approved now, those of the patient's single
    visits first; for a clinician also signed documents without an open error. None where nobody knows who writes."""
    if held.channel not in WRITTEN:
        return []
    people = _people(desk, tx, held)
    general = tx.instructions.approved(desk.clinic.id) if people else []
    found: list[Choice] = []
    for patient in people:
        if held.channel == "chat" and not patient.phones:  # no number for the code
            continue
        found += [_of_sheet(s, patient, held.locale) for s in tx.instructions.of_patient(patient.id)]
        found += [_of_sheet(s, patient, held.locale) for s in general]
        if by.role in SIGNED_BY:
            found += [_of_document(d, patient) for d in standing(tx.documents.of_patient(patient.id))]
    return found


def _people(desk: Desk, tx: Tx, held: Conversation) -> list[Patient]:
    """The proven patient; else everybody whose number on file this is."""
    if held.patient and held.identity == "verified":
        known = tx.patients.get(held.patient)
        return [known] if known is not None else []
    return tx.patients.by_phone(desk.clinic.id, held.address.value) if held.channel == "sms" else []


def standing(documents: Sequence[Document]) -> list[Document]:
    """Signed, with no reported error that stands uncorrected, and not replaced by a signed correction."""
    signed = [d for d in documents if d.state == "signed"]
    replaced = {d.amends for d in signed if d.amends}
    return [d for d in signed if d.id not in replaced and all(p.corrected_at for p in d.problems)]


def _of_sheet(sheet: Sheet, patient: Patient, locale: str) -> Choice:
    tag, text = sheet.text_in(locale)
    value = f"sheet.{patient.id}.{sheet.id}.{sheet.version}"
    return Choice(
        value, "sheet", sheet.id, sheet.version, patient, tag, text.title, sheet.approved_name, sheet.approved_at
    )


def _of_document(document: Document, patient: Patient) -> Choice:
    value, title = f"document.{patient.id}.{document.id}.0", document.title or document.kind.replace("_", " ")
    return Choice(
        value, "document", document.id, 0, patient, document.language, title, document.signed_name, document.signed_at
    )


def enclose(
    desk: Desk, tx: Tx, held: Conversation, message: Outbound, value: str, by: StaffUser, now: datetime
) -> Outbound:  # fmt: skip
    """The reply with a link below it that opens this document once; the words beside the link name no document. Raises
    Refused for one that may not be sent from here (any more), and after a STOP."""
    chosen = next((c for c in choices(desk, tx, held, by) if c.value == value), None)
    if chosen is None:
        raise Refused("this document cannot be sent any more; choose again")
    if tx.optouts.stopped(held.address):
        raise Refused("the patient wrote STOP: texts are not sent")
    token, expires = secrets.token_urlsafe(24), now + timedelta(days=desk.settings.document_link_days)
    on_file = held.channel == "sms" and held.address.value in chosen.patient.phones
    row = Enclosure(
        id=desk.new_id(), clinic=desk.clinic.id, conversation=held.id, patient=chosen.patient.id, kind=chosen.kind,
        ref=chosen.ref, nth=chosen.nth, language=chosen.language, title=chosen.title, outbound=message.id, by=by.id,
        key=hashed(token), coded=not on_file, made_at=now, expires_at=expires,
    )  # fmt: skip
    tx.enclosures.add(row)
    link = f"{desk.settings.public_url.rstrip('/')}/document/{token}"
    day = {"as": "date", "value": expires.astimezone(ZoneInfo(desk.clinic.zone)).date().isoformat()}
    told = render(desk.voice(held, now), Say(key="document.link", values={"link": link, "day": day}))
    data = {"enclosure": row.id, "kind": row.kind, "of": row.ref, "version": row.nth, "patient": row.patient}
    desk.record(tx, f"staff:{by.id}", "enclosure:sent", held.id, now, data=data)
    words = "\n".join(x for x in (message.text, told.text) if x)
    return message.model_copy(update={"text": words, "keys": ("document.link",)})


def take_back(desk: Desk, conversation: str, id: str, by: StaffUser) -> None:
    """The link opens nothing from now on, whether it was opened or not. Raises Refused."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row = tx.enclosures.get(id)
        if row is None or row.clinic != desk.clinic.id or row.conversation != conversation:
            raise Refused("there is no such document")
        if row.state == "withdrawn":
            return
        tx.enclosures.save(row.model_copy(update={"state": "withdrawn"}))
        data = {"enclosure": row.id, "opened": row.opened_at is not None}
        desk.record(tx, f"staff:{by.id}", "enclosure:withdrawn", conversation, now, data=data)
    desk.bus.ring(f"thread:{conversation}")


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
