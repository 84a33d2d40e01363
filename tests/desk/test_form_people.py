"""Somebody else named in the middle of a form: kept for staff, never the patient's own answer, and told kindly."""

from collections.abc import Iterator
from datetime import date

import pytest

from agent.desk.form_page import send
from agent.desk.form_people import of_another
from agent.model.form import Asked, FormRow
from agent.web.console_form_card import form_card
from tests.desk.test_forms import form_of, jon
from tests.desk.world import JON, World
from tests.understand.test_hear import NOW


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def begin(world: World, form: str) -> list[str]:
    send(world.desk, jon(world).id, form, world.staff())
    world.say("form", JON)
    return world.say("Jon Smith, March 14 1985", JON)


def test_a_childs_allergy_is_kept_beside_the_form_and_the_question_stands(world: World) -> None:
    begin(world, "allergies")
    told = world.say("my son is allergic to peanuts", JON)
    assert "one patient only" in told[0]
    assert "allergic" in told[-1]
    row = form_of(world, jon(world).id)
    assert [o.words for o in row.others] == ["my son is allergic to peanuts"]
    assert not [g for g in row.given if g.inbound]
    assert "Which" in world.say("yes", JON)[-1] or form_of(world, jon(world).id).given[-1].values == (True,)


def test_staff_see_what_was_said_of_somebody_else(world: World) -> None:
    begin(world, "allergies")
    world.say("my son is allergic to peanuts", JON)
    world.say("no", JON)
    (task,) = [t for t in world.tasks(JON) if t.kind == "intake"]
    voice = world.desk.voice(world.conversation(JON), NOW)
    with world.desk.store.begin(write=False) as tx:
        card = form_card(world.desk, tx, task, voice)
    assert card is not None
    assert [words for _, words in card.others] == ["my son is allergic to peanuts"]


def test_the_patients_own_words_that_name_nobody_are_answers(world: World) -> None:
    begin(world, "allergies")
    assert "one patient only" not in " ".join(world.say("penicillin", JON))


ROW = FormRow(id="f", clinic="c", form="allergies", dob="1985-03-14", made_at=NOW, changed_at=NOW)
ASKED = Asked(form="allergies", link="allergies.any")


@pytest.mark.parametrize(
    ("who", "relation", "dob", "other"),
    [
        ("child", None, "1985-03-14", True),
        ("child", "child", "2019-03-14", False),  # the form was asked for "for my son"
        ("child", None, "2019-03-14", False),  # a child's own form, in a parent's words
        ("spouse", None, "2019-03-14", True),
        ("parent", "child", "2019-03-14", True),
    ],
)
def test_whose_form_it_is_decides(who: str, relation: str | None, dob: str, other: bool) -> None:
    row = ROW.model_copy(update={"dob": dob})
    assert of_another(row, ASKED, {"who": who}, relation, date(2026, 11, 27)) is other


def test_said_twice_at_one_question_it_is_its_answer(world: World) -> None:
    begin(world, "allergies")
    world.say("my son is allergic to peanuts", JON)
    assert "one patient only" not in " ".join(world.say("my son is allergic to peanuts", JON))
    assert len(form_of(world, jon(world).id).others) == 1


MOTHER, HER_SON = "+17185550132", ("Mateo Hernández", "Guadalupe Hernández")


def test_a_mother_and_her_son_at_one_number_have_a_form_each(world: World) -> None:
    son, mother = (_named(world, name) for name in HER_SON)
    for words in ("the form for my son Mateo", "Mateo Hernández, May 30 2016", "his ear hurts", "later"):
        world.say(words, MOTHER)
    for words in ("now my own form", "Guadalupe Hernández, December 12 1979"):
        told = world.say(words, MOTHER)
    assert "What would you like help with" in told[-1]
    assert "ear" not in told[-1]
    for words in ("my knee hurts", "later", "the form for my son", "Mateo Hernández, May 30 2016"):
        told = world.say(words, MOTHER)
    assert "Since when" in told[-1]
    said = {who: [g.words for g in form_of(world, who).given if g.inbound] for who in (son, mother)}
    assert said == {son: ["his ear hurts"], mother: ["my knee hurts"]}


def test_whoever_is_named_anew_is_not_told_the_visits_of_whoever_was_proven_before(world: World) -> None:
    for words in ("when is my appointment?", "Guadalupe Hernández, December 12 1979"):
        world.say(words, MOTHER)
    assert world.conversation(MOTHER).patient == _named(world, HER_SON[1])
    for words in ("when is my son's appointment?", "Mateo Hernández, May 30 2016"):
        world.say(words, MOTHER)
    assert (world.conversation(MOTHER).patient, world.conversation(MOTHER).identity) == (
        _named(world, HER_SON[0]), "verified",
    )  # fmt: skip
    for words in ("when is my daughter's appointment?", "Lucía Hernández, May 30 2016"):
        world.say(words, MOTHER)
    assert world.conversation(MOTHER).identity == "unknown"


def _named(world: World, name: str) -> str:
    with world.desk.store.begin(write=False) as tx:
        return next(p.id for p in tx.patients.by_phone(world.clinic.id, MOTHER) if p.name == name)
