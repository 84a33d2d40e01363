"""The demo's visits that wait for review: transcripts, records as FHIR and forms, from visits.yaml."""

from functools import cache
from pathlib import Path
from typing import Any

from agent.content.read_yaml import read_yaml
from agent.desk.documents import Visit
from agent.model.note import Record, Utterance
from agent.model.patient import Patient

VISITS = Path(__file__).parent / "visits.yaml"


def visits(patients: list[Patient]) -> list[Visit]:
    """One visit for each row whose patient is there."""
    known = {p.name: p for p in patients}
    return [_visit(row, known[row["patient"]]) for row in _rows() if row["patient"] in known]


def _visit(row: dict[str, Any], patient: Patient) -> Visit:
    turns = tuple(
        Utterance(speaker=who, text=text) for who, _, text in (line.partition(": ") for line in row["dialogue"])
    )
    return Visit(
        patient=patient.id, title=row["title"], dialogue=turns, consent=True, record=_record(row["record"], patient),
        intake=row.get("intake"), language="en",
    )  # fmt: skip


def _record(row: dict[str, Any], patient: Patient) -> Record:
    given, _, family = patient.name.rpartition(" ")
    subject = {"reference": f"Patient/{patient.id}"}
    resources: list[dict[str, Any]] = [{
        "resourceType": "Patient", "id": patient.id, "name": [{"given": [given], "family": family}],
        "birthDate": patient.dob.isoformat(),
    }]  # fmt: skip
    for n, drug in enumerate(row["medications"]):
        resources.append({
            "resourceType": "MedicationStatement", "id": f"m{n}", "status": "active", "subject": subject,
            "medicationCodeableConcept": {"text": drug["text"]}, "dosage": [{"text": drug["dose"]}],
        })  # fmt: skip
    for n, allergy in enumerate(row["allergies"]):
        resources.append({
            "resourceType": "AllergyIntolerance", "id": f"a{n}", "patient": subject,
            "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": allergy["text"]},
            "reaction": [{"manifestation": [{"text": allergy["reaction"]}]}],
        })  # fmt: skip
    for n, condition in enumerate(row["conditions"]):
        coded = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": condition["code"]}]
        resources.append({
            "resourceType": "Condition", "id": f"c{n}", "subject": subject,
            "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": condition["text"], "coding": coded},
        })  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


@cache
def _rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_yaml(VISITS, VISITS.name)
    return found
