"""Phone numbers and one-time codes."""

import phonenumbers
import pytest

from tests.understand.reading import reader

NUMBERS = [
    ("John Smith 4/5/1990 718-555-0134", "+17185550134"),
    ("Ana García 12/3/80 7185550134", "+17185550134"),
    ("718-555-0110", "+17185550110"),
    ("(718) 555-0110", "+17185550110"),
    ("718.555.0110", "+17185550110"),
    ("7185550110", "+17185550110"),
    ("718 5550110", "+17185550110"),
    ("1 718 555 0110", "+17185550110"),
    ("+1 718 555 0110", "+17185550110"),
    ("+1(718)555-0110", "+17185550110"),
    ("call me at 718-555-0110 after 5", "+17185550110"),
    ("my cell is 7185550110, thanks!", "+17185550110"),
    ("mi número es el 312 555 0120", "+13125550120"),
    ("+52 55 5123 4567", "+525551234567"),
    ("+44 20 7946 0958", "+442079460958"),
    ("718–555–0110", "+17185550110"),
    ("dob 3/12/1980 phone 718-555-0110", "+17185550110"),
    ("tel:718-555-0110", "+17185550110"),
    ("７１８５５５０１１０", "+17185550110"),
    ("718-555-0110 or 312-555-0120", "+17185550110"),
    ("3/12/1980", None),
    ("03-12-1980", None),
    ("1980-03-12", None),
    ("03121980", None),
    ("123456", None),
    ("123 456", None),
    ("555-0110", None),
    ("10:30 on 7/20", None),
    ("2026-07-20 10:30", None),
    ("between 10:30 and 11:45", None),
    ("123-45-6789", None),
    ("W123456789", None),
    ("12345678901234567890", None),
    ("", None),
    ("hello", None),
]
ABROAD = [
    ("pt", "mudei de número, agora é (11) 98814-3072", "+5511988143072"),
    ("pt", "o telemóvel passou a ser 912 448 073", "+351912448073"),
    ("de", "neue nummer von mir: 0171 5550142, die alte bitte raus", "+491715550142"),
    ("de", "rückruf ab 18 uhr unter 0676 5550193", "+436765550193"),
    ("ko", "번호 바뀜 010-9876-5432로 수정요", "+821098765432"),
    ("ko", "공일공 일이삼사 오육칠팔로 전화 주세요", "+821012345678"),
    ("tl", "pa call back nmn po 0918 555 0177", "+639185550177"),
    ("es", "mi numero social es 612-34-5678", None),
    ("es", "mi tarjeta es la W612345678", None),
]
CODES = [
    ("123456", "123456"),
    ("123 456", "123456"),
    ("123-456", "123456"),
    ("the code is 123456", "123456"),
    ("el código es 123456.", "123456"),
    ("1 2 3 4 5 6", "123456"),
    ("12 34 56", "123456"),
    ("it says 004217", "004217"),
    ("code:123456", "123456"),
    ("G-123456", "123456"),
    ("123456 thanks", "123456"),
    ("123456, yes 123456", "123456"),
    ("١٢٣٤٥٦", "123456"),
    ("12345", None),
    ("1234567", None),
    ("718-555-0110", None),
    ("7185550110", None),
    ("3/12/80", None),
    ("123456 or 654321", None),
    ("$123456", None),
    ("1,123456", None),
    ("19800312", None),
    ("no code", None),
    ("", None),
    ("at 10:30", None),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_a_phone_number_is_read_and_a_date_or_a_code_is_not_one(text: str, number: str | None) -> None:
    found = reader().phone(text, "en", "US")
    assert (found.value if found else None) == number


def test_a_number_that_cannot_be_in_service_is_asked_back() -> None:
    found = reader().phone("123 456 7890", "en", "US")
    assert found is None or not found.sure


@pytest.mark.parametrize(("text", "code"), CODES)
def test_six_digits_are_a_code_and_other_digits_are_not(text: str, code: str | None) -> None:
    found = reader().code(text, "en")
    assert (found.value if found else None) == code


def test_the_quote_is_the_number_alone() -> None:
    text = "está bien, 718-555-0110 gracias"
    found = reader().phone(text, "es", "US")
    assert found is not None
    assert text[found.start : found.end] == "718-555-0110"


@pytest.mark.parametrize(("lang", "text", "number"), ABROAD)
def test_a_number_of_a_country_where_the_language_is_spoken_is_asked_back(
    lang: str, text: str, number: str | None
) -> None:
    found = reader().phone(text, lang, "US")
    assert (found.value if found else None) == number
    assert found is None or not found.sure
    assert number is None or reader().phone(text, lang, number_region(number)).sure  # type: ignore[union-attr]


def number_region(number: str) -> str:
    return str(phonenumbers.region_code_for_number(phonenumbers.parse(number)))
