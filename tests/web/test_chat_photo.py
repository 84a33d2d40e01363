"""A photograph in the web chat: taken while a form asks for one, written anew, sealed with the form, heard once."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from PIL import Image

from agent.adapters.darkroom import PillowDarkroom
from agent.demo.photo import PLACE, card
from agent.web import chat
from tests.desk.world import World
from tests.photographs import bomb, heic
from tests.web.test_chat_socket import HERE, Open, Page

ELSEWHERE = "https://clinic.example"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_TICK", 0.05)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.darkroom = PillowDarkroom()
    yield made
    made.close()


def asked_for_card(world: World, page: Page) -> None:
    """A stranger in the chat, as far as the photograph of the card."""
    page.hello()
    for number, words in enumerate(("form", "Marie Joseph", "March 12 1980", "skip")):
        page.say(words, f"client-{number:04}")
        page.next("ack")
        world.settle()
    for number in range(30):
        with world.desk.store.begin(write=False) as tx:
            last = tx.conversations.thread(page.welcome["conversation"], "")[-1].text
        if "front of your insurance card" in last:
            return
        page.say("yes" if "health insurance" in last else "skip", f"more-{number:05}")
        page.next("ack")
        world.settle()
    raise AssertionError(last)


def posted(
    client: TestClient, page: Page, content: bytes, id: str = "photo-0001", origin: str = HERE["origin"]
) -> Response:
    headers = {**HERE, "origin": origin, "X-Chat-Token": page.welcome["token"], "X-Client-Id": id}
    return client.post("/chat/photo", content=content, headers={**headers, "Content-Type": "image/jpeg"})


def test_the_page_hears_when_a_photo_is_asked_for_and_the_photo_answers(world: World) -> None:
    client = world.client()
    with Open(world, client=client) as page:
        asked_for_card(world, page)
        assert page.next("photo")["on"] is True
        for _ in range(3):  # a bad line: sent again with the same id
            answer = posted(client, page, card(400, 250))
            assert answer.status_code == 200, answer.text
        world.settle()
        line = next(f for f in iter(page.next, None) if f["t"] == "line" and f["line"]["photo"])
        assert line["line"]["client_id"] == "photo-0001"
        assert answer.json()["line"] == line["line"]["id"]
        who = _who(world, page)
        with world.desk.store.begin(write=False) as tx:
            thread = tx.conversations.thread(page.welcome["conversation"], "")
            row = tx.forms.open_of(world.clinic.id, None, who)
            assert row is not None
            (photo,) = tx.photos.of_form(row.id)
            content = tx.photos.content(photo.id)
        assert "back of the card" in thread[-1].text
        assert (photo.state, photo.link) == ("kept", "insurance.card.front")
        assert [g.values for g in row.given if g.link == photo.link] == [(photo.id,)]
        assert content is not None
        assert PLACE.encode() not in content
        with Image.open(BytesIO(content)) as opened:
            assert not opened.getexif()


def _who(world: World, page: Page) -> str:
    with world.desk.store.begin(write=False) as tx:
        held = tx.conversations.get(page.welcome["conversation"])
    assert held is not None
    return f"joseph marie|1980-03-12|{held.address.value}"


def test_what_is_no_photo_or_too_much_is_refused_and_the_question_stands(world: World) -> None:
    client = world.client()
    with Open(world, client=client) as page:
        asked_for_card(world, page)
        for number, content in enumerate((bomb(), heic(), b"", b"\xff\xd8\xff" + b"0" * 9_000_000)):
            answer = posted(client, page, content, f"bad-{number:05}")
            assert (answer.status_code, answer.json()) == (422, {"code": "photo_wrong"})
        assert posted(client, page, card(400, 250)).status_code == 200


def test_only_a_live_session_of_a_listed_page_is_read_and_only_while_a_form_is_open(world: World) -> None:
    client = world.client()
    with Open(world, client=client) as page:
        page.hello()
        assert posted(client, page, card(400, 250)).status_code == 409
        assert posted(client, page, card(400, 250), origin="https://thief.example").status_code == 403
        assert posted(client, page, card(400, 250), origin=ELSEWHERE).status_code == 401  # made for another page
        page.welcome["token"] = "guessed"
        assert posted(client, page, card(400, 250)).status_code == 401
        page.welcome["token"] = ""
        assert posted(client, page, card(400, 250), id="x").status_code == 400
    may = client.options("/chat/photo", headers={**HERE, "origin": ELSEWHERE})
    assert may.headers["access-control-allow-origin"] == ELSEWHERE
    assert client.options("/chat/photo", headers={**HERE, "origin": "https://thief.example"}).status_code == 403
