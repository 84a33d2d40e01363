"""Answers that stand in a ValueSet, within the form or beside it, are asked as if they were written out."""

import json
from typing import Any

import pytest

from agent.content.load import read_content
from agent.intake.read import read
from agent.intake.response import value_of
from agent.model.form import Item
from agent.settings import ROOT
from tests import shared
from tests.intake.forms import flaws, form, item, questionnaire, translated, when

SMOKES = "https://clinic.example/ValueSet/smokes"
CONCEPTS: list[dict[str, Any]] = [
    {"code": "daily", "display": "Every day", "designation": [{"language": "es", "value": "Todos los días"}]},
    {"code": "never", "display": "Never", "_display": translated(fr="Jamais")},
]


def value_set(**more: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "id": "smokes", "url": SMOKES, "status": "active", **more}


def composed(concepts: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    return value_set(compose={"include": [{"system": "http://s", "concept": concepts or CONCEPTS, **more}]})


def asked(sets: dict[str, Any], kind: str = "choice", named: str = "#smokes") -> Any:
    return read(questionnaire(item("a", kind, answerValueSet=named), contained=[sets]), "test")


@pytest.mark.parametrize("kind", ["choice", "open-choice"])
def test_a_value_set_within_the_form_offers_its_answers_in_their_languages(kind: str) -> None:
    found = asked(composed(), kind)
    assert found.flaws == []
    first, second = found.form.items[0].choices
    assert (first.code, first.system, first.text) == (
        "daily", "http://s", {"en": "Every day", "es": "Todos los días"},
    )  # fmt: skip
    assert second.text["fr"] == "Jamais"


def test_an_expanded_one_counts_and_what_is_abstract_in_it_is_no_answer() -> None:
    inside = [{"code": "x", "display": "X", "system": "t"}, {"code": "y", "display": "Y", "inactive": True}]
    held = value_set(expansion={"contains": [{"abstract": True, "code": "all", "display": "All", "contains": inside}]})
    assert [(c.code, c.system) for c in asked(held).form.items[0].choices] == [("x", "t")]


@pytest.mark.parametrize(
    ("sets", "named", "says"),
    [
        (composed(), "http://elsewhere/ValueSet/x", "ValueSet elsewhere (http://elsewhere/ValueSet/x)"),
        (value_set(compose={"include": [{"system": "http://snomed.info/sct"}]}), "#smokes", "is a rule"),
        (composed(filter=[{"property": "concept", "op": "is-a", "value": "1"}]), "#smokes", "is a rule"),
        (composed([{"code": f"c{n}", "display": f"C{n}"} for n in range(5000)]), "#smokes", "more than 60 answers"),
        (composed([CONCEPTS[0], CONCEPTS[0]]), "#smokes", "another's code"),
        (composed([{"code": "bare"}]), "#smokes", "no words"),
        (value_set(), "#smokes", "lists no answers"),
        (value_set(compose=7, expansion="x"), "#smokes", "lists no answers"),
    ],
)
def test_a_value_set_that_names_no_answers_is_told_in_one_line(sets: dict[str, Any], named: str, says: str) -> None:
    (flaw,) = asked(sets, named=named).flaws
    assert says in flaw.what
    assert flaw.link == "a"


def test_a_value_set_in_a_file_beside_the_form_is_found_by_its_url() -> None:
    edited = {
        "workflows/intake/zz-smokes.json": json.dumps(composed()),
        "workflows/intake/zz-own.json": questionnaire(item("a", "choice", answerValueSet=SMOKES + "|2"), name="zz-own"),
    }
    found = read_content(ROOT, like=shared.reading(), edited=edited)
    assert found.faults == ()
    assert [c.code for c in found.content.forms["zz-own"].items[0].choices] == ["daily", "never"]
    assert "zz-smokes" not in found.content.forms


def test_bare_answers_keep_their_type() -> None:
    options = [{"valueInteger": 1}, {"valueInteger": 2, "initialSelected": True}]
    one = form(item("a", "choice", answerOption=options)).items[0]
    assert one.initial == ("2",)
    assert value_of(one, "2") == {"valueInteger": 2}
    words = form(item("a", "open-choice", answerOption=[{"valueString": "Tea"}])).items[0]
    assert value_of(words, "Tea") == value_of(words, "Tea") | {"valueString": "Tea"}
    assert value_of(words, "Milk") == {"valueString": "Milk"}
    days: Item = form(item("a", "choice", answerOption=[{"valueDate": "2026-03-09"}])).items[0]
    assert value_of(days, "2026-03-09") == {"valueDate": "2026-03-09"}


def test_a_form_written_in_another_language_says_so_in_that_language() -> None:
    text = questionnaire(
        item("a", text="¿Fuma?", _text=translated(en="Do you smoke?")),
        item("b", text="¿Desde cuándo?"),
        language="es-MX",
    )
    found = read(text, "test").form
    assert found is not None
    assert (found.items[0].text["es"], found.items[0].text["en"]) == ("¿Fuma?", "Do you smoke?")
    assert found.items[1].text["en"] == "¿Desde cuándo?"  # nothing better is there


def test_a_region_of_a_language_stands_in_for_it() -> None:
    found = form(item("a", _text=translated(**{"pt-BR": "Você fuma?"}))).items[0]
    assert found.text["pt"] == "Você fuma?"


def test_what_is_hidden_is_not_asked_and_what_depends_on_it_is_told() -> None:
    hidden = [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}]
    found = flaws(item("h", "boolean", extension=hidden), item("a"))
    assert [(f.link, f.minor) for f in found] == [("h", True)]
    text = questionnaire(
        item("h", "boolean", extension=hidden), item("a", enableWhen=when("h", answerBoolean=True)), name="zz-own"
    )
    faults = read_content(ROOT, like=shared.reading(), edited={"workflows/intake/zz-own.json": text}).faults
    assert ["depends on h, which asks nothing" in f.what for f in faults] == [True]


@pytest.mark.parametrize(("kind", "fix"), [("url", "string"), ("reference", "choice")])
def test_a_type_that_is_not_asked_is_told_with_what_is_instead(kind: str, fix: str) -> None:
    (flaw,) = flaws(item("a", kind), item("b"))
    assert flaw.what == f"unknown type {kind}"
    assert fix in flaw.fix


@pytest.mark.parametrize(
    "row",
    [{"type": []}, {"type": "string", "_text": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/translation",
      "extension": 5}]}}, {"type": "choice", "answerValueSet": {}}, {"type": "string", "extension": [{"url": []}]},
     {"type": "integer", "initial": [5]}, {"type": "choice", "answerOption": [{"valueInteger": True}]}],
)  # fmt: skip
def test_no_odd_file_raises(row: dict[str, Any]) -> None:
    assert read(questionnaire(item("a", **row), item("b")), "test").form is not None
