"""Questions and answers: what was only asked takes the sign of the answer, in talk that nobody punctuated too."""

import pytest

from agent.documents.heard import said, talk
from agent.model.note import Utterance


def _sign(word: str, *turns: str, first: str = "doctor") -> int:
    other = "patient" if first == "doctor" else "doctor"
    heard = talk([Utterance(speaker=(first, other)[n % 2], text=text) for n, text in enumerate(turns)])
    return next(s for turn in heard.turns for w, s in zip(turn.words, turn.polarity, strict=True) if w.text == word)


@pytest.mark.parametrize(
    ("word", "sign", "turns"),
    [
        ("numbness", -1, ("have you experienced anything like numbness or or any strange sensation", "no i have not")),
        ("pop", -1, ("so did you hear or feel a pop in your knee", "i did not no")),
        ("bowels", -1, ("okay any problems with your bowels", "hmmm no i don't")),
        ("fever", -1, ("Any fever?", "Mm, not really.")),
        ("headache", -1, ("okay cough headache", "no")),
        ("headache", 1, ("okay so he has a headache", "yeah")),
        ("fever", 1, ("Any fever?", "Mm-hmm.")),
        ("fever", 0, ("Any fever?", "Let me think.")),
        ("numbness", -1, ("and any numbness there at times no okay and what happened then", "i fell")),
        ("pain", 0, ("come back if you have any chest pain", "okay")),
        ("bleeding", 0, ("there are risks of bleeding with it", "okay")),
        ("diuretic", -1, ("I don't think you need a diuretic.", "Good.")),
        ("rehab", 1, ("How was it?", "No problem in rehab.")),
        ("weeks", 0, ("Why don't we have you come back in two weeks?", "Okay.")),
        ("carvedilol", 1, ("For that we'll put you on some carvedilol twice a day, okay?", "No, that sounds good.")),
        ("sensation", 1, ("there is no pronator drift sensation is intact", "good")),
        ("tenderness", -1, ("I feel no tenderness over your left wrist.", "Okay.")),
        ("wrist", 1, ("I feel no tenderness over your left wrist.", "Okay.")),
        ("assistant", 1, ("I will look at it and then have the assistant swab you", "no that sounds good")),
        ("kidneys", 1, ("It was point seven, not point eight so you're doing well with kidneys.", "Good.")),
        ("pressure", 1, ("have you had any fever i wan na do a quick exam your blood pressure is fine", "no")),
    ],
)
def test_an_answer_settles_what_was_asked(word: str, sign: int, turns: tuple[str, ...]) -> None:
    assert _sign(word, *turns) == sign


def test_a_clinician_who_finds_nothing_asks_nothing() -> None:
    told = "i don't appreciate any ectopic beats your lungs are clear no lower edema your shoulders are fine"
    for word, sign in (("beats", -1), ("clear", 1), ("edema", -1), ("fine", 1)):
        assert _sign(word, told, "yes") == sign


def test_swapped_labels_do_not_turn_an_answer_into_a_question() -> None:
    turns = ("have you experienced any numbness in your arm", "no numbness or tingling", "okay good")
    assert _sign("tingling", *turns, first="patient") == -1


@pytest.mark.parametrize(
    ("word", "sign", "text"),
    [
        ("deep", -1, "Peripheral margin positive, deep margin, uh, negative, stage one."),
        ("stage", 1, "Peripheral margin positive, deep margin, uh, negative, stage one."),
        ("ray", 1, "The x-ray is unremarkable."),
        ("weight", 0, "I wish I had some weight loss."),
        ("children", 1, "No, I don't have any siblings and, thankfully, my children are healthy."),
    ],
)
def test_how_far_a_no_reaches(word: str, sign: int, text: str) -> None:
    assert _sign(word, text, first="patient") == sign


@pytest.mark.parametrize(
    "text", ["I see no swelling of your left wrist.", "Why don't we wait?", "No carotid bruit on your exam."]
)
def test_a_sentence_of_a_note_is_said_or_denied_and_never_only_asked(text: str) -> None:
    assert 0 not in said(text).polarity
