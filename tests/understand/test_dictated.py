"""Codes and telephone numbers as they are dictated: figure by figure, in pairs, in every language."""

from datetime import date

import pytest

from agent.understand.births import Births
from agent.understand.values import ValueReader
from tests import shared

CODES = [
    ("en", "it's four oh seven one five nine"),
    ("es", "cuatro cero siete uno cinco nueve"),
    ("es", "el código es cuatro, cero, siete, uno, cinco, nueve, gracias"),
    ("fr", "c'est quatre zéro sept un cinq neuf"),
    ("pt", "quatro zero sete um cinco nove"),
    ("de", "vier null sieben eins fünf neun"),
    ("it", "quattro zero sette uno cinque nove"),
    ("pl", "cztery zero siedem jeden pięć dziewięć"),
    ("ru", "четыре ноль семь один пять девять"),
    ("ar", "أربعة صفر سبعة واحد خمسة تسعة"),
    ("hi", "चार शून्य सात एक पांच नौ"),
    ("hi", "char zero saat ek paanch nau"),
    ("zh", "四零七幺五九"),
    ("vi", "bốn không bảy một năm chín"),
    ("ko", "사공칠일오구"),
    ("ko", "사 공 칠 일 오 구 입니다"),
    ("tl", "apat zero pito isa lima siyam"),
    ("ht", "kat zewo set en senk nèf"),
]
PAIRS = [
    ("es", "cuarenta, setenta y uno, cincuenta y nueve", "407159"),
    ("fr", "quarante soixante et onze cinquante neuf", "407159"),
    ("fr", "quatre-vingt-douze soixante-dix-huit trente-quatre", "927834"),
    ("it", "quaranta settantuno cinquantanove", "407159"),
    ("pt", "quarenta, setenta e um, cinquenta e nove", "407159"),
]

MISHEARD = [  # a recogniser writes words for figures
    ("phone", "seven one eight five five five oh one oh for", "+17185550104"),
    ("phone", "718 555 oh won oh to", "+17185550102"),
    ("phone", "for one five, three oh two, four four ate won", "+14153024481"),
    ("phone", "call me at seven one eight five five five oh one oh four to talk", "+17185550104"),
    ("phone", "call me on 718 555 0104 for tomorrow", "+17185550104"),
    ("code", "for two oh won three six", "420136"),
    ("code", "it's for one two tree four five six", "123456"),
    ("dob", "it's march for nineteen eighty", "1980-03-04"),
    ("dob", "december first nineteen seventy to", "1972-12-01"),
    ("dob", "june for to thousand one", "2001-06-04"),
    ("dob", "oh three oh for nineteen eighty", "1980-03-04"),
    ("dob", "oh three one two one nine eight oh", "1980-03-12"),
    ("dob", "march third nineteen eighty for my son", "1980-03-03"),
    ("dob", "march 3 1980 for two people", "1980-03-03"),
    ("dob", "it's too late", None),
    ("dob", "the third of may for tea", None),
]


def reader() -> ValueReader:
    return shared.values()


@pytest.mark.parametrize(("lang", "text"), CODES)
def test_a_dictated_code_is_heard(lang: str, text: str) -> None:
    found = reader().code(text, lang)
    assert found is not None
    assert found.value == "407159"


@pytest.mark.parametrize(("lang", "text", "code"), PAIRS)
def test_figures_in_pairs_are_heard(lang: str, text: str, code: str) -> None:
    found = reader().code(text, lang)
    assert found is not None
    assert found.value == code


def test_a_dictated_telephone_number_is_heard_with_its_place() -> None:
    text = "my number is seven one eight five five five oh one two three thanks"
    found = reader().phone(text, "en", "US")
    assert found is not None
    assert found.value == "+17185550123"
    assert text[found.start : found.end] == "seven one eight five five five oh one two three"
    french = reader().phone("zéro six douze trente-quatre cinquante-six soixante-dix-huit", "fr", "FR")
    assert french is not None
    assert french.value == "+33612345678"


@pytest.mark.parametrize(("kind", "text", "value"), MISHEARD)
def test_what_a_recogniser_writes_for_a_figure_is_heard_between_figures_alone(
    kind: str, text: str, value: str | None
) -> None:
    read = {
        "phone": lambda: reader().phone(text, "en", "US"),
        "code": lambda: reader().code(text, "en"),
        "dob": lambda: reader().dob(text, "en", True, date(2026, 3, 2), "mdy"),
    }[kind]
    found = read()
    assert (found and found.value) == value


def test_a_date_of_birth_of_misheard_figures_is_not_sure_and_only_read_where_it_was_asked_for() -> None:
    said, today = "march for nineteen eighty", date(2026, 3, 2)
    heard, surely = (reader().dob(t, "en", True, today, "mdy") for t in (said, "march fourth nineteen eighty"))
    assert heard is not None
    assert surely is not None
    assert (heard.sure, surely.sure) == (False, True)
    assert reader().dob(said, "en", False, today, "mdy") is None


@pytest.mark.parametrize("text", ["one two three", "I have two kids and one on the way", "twenty twenty six", ""])
def test_a_few_numbers_are_no_code(text: str) -> None:
    assert reader().code(text, "en") is None


def test_a_number_of_several_words_keeps_the_value_of_its_first() -> None:
    births = Births({"months": {"marso": 3}, "numbers": {"bente": 20, "bente uno": 21, "dalawang libo": 2000}}, "PH")
    for said, day in (("bente", 20), ("bente-uno", 21), ("bente uno", 21)):
        found = births.read(f"{said} marso dalawang libo", True, date(2026, 11, 26), "dmy")
        assert found is not None
        assert found.value == f"2000-03-{day}"
