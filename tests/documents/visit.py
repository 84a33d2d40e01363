"""A short visit of our own, with a note that is true to it and a record."""

from typing import Any

from agent.documents.reading import transcript
from agent.model.note import Utterance

TALK = """Doctor: Good morning, Mrs. Lopez. What brings you in today?
Patient: My left knee has been hurting for three weeks. It got worse after I fell on the stairs.
Doctor: Any fever or chills?
Patient: No, no fever, nothing like that.
Doctor: Any chest pain?
Patient: No.
Doctor: What do you take at the moment?
Patient: I take metformin five hundred milligrams twice a day and lisinopril ten milligrams once a day.
Doctor: Are you allergic to anything?
Patient: Yes, penicillin. I get a rash from it.
Doctor: Does anybody in your family have joint problems?
Patient: My mother had bad arthritis in both knees. My father is healthy.
Doctor: Let me look at it. There is swelling over the left knee and it is tender on the inside. I think this may be a
  sprain of the ligament.
Doctor: I am going to prescribe ibuprofen six hundred milligrams every eight hours for seven days. Keep taking the
  metformin. I want an x-ray of the left knee. Come back in two weeks.
Patient: Thank you, doctor. I have also been very dizzy in the mornings.
Doctor: Then let us check your blood pressure. It is one forty over ninety.
"""

NOTE = (
    "Mrs. Lopez has had left knee pain for three weeks.",
    "It became worse after she fell on the stairs.",
    "She denies fever, chills and chest pain.",
    "She takes metformin 500 mg twice daily and lisinopril 10 mg once daily.",
    "Allergic to penicillin (rash).",
    "Her mother had arthritis in both knees.",
    "There is swelling of the left knee and it is tender.",
    "This may be a ligament sprain.",
    "Ibuprofen 600 mg every 8 hours for 7 days was prescribed.",
    "Continue metformin.",
    "X-ray of the left knee.",
    "Blood pressure 140/90.",
    "Return in 2 weeks.",
    "She also reports dizziness in the mornings.",
)


def visit() -> tuple[Utterance, ...]:
    return transcript(TALK)


def note(**changed: str) -> str:
    """The true note, a sentence a line; `s3="…"` puts another in place of number 3, and an empty one drops it."""
    lines = [changed.get(f"s{n}", text) for n, text in enumerate(NOTE)]
    return "\n".join(line for line in lines if line)


def resource(kind: str, id: str, **fields: Any) -> dict[str, Any]:
    return {"resource": {"resourceType": kind, "id": id, **fields}}


def record() -> dict[str, Any]:
    entries = [
        resource("Patient", "p", name=[{"given": ["Ana"], "family": "Lopez"}], gender="female", birthDate="1960-04-12"),
        resource("Encounter", "e", status="finished", period={"start": "2025-06-02"}),
        resource(
            "MedicationStatement", "m1", status="active", medicationCodeableConcept={"text": "metformin"},
            dosage=[{"text": "500 mg twice daily", "doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg"}}]}],
        ),
        resource("MedicationStatement", "m2", status="stopped", medicationCodeableConcept={"text": "warfarin"}),
        resource("AllergyIntolerance", "a1", code={"text": "penicillin"}),
        resource("Condition", "c1", code={"text": "type 2 diabetes mellitus"}),
        resource(
            "Observation", "o1", code={"text": "hemoglobin A1c"}, effectiveDateTime="2025-05-01",
            valueQuantity={"value": 7.4, "unit": "%"},
        ),
        resource(
            "Procedure", "x1", status="completed", code={"text": "hip replacement"}, bodySite=[{"text": "left"}],
            performedDateTime="2019-03-02",
        ),
        resource(
            "FamilyMemberHistory", "f1", relationship={"text": "mother"}, condition=[{"code": {"text": "glaucoma"}}]
        ),
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
