"""A signed document as the resources that the clinic's record should hold; the same each time."""

from datetime import UTC, datetime
from typing import Any

from agent.documents.out import written_out
from agent.model.chart import PATIENT, SYSTEM, Wanted
from agent.model.document import Document


def wanted(document: Document, clinic: str) -> list[Wanted]:
    """In the order in which they are written. Raises ValueError for one that nobody signed."""
    if document.state != "signed":
        raise ValueError("only a signed document is written to the record")
    out = [person(document)]
    for entry in written_out(document, clinic)["entry"]:
        out.append(_wanted(entry))
        if document.amends and entry["resource"]["resourceType"] == "DocumentReference":
            key = f"{document.amends}-DocumentReference"
            replaced = {"resourceType": "DocumentReference", "status": "superseded"}
            out.append(Wanted(full=f"urn:replaced:{key}", key=key, resource=replaced, only_if_there=True))
    return out


def person(document: Document) -> Wanted:
    """Whose it is: found or made under our identifier, and otherwise left alone."""
    made: dict[str, Any] = {"resourceType": "Patient", "identifier": [{"system": PATIENT, "value": document.patient}]}
    made["name"] = [{"text": document.patient_name}]
    if document.born is not None:
        made["birthDate"] = document.born.isoformat()
    return Wanted(full=f"Patient/{document.patient}", key=document.patient, resource=made, how="person")


def _wanted(entry: dict[str, Any]) -> Wanted:
    resource = dict(entry["resource"])
    kind = resource["resourceType"]
    if kind == "Provenance":
        key = resource.pop("id")
        resource["recorded"] = instant(datetime.fromisoformat(resource["recorded"]))
        return Wanted(full=entry["fullUrl"], key=key, resource=resource, how="once")
    held = resource["identifier"]
    held = [{**i, "system": SYSTEM} for i in held] if isinstance(held, list) else {**held, "system": SYSTEM}
    key = (held[0] if isinstance(held, list) else held)["value"]
    for link in resource.get("relatesTo") or []:
        target = link["target"]["identifier"] if "target" in link else link["targetIdentifier"]
        target["system"] = SYSTEM
    return Wanted(
        full=entry["fullUrl"], key=key, resource=resource | {"identifier": held},
        how="once" if kind == "Device" else "whole",
    )  # fmt: skip


def instant(at: datetime) -> str:
    """In UTC to the second, so that the record finds it again by it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
