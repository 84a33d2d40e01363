"""Documents of visits: handed in, drafted once, and given to the clinician who reviews them; nothing here signs."""

import hashlib
import json
from datetime import datetime
from importlib.metadata import version
from typing import Any

from structlog import get_logger

from agent.desk.desk import Desk
from agent.desk.identity_of_record import same_person
from agent.desk.visit_sources import with_thread
from agent.model.document import Document
from agent.model.fault import Conflict, Refused
from agent.model.note import Message, NoteKind, Record, Utterance
from agent.model.patient import Patient, StaffUser
from agent.model.value import Value
from agent.ports import Tx
from agent.ports.notes import Asked

LEASE_SECONDS = 120.0
MOST_ATTEMPTS = 3
MOST_KILLED = 6  # more than restarts in a row would explain
MOST_CHARACTERS = 400_000  # of one transcript: about six hours of talk


class Visit(Value):
    """What is handed in. `consent`: the patient agreed to the recording; without it there must be no transcript."""

    patient: str
    kind: NoteKind = "visit_note"
    title: str = ""
    dialogue: tuple[Utterance, ...] = ()
    consent: bool = False
    record: Record | None = None
    intake: dict[str, Any] | None = None
    thread: tuple[Message, ...] = ()
    language: str = "en"
    owner: str = ""


def hand_in(desk: Desk, visit: Visit, by: str) -> Document:
    """Stores a visit once and rings for its draft. `by` as the audit names actors. Raises Refused: no such patient, a
    record of somebody else, a transcript without consent or too long, nothing to draft from."""
    with desk.store.begin() as tx:
        patient = tx.patients.get(visit.patient)
        if patient is None or patient.clinic != desk.clinic.id:
            raise Refused("there is no such patient")
        _fit(visit, patient)
        kept = tx.documents.add(waiting(visit, patient, desk.new_id(), desk.clock()))
        if not kept.attempts and kept.state == "waiting":
            desk.record(tx, by, "document:handed_in", kept.id, desk.clock(), data={"kind": kept.kind})
    desk.bus.ring("documents")
    return kept


def draft_next(desk: Desk) -> bool:
    """Drafts the oldest waiting visit; False when none waits. Killed anywhere, the visit is drafted again after the
    lease, and only one draft is ever kept. What fails three times, or kills its worker six times, is left for a person,
    and says so."""
    if desk.writer is None:
        return False
    with desk.store.begin() as tx:
        claimed = tx.documents.claim(desk.clinic.id, desk.clock(), LEASE_SECONDS)
    if claimed is None:
        return False
    try:
        finished = _drafted(desk, claimed) if claimed.attempts <= MOST_KILLED else _given_up(claimed)
    except ValueError as fault:  # the same input fails again: no second try
        _failed(desk, fault)
        finished = _given_up(claimed)
    except Exception as fault:
        _failed(desk, fault)
        gone = claimed.attempts >= MOST_ATTEMPTS
        finished = claimed.model_copy(update={"state": "failed" if gone else "waiting", "lease_until": None})
    try:
        with desk.store.begin() as tx:
            saved = tx.documents.save(finished)
            _told(desk, tx, saved)
    except Conflict:  # somebody with a later lease was faster
        return True
    desk.bus.ring(f"console:{desk.clinic.id}")
    return True


def _given_up(claimed: Document) -> Document:
    return claimed.model_copy(update={"state": "failed", "lease_until": None})


def _failed(desk: Desk, fault: Exception) -> None:
    desk.on_fault(fault)
    get_logger().error("document_failed", fault=type(fault).__name__)


def _drafted(desk: Desk, claimed: Document) -> Document:
    assert desk.writer is not None
    asked = Asked(
        kind=claimed.kind, dialogue=claimed.dialogue, record=claimed.record, intake=claimed.intake,
        thread=claimed.thread, language=claimed.language, known=_known(claimed),
    )  # fmt: skip
    draft = desk.writer.draft(asked)
    check = desk.verifier(claimed.dialogue, draft.note, sources_of(claimed)) if desk.verifier else None
    done = {
        "state": "drafted",
        "release": version("frontdesk"),
        "draft": draft,
        "check": check,
        "drafted_at": desk.clock(),
        "lease_until": None,
    }
    return claimed.model_copy(update=done)


def sources_of(document: Document) -> Record | None:
    """What the check holds a document against beside the talk: the record with the form and the messages in it."""
    return with_thread(with_form(document.record, document.intake), document.thread)


def with_form(record: Record | None, intake: dict[str, Any] | None) -> Record | None:
    """The record with a form as its QuestionnaireResponse; of a plain table each row is an answer."""
    if not intake:
        return record
    items = intake.get("item") if "item" in intake else [
        {"linkId": str(name), "text": str(name).replace("_", " "), "answer": [{"valueString": value}]}
        for name, value in intake.items() if isinstance(value, str)
    ]  # fmt: skip
    form = {"resourceType": "QuestionnaireResponse", "item": items}
    held = record or {"resourceType": "Bundle", "type": "collection"}
    entries = held.get("entry")
    return {**held, "entry": [*(entries if isinstance(entries, list) else []), {"resource": form}]}


def _told(desk: Desk, tx: Tx, saved: Document) -> None:
    data: dict[str, object] = {"kind": saved.kind, "state": saved.state}
    if saved.draft is not None:
        data |= {"writer": saved.draft.writer, "sentences": len(saved.draft.sentences), "instead": saved.draft.instead}
        data |= {"left_out": saved.draft.left_out} if saved.draft.left_out else {}
    tag = {"drafted": "document:drafted", "failed": "document:failed"}.get(saved.state, "document:tried")
    desk.record(tx, "system", tag, saved.id, desk.clock(), data=data)


def _fit(visit: Visit, patient: Patient) -> None:
    if visit.dialogue and not visit.consent:
        raise Refused("a transcript needs the patient's consent to the recording; hand in the form and record alone")
    if sum(len(u.text) for u in visit.dialogue) > MOST_CHARACTERS:
        raise Refused("the transcript is too long")
    if not (visit.dialogue or visit.record or visit.intake or visit.thread):
        raise Refused("there is nothing to draft from")
    if visit.record is not None:
        same_person(visit.record, patient)


def waiting(visit: Visit, patient: Patient, id: str, now: datetime) -> Document:
    """The visit as a document that waits for its draft."""
    return Document(
        id=id, clinic=patient.clinic, patient=patient.id, key=_hash(visit), kind=visit.kind, owner=visit.owner,
        title=visit.title[:120], patient_name=patient.name, born=patient.dob, language=visit.language,
        consent=visit.consent, dialogue=visit.dialogue, record=visit.record, intake=visit.intake, thread=visit.thread,
        created_at=now, sex=_sex(visit.record), spoken=patient.language or "",
    )  # fmt: skip


def _hash(visit: Visit) -> str:
    """The same visit handed in again has the same key."""
    beside = {"owner", "title"} | (set() if visit.thread else {"thread"})  # as before there were threads
    plain = json.dumps(visit.model_dump(mode="json", exclude=beside), sort_keys=True)
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def _sex(record: Record | None) -> str:
    for entry in (record or {}).get("entry", []):
        if entry.get("resource", {}).get("resourceType") == "Patient":
            return str(entry["resource"].get("gender") or "")
    return ""


def _known(document: Document) -> dict[str, tuple[str, ...]]:
    """What identifies the patient, in the ways that a transcript may write it."""
    names = tuple(dict.fromkeys([document.patient_name, *document.patient_name.split()]))
    if document.born is None:
        return {"name": names}
    born = document.born
    month = born.strftime("%B")
    ways = (
        born.isoformat(), f"{month} {born.day}, {born.year}", f"{month} {born.day} {born.year}", f"{month} {born.day}",
        f"{born.month}/{born.day}/{born.year}", f"{born.month:02}/{born.day:02}/{born.year}",
    )  # fmt: skip
    return {"name": names, "dob": ways}


def take(desk: Desk, id: str, by: StaffUser, now: datetime) -> Document:
    """Opened by a clinician for the first time: from now on the time to sign runs, and the document is theirs.
    Raises Refused."""
    with desk.store.begin() as tx:
        found = tx.documents.get(id)
        if found is None or found.clinic != desk.clinic.id:
            raise Refused("there is no such document")
        if found.state == "drafted" and found.opened_at is None and by.role == "clinician":
            found = tx.documents.save(found.model_copy(update={"opened_at": now, "owner": found.owner or by.id}))
        return found


__all__ = ["Visit", "draft_next", "hand_in", "sources_of", "take", "waiting", "with_form"]
