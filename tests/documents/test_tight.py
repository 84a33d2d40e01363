"""The few words that say most of a sentence: what they deny, where the talk asserts it, is asked about."""

import pytest

from agent.documents.case import Person
from agent.documents.cases import cases
from agent.documents.heard import said, talk
from agent.model.note import Utterance

TALK = talk(
    [
        Utterance(speaker=("Doctor", "Patient")[n % 2], text=text)
        for n, text in enumerate((
            "Any issues with the migraines?", "None whatsoever.",
            "Are you taking the metformin twice a day?", "Yes.",
            "There is no pain with pronation. There is pain with supination.", "Okay.",
            "Any knee, ankle or foot pain?", "No.",
            "I do have some pain in my neck.", "I see.",
            "Your lower legs have no edema.", "Good.",
        ))
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("note", "turned"),
    [
        ("He reports issues with the migraines.", True), ("He denies issues with the migraines.", False),
        ("He denies taking metformin twice a day.", True), ("He is taking metformin twice a day.", False),
        ("Positive for pain with pronation.", True), ("No pain with pronation.", False),
        ("Pain with supination.", False), ("He reports pain in his knees, ankles or feet.", True),
        ("No edema of the lower legs.", False), ("Legs", False),
    ],
)  # fmt: skip
def test_what_is_said_the_other_way_round_just_there(note: str, turned: bool) -> None:
    case = cases([said(note)], TALK, Person())[0]
    assert ("turned_round" in case.features) is turned
    assert any(f.kind == "negation" for f in case.flags) or not turned


def test_a_heading_claims_nothing() -> None:
    assert cases([said("Neck")], TALK, Person())[0].features == {"title": 1.0}
