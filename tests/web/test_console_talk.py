"""A conversation in the staff's hands: taken, answered, noted, given back; the desk silent in between."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.model.conversation import Conversation
from tests.web.console_desk import World, csrf_of


def post(client: TestClient, held: Conversation, act: str, live: bool = False, **fields: Any) -> Any:
    given = {"csrf": csrf_of(client), **fields}
    return client.post(f"/console/conversations/{held.id}/{act}", data=given, headers={"X-Live": "1"} if live else {})


def mode(world: World, held: Conversation) -> tuple[str, str | None]:
    with world.desk.store.begin(write=False) as tx:
        now = tx.conversations.get(held.id)
    assert now is not None
    return now.mode, now.assignee


def test_a_person_takes_over_answers_notes_and_gives_back(world: World) -> None:
    held, _ = world.talk("can I talk to someone?")
    client, rosa = world.browser("front-desk"), world.user("front-desk")
    assert post(client, held, "take").status_code == 303
    assert mode(world, held) == ("staff", rosa.id)
    assert post(client, held, "reply", text="Hello, Rosa here.\nHow can I help?").status_code == 303
    assert post(client, held, "note", live=True, text="Called twice.").status_code == 204
    page = client.get(f"/console/conversations/{held.id}").text
    assert "With Rosa Delgado" in page
    assert "Hello, Rosa here." in page
    assert "on its way" in page
    assert "Called twice." in page
    assert "only for staff" in page
    assert post(client, held, "give-back").status_code == 303
    assert mode(world, held) == ("agent", None)


def test_an_answer_takes_the_conversation_and_a_colleague_cannot_write_into_it(world: World) -> None:
    held, _ = world.talk("hello")
    rosa, tom = world.browser("front-desk"), world.browser("clinician")
    assert post(rosa, held, "reply", live=True, text="Hi.").status_code == 204
    refused = post(tom, held, "reply", text="I am here too <b>")
    assert refused.status_code == 409
    assert "It is with Rosa Delgado" in refused.text
    live = post(tom, held, "reply", live=True, text="me too")
    assert (live.status_code, live.headers["content-type"].split(";")[0]) == (409, "text/plain")
    assert post(tom, held, "give-back").status_code == 409
    assert "me too" not in " ".join(world.said(held.id))
    assert post(tom, held, "note", live=True, text="I called her.").status_code == 204
    assert post(world.browser("admin"), held, "give-back").status_code == 303


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_nothing_and_too_much_are_not_sent(world: World, text: str) -> None:
    held, _ = world.talk("hello")
    client = world.browser("front-desk")
    for act in ("reply", "note"):
        assert post(client, held, act, live=True, text=text).status_code == 422
    assert world.said(held.id) == []
    assert mode(world, held)[0] == "agent"


def test_each_message_carries_its_language_and_what_became_of_it(world: World) -> None:
    held, _ = world.talk("hola", locale="es")
    client = world.browser("front-desk")
    post(client, held, "reply", text="Buenos días")
    for state, words in (("delivered", "delivered"), ("failed", "not delivered"), ("blocked", "wrote STOP"),
                         ("unknown", "unclear whether it arrived")):  # fmt: skip
        with world.desk.store.begin() as tx:
            line = tx.conversations.thread(held.id)[-1]
            tx.outbox.mark(line.id, state, world.clock())
        page = client.get(f"/console/conversations/{held.id}/thread").text
        assert words in page
    assert '<p class="bubble" lang="es" dir="auto">Buenos días</p>' in page


def test_who_wrote_stop_is_marked(world: World) -> None:
    held, _ = world.talk("stop")
    with world.desk.store.begin() as tx:
        tx.optouts.stop(held.address, world.clock(), "stop")
    assert "The patient wrote STOP" in world.browser("admin").get(f"/console/conversations/{held.id}").text


def test_the_newest_conversation_comes_first_with_its_requests(world: World) -> None:
    older, heard = world.talk("first", phone="+17185550131")
    task = world.prepare("message", older, {"message": "first"}, heard[0])
    world.clock.pass_time(timedelta(minutes=1))
    newer, _ = world.talk("second", channel="chat", phone="c" * 32)
    page = world.browser("front-desk").get("/console/conversations").text
    assert page.index(newer.id) < page.index(older.id)
    assert "Web visitor" in page
    assert "(718) 555-0131" in page
    assert f"#{task.number}" in page


def test_a_long_thread_is_shown_to_its_end(world: World) -> None:
    held, _ = world.talk(*(f"message {n}" for n in range(230)))
    page = world.browser("front-desk").get(f"/console/conversations/{held.id}/thread").text
    assert "message 0<" in page
    assert "message 229<" in page
