"""A picture that a patient sent, as staff open it: the right one, for the right people, harmless, and on record."""

from collections.abc import Iterator

import pytest

from agent.adapters.darkroom import PillowDarkroom
from agent.demo.photo import card
from agent.desk.photos import kept_photo, own_url
from agent.model.address import Address
from agent.model.fault import Busy, Refused
from agent.model.form import FormRow
from agent.model.message import Inbound
from agent.ports.pictures import Picture
from tests.web.console_desk import World

URLS = ("https://api.twilio.com/one", "https://api.twilio.com/two")


class Store:
    """Twilio's pictures: what was asked for, and what comes of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fault: Exception | None = None

    def fetch(self, url: str) -> Picture:
        self.asked.append(url)
        if self.fault is not None:
            raise self.fault
        return Picture("image/png", b"\x89PNG\r\n\x1a\n<script>alert(1)</script>")


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.pictures = Store()
    yield made
    made.desk.store.close()


def sent(world: World) -> str:
    """The address of the conversation in which two pictures came."""
    held, _ = world.talk("hello")
    phone = Address(channel="sms", value="+17185550133")
    heard = Inbound(id=world.desk.new_id(), clinic=world.desk.clinic.id, channel="sms", sender=phone, media=URLS,
                    provider_id="pictures", received_at=world.clock())  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.inbox.store(heard, held.id)
    return f"/console/conversations/{held.id}/pictures/{heard.id}"


def test_promise_54_staff_open_the_picture_and_it_can_do_nothing(world: World) -> None:
    base, client = sent(world), world.browser("front-desk")
    assert f'href="{base}/2"' in client.get(base.partition("/pictures")[0]).text
    answer = client.get(f"{base}/2")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["content-disposition"] == 'inline; filename="picture-2.png"'
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert world.desk.pictures.asked == [URLS[1]]  # type: ignore[union-attr]
    assert len(world.audited("picture:viewed")) == 1


def test_promise_53_nobody_else_opens_it_and_no_other_picture_is_fetched(world: World) -> None:
    base = sent(world)
    assert world.browser().get(f"{base}/1").status_code == 303
    other, _ = world.talk("hello", phone="+17185550199")
    stranger = base.replace(base.split("/")[3], other.id)
    client = world.browser("admin")
    for path in (f"{base}/0", f"{base}/3", f"{base}/x", f"{base}/-1", f"{base}/%00", f"{stranger}/1", f"{base}x/1"):
        assert client.get(path).status_code == 404, path
    assert world.desk.pictures.asked == []  # type: ignore[union-attr]


def test_a_photo_from_the_chat_is_shown_from_here_in_its_own_conversation_alone(world: World) -> None:
    held, _ = world.talk("hello")
    other, _ = world.talk("hello", phone="+17185550199")
    desk, now = world.desk, world.clock()
    row = FormRow(
        id=desk.new_id(), clinic=desk.clinic.id, form="insurance", conversation=held.id, made_at=now, changed_at=now
    )
    photo = kept_photo("P1", row, held.id, PillowDarkroom().develop(card(400, 250)), now)
    paths = []
    for talk in (held, other):
        heard = Inbound(id=desk.new_id(), clinic=desk.clinic.id, channel="sms", sender=talk.address,
                        media=(own_url("P1"),), provider_id=talk.id, received_at=now)  # fmt: skip
        with desk.store.begin() as tx:
            if talk is held:
                tx.forms.add(row)
                tx.photos.add(photo, b"a picture")
            tx.inbox.store(heard, talk.id)
        paths.append(f"/console/conversations/{talk.id}/pictures/{heard.id}/1")
    client = world.browser("front-desk")
    answer = client.get(paths[0])
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"a picture", "image/jpeg")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert client.get(paths[1]).status_code == 404
    assert desk.pictures.asked == []  # type: ignore[union-attr]


def test_a_picture_that_cannot_be_had_is_said_plainly(world: World) -> None:
    base, client = sent(world), world.browser("clinician")
    world.desk.pictures.fault = Refused("the file is too large")  # type: ignore[union-attr]
    answer = client.get(f"{base}/1")
    assert (answer.status_code, "the file is too large" in answer.text) == (422, True)
    world.desk.pictures.fault = Busy("the picture cannot be had just now")  # type: ignore[union-attr]
    assert client.get(f"{base}/1").status_code == 503
    world.desk.pictures = None
    assert client.get(f"{base}/1").status_code == 503
