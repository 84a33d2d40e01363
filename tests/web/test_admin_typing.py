"""What is typed and not saved is kept for whoever typed it; colleagues see who, never what, and it serves nobody."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from tests.web.console_desk import World, csrf_of

PATH, KEEP = "/admin/messages/es/booking.ask_day", "/admin/typing/message/es/booking.ask_day"
INTENT, KEEP_INTENT = "/admin/intents/vi/thanks", "/admin/typing/intent/vi/thanks"
KEY = "message/es/booking.ask_day"
LINE = "Here is what you typed"


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    world = World()
    yield world
    world.desk.store.close()


@pytest.fixture
def world(made: World) -> Iterator[World]:
    yield made
    with made.desk.store.begin() as tx:
        tx.typings.sweep(made.desk.clinic.id, made.clock() + timedelta(days=400))
        for edit in tx.content.edits(made.desk.clinic.id):
            tx.content.drop(edit.clinic, edit.key, edit.version)


def browser(world: World, name: str = "") -> TestClient:
    """An admin's browser; with a name, that of a colleague."""
    user = world.user("admin")
    if name:
        user = user.model_copy(update={"id": f"u-{name}", "name": name, "email": f"{name.lower()}@demo.clinic"})
        with world.desk.store.begin() as tx:
            if tx.staff.by_email(user.email) is None:
                tx.staff.add(user)
    client = world.enter(user)
    client.headers["x-csrf-token"] = csrf_of(client)
    return client


def test_what_is_typed_stands_there_after_a_reload_and_goes_by_a_click(world: World) -> None:
    client = browser(world)
    assert client.post(KEEP, data={"text": "¿Qué día  prefie", "note": "warmer", "version": "0"}).status_code == 204
    page = client.get(PATH).text
    assert LINE in page
    assert ">¿Qué día  prefie</textarea>" in page
    assert ">warmer</textarea>" in page
    with world.desk.store.begin(write=False) as tx:
        assert tx.content.edits(world.desk.clinic.id) == []  # no draft: nothing of it can be published
    assert LINE not in browser(world, "Ana").get(PATH).text
    assert client.post(f"{KEEP}/discard").headers["location"] == PATH
    page = client.get(PATH).text
    assert (LINE in page, "prefie" in page) == (False, False)


def test_saving_ends_it_and_what_stands_there_anyway_is_not_kept(world: World) -> None:
    client = browser(world)
    client.post(KEEP, data={"text": "¿Qué día prefiere?", "version": "0"})
    assert client.post(PATH, data={"text": "¿Qué día prefiere?", "version": "0"}).is_redirect
    assert LINE not in client.get(PATH).text
    for text, kept in (("¿Qué día quiere?", True), ("¿Qué día prefiere?", False)):
        assert client.post(KEEP, data={"text": text, "note": "", "version": "1"}).status_code == 204
        assert (LINE in client.get(PATH).text) is kept


def test_what_was_typed_before_a_colleague_saved_meets_their_words_and_not_over_them(world: World) -> None:
    client, other = browser(world), browser(world, "Ana")
    client.post(KEEP, data={"text": "¿Cuándo viene?", "version": "0"})
    assert other.post(PATH, data={"text": "¿Qué día prefiere?", "version": "0"}).is_redirect
    page = client.get(PATH).text
    version = page.split('name="version" value="', 1)[1].split('"', 1)[0]
    late = client.post(PATH, data={"text": "¿Cuándo viene?", "version": version})
    assert (late.status_code, "¿Qué día prefiere?" in late.text) == (409, True)


def test_sentences_are_kept_line_by_line_with_their_near_misses(world: World) -> None:
    client = browser(world)
    said = {"examples": "cảm ơn\ncảm ơn nha", "tests": "", "miss": ["hủy giùm"], "means": ["cancel"], "version": "0"}
    assert client.post(KEEP_INTENT, data=said).status_code == 204
    page = client.get(INTENT).text
    assert LINE in page
    assert ">cảm ơn\ncảm ơn nha</textarea>" in page
    assert 'value="hủy giùm"' in page
    much = client.post(KEEP_INTENT, data=said | {"examples": "\n".join(map(str, range(6000)))})
    assert (much.status_code, much.text) == (422, "Not kept: at most 5000 lines.")
    assert client.post(KEEP, data={"text": "x" * 2001}).status_code == 422
    assert client.post("/admin/typing/message/es/no.such", data={"text": "x"}).status_code == 404
    assert client.post("/admin/typing/clinic/es/hours", data={"text": "x"}).status_code == 404
    assert world.browser("front-desk").get(KEEP).status_code == 403


def test_colleagues_see_who_is_at_it_and_nothing_of_what(world: World) -> None:
    client, ana = browser(world), browser(world, "Ana")
    assert client.get(KEEP).text.strip() == ""
    ana.post(KEEP, data={"text": "un secreto", "version": "0"})
    for page in (client.get(KEEP).text, client.get(PATH).text):
        assert "Ana</span> is editing this" in page
        assert "secreto" not in page
    assert ana.get(KEEP).text.strip() == ""
    world.clock.pass_time(timedelta(minutes=5))
    assert "typed here and has not saved" in client.get(KEEP).text
    ana.post(f"{KEEP}/discard")
    assert client.get(KEEP).text.strip() == ""
