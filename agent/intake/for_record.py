"""An approved form as the resources that the clinic's record should hold; the same each time."""

from datetime import UTC
from typing import Any

from agent.model.chart import PATIENT, SYSTEM, Wanted
from agent.model.form import FormRow

_WHO = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_ASKED = "Frontdesk intake (software that asked)"


def wanted(row: FormRow, approved_by: str) -> list[Wanted]:
    """In the order in which they are written. `approved_by`: the name of who approved it. Raises ValueError for a form
    that nobody approved."""
    if row.state != "approved" or not row.patient:
        raise ValueError("only an approved form is written to the record")
    made = [_wanted(row, n, dict(r)) for n, r in enumerate(row.resources)]
    if not any(w.how == "person" for w in made):
        made.append(_wanted(row, len(made), {"resourceType": "Patient"}))
    made.sort(key=lambda w: (w.how != "person", w.resource["resourceType"] != "QuestionnaireResponse"))
    return [*made, _provenance(row, [w.full for w in made[1:]], approved_by)]


def _wanted(row: FormRow, number: int, resource: dict[str, Any]) -> Wanted:
    kind = resource["resourceType"]
    resource.pop("id", None)
    if kind == "Patient":
        resource["identifier"] = [{"system": PATIENT, "value": row.patient}]
        resource.setdefault("name", [{"text": row.name}])
        if row.dob:
            resource.setdefault("birthDate", row.dob)
        full = f"Patient/{row.patient}"
        return Wanted(full=full, key=row.patient or "", resource=resource, how="person")
    key = f"{row.id}-{kind}-{number}"
    held = {"system": SYSTEM, "value": key}
    resource["identifier"] = held if kind == "QuestionnaireResponse" else [held]
    if kind == "QuestionnaireResponse":
        resource["item"] = [_without_photos(item) for item in resource.get("item") or []]
        return Wanted(full=f"urn:frontdesk:{key}", key=key, resource=resource)
    return Wanted(full=f"urn:frontdesk:{key}", key=key, resource=resource, how="fact")


def _without_photos(item: dict[str, Any]) -> dict[str, Any]:
    """Photographs stay with the desk: an answer says that there is one."""
    out = dict(item)
    if "item" in item:
        out["item"] = [_without_photos(i) for i in item["item"]]
    if "answer" in item:
        out["answer"] = [
            {**a, "valueAttachment": {"contentType": a["valueAttachment"]["contentType"], "title": "kept at the desk"}}
            if "valueAttachment" in a else a
            for a in item["answer"]
        ]  # fmt: skip
    return out


def _provenance(row: FormRow, targets: list[str], approved_by: str) -> Wanted:
    at = row.changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    agents = [
        {"type": {"coding": [{"system": _WHO, "code": "verifier"}]}, "who": {"display": approved_by}},
        {"type": {"coding": [{"system": _WHO, "code": "assembler"}]}, "who": {"display": _ASKED}},
    ]
    made = {
        "resourceType": "Provenance", "target": [{"reference": t} for t in targets], "recorded": at,
        "activity": {"text": "said by the patient, approved by a person"}, "agent": agents,
    }  # fmt: skip
    return Wanted(full=f"urn:frontdesk:{row.id}-Provenance", key=f"{row.id}-Provenance", resource=made, how="once")
