"""On the telephone a name and a date of birth come in one breath, without a comma or a capital."""

import pytest

from agent.model.question import Question
from tests.desk.test_phrases import FIRST
from tests.understand.test_hear import NOW

SAID = {
    "en": ("maria lopez march fourth nineteen eighty", "Maria Lopez", "1980-03-04"),
    "es": ("ana torres tres de marzo de mil novecientos ochenta", "Ana Torres", "1980-03-03"),
    "fr": ("marie dubois cinq mai mille neuf cent soixante dix", "Marie Dubois", "1970-05-05"),
    "pt": ("maria silva três de março de mil novecentos e oitenta", "Maria Silva", "1980-03-03"),
    "de": ("anna schmidt erster april neunzehnhundertsechzig", "Anna Schmidt", "1960-04-01"),
    "it": ("mario rossi dieci gennaio settantacinque", "Mario Rossi", "1975-01-10"),
    "pl": ("anna kowalska trzeci marca tysiąc dziewięćset osiemdziesiąty", "Anna Kowalska", "1980-03-03"),
    "ru": ("анна иванова третье марта восьмидесятого года", "Анна Иванова", "1980-03-03"),
    "ar": ("فاطمة حسن ثلاثة مارس ألف وتسعمئة وثمانين", "فاطمة حسن", "1980-03-03"),
    "hi": ("राहुल शर्मा तीन मार्च उन्नीस सौ अस्सी", "राहुल शर्मा", "1980-03-03"),
    "zh": ("王小明一九八零年三月四号", "王小明", "1980-03-04"),
    "vi": ("nguyễn văn hùng ngày ba tháng tư năm một chín tám mươi", "Nguyễn Văn Hùng", "1980-04-03"),
    "ko": ("김민수 천구백팔십년 삼월 사일", "김민수", "1980-03-04"),
    "tl": ("maria santos march three nineteen eighty", "Maria Santos", "1980-03-03"),
    "ht": ("marie pierre twa mas mil nèf san katreven", "Marie Pierre", "1980-03-03"),
}  # fmt: skip
ASKED = Question(run="r", flow="reschedule", slot="name", type="name")


@pytest.mark.parametrize("language", SAID)
def test_a_name_and_a_birth_in_one_breath_are_both_heard(language: str) -> None:
    text, name, born = SAID[language]
    ears = FIRST.desk.ears
    heard = ears.hear(text, now=NOW, prior=language, question=ASKED, open_flows=("reschedule",), current=language,
                      spoken=True)  # fmt: skip
    assert (heard.entities.get("name"), heard.entities.get("dob")) == (name, born)


@pytest.mark.parametrize("text", ["my son was born on march fourth twenty twenty", "march fourth nineteen eighty"])
def test_a_birth_alone_is_no_name(text: str) -> None:
    heard = FIRST.desk.ears.hear(text, now=NOW, prior="en", question=ASKED, open_flows=("reschedule",), current="en")
    assert heard.entities.get("name") is None
    assert "dob" in heard.entities
