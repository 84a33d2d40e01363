"""Days, clocks and lists read as people of each language write them, CLDR or not."""

from datetime import date, time
from pathlib import Path

import pytest

from agent.content.read_yaml import read_yaml
from agent.dialogue.almanac import Almanac, knows

LOCALES = Path(__file__).parents[2] / "locales"
TUESDAY = date(2026, 3, 10)


def almanac(tag: str, country: str = "US") -> Almanac:
    own = LOCALES / tag / "calendar.yaml"
    return Almanac(tag, country, read_yaml(own, own.name) if own.exists() else None)


@pytest.mark.parametrize(
    ("tag", "day", "clock"),
    [
        ("en", "Tuesday, March 10", "2:30 PM"),
        ("es", "martes, 10 de marzo", "2:30 p.m."),
        ("pt", "terça-feira, 10 de março", "14:30"),
        ("de", "Dienstag, 10. März", "14:30"),
        ("pl", "wtorek, 10 marca", "14:30"),
        ("zh", "3月10日星期二", "14:30"),
        ("ko", "3월 10일 (화요일)", "오후 2:30"),
        ("tl", "Martes, Marso 10", "2:30 PM"),
        ("ht", "madi 10 mas", "2:30 PM"),
    ],
)
def test_a_visit_is_told_in_the_languages_own_way(tag: str, day: str, clock: str) -> None:
    assert (almanac(tag).day(TUESDAY, year=False), almanac(tag).clock(time(14, 30))) == (day, clock)


def test_haitian_creole_is_never_told_in_french() -> None:
    """Babel resolves `ht` to French without a word."""
    creole = almanac("ht")
    assert not knows("ht")
    assert creole.day(TUESDAY, year=True) == "madi 10 mas 2026"
    assert creole.long_date(date(1980, 8, 2)) == "2 out 1980"
    assert creole.listed(["a", "b", "c"], either=True) == "a, b oswa c"
    assert [creole.weekday(i, short=False) for i in (0, 6)] == ["lendi", "dimanch"]
    assert Almanac("ht", "US").day(TUESDAY, year=False) == "Tuesday, March 10"  # without its table: English


def test_one_item_is_no_list() -> None:
    assert almanac("ht").listed(["a"], either=False) == almanac("en").listed(["a"], either=False) == "a"
    assert almanac("ht").listed([], either=False) == ""


@pytest.mark.parametrize(
    ("tag", "ends"),
    [("ru", ("понедельника", "пятницу")), ("pl", ("poniedziałku", "piątku")), ("en", ("Monday", "Friday"))],
)
def test_a_stretch_of_days_is_spoken_in_the_cases_of_the_language(tag: str, ends: tuple[str, str]) -> None:
    assert almanac(tag).weekdays(0, 4, short=False) == ends


@pytest.mark.parametrize(
    ("tag", "country", "told", "born"),
    [
        ("fr", "US", "mardi 1er décembre", "1er décembre 2026"),
        ("fr", "CA", "mardi 1er décembre", "1er décembre 2026"),
        ("ht", "US", "madi 1ye desanm", "1ye desanm 2026"),
        ("de", "US", "Dienstag, 1. Dezember", "1. Dezember 2026"),
        ("en", "US", "Tuesday, December 1", "December 1, 2026"),
    ],
)
def test_the_first_of_a_month_is_told_as_people_tell_it(tag: str, country: str, told: str, born: str) -> None:
    first = date(2026, 12, 1)
    assert (almanac(tag, country).day(first, year=False), almanac(tag, country).long_date(first)) == (told, born)
    assert "1er" not in almanac(tag, country).day(date(2026, 12, 11), year=True)
    assert "1er" in almanac("fr").day(first, year=True, short=True)
