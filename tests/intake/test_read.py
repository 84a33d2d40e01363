"""A form that cannot work is refused with one clear line; a good one is read as it stands."""

import json
import time

import pytest

from agent.intake.check import assembled, check
from agent.intake.read import read
from tests.intake.forms import flaws, form, item, pick, questionnaire, translated, when


def test_a_form_is_read_with_its_words_in_every_language() -> None:
    one = pick("a", "yes", "no", _text=translated(es="¿a?"), required=True)
    one["answerOption"][0]["valueCoding"]["_display"] = translated(es="Sí")
    one["extension"] = [{"url": "https://frontdesk.example/StructureDefinition/why", "valueString": "For your safety.",
                         "_valueString": translated(es="Por su seguridad.")}]  # fmt: skip
    found = form(one).items[0]
    assert (found.text, found.why) == ({"en": "a?", "es": "¿a?"}, {"en": "For your safety.", "es": "Por su seguridad."})
    assert [c.text for c in found.choices] == [{"en": "Yes", "es": "Sí"}, {"en": "No"}]
    assert found.required


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([item("a", "reference")], "unknown type reference"),
        ([item("a"), item("a")], "two items of this linkId"),
        ([{"type": "string", "text": "?"}], "no linkId"),
        ([{"linkId": "a", "type": "string"}], "no text"),
        ([item("a", "choice")], "offers no answers"),
        ([item("a", "choice", answerValueSet="http://x")], "a ValueSet elsewhere"),
        ([pick("a", *[f"c{n}" for n in range(5000)])], "offers 5,000 answers"),
        ([item("a", enableWhen=when("b", answerBoolean=True))], "depends on b, which asks nothing"),
        ([pick("a", "x"), item("b", enableWhen=when("a", answerCoding={"code": "y"}))], "being y, which it can never"),
        ([item("a", "boolean", initial=[{"valueString": "x"}])], "initial value x"),
        ([item("a", "group", item=[])], "the group is empty"),
        ([pick("a", "x"), item("b", enableWhen=when("a", ">", answerInteger=3))], "a choice has no order"),
        ([item("a", enableWhen=[{"question": "b"}])], "no question, operator or answer"),
        (
            [item("a", "boolean", enableWhen=when("b", answerBoolean=True)),
             item("b", "boolean", enableWhen=when("a", answerBoolean=True))],
            "depends on itself",
        ),
        (
            [item("g", "group", enableWhen=when("a", answerBoolean=True), item=[item("a", "boolean")])],
            "depends on itself",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_in_one_line(items: list[dict[str, object]], says: str) -> None:
    found = flaws(*items)
    assert len(found) >= 1
    assert any(says in f.what for f in found), found
    assert all("\n" not in f.what + f.fix and f.fix for f in found)


def test_a_missing_translation_is_named_and_no_hindrance() -> None:
    (flaw,) = flaws(item("a", _text=translated(es="¿a?")), live=("en", "es", "ht", "ar"))
    assert (flaw.what, flaw.link, flaw.minor) == ("the question is missing in ht, ar", "a", True)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"resourceType": "Patient"}', "[" * 100_000, '{"a":' * 50_000])
def test_what_is_no_questionnaire_is_refused_and_breaks_nothing(text: str) -> None:
    found = read(text, "test")
    assert found.form is None
    assert len(found.flaws) == 1


def test_a_huge_or_deep_form_is_refused_at_once() -> None:
    deep: dict[str, object] = item("x")
    for n in range(60):
        deep = item(f"g{n}", "group", item=[deep])
    began = time.monotonic()
    assert any("deep" in f.what for f in flaws(deep))
    assert any("more than 300 items" in f.what for f in flaws(*(item(f"i{n}") for n in range(2000))))
    ring = [item(f"r{n}", "boolean", enableWhen=when(f"r{(n + 1) % 290}", answerBoolean=True)) for n in range(290)]
    assert any("depends on itself" in f.what for f in flaws(*ring))
    assert read(questionnaire(item("a", text="x" * 1_100_000)), "test").form is None
    assert time.monotonic() - began < 5


def test_forms_are_put_together_from_others_and_rings_of_them_are_refused() -> None:
    sub = {"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-subQuestionnaire"}
    base = "https://frontdesk.example/Questionnaire/"

    def group(link: str, of: str) -> dict[str, object]:
        return item(link, "group", extension=[{**sub, "valueCanonical": f"{base}{of}|1"}])

    reads = {
        "whole": read(questionnaire(group("p1", "part"), item("z"), name="whole"), "whole"),
        "part": read(questionnaire(item("p.a"), item("p.b"), name="part"), "part"),
        "round": read(questionnaire(group("r", "round"), name="round"), "round"),
        "lost": read(questionnaire(group("l", "nowhere"), name="lost"), "lost"),
    }
    forms = assembled(reads)
    assert [i.link for i, _ in forms["whole"].walk()] == ["p1", "p.a", "p.b", "z"]
    assert check(forms["whole"], ("en",)) == []
    assert "contain itself" in reads["round"].flaws[0].what
    assert "there is no form" in reads["lost"].flaws[0].what


def test_scores_and_what_raises_an_alarm_are_read() -> None:
    found = form(pick("phq9.9", "never", "often", scores=(0, 3)))
    assert [c.score for c in found.items[0].choices] == [0, 3]
    assert found.items[0].raises == "self_harm"
    assert json.loads(found.model_dump_json())["name"] == "test"
