"""Nuance: what was only thought, what goes the other way, what was denied next to where it is reported."""

import pytest

from agent.documents.case import Case, Person
from agent.documents.cases import cases
from agent.documents.heard import said, talk
from agent.model.note import Utterance

_TALK = (
    ("Doctor", "What brings you in?"),
    ("Patient", "My shoulder hurts, it gets worse when I lift my arm."),
    ("Doctor", "Any numbness?"),
    ("Patient", "No, no numbness at all."),
    ("Doctor", "I think this is possibly a tendinopathy. You have bursitis too."),
    ("Doctor", "Let's stop the naproxen. I will increase your gabapentin."),
    ("Doctor", "Come back if it does not get better."),
)


def _case(sentence: str, *others: str) -> Case:
    heard = talk([Utterance(speaker=who, text=text) for who, text in _TALK])
    return cases([said(sentence), *map(said, others)], heard, Person())[0]


@pytest.mark.parametrize(
    ("wrong", "right", "mark"),
    [
        ("Tendinopathy of the shoulder.", "Possible tendinopathy of the shoulder.", "hedge_word"),
        ("Continue naproxen.", "Stop naproxen.", "bound_against"),
        ("Decrease gabapentin.", "Increase gabapentin.", "bound_against"),
        ("She reports numbness.", "She denies numbness.", "last_word_denies"),
        ("Return if it gets better.", "Return if it does not get better.", "return_better"),
        ("She reports any numbness.", "She denies any numbness.", "any_asserted"),
        ("She is taking any naproxen.", "If she has any numbness, she will call.", "any_asserted"),
        ("She uses the gabapentin with any relief.", "She asked whether there was any tendinopathy.", "any_asserted"),
    ],
)
def test_what_was_said_otherwise_is_marked_and_what_was_said_so_is_not(wrong: str, right: str, mark: str) -> None:
    assert mark in _case(wrong).features
    assert mark not in _case(right).features


def test_a_word_that_was_also_said_as_a_fact_is_none_that_was_only_thought() -> None:
    assert "hedge_word" not in _case("Bursitis of the shoulder.").features


def test_a_doubt_elsewhere_in_the_note_is_remembered() -> None:
    assert "hedge_word_note" in _case("Tendinopathy.", "This is possibly a tendinopathy.").features
    assert "hedge_word_note" not in _case("Tendinopathy.", "Shoulder pain.").features


def test_each_mark_tells_the_reader_why_with_the_words_that_were_said() -> None:
    flags = [f for f in _case("Tendinopathy of the shoulder.").flags if f.kind == "certainty"]
    assert [f.tier for f in flags] == ["amber"]
    assert "only thought possible" in flags[0].detail
    assert [s.turn for s in flags[0].evidence] == [4]
    flags = [f for f in _case("Continue naproxen.").flags if f.kind == "action"]
    assert [s.turn for s in flags[0].evidence] == [5]


def test_what_was_asked_was_not_only_thought() -> None:
    heard = talk(
        [
            Utterance(speaker="Doctor", text="When did you stop smoking?"),
            Utterance(speaker="Patient", text="About thirty years back."),
        ]
    )
    assert "hedge_word" not in cases([said("She stopped smoking 30 years ago.")], heard, Person())[0].features


def test_a_medicine_that_failed_to_help_went_the_way_that_was_said() -> None:
    heard = talk([Utterance(speaker="Patient", text="I tried Tylenol for the headaches but it made them worse.")])
    assert "bound_against" not in cases([said("Tylenol failed to improve the headaches.")], heard, Person())[0].features


def test_what_somebody_avoids_is_no_more_than_what_they_do_not_do() -> None:
    heard = talk(
        [
            Utterance(speaker="Doctor", text="Are you eating late at night?"),
            Utterance(speaker="Patient", text="No, we usually eat by six."),
        ]
    )
    assert "turned_round" not in cases([said("She tries to avoid eating late at night.")], heard, Person())[0].features
    assert "turned_round" in cases([said("She is eating late at night.")], heard, Person())[0].features


def test_a_name_that_was_spelled_is_a_name_that_was_said() -> None:
    heard = talk([Utterance(speaker="Guest", text="Hello, this is our son, K R I S.")])
    assert "name_absent" not in cases([said("Mr. Kris is a 2-year-old boy.")], heard, Person())[0].features
    assert "name_absent" in cases([said("Mr. Kent is a 2-year-old boy.")], heard, Person())[0].features


def test_how_often_belongs_to_the_medicine_that_it_was_said_of() -> None:
    told = "I'll give you meloxicam fifteen milligrams once a day, and ibuprofen eight hundred milligrams twice a day."
    heard = talk([Utterance(speaker="Doctor", text=told)])

    def marks(text: str) -> set[str]:
        return set(cases([said(text)], heard, Person())[0].features)

    wrong = marks("Prescribed meloxicam 15 mg once daily and ibuprofen 800 mg once daily.")
    assert "rate_of_other" in wrong
    assert "rate_of_other" not in marks("Prescribed meloxicam 15 mg once daily and ibuprofen 800 mg twice daily.")


def test_a_size_is_not_said_where_only_its_number_is() -> None:
    told = "The ultrasound of December twelve showed a mass eleven centimeters from the nipple, two centimeters wide."
    heard = talk([Utterance(speaker="Doctor", text=told)])

    def marks(text: str) -> set[str]:
        return set(cases([said(text)], heard, Person())[0].features)

    assert "number_bare" in marks("The mass is 12 cm from the nipple.")
    assert "number_bare" not in marks("The mass is 11 cm from the nipple.")


def test_who_speaks_for_a_child_is_a_relative_that_nobody_need_name() -> None:
    told = (
        ("Doctor", "Can you start at the beginning? I know she is a twin."),
        (
            "Guest",
            "She has problems with eating. She stops breathing when she eats, and she coughs. I have a son also.",
        ),
        ("Doctor", "Does she drink enough?"),
        ("Guest", "She drinks a lot of water, and her diapers are wet. She sleeps well and she smiles."),
    )
    heard = talk([Utterance(speaker=who, text=text) for who, text in told])
    flags = [
        f
        for text in ("Her mother notes that she drinks well.", "She has a brother.")
        for f in cases([said(text)], heard, Person())[0].flags
        if f.kind == "person"
    ]
    assert [f.tier for f in flags if f.tier == "red"] == []
    alone = talk([Utterance(speaker="Patient", text="I have problems with eating. I stop breathing when I eat.")])
    (flag,) = [
        f for f in cases([said("Her mother notes that she eats well.")], alone, Person())[0].flags if f.kind == "person"
    ]
    assert flag.tier == "red"


def _flags(said_there: str, text: str, *others: str) -> set[str]:
    heard = talk([Utterance(speaker="Doctor", text=said_there)])
    return {f.kind for f in cases([said(text), *map(said, others)], heard, Person())[0].flags}


def test_a_side_that_was_said_is_no_doubt_because_the_note_has_the_other_too() -> None:
    told = "On the left knee there is a moderate effusion. The right knee is normal."
    assert not _flags(told, "The right knee is normal.", "On the left knee there is a moderate effusion.")
    assert "laterality" in _flags("On the left knee there is an effusion.", "The right knee has an effusion.")


def test_right_at_the_shoulder_is_no_side() -> None:
    assert not _flags("It hurts just right at the shoulder. It is the left one.", "Pain just right at the shoulder.")


def test_a_question_claims_nothing() -> None:
    assert not _flags("Let me look at your knee.", "Have you had any chest pain or fainting?")
    assert not _flags("Let me look at your knee.", "okay . and have you noticed any bleeding ?")
    assert not _flags("Let me look at your knee.", "have you had any other symptoms , chest pain , fainting-")
    assert _flags("Let me look at your knee.", "She has chest pain. Fainting?")
    assert _flags("Let me look at your knee.", "She has had chest pain and fainting.")


def test_a_slip_of_the_keyboard_is_no_word_that_nobody_said() -> None:
    heard = talk(
        [Utterance(speaker="Doctor", text="On auscultation of the lungs I hear crackles, so a radiograph today.")]
    )
    true, slip, other = (
        cases([said(text)], heard, Person())[0].link.coverage
        for text in ("Auscultation: crackles.", "Auscutlation: crackles.", "Percussion: crackles.")
    )
    assert slip == true > other


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ("Continue the atorvastatin, you might call it Lipitor.", "Continue taking Lipitor."),
        (
            "It is most likely due to a rotator cuff tendinopathy.",
            "MRI of the shoulder to further assess the rotator cuff.",
        ),
        ("It is most likely due to a rotator cuff tendinopathy.", "Most lkiely due to rotator cuff tendinopathy."),
    ],
)
def test_what_is_called_so_looked_at_or_doubted_with_a_slip_is_no_certainty(told: str, note: str) -> None:
    assert "certainty" not in _flags(told, note)


def test_what_was_only_thought_is_still_asked_about() -> None:
    assert "certainty" in _flags("It is most likely due to a rotator cuff tendinopathy.", "Rotator cuff tendinopathy.")
