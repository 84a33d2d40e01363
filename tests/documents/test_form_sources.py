"""The filled-in form as a source of the check: what it says supports a sentence, and what a note leaves out of it."""

from typing import Any

from agent.desk.documents import with_form
from agent.documents.verify import verify
from agent.model.note import NoteCheck
from tests.documents.visit import visit

FORM: dict[str, Any] = {
    "resourceType": "QuestionnaireResponse", "status": "completed",
    "item": [
        {"linkId": "allergies", "text": "Are you allergic to anything?", "answer": [{"valueString": "sulfa drugs"}]},
        {"linkId": "other", "text": "What else do you take?", "answer": [{"valueString": "warfarin 5 mg daily"}]},
        {"linkId": "chest", "text": "Chest pain", "answer": [{"valueBoolean": False}]},
        {"linkId": "faint", "text": "Passed out", "answer": [{"valueBoolean": True}]},
    ],
}  # fmt: skip


def checked(note: str, form: Any = FORM) -> NoteCheck:
    return verify(visit(), note, with_form(None, form))


def kinds(found: NoteCheck) -> set[str]:
    return {f.kind for s in found.sentences for f in s.flags}


def test_what_stands_on_the_form_is_supported_and_names_its_answer() -> None:
    note = "She takes warfarin 5 mg daily."
    assert "medication" in kinds(checked(note, None))
    found = checked(note)
    assert kinds(found) == set()
    assert found.sentences[0].support > 0.9


def test_another_dose_than_the_form_has_is_flagged_with_the_answer_as_its_evidence() -> None:
    found = checked("She takes warfarin 50 mg daily.")
    evidence = [e.resource for s in found.sentences for f in s.flags for e in f.evidence]
    assert "form:other" in evidence


def test_what_the_note_leaves_out_of_the_form_is_listed_gravest_first() -> None:
    missing = checked("Left knee pain for three weeks. Penicillin allergy. Takes metformin and lisinopril.").omissions
    of_form = [(o.kind, o.resource, o.turn) for o in missing if o.resource]
    assert of_form[0] == ("allergy", "form:allergies", -1)
    assert ("medication", "form:other", -1) in of_form
    assert ("red_flag", "form:faint", -1) in of_form
    assert not any(resource == "form:chest" for _, resource, _ in of_form)
    assert missing.index(next(o for o in missing if o.resource == "form:allergies")) < 3


def test_a_note_that_has_it_all_lists_nothing_of_the_form() -> None:
    note = "Allergic to sulfa drugs. Takes warfarin 5 mg daily. Reports that she passed out."
    assert not [o for o in checked(note).omissions if o.resource]


def test_a_plain_table_and_a_form_beside_a_record_are_read_as_well() -> None:
    record = {"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "id": "p", "name": [{"family": "Lopez"}]}}]}  # fmt: skip
    plain = with_form(record, {"what_else_do_you_take": "warfarin 5 mg daily"})
    assert len(record["entry"]) == 1
    assert kinds(verify(visit(), "She takes warfarin 5 mg daily.", plain)) == set()
    assert with_form(record, None) is record
    assert with_form(None, None) is None


def test_odd_forms_never_raise() -> None:
    for item in (None, 5, "x", [5, None, {"linkId": 5, "answer": "x"}, {"answer": [{"valueBoolean": "no"}]}]):
        checked("She takes warfarin 5 mg daily.", {"resourceType": "QuestionnaireResponse", "item": item})
