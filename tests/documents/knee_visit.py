"""A visit with its record, for the tests of drafts."""

from pathlib import Path
from typing import Any

from agent.documents.embedded import EmbeddedWriter
from agent.model.note import Draft, NoteKind, Utterance
from agent.ports.notes import Asked

ROOT = Path(__file__).resolve().parents[2]
TALK = """Doctor: Good morning, Mrs. Reyes. What brings you in today?
Patient: I've had pain in my left knee for three weeks. It is worse on the stairs.
Doctor: Any fever or chills?
Patient: No.
Doctor: Any swelling, redness or numbness?
Patient: Yes.
Doctor: Have you tried ice?
Patient: Yes, and I take ibuprofen four hundred milligrams twice a day.
Doctor: Okay. On the left knee there is a small effusion and tenderness along the medial joint line. \
Your lungs are clear.
Doctor: The x-ray that we took today shows no fracture.
Doctor: I think this is a tear of the meniscus. I'm going to order an MRI of the left knee and refer you \
to orthopedics. Keep taking the ibuprofen with food. Come back and see me in two weeks, and call us if the knee locks.
Patient: That sounds good."""


def talk(text: str = TALK) -> tuple[Utterance, ...]:
    pairs = (line.partition(": ") for line in text.split("\n"))
    return tuple(Utterance(speaker=who, text=said) for who, _, said in pairs)


def record(**patient: Any) -> dict[str, Any]:
    resources: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": "p1", "name": [{"given": ["Ana"], "family": "Reyes"}], "gender": "female",
         "birthDate": "1970-02-03", **patient},
        {"resourceType": "MedicationStatement", "id": "m1", "status": "active", "dosage": [{"text": "10 mg daily"}],
         "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": "lisinopril"}},
        {"resourceType": "MedicationStatement", "id": "m2", "status": "stopped", "dosage": [{"text": "5 mg daily"}],
         "medicationCodeableConcept": {"text": "warfarin"}},
        {"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": "penicillin"},
         "reaction": [{"manifestation": [{"text": "hives"}]}]},
        {"resourceType": "Condition", "id": "c1", "code": {"coding": [
            {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10", "display": "Essential hypertension"}]}},
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def drafted(text: str = TALK, kind: NoteKind = "visit_note", **more: Any) -> Draft:
    return EmbeddedWriter(ROOT).draft(Asked(kind=kind, dialogue=talk(text) if text else (), **more))
