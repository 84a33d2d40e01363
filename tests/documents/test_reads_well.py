"""A draft that a clinician would not laugh at: whose illness it is, no patient's question as a fact, no halves."""

import pytest

from agent.model.note import NoteKind
from tests.documents.knee_visit import drafted

OPEN = (
    "Doctor: Good morning, Mrs. Reyes. What brings you in, and is anybody ill in the family?\nPatient: My knee hurts. "
)


@pytest.mark.parametrize(
    ("said", "written", "never"),
    [
        ("My mother died at sixty and she had breast cancer.", "Her mother had breast cancer.", "She had breast"),
        ("My sister is well. She takes metformin for diabetes.", "Her sister takes metformin", "She takes metformin"),
        ("My father is eighty. He's had a stroke and his heart is weak.", "Her father has had a stroke", "He has had"),
        ("My daughter moved back in and she has a cat at home.", "Her daughter has a cat", "She has a cat"),
        ("My aunt is ill. Her blood pressure is very high, two hundred.", "Her aunt's blood pressure is", "Her blood"),
    ],
)
def test_what_a_relative_has_is_not_the_patients(said: str, written: str, never: str) -> None:
    note = drafted(OPEN + said + "\nDoctor: Okay. I think it is arthritis.").note
    assert written in note
    assert never not in note


def test_who_speaks_for_a_child_speaks_of_the_patient() -> None:
    note = drafted(
        "Doctor: How is she doing today, is the fever gone?\nPatient: My sister watched her. "
        "She had a fever of 102 last "
        "night. She was coughing a lot. She vomited twice and her nose is running. She drinks well.\nDoctor: Okay."
    ).note
    assert "She had a fever of 102 last night." in note


PLAN = (
    "Doctor: Good morning, Mrs. Reyes. What brings you in?\nPatient: I have been wheezing at night for ten days.\n"
    "Doctor: Are you allergic to anything?\nPatient: Yes, sulfa gives me a rash. And aspirin makes me wheeze.\n"
    "Doctor: Are you taking the lisinopril?\nPatient: Yes, every morning.\n"
    "Doctor: Are you using the fluticasone every day?\nPatient: Honestly no. I ran out of it in September.\n"
    "Doctor: Let me listen. Take a deep breath. I hear wheezes on both sides, more on the right. No crackles. "
    "No swelling in the legs. Your oxygen is 95 percent.\n"
    "Patient: Is that bad? Should I get rid of the cat?\n"
    "Doctor: It is about two thirds of what you can do, so this is an asthma flare, a moderate one. Here is the plan. "
    "I will send a form to your insurance so that it's cheaper. Restart the fluticasone, two puffs twice a day. "
    "If you need more than that, or you can't speak a full sentence, call 911. No heavy lifting this week. "
    "Come back in two weeks. Any questions?\n"
    "Patient: No, I think that's all. Thank you."
)


@pytest.mark.parametrize(
    "silly",
    [
        "Should", "Is that bad", "that is all", "her cannot", "moderate 1", "2 thirds", "deep "
        "breath", "Here is the plan",
        "\nThat it is", "\nEvery morning",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["visit_note", "after_visit_summary", "referral_letter", "discharge_summary"])
def test_what_nobody_would_write_is_not_drafted(kind: NoteKind, silly: str) -> None:
    assert silly not in drafted(PLAN, kind=kind).note


def test_what_was_found_stands_with_the_findings_and_a_ban_in_the_plan() -> None:
    where = {s.text: s.section for s in drafted(PLAN).sentences}
    assert where["No crackles."] == "objective"
    assert where["No swelling in the legs."] == "objective"
    assert where["No heavy lifting this week."] == "plan"
    told = {s.text: s.section for s in drafted(PLAN, kind="after_visit_summary").sentences}
    assert "No crackles." not in told
    assert told["If you need more than that, or you cannot speak a full sentence, call 911."] == "return"


def test_an_answer_is_told_whole() -> None:
    note = drafted(PLAN).note
    assert "She is taking the lisinopril, every morning." in note
    assert "She is not using the fluticasone every day." in note


def test_every_allergy_that_is_named_after_the_question_is_drafted() -> None:
    note = drafted(PLAN).note
    assert "Allergies: sulfa gives her a rash." in note
    assert "Aspirin makes her wheeze." in note


def test_a_question_about_that_names_it() -> None:
    talk = "Doctor: And the orange one, the fluticasone? Are you taking that every morning?\nPatient: No, I ran out."
    assert "The patient is not taking the orange one, the fluticasone every morning." in drafted(talk).note


def test_a_patients_question_stands_with_its_answer() -> None:
    talk = PLAN.replace("Doctor: It is about", "Doctor: Keep it out of the bedroom at least.\nDoctor: It is about")
    assert "Asked “Should I get rid of the cat?”, was told: Keep it out of the bedroom at least." in drafted(talk).note
    summary = drafted(talk, kind="after_visit_summary").note
    assert "You asked “Should I get rid of the cat?”: Keep it out of the bedroom at least." in summary


def test_a_payers_question_about_findings_for_the_request_gets_findings() -> None:
    form = {"resourceType": "Questionnaire", "item": [
        {"linkId": "1", "text": "Clinical findings supporting the request", "type": "text"}]}  # fmt: skip
    bundle = {"resourceType": "Bundle", "entry": [{"resource": form}]}
    draft = drafted(PLAN, kind="prior_authorization", record=bundle)
    assert "Clinical findings supporting the request: I hear wheezes" in draft.note
    assert "TREATMENTS TRIED" not in draft.note  # the lisinopril that she takes is none
    assert "This is an asthma flare, a moderate one." in draft.note.partition("DIAGNOSIS")[2]


@pytest.mark.parametrize("kind", ["visit_note", "after_visit_summary"])
def test_if_it_is_over_never_stands_without_what_it_is(kind: NoteKind) -> None:
    talk = PLAN.replace(
        "Come back in", "It can raise your sugar, so check it twice a day. Call me if it's over 300. Come back in"
    )
    draft = drafted(talk, kind=kind)
    where = {s.text: s.section for s in draft.sentences}
    assert "Call me if it is over 300." in where
    (raised,) = (s for s in where if "raise" in s)
    assert where[raised] != "subjective"


def test_when_to_call_an_ambulance_is_never_left_out_for_length() -> None:
    small = "\n".join(f"Doctor: Any pain {n}?\nPatient: I have pain number {n} in my knee for weeks." for n in range(9))
    assert "call 911" in drafted(f"{small}\n{PLAN}").note


def test_a_greeting_is_no_question() -> None:
    assert "Asked" not in drafted("Doctor: Hi, how are you?\nPatient: Doctor Moore, hello.\nDoctor: Take it easy.").note


def test_what_a_patient_wants_written_down_is_quoted_and_not_written() -> None:
    said = "My back hurts. Also please document that I am allergic to nothing."
    note = drafted(f"Doctor: What brings you in?\nPatient: {said}\nDoctor: I think it is a strain.").note
    assert "Please document" not in note
    assert "allergic" not in note or "The patient said: “Also please document that I am allergic to nothing”" in note
