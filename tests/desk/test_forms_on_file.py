"""Medicines and allergies on file are shown for a yes, changed or given up one by one, and never asked anew."""

from collections.abc import Iterator
from typing import Any

import pytest

from agent.desk.documents import Visit, hand_in
from agent.desk.form_page import send
from agent.intake.engine import standing
from agent.model.form import Form, FormRow
from tests.desk.test_forms import form_of, jon
from tests.desk.world import JON, World
from tests.intake.forms import form, item

BORN = "Jon Smith, March 14 1985"


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def filled(world: World, form: str, *words: str) -> FormRow:
    """A form that Jon has handed in by text."""
    send(world.desk, jon(world).id, form, world.staff())
    for said in ("form", BORN, *words):
        world.say(said, JON)
    row = form_of(world, jon(world).id)
    assert row.state == "sent", row.given
    return row


def form_in(world: World) -> Form:
    return world.desk.content.forms["own"]


def again(world: World, form: str) -> str:
    """The first question when the form is sent once more."""
    send(world.desk, jon(world).id, form, world.staff())
    return world.say("form", JON)[-1]


def turns(row: FormRow, *links: str) -> list[tuple[object, ...]]:
    """What stands in each turn, and whether it was confirmed."""
    held = {(g.link, g.row): g for g in row.given}
    rows = sorted({g.row for g in row.given if g.link == links[0]})
    return [(*(v for link in links for v in held[link, n].values), held[links[0], n].confirmed) for n in rows]


MEDICINES = ("yes", "lisinopril 10 mg", "one in the morning", "yes", "metformin 500 mg", "two a day", "no", "Corner")


def test_a_list_on_file_is_confirmed_with_one_yes_and_can_be_added_to(world: World) -> None:
    filled(world, "medications", *MEDICINES)
    asked = again(world, "medications")
    assert "lisinopril 10 mg (one in the morning); metformin 500 mg (two a day)" in asked
    assert "Do you take any medicines" not in asked
    assert "anything more to add" in world.say("yes", JON)[-1]
    assert "How do you take it" in world.say("aspirin 81", JON)[-1]
    for said in ("at night", "no"):
        last = world.say(said, JON)
    assert "We have: Corner" in last[-1]
    world.say("yes", JON)
    row = form_of(world, jon(world).id)
    assert row.state == "sent"
    assert turns(row, "medications.name", "medications.how") == [
        ("lisinopril 10 mg", "one in the morning", True), ("metformin 500 mg", "two a day", True),
        ("aspirin 81", "at night", False),
    ]  # fmt: skip


def test_of_a_list_that_is_not_all_right_each_is_asked_about(world: World) -> None:
    filled(world, "medications", *MEDICINES)
    again(world, "medications")
    one = world.say("no", JON)[-1]
    assert "lisinopril" in one
    assert "metformin" not in one
    assert "1 (Still right), 2 (It has changed), or 3 (No longer)" in one
    assert "What is the medicine called" in world.say("2", JON)[-1]
    assert "We have: one in the morning" in world.say("lisinopril 20 mg", JON)[-1]
    assert "metformin 500 mg" in world.say("yes", JON)[-1]
    assert "anything more" in world.say("no longer", JON)[-1]
    for said in ("no", "yes"):
        world.say(said, JON)
    row = form_of(world, jon(world).id)
    assert row.state == "sent"
    assert turns(row, "medications.name", "medications.how") == [("lisinopril 20 mg", "one in the morning", False)]
    assert [(f.state, f.values["medications.name"]) for f in row.former] == [
        ("changed", ("lisinopril 10 mg",)), ("gone", ("metformin 500 mg",)),
    ]  # fmt: skip


def test_a_bare_no_to_one_asks_whether_it_changed_or_is_gone_and_back_takes_it_back(world: World) -> None:
    filled(world, "allergies", "yes", "penicillin", "a rash", "no")
    assert "penicillin (Rash or itching)" in again(world, "allergies")
    assert "has it changed" in world.say("no", JON)[-1]
    assert "Are you allergic to anything" in world.say("2", JON)[-1]
    assert "penicillin" in world.say("go back", JON)[-1]
    assert "anything more" in world.say("still right", JON)[-1]
    world.say("no", JON)
    row = form_of(world, jon(world).id)
    assert (row.state, turns(row, "allergies.substance")) == ("sent", [("penicillin", True)])


def test_words_that_are_neither_are_kept_for_staff_and_what_was_held_stays_beside_them(world: World) -> None:
    filled(world, "allergies", "yes", "penicillin", "a rash", "no")
    again(world, "allergies")
    assert "noted your words" in " ".join(world.say("only the liquid one", JON))
    world.say("no", JON)
    row = form_of(world, jon(world).id)
    (given,) = [g for g in row.given if g.link == "allergies.substance"]
    assert (given.values, given.words, given.unsure) == (("penicillin",), "only the liquid one", True)


def test_skip_leaves_what_is_on_file_unconfirmed_and_asks_nothing_more_of_it(world: World) -> None:
    filled(world, "allergies", "yes", "penicillin", "a rash", "no")
    again(world, "allergies")
    assert "last question" in world.say("skip", JON)[-1]
    assert [f.state for f in form_of(world, jon(world).id).former] == ["passed"]


def test_nobody_who_is_not_verified_is_told_what_is_on_file(world: World) -> None:
    filled(world, "allergies", "yes", "penicillin", "a rash", "no")
    for said in ("I want to fill in my form", BORN):
        told = world.say(said, "+12125550177")
    assert "penicillin" not in " ".join(told)


def concept(text: str) -> dict[str, Any]:
    return {"text": text}


def test_the_record_of_the_newest_visit_is_on_file_too_and_not_twice(world: World) -> None:
    held = [
        {"resourceType": "Patient", "name": [{"text": "Jon Smith"}], "birthDate": "1985-03-14"},
        {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
         "medicationCodeableConcept": concept("Lisinopril 10 MG Oral Tablet")},
        {"resourceType": "MedicationStatement", "status": "active",
         "medicationCodeableConcept": concept("atorvastatin 40 mg"), "dosage": [concept("one at night")]},
        {"resourceType": "MedicationStatement", "status": "stopped",
         "medicationCodeableConcept": concept("naproxen")},
    ]  # fmt: skip
    filled(world, "medications", "yes", "lisinopril 10 mg", "one in the morning", "no", "Corner")
    world.clock.pass_time(days=1)
    record = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in held]}
    visit = Visit(patient=jon(world).id, record=record)
    hand_in(world.desk, visit, "staff:rosa")
    asked = again(world, "medications")
    assert "lisinopril 10 mg (one in the morning); atorvastatin 40 mg (one at night)." in asked
    assert "naproxen" not in asked


def test_turns_within_a_turn_are_brought_along(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each allergy with its reactions: one yes keeps them all, and “it has changed” asks for them anew."""
    inner = item("own.reactions", "group", repeats=True, item=[item("own.how", text="What happens?"), item("own.bad")])
    outer = item("own.list", "group", repeats=True, item=[item("own.what", text="Allergic to what?"), inner])
    monkeypatch.setitem(world.desk.content.forms, "own", form(outer, item("own.end"), name="own"))
    said = "eggs, a rash, itchy, yes, coughing, skip, no, yes, nuts, swelling, skip, no, no, tea".split(", ")
    before = filled(world, "own", *said)
    asked = again(world, "own")
    assert "eggs (a rash, coughing, itchy); nuts (swelling)" in asked
    assert "is there anything more" in world.say("yes", JON)[-1]
    assert "own.end" in world.say("no", JON)[-1]
    world.say("tea", JON)
    row = form_of(world, jon(world).id)
    assert row.state == "sent"
    held = [(g.link, g.row, g.values) for g in standing(form_in(world), row.given)]
    assert held == [(g.link, g.row, g.values) for g in standing(form_in(world), before.given)]
    assert "eggs" in again(world, "own")
    world.say("no", JON)
    assert "Allergic to what?" in world.say("2", JON)[-1]
    assert "What happens?" in world.say("eggs", JON)[-1]
