"""Somebody else takes a call of ours: a relative at the patient's number, or nobody who knows them."""

from pathlib import Path

import pytest

from agent.dialogue.safety import weighed
from agent.model.question import Question
from agent.understand import who_answers
from agent.understand.repairs import Repairs
from agent.understand.said import Said
from tests.shared import content, hearing, read_quickly
from tests.understand.test_hear import NOW

ON_A_CALL = read_quickly(Path(__file__).with_name("on_a_call.yaml").read_text("utf-8"))
DANGER = read_quickly(Path(__file__).with_name("danger_on_a_call.yaml").read_text("utf-8"))
MEANT = {"elsewhere": ("number_theirs", True), "wrong": ("number_theirs", False), "for_them": ("theirs", True)}
RELATIVE = {
    "en": ("No, I'm her son", "no this is her husband", "she's not here"),
    "es": ("No, soy su hijo", "no está en casa"),
    "fr": ("Non, je suis son fils", "elle n'est pas là"),
    "pt": ("Não, sou o filho dela", "ela não está"),
    "de": ("Nein, ich bin ihr Sohn", "sie ist nicht zu Hause"),
    "it": ("No, sono suo figlio", "non c'è, è al lavoro"),
    "pl": ("Nie, jestem jej synem", "nie ma jej w domu"),
    "ru": ("Нет, я её сын", "её нет дома"),
    "ar": ("لا، أنا ابنها", "هي غير موجودة"),
    "hi": ("नहीं, मैं उनका बेटा हूँ", "वो घर पर नहीं हैं"),
    "zh": ("不是，我是她儿子", "她不在"),
    "vi": ("Không, tôi là con trai bà ấy", "bà ấy không có nhà"),
    "ko": ("아니요, 아들이에요", "지금 집에 없어요"),
    "tl": ("Hindi po, anak niya ako", "wala po siya dito"),
    "ht": ("Non, se pitit li mwen ye", "li pa la"),
}  # fmt: skip
WRONG = {
    "en": "you have the wrong number", "es": "número equivocado", "fr": "mauvais numéro", "pt": "número errado",
    "de": "falsch verbunden", "it": "ha sbagliato numero", "pl": "pomyłka", "ru": "вы ошиблись номером",
    "ar": "الرقم غلط", "hi": "गलत नंबर", "zh": "打错了", "vi": "nhầm số rồi", "ko": "잘못 거셨어요",
    "tl": "maling numero", "ht": "move nimewo",
}  # fmt: skip


@pytest.fixture(scope="module")
def repairs() -> Repairs:
    return Repairs(content().rows["repairs"])


def _read(repairs: Repairs, text: str, language: str, slot: str = "theirs") -> tuple[str, object] | None:
    asked = Question("r", "remind", slot, "bool")
    found = who_answers.read(Said(text, language, NOW, asked), repairs)
    return (found.slot, found.value) if found is not None else None


@pytest.mark.parametrize(("language", "text"), [(tag, text) for tag, texts in RELATIVE.items() for text in texts])
def test_a_relative_who_answers_is_no_wrong_number(repairs: Repairs, language: str, text: str) -> None:
    assert _read(repairs, text, language) == ("number_theirs", True)


@pytest.mark.parametrize(("language", "text"), WRONG.items())
def test_a_wrong_number_is_one_at_either_question(repairs: Repairs, language: str, text: str) -> None:
    for slot in ("theirs", "number_theirs"):
        assert _read(repairs, text, language, slot) == ("number_theirs", False)


def test_who_looks_after_them_hears_it_and_who_only_says_who_they_are_is_asked_again(repairs: Repairs) -> None:
    assert _read(repairs, "I'm her son, I look after her", "en") == ("theirs", True)
    assert _read(repairs, "no, I'm her son but I look after her", "en") == ("theirs", True)
    assert _read(repairs, "I'm her son", "en") is None
    assert _read(repairs, "no", "en") is None
    assert _read(repairs, "I'm her son", "en", "number_theirs") == ("number_theirs", True)


@pytest.mark.parametrize("language", ON_A_CALL)
def test_who_takes_a_call_for_somebody_else_is_understood_and_nothing_but_a_rule_finds_danger_in_it(
    repairs: Repairs, language: str
) -> None:
    made, asked = hearing(), Question("r", "remind", "theirs", "bool")
    for kind, texts in ON_A_CALL[language].items():
        for text in texts:
            assert _read(repairs, text, language) == MEANT[kind], text
            said = made.ears.hear(text, now=NOW, prior=language, current=language, question=asked, open_flows=())
            found = weighed(made.gate, text, language, heard=said, again=made.ears.weighed)
            assert found.evidence or found.urgency in ("none", "routine"), (text, found)


@pytest.mark.parametrize("language", DANGER)
def test_what_is_told_beside_it_is_weighed_for_danger(language: str) -> None:
    made, asked = hearing(), Question("r", "remind", "theirs", "bool")
    missed = []
    for text in DANGER[language]:
        said = made.ears.hear(text, now=NOW, prior=language, current=language, question=asked, open_flows=())
        found = weighed(made.gate, text, language, heard=said, again=made.ears.weighed)
        missed += [text] if found.urgency not in ("urgent", "emergency") else []
    assert missed == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "I don't know anyone there"), ("zh", "我不认识你们"), ("de", "kenne ich nicht"), ("ko", "누군지 몰라요")],
)
def test_who_does_not_know_us_has_no_wrong_number(repairs: Repairs, language: str, text: str) -> None:
    """The first words of a call name nobody; to them "I don't know them" is said of whoever calls."""
    assert not repairs.within(text, language, "wrong_number", 16)
    assert _read(repairs, text, language) == ("number_theirs", False)
