"""True sentences that say something in other words than the room did: no red flag."""

import pytest

from agent.documents.verify import verify
from agent.model.note import Utterance


def _reds(room: str, note: str) -> list[str]:
    return [detail for tier, detail in _flags(room, note) if tier == "red"]


def _flags(room: str, note: str) -> list[tuple[str, str]]:
    talk = [
        Utterance(speaker="doctor", text="What brings you in today?"),
        Utterance(speaker="patient", text=room),
        Utterance(speaker="doctor", text="All right, thank you. Let me have a look at that."),
    ]
    return [(f.tier, f.detail) for s in verify(talk, note).sentences for f in s.flags]


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
        ("It is alendronate, Mondays.", "Alendronate weekly.", "Alendronate daily."),
        ("Bactrim, I came up in a rash.", "Allergy: trimethoprim-sulfamethoxazole.", "Allergy: doxycycline."),
        ("I cannot have Zithromax, I swell up.", "Allergy: azithromycin, facial swelling.", "Allergy: doxycycline."),
        ("Cover your left eye. The right's fine.", "The right eye is fine.", "The right eye takes warfarin."),
        ("On PCN I got hives.", "Allergy: penicillin.", "Allergy: doxycycline."),
        ("I have a puffer for it.", "Uses an inhaler.", "Uses warfarin."),
    ],
)
def test_the_same_in_other_words_is_true_and_another_thing_is_not(room: str, true: str, wrong: str) -> None:
    assert _reds(room, true) == []
    assert _reds(room, wrong)


@pytest.mark.parametrize(
    ("room", "true", "wrong"),
    [
        ("Every day, three four times I go.", "Diarrhea four times daily.", "Diarrhea six times daily."),
        ("I take naproxen two nights a week.", "Naproxen two nights a week.", "Naproxen five nights a week."),
        ("You take it twice on the first day.", "Doxycycline BD day 1.", "Doxycycline TDS day 1."),
        ("I have eight a week, tops.", "Alcohol: eight beers weekly.", "Alcohol: eight beers daily."),
        ("You are twenty eight weeks pregnant.", "28/40 pregnant.", "34/40 pregnant."),
        ("It came out in ninety-four.", "It came out in 1994.", "It came out in 1984."),
        ("I found her on the floor at half seven.", "Found on the floor at 07:30.", "Found on the floor at 06:45."),
        ("I took it at six this morning, in the morning.", "Taken at 0600.", "Taken at 0640."),
        ("It woke me at ten to five.", "Woke at 04:50.", "Woke at 04:40."),
        ("He was hit at quarter past eight.", "Hit at 20:15.", "Hit at 20:45."),
        ("It stopped about ten at night.", "Stopped at 22:00.", "Stopped at 20:50."),
    ],
)
def test_a_time_or_a_year_in_other_words_is_no_other(room: str, true: str, wrong: str) -> None:
    assert [detail for _, detail in _flags(room, true) if "said" in detail] == []
    assert [detail for _, detail in _flags(room, wrong) if "said" in detail]


def test_what_kin_of_a_mother_who_speaks_is_to_her_child() -> None:
    talk = [
        Utterance(speaker="doctor", text="Has anybody in the family trouble with reading?"),
        Utterance(speaker="Mother", text="My brother is dyslexic, and my mum talks Portuguese with him."),
        Utterance(speaker="doctor", text="All right, thank you."),
    ]
    note = "Uncle is dyslexic.\nGrandmother talks Portuguese.\nBrought by his mother.\nAunt is dyslexic.\n"
    flagged = [bool(s.flags) for s in verify(talk, note + "Grandfather talks Portuguese.").sentences]
    assert flagged == [False, False, False, True, True]
