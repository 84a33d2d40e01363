"""Dates of birth, as figures and as words."""

from datetime import date
from typing import Literal

import pytest

from agent.understand.births import Births
from tests.understand.reading import TODAY, reader

EN = [
    ("3/12/80", "1980-03-12"),
    ("03-12-1980", "1980-03-12"),
    ("3.12.1980", "1980-03-12"),
    ("12 march 1980", "1980-03-12"),
    ("march 12th, 1980", "1980-03-12"),
    ("Mar 12 '80", "1980-03-12"),
    ("12-mar-1980", "1980-03-12"),
    ("12mar1980", "1980-03-12"),
    ("19800312", "1980-03-12"),
    ("03121980", "1980-03-12"),
    ("031280", "1980-03-12"),
    ("1980-03-12", "1980-03-12"),
    ("born in 1980 march 12", "1980-03-12"),
    ("1980 march 12", "1980-03-12"),
    ("march twelfth nineteen eighty", "1980-03-12"),
    ("the twelfth of march nineteen eighty five", "1985-03-12"),
    ("march twenty first nineteen ninety", "1990-03-21"),
    ("march second two thousand five", "2005-03-02"),
    ("january twenty two thousand one", "2001-01-20"),
    ("june fifth nineteen oh nine", None),
    ("june fifth nineteen nineteen", "1919-06-05"),
    ("May 5 2015", "2015-05-05"),
    ("my dob is 12/25/79 thanks", "1979-12-25"),
    ("25/12/1979", "1979-12-25"),
    ("3 12 80", "1980-03-12"),
    ("3/12/20", "2020-03-12"),
    ("12/25/26", "1926-12-25"),
    ("2/29/2024", "2024-02-29"),
    ("Maria Lopez 3/12/80", "1980-03-12"),
    ("٣/١٢/١٩٨٠", "1980-03-12"),
    ("2/30/1980", None),
    ("13/13/1980", None),
    ("2/29/2023", None),
    ("3/12/2031", None),
    ("3/12/1890", None),
    ("00/00/00", None),
    ("1980", None),
    ("march 1980", None),
    ("march 12", None),
    ("555-123-4567", None),
    ("3/12", None),
    ("hello", None),
    ("99999999", None),
    ("12/345/1980", None),
]
ES = [
    ("el doce del tres del ochenta", "1980-03-12", False),
    ("el quince del uno del setenta", "1970-01-15", True),
    ("12 de marzo de 1980", "1980-03-12", True),
    ("nací el 12/3/80", "1980-03-12", False),
    ("25/12/79", "1979-12-25", True),
    ("12/25/79", "1979-12-25", True),
    ("5/5/1990", "1990-05-05", True),
    ("12-03-1980", "1980-03-12", False),
    ("doce de marzo de mil novecientos ochenta", "1980-03-12", True),
    ("el treinta y uno de enero de mil novecientos ochenta y cinco", "1985-01-31", True),
    ("dos de mayo de dos mil cinco", "2005-05-02", True),
    ("el primero de julio del noventa y dos", "1992-07-01", True),
    ("marzo 12 1980", "1980-03-12", True),
    ("12 marzo 80", "1980-03-12", True),
    ("fecha de nacimiento: 1 de setiembre de 2001", "2001-09-01", True),
    ("19800312", "1980-03-12", True),
    ("1980-03-12", "1980-03-12", True),
    ("nacida el 3 ene 1999", "1999-01-03", True),
    ("1ro de abril de 1977", "1977-04-01", True),
    ("13 del 4 del 80", None, True),
    ("31 de febrero de 1980", None, True),
    ("el 12 de marzo", None, True),
    ("mañana a las 3", None, True),
    ("12 de marzo de 2031", None, True),
    ("1980", None, True),
    ("mi número es 555 123 4567", None, True),
    ("no sé", None, True),
    ("31/31/80", None, True),
]
UNASKED = [
    ("this is Maria Lopez 3/12/80", "1980-03-12"),
    ("maria lopez, march 12 1980, need to cancel", "1980-03-12"),
    ("I was born 3/12/80", "1980-03-12"),
    ("dob 031280", "1980-03-12"),
    ("can I come 7/20/26", None),
    ("can I come 3/12/27", None),
    ("how about 3/12/2027 at 3", None),
    ("surgery on 3/12/2015", None),
    ("since 1/1/2010 it hurts", None),
    ("my code is 031280", None),
    ("march 12 at 3", None),
    ("call 718-555-0110", None),
    ("member id 19800312", None),
]


@pytest.mark.parametrize(("text", "birth"), EN)
def test_a_date_of_birth_is_read_in_english(text: str, birth: str | None) -> None:
    found = reader().dob(text, "en", True, TODAY, "mdy")
    assert (found.value if found else None) == birth


@pytest.mark.parametrize(("text", "birth", "sure"), ES)
def test_a_date_of_birth_is_read_in_spanish_and_asked_back_where_it_can_be_two(
    text: str, birth: str | None, sure: bool
) -> None:
    found = reader().dob(text, "es", True, TODAY, "dmy")
    assert (found.value if found else None) == birth
    assert found is None or found.sure is sure


@pytest.mark.parametrize(
    ("lang", "text", "birth"),
    [
        ("zh", "我叫王小明，一九八零年三月十二日出生", "1980-03-12"),
        ("zh", "1980年3月12号", "1980-03-12"),
        ("zh", "八五年十一月二十一号", "1985-11-21"),
        ("fr", "née le douze mars mille neuf cent quatre vingt dix", "1990-03-12"),
        ("fr", "le quinze juin dix-neuf cent soixante quinze", "1975-06-15"),
        ("hi", "पाँच मई उन्नीस सौ पचासी", "1985-05-05"),
        ("ru", "двенадцатое марта тысяча девятьсот восьмидесятого года", "1980-03-12"),
        ("es", "doce de marzo de mil novecientos ochenta y cinco", "1985-03-12"),
        ("fr", "le trois mars mille neuf cent quatre-vingts", "1980-03-03"),
        ("fr", "zéro trois zéro trois mille neuf cent quatre-vingts", "1980-03-03"),
        ("es", "cero tres cero tres mil novecientos ochenta", "1980-03-03"),
        ("es", "cero tres doce mil novecientos ochenta", "1980-12-03"),
        ("pt", "zero sete zero três dois mil e cinco", "2005-03-07"),
        ("de", "null drei null drei neunzehnhundertachtzig", "1980-03-03"),
        ("ru", "ноль три ноль три тысяча девятьсот восемьдесят", "1980-03-03"),
    ],
)
def test_a_year_is_said_in_many_ways(lang: str, text: str, birth: str) -> None:
    found = reader().dob(text, lang, True, TODAY, "dmy")
    assert found is not None
    assert found.value == birth


@pytest.mark.parametrize(("text", "birth"), UNASKED)
def test_a_date_that_may_be_a_wish_is_no_birthday(text: str, birth: str | None) -> None:
    found = reader().dob(text, "en", False, TODAY, "mdy")
    assert (found.value if found else None) == birth


def test_a_recent_date_nobody_asked_for_is_asked_back() -> None:
    found = reader().dob("Leo Kim 5/2/2024", "en", False, TODAY, "mdy")
    assert found is not None
    assert not found.sure


def test_day_first_is_sure_where_the_country_writes_so() -> None:
    found = reader("MX").dob("12/3/80", "es", True, TODAY, "dmy")
    assert found is not None
    assert (found.value, found.sure) == ("1980-03-12", True)


@pytest.mark.parametrize("text", ["dob: 3/12/80!", "née… 3/12/80", "I was born march 12th, 1980 ok"])
def test_the_quote_is_the_date(text: str) -> None:
    found = reader().dob(text, "en", True, TODAY, "mdy")
    assert found is not None
    assert text[found.start : found.end] in ("3/12/80", "march 12th, 1980")


@pytest.mark.parametrize(
    ("units", "text", "order"),
    [
        ({"year": ["年"], "month": ["月"], "day": ["日", "号"]}, "我是1980年3月12日出生", "dmy"),
        ({"year": ["년"], "month": ["월"], "day": ["일"]}, "1980년 3월 12일생", "dmy"),
        ({"year": ["năm"], "month": ["tháng"], "day": ["ngày"], "before": True}, "ngày 12 tháng 3 năm 1980", "dmy"),
    ],
)
def test_another_languages_units_are_only_a_table(
    units: dict[str, object], text: str, order: Literal["mdy", "dmy"]
) -> None:
    found = Births({"date_units": units}, "US").read(text, True, date(2026, 7, 15), order)
    assert found is not None
    assert (found.value, found.sure) == ("1980-03-12", True)
