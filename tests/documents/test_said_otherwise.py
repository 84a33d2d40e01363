"""True sentences that say something in other words than the room did: no red flag."""

import pytest

from agent.documents.verify import verify
from agent.model.note import Utterance


def _reds(room: str, note: str) -> list[str]:
    talk = [
        Utterance(speaker="doctor", text="What brings you in today?"),
        Utterance(speaker="patient", text=room),
        Utterance(speaker="doctor", text="All right, thank you. Let me have a look at that."),
    ]
    return [f.detail for s in verify(talk, note).sentences for f in s.flags if f.tier == "red"]


@pytest.mark.parametrize(
    ("room", "true", "wrong"),
    [
        ("My dad's sister had thyroid cancer.", "Aunt had thyroid cancer.", "Uncle had thyroid cancer."),
        ("My mom's brother is dyslexic.", "Uncle is dyslexic.", "Grandfather is dyslexic."),
        ("I take two puffs of Symbicort.", "Budesonide-formoterol two puffs.", "Tiotropium two puffs."),
        ("Bactrim gave me a rash.", "Rash with trimethoprim-sulfamethoxazole.", "Rash with ciprofloxacin."),
        ("i am on oh zem pick every week", "Semaglutide weekly.", "Dulaglutide weekly."),
        ("the flow vent the orange one", "Flovent.", "Ventolin."),
        ("i take the allo pure in all for the gout", "Allopurinol for gout.", "Colchicine for gout."),
        ("My pressure was one oh two over sixty four.", "Blood pressure 102/64.", "Blood pressure 122/64."),
        ("It was two-oh-four over one-ten.", "BP 204/110.", "BP 240/110."),
    ],
)
def test_the_same_in_other_words_is_true_and_another_thing_is_not(room: str, true: str, wrong: str) -> None:
    assert _reds(room, true) == []
    assert _reds(room, wrong)
