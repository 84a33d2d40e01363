"""Photographs on the form's page and on its card: the right ones, to the right people, harmless, on record."""

import base64
import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.demo.photo import PLACE, card
from agent.model.photo import Photo
from agent.model.task import Task
from agent.web.uploads import FILE_BYTES
from tests.photographs import bomb, heic, pdf_bomb
from tests.web.console_desk import World
from tests.web.test_form_page import opened, page, post, row_of, sent

FRONT, BACK = "0:insurance.card.front", "0:insurance.card.back"


def at_the_card(world: World) -> tuple[TestClient, str]:
    """The page that asks for the front of the card."""
    link = sent(world, "insurance")
    client = opened(world, link)
    post(client, link, r0_insurance_have="yes")
    text = page(client, link)
    assert 'enctype="multipart/form-data"' in text
    assert f'type="file" id="f3" name="{FRONT}" accept="image/jpeg,image/png"' in text
    return client, link


def put(client: TestClient, link: str, files: dict[str, bytes], **more: str) -> Any:
    shown = re.findall(r'name="shown" value="([^"]+)"', page(client, link))
    data: dict[str, Any] = {"page": "0", "shown": shown, "go": "on", "0:insurance.have": "yes", **more}
    named = {place: ("IMG_0042.jpg", content, "image/jpeg") for place, content in files.items()}
    return client.post(link, data=data, files=named)


def photos(world: World) -> list[tuple[Photo, bytes | None]]:
    row = row_of(world)
    with world.desk.store.begin(write=False) as tx:
        return [(p, tx.photos.content(p.id)) for p in tx.photos.of_form(row.id)]


def handed_in(world: World) -> tuple[Task, Photo]:
    client, link = at_the_card(world)
    put(client, link, {FRONT: card()}, **{"0:insurance.payer": "Harbor Health"})
    put(client, link, {}, **{"0:insurance.payer": "Harbor Health", "0:insurance.holder": "self"})
    assert row_of(world).state == "sent"
    with world.desk.store.begin(write=False) as tx:
        (task,) = [t for t in tx.tasks.open(world.desk.clinic.id) if t.kind == "intake"]
    return task, photos(world)[0][0]


def test_a_photo_on_the_page_is_kept_bare_and_stays_when_the_page_comes_back(world: World) -> None:
    client, link = at_the_card(world)
    answer = put(client, link, {FRONT: card()}, **{"0:insurance.payer": "Harbor Health"})
    assert answer.status_code == 303
    text = page(client, link)
    assert "Your photo is here" in text
    assert BACK in text
    assert "insurance.memberId" not in text
    ((photo, content),) = photos(world)
    assert (photo.state, photo.link) == ("kept", "insurance.card.front")
    assert PLACE.encode() not in (content or b"")
    put(client, link, {}, **{"0:insurance.payer": "Harbor"})
    front = next(g for g in row_of(world).given if g.link == "insurance.card.front")
    assert front.values == (photo.id,)


@pytest.mark.parametrize(
    "bad",
    [heic(), bomb(), pdf_bomb(), card() + b"\0" * FILE_BYTES, b"GIF89a"],
    ids=["heic", "bomb", "pdf", "large", "gif"],
)
def test_what_is_no_photo_is_marked_and_every_other_answer_is_kept(world: World, bad: bytes) -> None:
    client, link = at_the_card(world)
    answer = put(client, link, {FRONT: bad}, **{"0:insurance.payer": "Harbor Health"})
    assert answer.status_code == 422
    assert "could not be opened, or it is too large" in answer.text
    assert 'value="Harbor Health"' in answer.text
    assert photos(world) == []
    assert ("Harbor Health",) in [g.values for g in row_of(world).given]
    put(client, link, {}, **{"0:insurance.payer": "Harbor Health"})  # on without one
    assert row_of(world).state == "sent"


def test_nobody_puts_a_photo_there_without_the_date_of_birth_and_too_much_is_not_read(world: World) -> None:
    client, link = at_the_card(world)
    stranger = world.browser()
    assert stranger.post(link, data={"page": "0", "shown": FRONT}, files={FRONT: card()}).status_code == 200
    much = {f"0:x{n}": b"\xff\xd8\xff" + b"\0" * FILE_BYTES for n in range(3)}
    assert client.post(link, data={"page": "0"}, files=much).status_code < 500
    assert client.post(
        link, content=b"--x\r\nnonsense", headers={"content-type": "multipart/form-data; boundary=x"}
    ).status_code < 500  # fmt: skip
    assert client.post(link, content=b"", headers={"content-type": "multipart/form-data"}).status_code < 500
    assert photos(world) == []


def test_staff_see_the_photo_on_the_card_and_each_look_is_on_record(world: World) -> None:
    task, photo = handed_in(world)
    path = f"/console/tasks/{task.id}/photos/{photo.id}"
    client = world.browser("front-desk")
    text = client.get(f"/console/tasks/{task.id}").text
    assert f'<img src="{path}" alt="Photo from the patient"' in text
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert world.audited("photo:viewed") == [(f"staff:{world.user('front-desk').id}", photo.id)]


def test_promise_53_nobody_else_sees_the_photo_and_no_other_one(world: World) -> None:
    task, photo = handed_in(world)
    path = f"/console/tasks/{task.id}/photos/{photo.id}"
    assert world.browser().get(path).status_code == 303
    other = world.booking()
    client = world.browser("admin")
    for wrong in (f"/console/tasks/{other.id}/photos/{photo.id}", f"{path}x", path.replace(task.id, "nobody")):
        assert client.get(wrong).status_code == 404, wrong
    assert world.audited("photo:viewed") == []


def test_the_download_holds_the_photo_that_the_answer_names(world: World) -> None:
    task, photo = handed_in(world)
    held = json.loads(world.browser("front-desk").get(f"/console/tasks/{task.id}/fhir").text)
    binary = held["entry"][-1]["resource"]
    assert (binary["resourceType"], binary["id"]) == ("Binary", photo.id)
    assert base64.b64decode(binary["data"]).startswith(b"\xff\xd8\xff")
    assert f'"url": "Binary/{photo.id}"' in json.dumps(held)
