"""A discharge summary from the record alone: the stay, what was done, the newest results, what ended."""

from typing import Any

from agent.documents.verify import verify
from tests.documents.knee_visit import drafted, record


def held() -> dict[str, Any]:
    bundle = record()
    day = "2026-11-0"
    rows: list[dict[str, Any]] = [
        {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "IMP"},
         "period": {"start": f"{day}2T10:00:00Z", "end": f"{day}6T12:00:00Z"},
         "reasonCode": [{"text": "community-acquired pneumonia"}],
         "hospitalization": {"dischargeDisposition": {"text": "home"}}},
        {"resourceType": "Encounter", "id": "e2", "status": "finished", "class": {"code": "AMB"},
         "period": {"start": "2026-01-05"}},
        {"resourceType": "Procedure", "id": "r1", "status": "completed", "code": {"text": "Bronchoscopy"},
         "performedDateTime": f"{day}3"},
        {"resourceType": "Procedure", "id": "r2", "status": "not-done", "code": {"text": "Thoracentesis"}},
        *({"resourceType": "Observation", "id": f"o{n}", "status": "final", "code": {"text": "Leukocytes"},
           "valueQuantity": {"value": value, "unit": "10*3/uL"}, "effectiveDateTime": when}
          for n, (value, when) in enumerate([(15.2, f"{day}2"), (8.1, f"{day}5")])),
        {"resourceType": "Observation", "id": "o9", "status": "final", "code": {"text": "Blood culture"},
         "valueString": "no growth", "effectiveDateTime": f"{day}4"},
    ]  # fmt: skip
    bundle["entry"] += [{"resource": row} for row in rows]
    return bundle


def test_a_stay_is_told_from_the_record_with_its_sources() -> None:
    draft = drafted("", kind="discharge_summary", record=held())
    told = {s.text: s.evidence[0].resource for s in draft.sentences}
    assert told["Admitted November 2, 2026, discharged November 6, 2026."] == "Encounter/e1"
    assert told["Reason for admission: community-acquired pneumonia."] == "Encounter/e1"
    assert told["Discharged to: home."] == "Encounter/e1"
    assert told["Bronchoscopy, November 3, 2026."] == "Procedure/r1"
    assert told["Leukocytes: 8.1 10*3/uL on November 5, 2026."] == "Observation/o1"
    assert told["Blood culture: no growth on November 4, 2026."] == "Observation/o9"
    assert told["warfarin (stopped)."] == "MedicationStatement/m2"
    for never in ("15.2", "Thoracentesis", "January"):
        assert never not in draft.note


def test_what_the_record_says_is_not_flagged() -> None:
    draft = drafted("", kind="discharge_summary", record=held())
    assert [(s.text, f) for s in verify((), draft.note, held()).sentences for f in s.flags] == []


def test_a_dose_stands_apart_from_the_strength() -> None:
    bundle = record()
    bundle["entry"].append({"resource": {
        "resourceType": "MedicationRequest", "id": "m9", "status": "active",
        "medicationCodeableConcept": {"text": "metformin 500 mg tablet"},
        "dosageInstruction": [{"text": "1 tablet twice a day"}]}})  # fmt: skip
    assert "metformin 500 mg tablet, 1 tablet twice a day." in drafted("", record=bundle).note
