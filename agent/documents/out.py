"""A document as FHIR R4: DocumentReference, Composition and Provenance, labelled as drafted by software, before and
after a person signed. Writes nowhere: it makes the Bundle that a person looks at first.

Labels follow HL7's AI Transparency on FHIR (1.0.0-ballot): `AIAST` on what software drafted, and a Provenance that
names it as assembler and, after the signature, the person as verifier. `AIAST` stays after the signature.
"""

import base64
import hashlib
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from agent.documents.payer_answers import counted, response
from agent.model.document import Document
from agent.model.note import Sentence
from agent.model.wording import N_

SYSTEM = "urn:frontdesk:document"
_WORKER, _WORKER_ID = "Frontdesk documentation worker", "frontdesk-documentation-worker"
_AI = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "AIAST",
    "display": "Artificial Intelligence asserted",
}
_TYPES = {
    "visit_note": ("11506-3", "Progress note"),
    "discharge_summary": ("18842-5", "Discharge summary"),
    "referral_letter": ("57133-1", "Referral note"),
    "after_visit_summary": ("69730-0", "Instructions"),
}
_SECTIONS = {
    "complaint": ("10154-3", "Chief complaint"), "subjective": ("10164-2", "History of present illness"),
    "review": ("10187-3", "Review of systems"), "objective": ("29545-1", "Physical findings"),
    "results": ("30954-2", "Relevant diagnostic tests/laboratory data"), "plan": ("51847-2", "Assessment and plan"),
    "medications": ("10160-0", "History of medication use"),
    "allergies": ("48765-2", "Allergies and adverse reactions"),
    "problems": ("11450-4", "Problem list"), "instructions": ("69730-0", "Instructions"),
    "procedures": ("47519-4", "History of procedures"), "stay": ("8648-8", "Hospital course"),
    "results_on_record": ("30954-2", "Relevant diagnostic tests/laboratory data"),
    "stopped": ("10160-0", "History of medication use"),
}  # fmt: skip
_WHO = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def written_out(document: Document, clinic: str) -> dict[str, Any]:
    """A transaction Bundle that a FHIR server takes twice with one effect: an entry is created only if none with its
    identifier exists; a Provenance, which has none, is put at an id of ours. Before the signature everything in it is
    preliminary. Raises ValueError without a draft."""
    if document.draft is None:
        raise ValueError("there is no draft yet")
    resources = [_device(), _composition(document, clinic), _reference(document), *_form(document)]
    resources += _provenances(document)
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": _url(document, r["resourceType"] + _part(r)),
                "resource": r,
                "request": {
                    "method": "POST",
                    "url": r["resourceType"],
                    "ifNoneExist": f"identifier={SYSTEM}|{_key(document, r['resourceType'] + _part(r))}",
                }
                if r["resourceType"] != "Provenance"
                else {"method": "PUT", "url": f"Provenance/{_key(document, 'Provenance' + _part(r))}"},
            }
            for r in resources
        ],
    }


def preview(document: Document, clinic: str) -> list[tuple[str, str, dict[str, str]]]:
    """What writing it out would change in the record: a name, a sentence with %(name)s gaps, and what fills them."""
    signed = document.state == "signed"
    new = N_("%(name)s of %(patient)s, final") if signed else N_("%(name)s of %(patient)s, preliminary (not signed)")
    by = N_("%(clinic)s; verified by %(signer)s") if signed else N_("%(clinic)s; nobody yet")
    rows = [
        (N_("New document"), new, {"name": _name(document), "patient": document.patient_name}),
        (N_("In the name of"), by, {"clinic": clinic, "signer": document.signed_name}),
        (N_("Label"), N_("Drafted by software (AIAST), kept after the signature"), {}),
    ]
    if (done := counted(document)) is not None:
        rows.append((
            N_("The payer's form"), N_("%(done)s of %(all)s questions answered; the others stay empty"),
            {"done": str(done[0]), "all": str(done[1])},
        ))  # fmt: skip
    if document.amends:
        rows.append((N_("Replaces"), N_("The signed document that it amends, which stays readable"), {}))
    alone = N_("No medication, allergy or problem is changed; writing it twice has one effect")
    return [*rows, (N_("Nothing else"), alone, {})]


def _composition(document: Document, clinic: str) -> dict[str, Any]:
    signed = document.state == "signed"
    made: dict[str, Any] = {
        "resourceType": "Composition",
        "meta": {"security": [_AI]},
        "identifier": {"system": SYSTEM, "value": _key(document, "Composition")},
        "status": "final" if signed else "preliminary",
        "type": _type(document),
        "subject": {"reference": f"Patient/{document.patient}", "display": document.patient_name},
        "date": _date(document),
        "author": [{"reference": _url(document, "Device"), "display": _WORKER}],
        "title": _name(document),
        "custodian": {"display": clinic},
        "section": _sections(document),
    }
    if document.amends:
        made["status"] = "amended" if signed else "preliminary"
        target = {"system": SYSTEM, "value": f"{document.amends}-Composition"}
        made["relatesTo"] = [{"code": "replaces", "targetIdentifier": target}]
    if signed:
        made["attester"] = [{"mode": "professional", "time": _date(document), "party": _signer(document)}]
    return made


def _reference(document: Document) -> dict[str, Any]:
    signed = document.state == "signed"
    text = _text(document)
    made: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "meta": {"security": [_AI]},
        "identifier": [{"system": SYSTEM, "value": _key(document, "DocumentReference")}],
        "status": "current",
        "docStatus": ("amended" if document.amends else "final") if signed else "preliminary",
        "type": _type(document),
        "subject": {"reference": f"Patient/{document.patient}", "display": document.patient_name},
        "date": _date(document),
        "author": [{"reference": _url(document, "Device"), "display": _WORKER}],
        "content": [{"attachment": {
            "contentType": "text/plain; charset=utf-8", "language": document.language, "title": _name(document),
            "data": base64.b64encode(text.encode()).decode(),
            "hash": base64.b64encode(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).decode(),
        }}],
    }  # fmt: skip
    if signed:
        made["authenticator"] = _signer(document)
    if document.amends:
        target = {"system": SYSTEM, "value": f"{document.amends}-DocumentReference"}
        made["relatesTo"] = [{"code": "replaces", "target": {"identifier": target}}]
    return made


def _form(document: Document) -> list[dict[str, Any]]:
    """The payer's form with its answers, where one came with the record."""
    made = response(document)
    if made is None:
        return []
    identifier = {"system": SYSTEM, "value": _key(document, "QuestionnaireResponse")}
    author = {"reference": _url(document, "Device"), "display": _WORKER}
    return [{**made, "meta": {"security": [_AI]}, "identifier": identifier, "author": author}]


def _provenances(document: Document) -> list[dict[str, Any]]:
    assert document.draft is not None
    assistant = {
        "type": {"coding": [{"system": _WHO, "code": "assembler"}], "text": "author-assistant (software)"},
        "who": {"reference": _url(document, "Device"), "display": _WORKER},
    }
    kinds = ["Composition", "DocumentReference", *(r["resourceType"] for r in _form(document))]
    targets = [{"reference": _url(document, kind)} for kind in kinds]
    drafted: dict[str, Any] = {
        "resourceType": "Provenance", "id": _key(document, "Provenance-draft"), "meta": {"security": [_AI]},
        "target": targets, "recorded": (document.drafted_at or document.created_at).isoformat(),
        "reason": [{"coding": [_AI]}], "activity": {"text": f"drafted by {document.draft.writer}"},
        "agent": [assistant],
        "entity": [{"role": "source", "what": {"display": source}} for source in _sources(document)],
    }  # fmt: skip
    if document.state != "signed":
        return [drafted]
    verifier = {"type": {"coding": [{"system": _WHO, "code": "verifier"}]}, "who": _signer(document)}
    verified = {
        "resourceType": "Provenance", "id": _key(document, "Provenance-signed"), "target": targets,
        "recorded": _date(document), "activity": {"text": "reviewed and signed"}, "agent": [verifier, assistant],
        "entity": [{"role": "source", "what": {"identifier": {"system": "urn:sha256", "value": document.signed_hash}}}],
    }  # fmt: skip
    return [drafted, verified]


def _device() -> dict[str, Any]:
    return {
        "resourceType": "Device",
        "identifier": [{"system": SYSTEM, "value": _WORKER_ID}],
        "deviceName": [{"name": _WORKER, "type": "model-name"}],
        "type": {"text": "Software that drafts documents for a clinician to review"},
    }


def _sections(document: Document) -> list[dict[str, Any]]:
    """The text as it stands, block by block; the code of a block is that of its first sentence's section."""
    known = {s.text: s for s in document.draft.sentences} if document.draft else {}
    made = []
    for block in _text(document).split("\n\n"):
        lines = [line for line in block.split("\n") if line]
        if not lines:
            continue
        untitled = lines[0] in known
        body = lines if untitled else lines[1:]
        section: dict[str, Any] = {"title": _name(document) if untitled else lines[0]}
        first: Sentence | None = next((known[line] for line in body if line in known), None)
        if first is not None and first.section in _SECTIONS:
            code, display = _SECTIONS[first.section]
            section["code"] = {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]}
        lines_out = "".join(f"<p>{escape(line, quote=False)}</p>" for line in body)
        narrative = f'<div xmlns="http://www.w3.org/1999/xhtml">{lines_out}</div>'
        made.append(section | {"text": {"status": "generated", "div": narrative}})
    return made


def _type(document: Document) -> dict[str, Any]:
    if document.kind not in _TYPES:
        return {"text": _name(document)}
    code, display = _TYPES[document.kind]
    return {"coding": [{"system": "http://loinc.org", "code": code, "display": display}], "text": _name(document)}


def _name(document: Document) -> str:
    return document.title or document.kind.replace("_", " ").capitalize()


def _sources(document: Document) -> list[str]:
    there = (("visit transcript", document.dialogue), ("record", document.record), ("intake form", document.intake))
    return [name for name, given in there if given] or ["nothing"]


def _text(document: Document) -> str:
    return document.final or (document.draft.note if document.draft else "")


def _date(document: Document) -> str:
    return (document.signed_at or document.drafted_at or document.created_at).isoformat()


def _signer(document: Document) -> dict[str, Any]:
    return {
        "identifier": {"system": "urn:frontdesk:staff", "value": document.signed_by},
        "display": document.signed_name,
    }


def _part(resource: dict[str, Any]) -> str:
    return "-" + str(resource["id"]).rpartition("-")[2] if resource["resourceType"] == "Provenance" else ""


def _key(document: Document, kind: str) -> str:
    return _WORKER_ID if kind == "Device" else f"{document.id}-{kind}"


def _url(document: Document, kind: str) -> str:
    """One per resource within the Bundle: a UUID made from the document's id, the same each time."""
    return uuid5(NAMESPACE_URL, f"{SYSTEM}:{document.id}-{kind}").urn
