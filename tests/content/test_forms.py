"""The forms that come with the product can be asked, one short question at a time, in every language of the desk."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from agent.intake.engine import following, put
from agent.model.form import Given
from agent.settings import ROOT
from tests import shared
from tests.shared import read_quickly

FOLDER = ROOT / "workflows" / "intake"
FORMS: dict[str, dict[str, Any]] = {p.stem: json.loads(p.read_text("utf-8")) for p in sorted(FOLDER.glob("*.json"))}
OWN = "https://frontdesk.example"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
SUB_FORM = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-subQuestionnaire"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
LANGUAGES = read_quickly((ROOT / "intents" / "languages.yaml").read_text("utf-8"))["languages"]
LIVE = frozenset(tag for tag, row in LANGUAGES.items() if row["state"] == "live")
LETTERS = {
    "ar": "\u0600-\u06ff",
    "hi": "\u0900-\u097f",
    "ko": "\uac00-\ud7a3",
    "ru": "\u0400-\u04ff",
    "zh": "\u4e00-\u9fff",
}
LONGEST, LONGEST_ENGLISH, LONGEST_ANSWER = 320, 140, 50
INSTRUMENTS = frozenset({"phq2", "phq9", "gad7"})  # their wording is not ours to shorten
EXPECTED = frozenset(
    "demographics insurance visit-reason medications allergies conditions surgeries family-social pregnancy language "
    "consents phq2 phq9 gad7 new-patient".split()
)


def extension(row: dict[str, Any], url: str) -> dict[str, Any]:
    return next((e for e in row.get("extension", []) if e["url"] == url), {})


def words(row: dict[str, Any], name: str) -> dict[str, str]:
    found = {"en": row[name]}
    for one in row[f"_{name}"]["extension"]:
        assert one["url"] == TRANSLATION
        parts = {p["url"]: p for p in one["extension"]}
        tag = parts["lang"]["valueCode"]
        assert tag not in found, f"{row[name]}: {tag} twice"
        found[tag] = parts["content"]["valueString"]
    return found


def walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every item in the order in which it is asked, a sub-form in the place of the group that names it."""
    for item in items:
        yield item
        sub = extension(item, SUB_FORM).get("valueCanonical")
        yield from walk(FORMS[sub.rpartition("/")[2]]["item"] if sub else item.get("item", []))


def texts(form: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """What the form says itself, as (kind, link, words by language)."""
    yield "title", "", words(form, "title")
    stack = list(form["item"])
    while stack:
        item = stack.pop()
        stack += item.get("item", [])
        yield "question", item["linkId"], words(item, "text")
        if why := extension(item, f"{OWN}/StructureDefinition/why"):
            yield "why", item["linkId"], words(why, "valueString")
        for option in item.get("answerOption", []):
            yield "answer", item["linkId"], words(option["valueCoding"], "display")


def test_the_forms_of_the_product_are_there_and_say_that_software_wrote_them() -> None:
    assert set(FORMS) == EXPECTED
    for name, form in FORMS.items():
        assert (form["resourceType"], form["name"], form["url"]) == (
            "Questionnaire",
            name,
            f"{OWN}/Questionnaire/{name}",
        )
        assert extension(form, f"{OWN}/StructureDefinition/origin")["valueString"]


@pytest.mark.parametrize("name", FORMS)
def test_everything_is_said_in_every_language_and_in_its_script(name: str) -> None:
    for kind, link, said in texts(FORMS[name]):
        assert set(said) == LIVE, f"{kind} of {link}: {LIVE ^ set(said)}"
        for tag, text in said.items():
            assert text, f"{kind} of {link}, {tag}"
            assert text == " ".join(text.split()), f"{kind} of {link}, {tag}"
            assert not re.search(r"[<>{}\[\]\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text), f"{kind} of {link}, {tag}"
            if letters := LETTERS.get(tag):
                assert re.search(f"[{letters}]", text), f"{kind} of {link}, {tag}: {text}"


@pytest.mark.parametrize("name", FORMS)
def test_a_question_is_short_enough_to_be_texted_and_read_aloud(name: str) -> None:
    for kind, link, said in texts(FORMS[name]):
        longest = LONGEST_ANSWER if kind == "answer" else LONGEST
        assert max(len(text) for text in said.values()) <= longest, f"{kind} of {link}"
        assert name in INSTRUMENTS or len(said["en"]) <= LONGEST_ENGLISH, f"{kind} of {link}: {said['en']}"


@pytest.mark.parametrize("name", FORMS)
def test_one_digit_answers_every_choice_and_no_two_answers_read_alike(name: str) -> None:
    for item in walk(FORMS[name]["item"]):
        options = item.get("answerOption", [])
        assert bool(options) == (item["type"] in ("choice", "open-choice")), item["linkId"]
        assert len(options) <= 9, item["linkId"]
        assert len({o["valueCoding"]["code"] for o in options}) == len(options), item["linkId"]
        said = [words(o["valueCoding"], "display") for o in options]
        for tag in LIVE:
            assert len({one[tag].casefold() for one in said}) == len(said), f"{item['linkId']}, {tag}"


@pytest.mark.parametrize("name", FORMS)
def test_each_link_is_its_own_and_depends_only_on_what_was_asked_before(name: str) -> None:
    before: dict[str, dict[str, Any]] = {}
    if name == "family-social":  # alone it asks all it has; around it stands who the patient is
        before = {i["linkId"]: i for i in FORMS["demographics"]["item"]}
    for item in walk(FORMS[name]["item"]):
        assert item["linkId"] not in before, item["linkId"]
        for when in item.get("enableWhen", []):
            asked = before[when["question"]]
            (value,) = (v for k, v in when.items() if k.startswith("answer"))
            if when["operator"] == "exists" or asked["type"] == "boolean":
                assert isinstance(value, bool)
            elif asked["type"] == "date":
                assert date.fromisoformat(value)
            else:
                offered = [o["valueCoding"] for o in asked["answerOption"]]
                assert (value["system"], value["code"]) in {(o["system"], o["code"]) for o in offered}
        before[item["linkId"]] = item


@pytest.mark.parametrize("name", FORMS)
def test_nearly_everything_may_be_left_out_and_every_question_says_why(name: str) -> None:
    for item in walk(FORMS[name]["item"]):
        in_a_list = item["linkId"] in {"allergies.substance", "medications.name", "surgeries.what"}
        who = item["linkId"] in {"demographics.name", "demographics.birthDate"}
        assert item.get("required", False) == (in_a_list or who), item["linkId"]
        if item["type"] not in ("group", "display"):
            assert extension(item, f"{OWN}/StructureDefinition/why"), item["linkId"]


def test_a_new_patient_in_good_health_is_asked_no_more_than_twenty_six_questions() -> None:
    asked = [i for i in walk(FORMS["new-patient"]["item"]) if i["type"] not in ("group", "display")]
    unasked = set(
        "allergies.substance allergies.reaction medications.name medications.how medications.pharmacy surgeries.what "
        "surgeries.when insurance.holderName pregnancy.now pregnancy.due".split()
    )
    links = {i["linkId"]: i["type"] for i in asked}
    assert unasked < set(links)
    photos = {name for name, type in links.items() if type == "attachment"}
    assert len(photos) == 2  # both sides of a card; "no" leaves them out
    assert len(set(links) - unasked - photos) <= 26


def test_pregnancy_is_asked_of_nobody_whom_it_cannot_concern() -> None:
    (group,) = (i for i in FORMS["new-patient"]["item"] if i["linkId"] == "new-patient.pregnancy")
    assert group.get("enableBehavior", "all") == "all"
    assert {w["question"] for w in group["enableWhen"]} == {"demographics.sex", "demographics.birthDate"}
    first, *_ = group["enableWhen"]
    assert (first["operator"], first["answerCoding"]["code"]) == ("!=", "male")


@pytest.mark.parametrize(
    ("born", "asked"), [("2021-06-02", False), ("2014-02-01", False), ("2013-11-28", True), ("1950-01-31", True)]
)
def test_no_child_is_asked_about_tobacco_alcohol_or_pregnancy(born: str, asked: bool) -> None:
    form = shared.content().forms["new-patient"]
    held = put(form, (), Given(link="demographics.birthDate", values=(born,)))
    held = put(form, held, Given(link="demographics.sex", values=("female",)))
    links = set()
    while (now := following(form, held, {})) is not None:
        links.add(now.link)
        held = put(form, held, Given(link=now.link, row=now.row, values=(False,) if now.more else ()))
    assert {"family-social.tobacco", "family-social.alcohol"} & links == (
        {"family-social.tobacco", "family-social.alcohol"} if asked else set()
    )
    assert ("pregnancy.now" in links) == (asked and born >= "1971")
    assert "family-social.family" in links


def test_alone_the_form_of_habits_asks_all_its_questions() -> None:
    form = shared.content().forms["family-social"]
    held: tuple[Given, ...] = ()
    links = []
    while (now := following(form, held, {})) is not None:
        links.append(now.link)
        held = put(form, held, Given(link=now.link, row=now.row, values=()))
    assert links == ["family-social.family", "family-social.tobacco", "family-social.alcohol"]


@pytest.mark.parametrize(
    ("name", "stem", "codes"),
    [
        ("phq9", "phq9", "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8"),
        ("phq2", "phq9", "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8"),
        ("gad7", "gad7", "69725-0 68509-9 69733-4 69734-2 69735-9 69689-8 69736-7"),
    ],
)
def test_the_questionnaires_of_mood_carry_their_codes_and_scores(name: str, stem: str, codes: str) -> None:
    asked = [i for i in FORMS[name]["item"] if i["type"] == "choice"]
    assert [i["linkId"] for i in asked] == [f"{stem}.{n}" for n in range(1, len(asked) + 1)]
    assert [i["code"][0]["code"] for i in asked] == codes.split()
    for item in asked:
        scores = [extension(o["valueCoding"], ORDINAL)["valueDecimal"] for o in item["answerOption"]]
        assert scores == [0, 1, 2, 3], item["linkId"]


def test_the_short_mood_form_goes_on_only_where_one_of_two_answers_says_more_than_half_the_days() -> None:
    first, second, *rest = (i for i in FORMS["phq2"]["item"] if i["type"] == "choice")
    assert "enableWhen" not in first
    assert "enableWhen" not in second
    for item in rest:
        assert item["enableBehavior"] == "any"
        tests = {(w["question"], w["answerCoding"]["code"]) for w in item["enableWhen"]}
        assert tests == {(q, c) for q in ("phq9.1", "phq9.2") for c in ("LA6570-1", "LA6571-9")}


def test_both_mood_forms_ask_in_the_same_words() -> None:
    long, short = ({i["linkId"]: words(i, "text") for i in FORMS[n]["item"]} for n in ("phq9", "phq2"))
    assert long == short
