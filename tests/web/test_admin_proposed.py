"""Proposed examples are decided several at once, each with its own meaning, and one that fails costs no other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.model.second_look import SecondLook
from agent.model.suggestion import Suggestion
from tests import shared
from tests.web.console_desk import World

PATH = "/admin/proposed"
FRESH = ("me apuntan para que me vean los ojitos", "ya no voy a poder llegar a lo del jueves, bórrenme")


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    world = World()
    world.desk.gate = shared.gate("es")
    yield world
    world.desk.store.close()


@pytest.fixture
def world(made: World) -> Iterator[World]:
    """Nothing waits, and nothing is in the draft."""
    yield made
    with made.desk.store.begin() as tx:
        for edit in tx.content.edits(made.desk.clinic.id):
            tx.content.drop(edit.clinic, edit.key, edit.version)
        for row in tx.suggestions.open(made.desk.clinic.id):
            tx.suggestions.decide(row.model_copy(update={"state": "declined"}))
        for look in tx.looks.by_verdict(made.desk.clinic.id, "wrong", 500):
            tx.looks.save(look.model_copy(update={"example": look.example or "declined"}))


@pytest.fixture
def client(world: World) -> TestClient:
    return world.admin()


def misheard(world: World, text: str, meant: str = "book") -> str:
    """A message that a colleague has reported; its id."""
    _, (heard,) = world.talk(text, locale="es")
    look = SecondLook(id=world.desk.new_id(), clinic=world.desk.clinic.id, inbound=heard.id, lang="es", channel="sms",
                      text=text, heard="thanks", confidence=0.9, why="reported", at=world.clock(), verdict="wrong",
                      meant=meant, by=world.user("front-desk").id, decided_at=world.clock())  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.looks.add(look)
    return heard.id


def drafted(world: World, text: str, intent: str = "book") -> str:
    row = Suggestion(id=world.desk.new_id(), clinic=world.desk.clinic.id, key=f"intent/es/{intent}", texts=(text,),
                     model="a:model", prompt="p", ms=1, by=world.user("admin").id, at=world.clock())  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.suggestions.add(row)
    return row.id


def form(client: TestClient, *ticked: str, **more: str) -> dict[str, Any]:
    """The page's form as a browser would send it, these rows ticked."""
    page = client.get(PATH).text
    fields: dict[str, Any] = {"row": list(ticked), "act": "accept"}
    for name, value in re.findall(r'<input name="(text-[^"]+)" value="([^"]*)"', page):
        fields[name] = value
    for name, options in re.findall(r'<select name="(intent-[^"]+)">(.*?)</select>', page, re.S):
        fields[name] = re.findall(r'value="(\w+)" selected', options)[0]
    return fields | more


def added(world: World, intent: str) -> list[str]:
    """The sentences that the draft adds to the intent."""
    with world.desk.store.begin(write=False) as tx:
        edit = tx.content.edit(world.desk.clinic.id, f"intent/es/{intent}")
    was = world.desk.content.rows["corpus"]["es"][intent]["examples"]
    return [x for x in edit.value["examples"] if x not in was] if edit is not None else []


def test_several_are_taken_at_once_each_with_its_own_meaning(world: World, client: TestClient) -> None:
    one, two = misheard(world, FRESH[0]), misheard(world, FRESH[1])
    three = drafted(world, "vengo a ver si me hacen lugar con alguien")
    four = misheard(world, "esto no lo toca nadie, una cita será")
    page = client.get(PATH).text
    assert (page.count("Misheard"), page.count("Machine draft")) == (3, 1)
    done = client.post(PATH, data=form(client, one, two, three, **{f"intent-{two}": "cancel"}))
    assert (done.status_code, done.headers["location"]) == (303, "/admin/proposed?lang=&taken=3")
    assert added(world, "book") == [FRESH[0], "vengo a ver si me hacen lugar con alguien"]
    assert added(world, "cancel") == [FRESH[1]]
    left = client.get(PATH).text
    assert [id in left for id in (one, two, three, four)] == [False, False, False, True]
    assert FRESH[0] not in client.get("/admin/intents/es/book").text.split("<fieldset")[1]
    assert [s for _, s in world.audited("content:examples-taken")] == [""]


def test_what_cannot_be_taken_says_why_and_the_others_are_taken(world: World, client: TestClient) -> None:
    taken = world.desk.content.rows["corpus"]["es"]["cancel"]["examples"][0]
    good, claimed = misheard(world, FRESH[0]), misheard(world, taken)
    marked = misheard(world, "soy [NAME_1] y me anoto con el doctor")
    page = client.post(PATH, data=form(client, good, claimed, marked))
    assert page.status_code == 422
    assert "2 not taken" in page.text
    assert "1 taken into the" in page.text
    assert "means book here and cancel in" in page.text.replace(
        "means cancel here and book in", "means book here and cancel in"
    )
    assert "put other words for what stands in square brackets" in page.text
    assert added(world, "book") == [FRESH[0]]
    assert good not in page.text
    assert page.text.count(" checked") == 2
    mended = form(client, marked, **{f"text-{marked}": "soy Rosa y me anoto con el doctor"})
    assert client.post(PATH, data=mended).is_redirect
    assert added(world, "book") == [FRESH[0], "soy Rosa y me anoto con el doctor"]


def test_what_is_declined_waits_no_more_and_stays_out(world: World, client: TestClient) -> None:
    one, two = misheard(world, FRESH[0]), drafted(world, FRESH[1], "cancel")
    nothing = client.post(PATH, data=form(client))
    assert (nothing.status_code, "Tick what you want" in nothing.text) == (422, True)
    given = form(client, one, two) | {"act": "decline"}
    assert client.post(PATH, data=given).headers["location"].endswith("declined=2")
    assert "Nothing waits" in client.get(PATH).text
    assert (added(world, "book"), added(world, "cancel")) == ([], [])
    late = client.post(PATH, data=given)  # a colleague's page, opened before
    assert (late.status_code, "A colleague has changed" in late.text) == (409, True)
    assert world.browser("front-desk").get(PATH).status_code == 403
