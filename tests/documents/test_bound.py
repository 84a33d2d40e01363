"""What stands next to a word: its side, the "no" or the question around it, the direction of a value."""

import pytest

from agent.documents.case import Case, Person
from agent.documents.cases import cases
from agent.documents.heard import said, talk
from agent.documents.verify import verify
from agent.model.note import Utterance

TALK = [
    Utterance(speaker=("Doctor", "Patient")[n % 2], text=text)
    for n, text in enumerate((
        "The scan shows left ventricular hypertrophy, right?", "Okay.",
        "Your right ureter has a stone, and the left kidney looks fine.",
        "I see. I work as a cashier in a supermarket.",
        "Do you get nosebleeds in the morning?", "No, never.",
        "I saw that Doctor Brown put you on Buspar. Have you been on that before?", "No, that is new.",
        "How is your weight?", "I lost forty pounds. My arthritis is starting to get better.",
        "Good.", "Thank you for looking at everything so carefully today, I was worried about the stone.",
    ))
]  # fmt: skip


def case(note: str, dialogue: list[Utterance] = TALK) -> Case:
    return cases([said(note)], talk(dialogue), Person())[0]


@pytest.mark.parametrize(
    ("note", "other"),
    [
        ("ECG shows right ventricular hypertrophy.", True), ("ECG shows left ventricular hypertrophy.", False),
        ("There is a stone in the left ureter.", True), ("There is a stone in the right ureter.", False),
        ("The right kidney is normal.", True), ("He was there right now.", False),
    ],
)  # fmt: skip
def test_the_side_said_of_the_very_word_counts_whatever_part_it_is(note: str, other: bool) -> None:
    made = case(note)
    assert ("side_next_only_other" in made.features) is other
    assert any(f.kind == "laterality" for f in made.flags) or not other


@pytest.mark.parametrize(
    ("note", "mark"),
    [
        ("The patient denies working as a cashier in a supermarket.", "plainly_asserted"),
        ("The patient works as a cashier in a supermarket.", ""),
        ("He reports nosebleeds in the morning.", "plainly_denied"), ("He denies nosebleeds in the morning.", ""),
        ("Doctor Brown put the patient on Buspar.", ""),  # the "no" answers what was asked after it
    ],
)  # fmt: skip
def test_a_plain_yes_or_no_around_the_words_needs_no_reading_of_scopes(note: str, mark: str) -> None:
    made = case(note)
    assert [m for m in ("plainly_asserted", "plainly_denied") if m in made.features] == [mark][: bool(mark)]
    assert any(f.kind == "negation" for f in made.flags) or not mark


def test_a_direction_belongs_to_the_value_or_the_word_next_to_it() -> None:
    assert "value_other_way" in case("He gained 40 pounds.").features
    assert "value_other_way" not in case("He lost 40 pounds.").features
    assert "bound_against" in case("Her arthritis is starting to get worse.").features
    assert "bound_against" not in case("Her arthritis is starting to get better.").features


def test_what_notes_nearly_always_deny_and_nobody_said_is_unlike_them() -> None:
    denied, reported = case("No lymphadenopathy."), case("There is lymphadenopathy.")
    assert reported.features["unlike_notes_pos"] > 0.5 > denied.features["unlike_notes_neg"]


def test_a_part_of_the_body_that_nobody_named_is_said_to_be_so() -> None:
    made = case("The elbow moves well.")
    assert made.features["part_unsaid"] == 1
    assert any("elbow" in f.detail for f in made.flags)


def test_a_mother_who_speaks_need_not_be_named() -> None:
    spoken = [*TALK[:4], Utterance(speaker="Guest_family", text="She has had this since Monday, I was with her.")]
    assert "family_speaks" in case("The mother states that it began on Monday.", spoken).features
    assert "family_absent" in case("The aunt states that it began on Monday.", spoken).features
    assert "family_absent" in case("The mother states that it began on Monday.").features


def test_an_age_that_nobody_said_is_always_asked() -> None:
    note = "The patient is a 74-year-old male with a stone in the right ureter."
    checked = verify(TALK, note).sentences[0]
    assert [f.tier for f in checked.flags if f.kind == "age"] == ["amber"]
    known = {"name": "Ana Reyes", "age": "74", "gender": "male"}
    assert not [f for f in verify(TALK, note, known).sentences[0].flags if f.kind == "age"]
