"""A repeating group within a repeating group: each allergy with reactions of its own, asked, kept and written so."""

from datetime import UTC, datetime
from typing import Any

from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from agent.intake.engine import following, put, standing
from agent.intake.response import resources, response
from agent.intake.sections import lines, taken
from agent.model.form import Form, FormRow, Given
from tests.intake.forms import flaws, form, item, when

DEFINED = "http://hl7.org/fhir/StructureDefinition/AllergyIntolerance#AllergyIntolerance."
REACTIONS = item("reactions", "group", repeats=True, item=[
    item("how", definition=f"{DEFINED}reaction.manifestation"), item("bad", "boolean"),
    item("where", enableWhen=when("bad", answerBoolean=True)),
])  # fmt: skip
NESTED = form(
    item("any", "boolean"),
    item("list", "group", repeats=True, enableWhen=when("any", answerBoolean=True), item=[
        item("what", definition=f"{DEFINED}code"), REACTIONS, item("since", "date"),
    ]),
    item("end"),
)  # fmt: skip
SAID: dict[tuple[str, int], Any] = {
    ("any", 0): True, ("what", 0): "eggs", ("how", 0): "rash", ("bad", 0): True, ("where", 0): "arm",
    ("reactions", 0): True, ("how", 20): "cough", ("list", 0): True, ("what", 1): "nuts", ("how", 1): "swelling",
    ("reactions", 1): True, ("how", 21): "fainting", ("bad", 21): True, ("where", 21): "at school",
}  # fmt: skip


def answered(asked: Form, answers: dict[tuple[str, int], Any]) -> tuple[list[tuple[str, int, bool]], FormRow]:
    held: tuple[Given, ...] = ()
    order = []
    while (now := following(asked, held, {})) is not None:
        order.append((now.link, now.row, now.more))
        value = answers.get((now.link, now.row))
        values = (value,) if value is not None else (False,) if now.more else ()
        held = put(asked, held, Given(link=now.link, row=now.row, values=values, words=str(value or "")))
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    return order, FormRow(id="f-1", clinic="k", form=asked.name, state="sent", given=held, made_at=at, changed_at=at)


def test_each_turn_asks_for_turns_of_its_own() -> None:
    order, _ = answered(NESTED, SAID)
    assert order == [
        ("any", 0, False), ("what", 0, False), ("how", 0, False), ("bad", 0, False), ("where", 0, False),
        ("reactions", 0, True), ("how", 20, False), ("bad", 20, False), ("reactions", 20, True), ("since", 0, False),
        ("list", 0, True), ("what", 1, False), ("how", 1, False), ("bad", 1, False), ("reactions", 1, True),
        ("how", 21, False), ("bad", 21, False), ("where", 21, False), ("reactions", 21, True), ("since", 1, False),
        ("list", 1, True), ("end", 0, False),
    ]  # fmt: skip


def test_staff_read_it_turn_by_turn() -> None:
    _, row = answered(NESTED, SAID)
    said = [g.words for g in standing(NESTED, row.given) if g.words]
    assert said == ["True", "eggs", "rash", "True", "arm", "cough", "nuts", "swelling", "fainting", "True", "at school"]


def test_the_response_nests_as_the_form_does() -> None:
    _, row = answered(NESTED, SAID)
    made = response(NESTED, row)
    QuestionnaireResponse.model_validate(made)
    eggs, nuts = [i for i in made["item"] if i["linkId"] == "list"]
    assert [i["linkId"] for i in eggs["item"]] == ["what", "reactions", "reactions"]
    inner = [[i["item"][0]["answer"][0]["valueString"] for i in one["item"][1:]] for one in (eggs, nuts)]
    assert inner == [["rash", "cough"], ["swelling", "fainting"]]


def test_an_allergy_keeps_the_reactions_of_its_own_turns() -> None:
    _, row = answered(NESTED, SAID)
    made = [(r["code"]["text"], [m["text"] for m in r["reaction"][0]["manifestation"]]) for r in resources(NESTED, row)]
    assert made == [("eggs", ["rash", "cough"]), ("nuts", ["swelling", "fainting"])]


def test_several_values_in_a_turn_stay_with_it() -> None:
    group = item("list", "group", repeats=True, item=[
        item("what", definition=f"{DEFINED}code"),
        item("how", repeats=True, definition=f"{DEFINED}reaction.manifestation"),
    ])  # fmt: skip
    asked = form(group)
    held: tuple[Given, ...] = ()
    for one in (Given(link="what", values=("eggs",)), Given(link="how", values=("rash", "cough")),
                Given(link="list", values=(True,)), Given(link="what", row=1, values=("nuts",)),
                Given(link="how", row=1, values=("swelling",))):  # fmt: skip
        held = put(asked, held, one)
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    row = FormRow(id="f-1", clinic="k", form="test", given=held, made_at=at, changed_at=at)
    made = [[m["text"] for m in r["reaction"][0]["manifestation"]] for r in resources(asked, row)]
    assert made == [["rash", "cough"], ["swelling"]]


def test_a_page_offers_one_more_in_each_turn() -> None:
    held = {("any", 0): Given(link="any", values=(True,)), ("list", 0): Given(link="list", values=(True,))}
    shown = [(line.place, line.adds) for line in lines(NESTED, NESTED.items, held)]
    assert [place for place, adds in shown if adds] == ["0:reactions", "1:reactions", "1:list"]
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    row = FormRow(id="f-1", clinic="k", form="test", given=tuple(held.values()), made_at=at, changed_at=at)
    after, wrong = taken(NESTED, row, NESTED.items, lambda _: None, "1:reactions")
    assert not wrong
    given = {(g.link, g.row): g for g in after.given}
    places = [line.place for line in lines(NESTED, NESTED.items, given) if line.item.link == "how"]
    assert places == ["0:how", "1:how", "21:how"]


def test_four_deep_is_refused() -> None:
    inmost: dict[str, Any] = item("q")
    for n in range(4):
        inmost = item(f"g{n}", "group", repeats=True, item=[inmost])
    assert [f.what for f in flaws(inmost)][:1] == ["repeating groups stand more than 3 deep in one another"]
