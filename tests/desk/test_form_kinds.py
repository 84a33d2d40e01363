"""A clinic's own form with times, moments, quantities and turns within turns, answered in words by text."""

from collections.abc import Iterator
from typing import Any

import pytest

from agent.desk.form_page import send
from agent.understand.form_measures import quantity_in
from tests import shared
from tests.desk.test_forms import form_of, jon
from tests.desk.world import JON, World
from tests.intake.forms import form, item
from tests.intake.test_measures import FEVER, WEIGHT, unit

EITHER = item("own.heat", "quantity", extension=[unit("Cel", "°C", one_of=True), unit("[degF]", "°F", one_of=True)])


def begun(world: World, monkeypatch: pytest.MonkeyPatch, *items: dict[str, Any]) -> str:
    monkeypatch.setitem(world.desk.content.forms, "own", form(*items, name="own"))  # type: ignore[arg-type]
    send(world.desk, jon(world).id, "own", world.staff())
    world.say("form", JON)
    return world.say("Jon Smith, March 14 1985", JON)[-1]


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("asked", "said", "held"),
    [
        (item("own.bed", "time"), "around half past nine in the evening", "21:30:00"),
        (item("own.bed", "time"), "7:15 am", "07:15:00"),
        (item("own.fall", "dateTime"), "2026-02-20", "2026-02-20"),
        (item("own.fall", "dateTime"), "yesterday at 3pm", "T15:00:00-05:00"),
        (WEIGHT, "I weigh 72,5 kg", "72.5 kg"),
        (WEIGHT, "160 pounds", "160 [lb_av]"),
        (WEIGHT, "about 160 lbs", "160 [lb_av]"),
        (FEVER, "38.5", "38.5 Cel"),
        (FEVER, "38.5 degrees", "38.5 Cel"),
        (EITHER, "101 degrees fahrenheit", "101 [degF]"),
        (item("own.cups", "quantity"), "eleven cups", "11 cups"),
    ],
)
def test_what_is_said_is_kept_as_the_question_has_it(
    world: World, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], said: str, held: str
) -> None:
    begun(world, monkeypatch, asked, item("own.more"))
    assert "own.more" in world.say(said, JON)[-1]
    given = form_of(world, jon(world).id).given[-1]
    assert not given.unsure
    assert str(given.values[0]).endswith(held)


@pytest.mark.parametrize(
    ("asked", "said"),
    [(WEIGHT, "72"), (EITHER, "101 degrees"), (WEIGHT, "11 stone"), (FEVER, "50"), (item("own.bed", "time"), "late")],
)
def test_what_could_be_two_things_is_asked_again_and_then_kept_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], said: str
) -> None:
    begun(world, monkeypatch, asked, item("own.more"))
    assert str(asked["text"]) in world.say(said, JON)[-1]
    assert "own.more" in world.say(said, JON)[-1]
    given = form_of(world, jon(world).id).given[-1]
    assert (given.values, given.words, given.unsure) == ((), said, True)


def test_turns_within_turns_are_asked_one_after_the_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = item("own.reactions", "group", repeats=True, item=[item("own.how", text="What happens?")])
    outer = item("own.list", "group", repeats=True, item=[item("own.what", text="Allergic to what?"), inner])
    assert "Allergic to what?" in begun(world, monkeypatch, outer, item("own.more"))
    assert "What happens?" in world.say("eggs", JON)[-1]
    assert "more" in world.say("a rash", JON)[-1]
    assert "What happens?" in world.say("yes", JON)[-1]
    world.say("coughing", JON)
    world.say("no", JON)
    assert "Allergic to what?" in world.say("yes", JON)[-1]
    assert "What happens?" in world.say("nuts", JON)[-1]
    world.say("swelling", JON)
    world.say("no", JON)
    assert "own.more" in world.say("no", JON)[-1]
    given = {(g.link, g.row): g.values for g in form_of(world, jon(world).id).given}
    found = [given[(link, row)] for link, row in (("own.how", 0), ("own.how", 20), ("own.what", 1), ("own.how", 1))]
    assert found == [("a rash",), ("coughing",), ("nuts",), ("swelling",)]


@pytest.mark.parametrize(
    ("lang", "said", "held"),
    [("es", "72 kilos", "72 kg"), ("fr", "160 livres", "160 [lb_av]"), ("pt", "72 quilos", "72 kg"),
     ("de", "72 Kilo", "72 kg"), ("it", "72 chili", "72 kg"), ("pl", "72 kilogramy", "72 kg"), ("ru", "72 кг", "72 kg"),
     ("ar", "72 كيلو", "72 kg"), ("hi", "72 किलो", "72 kg"), ("zh", "72公斤", "72 kg"), ("vi", "72 ký", "72 kg"),
     ("ko", "72킬로", "72 kg"), ("tl", "72 kilo", "72 kg"), ("ht", "160 liv", "160 [lb_av]"),
     ("ar", "٧٢ كيلو", "72 kg")],
)  # fmt: skip
def test_a_unit_is_known_by_what_people_call_it(lang: str, said: str, held: str) -> None:
    asked = form(WEIGHT).items[0]
    units = shared.content().rows["values"][lang]["units"]
    assert quantity_in(asked, said, {}, units) == held


@pytest.mark.parametrize(
    "said", ["¿por qué preguntan?", "pourquoi ?", "warum fragen Sie", "зачем", "لماذا", "poukisa", "왜요"]
)
def test_why_may_be_asked_in_another_language_than_the_form_goes_on_in(
    world: World, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    url = "https://frontdesk.example/StructureDefinition/why"
    reason = {"extension": [{"url": url, "valueString": "So that the nurse can call you."}]}
    begun(world, monkeypatch, item("own.note", **reason), item("own.more"))
    before = len(form_of(world, jon(world).id).given)
    told = world.say(said, JON)[-1]
    assert "So that the nurse can call you." in told
    assert "own.note" in told
    assert len(form_of(world, jon(world).id).given) == before
