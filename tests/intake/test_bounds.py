"""What an answer must keep to is read from FHIR's extensions, and refused in one line where it cannot be kept to."""

import pytest

from agent.intake.bounds import hint
from agent.intake.engine import fits
from agent.intake.patterns import unfit
from agent.model.form import Item
from tests import shared
from tests.intake.forms import TRANSLATION, flaws, form, item

FHIR = "http://hl7.org/fhir/StructureDefinition/"


def bound(**given: object) -> list[dict[str, object]]:
    """`minValue__valueInteger=1`: an extension of FHIR's with its value."""
    return [{"url": FHIR + name.partition("__")[0], name.partition("__")[2]: v} for name, v in given.items()]


def only(kind: str, **given: object) -> Item:
    return form(item("a", kind, extension=bound(**given))).items[0]


@pytest.mark.parametrize(
    ("asked", "good", "bad"),
    [
        (only("integer", minValue__valueInteger=0, maxValue__valueInteger=10), [0, 10], [-1, 11, True]),
        (only("decimal", minValue__valueDecimal=2.5, maxDecimalPlaces__valueInteger=1), [2.5, 3], [2.4, 3.14]),
        (only("date", minValue__valueDate="2026-01-01"), ["2026-01-01"], ["2025-12-31"]),
        (only("date", maxValue__valueDate="2026-01-01"), ["1999-05-05"], ["2026-01-02"]),
        (only("string", regex__valueString="[A-Z]{2}\\d{6}"), ["AB123456"], ["AB12345", "xAB123456", "A" * 300]),
        (only("string", minLength__valueInteger=3), ["abc"], ["ab", " a "]),
    ],
)
def test_an_answer_out_of_bounds_is_none(asked: Item, good: list[object], bad: list[object]) -> None:
    assert all(fits(asked, v) for v in good)
    assert not any(fits(asked, v) for v in bad)


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("integer", {"minValue__valueString": "x"}, "minValue is none for integer"),
        ("string", {"maxValue__valueInteger": 3}, "maxValue is none for string"),
        ("integer", {"minValue__valueInteger": 9, "maxValue__valueInteger": 3}, "least value 9 is above its most 3"),
        ("date", {"minValue__valueDate": "soon"}, "minValue is none for date"),
        ("string", {"minLength__valueInteger": -1}, "minLength is none"),
        ("integer", {"regex__valueString": "\\d"}, "nothing for integer"),
        ("string", {"regex__valueString": "(a+)+$"}, "repeats a group that itself may vary"),
        ("string", {"regex__valueString": "["}, "cannot be read"),
    ],
)
def test_a_bound_that_cannot_be_kept_to_is_told_in_one_line(kind: str, given: dict[str, object], says: str) -> None:
    (flaw,) = flaws(item("a", kind, extension=bound(**given)))
    assert says in flaw.what
    assert flaw.link == "a"
    assert "\n" not in flaw.what + flaw.fix


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*b", "(.*)*x", "(a?){50}b", "((ab)*c){9}", "a*a*a*a*b", "(?=a+)b", "(a)\\1", "(?:x+x+)+y",
     "a{1,90}b{1,90}c{1,90}d{1,90}", "a{9999}", "(?P<a>.)", "x" * 201, "(a|b)*", "(", "([)]+)+"],
)  # fmt: skip
def test_a_pattern_that_can_run_for_long_is_refused(pattern: str) -> None:
    assert unfit(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["[A-Z]{2}\\d{6}", "\\d{5}(-\\d{4})?", "(\\d{3}-){2}\\d{4}", "yes|no|maybe", "[^@]+@[^@]+", "[)(]{1,3}",
     "\\(\\d+\\)", "a{2,}"],
)  # fmt: skip
def test_a_plain_pattern_is_kept_to(pattern: str) -> None:
    assert not unfit(pattern)


def test_initial_values_must_keep_to_the_bounds() -> None:
    (flaw,) = flaws(item("a", "integer", extension=bound(maxValue__valueInteger=3), initial=[{"valueInteger": 4}]))
    assert "initial value 4" in flaw.what
    asked = form(item("a", repeats=True, initial=[{"valueString": "x"}, {"valueString": "y"}])).items[0]
    assert asked.initial == ("x", "y")
    (flaw,) = flaws(item("a", initial=[{"valueString": "x"}, {"valueString": "y"}]))
    assert "more initial values" in flaw.what


def test_a_question_shows_what_an_answer_looks_like() -> None:
    shown = {"url": FHIR + "entryFormat", "valueString": "two letters, six digits"}
    words = [{"url": "lang", "valueCode": "es"}, {"url": "content", "valueString": "dos letras, seis cifras"}]
    shown["_valueString"] = {"extension": [{"url": TRANSLATION, "extension": words}]}  # type: ignore[assignment]
    asked = form(item("a", extension=[shown])).items[0]
    assert hint(asked, "en") == "(two letters, six digits)"
    assert hint(asked, "es-MX") == "(dos letras, seis cifras)"
    assert hint(only("integer", minValue__valueInteger=0, maxValue__valueInteger=10), "ar") == "(0–10)"
    assert hint(only("integer", minValue__valueInteger=1), "ar") == "(≥ 1)"
    assert hint(only("integer"), "ar") == ""
    assert hint(only("date", minValue__valueDate="2026-01-01"), "en") == "(≥ 2026-01-01)"


def test_a_date_of_birth_is_asked_for_without_its_bounds() -> None:
    born = shared.content().forms["new-patient"].item("demographics.birthDate")
    assert born is not None
    assert born.bounds.least == "1900-01-01"
    assert hint(born, "en") == ""
