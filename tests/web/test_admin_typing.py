"""What is typed and not saved is kept for whoever typed it; colleagues see who, never what, and it serves nobody."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from agent.adapters.clinic_edits import PARTS
from tests.web.console_desk import World, csrf_of
from tests.web.test_admin_people_and_places import Fields

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


FACTS = (
    "hours/brooklyn", "closures/all", "answers/cost", "visit/office", "visit/new", "insurance/all", "booking/all",
    "telephone/all", "reminders/all", "due/all", "planted/all", "waitlist/all", "country/all", "place/brooklyn",
    "place/new", "provider/okafor", "provider/new", "languages/all",
)  # fmt: skip
TYPED = {
    "hours": ("sat", "09:00-11:00"), "closures": ("called", "Inventory"), "answers": ("text-en", "It depen"),
    "visit": ("minutes", "abc"), "insurance": ("plans", "Aetn"), "booking": ("notice_hours", "<b>"),
    "telephone": ("phones", "+1"), "reminders": ("quiet_from", "2x"), "due": ("urgent_minutes", "7x"),
    "planted": ("one_in", "-"), "waitlist": ("notice_minutes", "nine"), "country": ("texts_a_week", "1e9"),
    "place": ("address", "9 Elm Stre"), "provider": ("name", "Dr. Al"),
    "languages": ("default_language", "es"),
}  # fmt: skip


def test_every_page_of_facts_keeps_what_is_typed_and_a_page_left_as_it_is_keeps_nothing(world: World) -> None:
    client = browser(world)
    overview = client.get("/admin/facts").text
    for page in FACTS:
        path, part = f"/admin/facts/{page}", page.partition("/")[0]
        assert f'href="{path}"' in overview, page
        text, keep, key = client.get(path).text, f"/admin/typing/clinic/{page}", f"clinic/{page}".removesuffix("all")
        assert f'data-keep="{keep}"' in text
        held = Fields(path, text).data
        assert client.post(keep, data=held).status_code == 204, page
        with world.desk.store.begin(write=False) as tx:
            assert tx.typings.of(world.desk.clinic.id, key) == [], page
        name, words = TYPED[part]
        assert client.post(keep, data=held | {name: [words, *held[name][1:]]}).status_code == 204, page
        shown = client.get(path).text
        assert LINE in shown, page
        assert Fields(path, shown).data[name][0] == words, page
        assert client.post(f"{keep}/discard").headers["location"] == path
        with world.desk.store.begin(write=False) as tx:
            assert tx.typings.of(world.desk.clinic.id, key) == [], page
    with world.desk.store.begin(write=False) as tx:
        assert tx.content.edits(world.desk.clinic.id) == []
    assert {p.partition("/")[0] for p in FACTS} == set(PARTS)
    much = {"text-en": "x" * 100_001, "version": "0"}
    assert client.post("/admin/typing/clinic/answers/cost", data=much).status_code == 422
    for nothing in ("place/nowhere", "hours/all", "nothing/all"):
        assert client.post(f"/admin/typing/clinic/{nothing}", data={"x": "y"}).status_code == 404, nothing


def test_a_new_place_that_is_saved_under_its_own_name_is_kept_no_more(world: World) -> None:
    client, keep = browser(world), "/admin/typing/clinic/place/new"
    held = Fields("/admin/facts/place/new", client.get("/admin/facts/place/new").text).data
    held |= {"name": ["Queens"], "address": ["9 Elm Street, Queens, NY 11101"], "mon": ["8-12"]}
    client.post(keep, data=held)
    shown = client.get("/admin/facts/place/new").text
    assert (LINE in shown, 'value="08:00-12:00"' in shown) == (True, True)
    saved = client.post("/admin/facts/place/new", data=held)
    assert saved.headers["location"] == "/admin/facts/place/queens?saved=1"
    assert LINE not in client.get("/admin/facts/place/new").text
    assert LINE not in client.get("/admin/facts/place/queens").text


def test_safety_phrases_are_kept_and_what_is_taken_out_of_the_draft_again_is_out_of_it(world: World) -> None:
    client, path, keep = browser(world), "/admin/safety/es/chest_pain", "/admin/typing/safety/es/chest_pain"
    said = {"phrases-E1": "se me sienta un elefante", "tests": "se me sienta un elefante encima", "version": "0"}
    assert client.post(keep, data=said | {"tests": ""}).status_code == 204
    assert ">se me sienta un elefante</textarea>" in client.get(path).text
    with world.desk.store.begin(write=False) as tx:
        assert tx.content.edits(world.desk.clinic.id) == []
    assert client.post(path, data=said).is_redirect
    assert LINE not in client.get(path).text
    assert client.post(keep, data=said | {"version": "1"}).status_code == 204
    assert LINE not in client.get(path).text
    assert client.post(path, data={"phrases-E1": "", "tests": "", "version": "1"}).is_redirect
    assert "elefante</textarea>" not in client.get(path).text
    with world.desk.store.begin(write=False) as tx:
        assert tx.content.edits(world.desk.clinic.id) == []
    assert client.post("/admin/typing/safety/es/no_such", data=said).status_code == 404
