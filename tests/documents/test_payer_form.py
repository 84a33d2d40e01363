"""A payer's form for a prior authorization: filled in from the record where it says so, else empty; and where each
answer is from after a clinician has been over it."""

from datetime import UTC, date, datetime
from typing import Any

from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from agent.documents.embedded import EmbeddedWriter
from agent.documents.handed import payer_form_of, with_payer_form
from agent.documents.out import preview, written_out
from agent.documents.payer_answers import ORIGIN
from agent.model.document import Decision, Document
from agent.model.note import Draft
from agent.ports.notes import Asked
from tests.documents.knee_visit import ROOT
from tests.documents.visit import visit

ICD, LOINC = "http://hl7.org/fhir/sid/icd-10-cm", "http://loinc.org"


def q(link: str, text: str, type: str = "string", **more: Any) -> dict[str, Any]:
    return {"linkId": link, "text": text, "type": type, **more}


FORM: dict[str, Any] = {
    "resourceType": "Questionnaire", "status": "active", "url": "http://payer.example/adalimumab", "version": "2",
    "item": [
        q("1", "Member", "group", item=[
            q("1.1", "Member name"), q("1.2", "Date of birth", "date"), q("1.3", "Member ID"),
            q("1.4", "Sex", "choice", answerOption=[
                {"valueCoding": {"code": "F", "display": "Female"}}, {"valueCoding": {"code": "M",
                    "display": "Male"}}]),
        ]),
        q("2", "Clinical", "group", item=[
            q("2.1", "ICD-10 diagnosis code", "open-choice", repeats=True), q("2.2",
                "Medications tried and failed", "text"),
            q("2.3", "Most recent HbA1c", "decimal"), q("2.4", "Body weight", "quantity"),
            q("2.5", "Service requested", "text"), q("2.6", "The patient meets the criteria of step therapy",
                "boolean"),
            q("2.7", "Which biologic was tried?", enableWhen=[
                {"question": "2.6", "operator": "=", "answerBoolean": True}]),
            q("2.8", "Reason for stopping the medication"), q("2.9", "Allergies"),
            q("2.10", "Expected duration in months", "integer", required=True),
        ]),
        q("3", "Prescriber NPI", required=True), q("4", "Read this first", "display"),
    ],
}  # fmt: skip


def of(kind: str, id: str, **more: Any) -> dict[str, Any]:
    return {"resource": {"resourceType": kind, "id": id, **more}}


def code(text: str, **coding: str) -> dict[str, Any]:
    return {"text": text, "coding": [coding] if coding else []}


RECORD: dict[str, Any] = {"resourceType": "Bundle", "type": "collection", "entry": [
    of("Patient", "p", name=[{"given": ["Ana"], "family": "Lopez"}], birthDate="1980-03-12", gender="female"),
    of("Coverage", "c", status="active", subscriberId="XY-1234"),
    of("Condition", "d", code=code("Type 2 diabetes", system=ICD, code="E11.9")),
    of("Condition", "e", code=code("Old fracture", system=ICD, code="S82.0"),
        clinicalStatus={"coding": [{"code": "resolved"}]}),
    of("MedicationStatement", "m", status="stopped", medicationCodeableConcept=code("glipizide 5 mg"),
        effectivePeriod={"end": "2025-06-01"}),
    of("MedicationStatement", "n", status="active", medicationCodeableConcept=code("metformin 500 mg")),
    of("Observation", "o1", code=code("A1c", system=LOINC, code="4548-4"), effectiveDateTime="2025-01-02",
        valueQuantity={"value": 7.1, "unit": "%"}),
    of("Observation", "o2", code=code("A1c", system=LOINC, code="4548-4"), effectiveDateTime="2026-02-01",
        valueQuantity={"value": 8.2, "unit": "%"}),
    of("Observation", "o3", code=code("Weight", system=LOINC, code="29463-7"), effectiveDateTime="2026-02-01",
        valueQuantity={"value": 81, "unit": "kg"}),
]}  # fmt: skip


def drafted(record: dict[str, Any] = RECORD, form: dict[str, Any] = FORM) -> tuple[Draft, dict[str, Any]]:
    whole = with_payer_form(record, form)
    asked = Asked(kind="prior_authorization", dialogue=visit(), record=whole)
    return EmbeddedWriter(ROOT).draft(asked), whole


def form_lines(draft: Draft) -> dict[str, str]:
    lines = (s.text.partition(": ") for s in draft.sentences if s.section == "payer_form")
    return {label: told.rstrip(".") for label, _, told in lines}


def signed(*decisions: tuple[str, str, str]) -> Document:
    """The drafted form signed after these acts on the line that begins so."""
    draft, record = drafted()
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    made = tuple(
        Decision(act=act, sentence=next(n for n, s in enumerate(draft.sentences) if s.text.startswith(label)),
             # type: ignore[arg-type]
                 text=text, reason="wrong" if act == "reject" else None, at=at)
        for act, label, text in decisions
    )  # fmt: skip
    return Document(
        id="d1", clinic="c", patient="p1", key="k", kind="prior_authorization", state="signed",
            patient_name="Ana Lopez",
        born=date(1980, 3, 12), dialogue=visit(), record=record, draft=draft, decisions=made, created_at=at,
        drafted_at=at, signed_at=at, signed_by="s1", signed_name="Dr. Okafor", final=draft.note,
    )  # fmt: skip


def answered(document: Document) -> dict[str, tuple[str, Any]]:
    """linkId -> (where it is from, the value) of the resource that would be written."""
    out = next(e["resource"] for e in written_out(document, "Clinic")["entry"]
               if e["resource"]["resourceType"] == "QuestionnaireResponse")  # fmt: skip
    QuestionnaireResponse.model_validate({k: v for k, v in out.items() if k not in ("author", "subject")})
    found: dict[str, tuple[str, Any]] = {}
    for group in out["item"]:
        for item in group.get("item", [group]):
            first = item["answer"][0]
            origin = {p["url"]: p for p in next(e for e in first["extension"] if e["url"] == ORIGIN)["extension"]}
            value = next(v for k, v in first.items() if k.startswith("value"))
            found[item["linkId"]] = (origin["source"]["valueCode"], value)
    return found


def test_the_record_answers_what_it_says_and_nothing_else() -> None:
    lines = form_lines(drafted()[0])
    assert lines["Member name"] == "Ana Lopez"
    assert lines["Date of birth"] == "1980-03-12"
    assert lines["Member ID"] == "XY-1234"
    assert lines["Sex"] == "female"
    assert lines["ICD-10 diagnosis code"] == "E11.9"
    assert lines["Medications tried and failed"].startswith("glipizide 5 mg (stopped 2025-06-01)")
    assert lines["Most recent HbA1c"] == "8.2 % (2026-02-01)"
    assert lines["Body weight"] == "81 kg (2026-02-01)"
    assert "ibuprofen 600 mg" in lines["Service requested"]
    empty = {label for label, told in lines.items() if told == "not answered yet"}
    assert empty == {
        "The patient meets the criteria of step therapy", "Which biologic was tried", "Prescriber NPI", "Allergies",
        "Reason for stopping the medication", "Expected duration in months",
    }  # fmt: skip


def test_each_answer_names_the_resource_or_the_words_that_say_it() -> None:
    draft, _ = drafted()
    by = {s.text.partition(":")[0]: s for s in draft.sentences if s.section == "payer_form"}
    assert [e.resource for e in by["Most recent HbA1c"].evidence] == ["Observation/o2", "question:2.3"]
    said = [visit()[e.turn].text[e.start : e.end] for e in by["Service requested"].evidence if e.turn >= 0]
    assert "prescribe ibuprofen" in said[0]
    assert by["Prescriber NPI"].confidence < 0.5 < by["Member name"].confidence


def test_what_the_record_has_twice_is_left_to_a_person() -> None:
    again = {**RECORD, "entry": [*RECORD["entry"], of("Condition", "x", code=code("Asthma", system=ICD, code="J45.9"))]}
    single = {**FORM, "item": [q("1", "ICD-10 code", "open-choice")]}
    assert form_lines(drafted(again, single)[0]) == {"ICD-10 code": "not answered yet"}
    assert form_lines(drafted(again, {**FORM, "item": [q("1", "ICD-10 code")]})[0]) == {"ICD-10 code": "E11.9; J45.9"}


def test_every_answer_says_whether_software_filled_it_in_or_a_person_changed_or_typed_it() -> None:
    found = answered(signed(
        ("edit", "Member ID", "Member ID: XY-9999."), ("reject", "Body weight", ""),
        ("edit", "The patient meets", "The patient meets the criteria of step therapy: yes"),
        ("edit", "Which biologic", "Which biologic was tried: none so far"),
        ("edit", "Expected duration", "Expected duration in months: 12"),
    ))  # fmt: skip
    assert found["1.2"] == ("auto-client", "1980-03-12")
    assert found["1.4"] == ("auto-client", {"code": "F", "display": "Female"})
    assert found["2.1"][1]["code"] == "E11.9"
    assert found["2.3"] == ("auto-client", 8.2)
    assert found["1.3"] == ("override", "XY-9999")
    assert found["2.6"] == ("manual", True)
    assert found["2.7"] == ("manual", "none so far")
    assert found["2.10"] == ("manual", 12)
    assert not {"2.4", "3", "2.8"} & set(found)


def test_an_answer_whose_condition_does_not_hold_is_not_given() -> None:
    found = answered(signed(("edit", "Which biologic", "Which biologic was tried: none")))
    assert "2.7" not in found


def test_it_is_complete_only_when_all_that_must_be_answered_is() -> None:
    def status(document: Document) -> str:
        entries = written_out(document, "Clinic")["entry"]
        return next(str(e["resource"]["status"]) for e in entries if "questionnaire" in e["resource"])

    npi = ("edit", "Prescriber NPI", "Prescriber NPI: 1234567893")
    assert status(signed(npi)) == "in-progress"
    assert status(signed(npi, ("edit", "Expected", "Expected duration in months: a while"))) == "in-progress"
    assert status(signed(npi, ("edit", "Expected", "Expected duration in months: 12"))) == "completed"


def test_the_preview_says_how_much_is_answered() -> None:
    rows = {name: gaps for name, _, gaps in preview(signed(), "Clinic")}
    assert rows["The payer's form"] == {"done": "9", "all": "15"}


def test_a_form_is_found_in_what_a_payer_sends_and_odd_ones_are_named() -> None:
    import json

    package = {"resourceType": "Parameters", "parameter": [{"resource": {"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Library"}}, {"resource": FORM}]}}]}  # fmt: skip
    assert payer_form_of(json.dumps(package))[0] == FORM
    for odd in ("{", "[]", "5", '{"resourceType": "Questionnaire", "item": [5, {"item": "x"}]}', "[" * 100_000):
        form, troubles = payer_form_of(odd)
        assert form is None
        assert troubles
