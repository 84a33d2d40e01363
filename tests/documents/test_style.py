"""Words as they were said become a note's words, and nothing is added."""

import pytest

from agent.documents.clauses import clauses
from agent.documents.figures import with_figures
from agent.documents.reading_grade import grade
from agent.documents.style import Person, sentence, written
from agent.model.note import Utterance


@pytest.mark.parametrize(
    ("said", "by", "note"),
    [
        ("um , i i've had pain in my back", "patient", "she has had pain in her back"),
        ("yeah i take my lisinopril every morning", "patient", "she takes her lisinopril every morning"),
        ("i don't smoke", "patient", "she does not smoke"),
        ("so you know i'm gon na go ahead and order an x-ray", "clinician", "I will order an x-ray"),
        ("i want you to take it with food", "clinician", "I want her to take it with food"),
        ("we have you on metformin", "clinician", "we have her on metformin"),
        ("if you get a fever call us", "clinician", "if she gets a fever call us"),
        ("your lungs are clear okay", "clinician", "her lungs are clear"),
        ("i think this is a strain", "clinician", "I think this is a strain"),  # how sure it is stays
    ],
)
def test_a_clause_in_the_style_of_a_note(said: str, by: str, note: str) -> None:
    assert written(said, by, Person("female")) == note  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("six hundred milligrams every six hours", "600 mg every 6 hours"),
        ("two thousand units", "2000 units"),
        ("seven point five percent", "7.5%"),
        ("two out of six", "2/6"),
        ("one of them", "one of them"),
        ("one twenty over eighty", "one twenty over 80"),  # 1 20, or 120? it stays as it was said
        ("a hundred and forty", "a hundred and forty"),
        ("nineteen ninety nine", "nineteen ninety nine"),
        ("two and a half", "two and a half"),
    ],
)
def test_figures_where_they_are_sure(said: str, figures: str) -> None:
    assert with_figures(said) == figures


def test_clauses_keep_their_place_with_and_without_full_stops() -> None:
    spoken = ("My knee hurts. It is 4 . 5 cm, says Dr. Lee? Yes", "my knee hurts and i can't sleep at night " * 8)
    for text in spoken:
        found = clauses([Utterance(speaker="Patient", text=text)])
        assert len(found) > 1
        assert all(c.text == text[c.start : c.end] for c in found)
    (_, second, *_) = clauses([Utterance(speaker="Patient", text=spoken[0])])
    assert second.text == "It is 4 . 5 cm, says Dr. Lee"


def test_hard_words_have_a_higher_grade() -> None:
    assert grade("Take one pill a day.") < 3
    assert grade("Subsequent pharmacological interventions necessitate individualized reconsideration.") > 15


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("the patient fell off the patient's bike", "The patient fell off their bike."),
        ("denies tingling in the patient's foot", "Denies tingling in their foot."),
        ("the patient's mother had a knee replacement", "The patient's mother had a knee replacement."),
    ],
)
def test_a_patient_of_unknown_sex_is_not_named_twice(words: str, line: str) -> None:
    assert sentence(words) == line
