"""A machine drafts, a person reads, changes and sends; whatever the model does, the box stays theirs."""

import json
import re
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.model.conversation import Conversation
from agent.model.draft import ReplyDraft
from agent.understand.reply_model import ModelReplier
from tests.standin.chat_models import HOSTILE, standin
from tests.web.console_desk import World, csrf_of

SPANISH = "Hola [NAME_1], una enfermera lo revisará hoy y le escribe. ¿Puede darnos su número de seguro?"
GOOD = json.dumps({"reply": SPANISH, "meaning": "Hello [NAME_1], a nurse will look at it today and write to you."})
DRAFT = SPANISH.replace("[NAME_1]", "Jon Smith")


class Says:
    """A chat model that answers as it is told, and keeps what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked, self.wait = answer, list[Any](), 0.0

    def invoke(self, messages: list[tuple[str, str]]) -> Any:
        self.asked.append(messages)
        time.sleep(self.wait)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def model(world: World) -> Says:
    """A desk with a model that behaves well until it is told otherwise."""
    said = Says(json.loads(GOOD))
    world.desk.replier = ModelReplier("a:model", chat=said, seconds=30.0)
    return said


def spanish(world: World) -> Conversation:
    return world.talk("soy Jon Smith, nacido el 3/14/1985, me duele mucho, mi tel 718 555 0133", locale="es")[0]


def post(client: TestClient, held: Conversation, act: str, live: bool = True, **fields: Any) -> Any:
    given = {"csrf": csrf_of(client), **fields}
    return client.post(f"/console/conversations/{held.id}/{act}", data=given, headers={"X-Live": "1"} if live else {})


def drafts(world: World, held: Conversation) -> list[ReplyDraft]:
    with world.desk.store.begin(write=False) as tx:
        return tx.drafts.of(held.id)


def test_without_a_model_there_is_no_button_and_nothing_to_ask(world: World) -> None:
    held, client = spanish(world), world.browser("front-desk")
    assert "Draft by machine" not in client.get(f"/console/conversations/{held.id}").text
    assert post(client, held, "draft").status_code == 422


def test_a_draft_stands_beside_the_box_marked_and_nobody_is_named_to_the_model(world: World, model: Says) -> None:
    held, client = spanish(world), world.browser("front-desk")
    assert "Draft by machine" in client.get(f"/console/conversations/{held.id}").text
    shown = post(client, held, "draft")
    assert shown.status_code == 200
    for words in ("Machine draft", DRAFT, "Hello Jon Smith, a nurse", 'lang="es"'):
        assert words in shown.text
    sent = json.dumps(model.asked, ensure_ascii=False)
    assert not any(secret in sent for secret in ("Jon", "Smith", "1985", "0133"))
    assert "me duele mucho" in sent
    assert world.said(held.id) == []
    assert world.audited("conversation:drafted") == [(f"staff:{world.user('front-desk').id}", held.id)]


def test_over_the_wire_it_is_the_same_and_a_server_that_is_down_says_so(world: World) -> None:
    with standin() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "of-the-stand-in")
        server.says = GOOD
        world.desk.replier = ModelReplier("openai:stand-in", url=server.url, seconds=120.0)
        held, client = spanish(world), world.browser("front-desk")
        shown = post(client, held, "draft")
        sent = json.dumps(server.asked, ensure_ascii=False)
        server.says = HOSTILE["prose"]
        prose = post(client, held, "draft")
        server.status = 500
        down = post(client, held, "draft")
    assert DRAFT in shown.text
    assert "Smith" not in sent
    assert [a.status_code for a in (prose, down)] == [424, 424]
    assert "could not be used" in prose.text
    assert "cannot be reached" in down.text


def test_its_very_words_go_out_only_when_somebody_says_to_have_read_them(world: World, model: Says) -> None:
    held, client = spanish(world), world.browser("front-desk")
    post(client, held, "draft")
    refused = post(client, held, "reply", text=f" {DRAFT} ")
    assert (refused.status_code, "tick that you have read them" in refused.text) == (422, True)
    assert world.said(held.id) == []
    assert post(client, held, "reply", text=DRAFT, read="1").status_code == 204
    assert DRAFT in world.said(held.id)
    (kept,) = drafts(world, held)
    assert (kept.edited, kept.model, bool(kept.outbound)) == (False, "a:model", True)
    assert "read and sent as it stood" in client.get(f"/console/conversations/{held.id}").text


def test_what_was_changed_is_kept_beside_what_was_sent(world: World, model: Says) -> None:
    held, client = spanish(world), world.browser("front-desk")
    page = post(client, held, "draft", live=False).text
    (made,) = re.findall(r'name="draft" value="(\w+)"', page)
    assert f">{DRAFT}</textarea>" in page
    assert post(client, held, "reply", text="Hola, le llamamos hoy.", draft=made).status_code == 204
    (kept,) = drafts(world, held)
    assert (kept.id, kept.edited, kept.text) == (made, True, DRAFT)
    page = client.get(f"/console/conversations/{held.id}").text
    assert "draft, changed" in page


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (HOSTILE["prose"], "could not be used"),
        ({"answer": "Your appointment is confirmed"}, "could not be used"),
        ({"reply": "", "meaning": ""}, "could not be used"),
        ({"reply": "Su cita está confirmada.", "meaning": ""}, "nobody may say unchecked"),
        ({"reply": "Pague aquí: https://evil.example/x", "meaning": ""}, "nobody may say unchecked"),
        ({"reply": "Llame al 900 123 4567.", "meaning": ""}, "nobody may say unchecked"),
        ({"reply": "Hola [NAME_9]", "meaning": ""}, "nobody may say unchecked"),
        (RuntimeError("Jon Smith"), "cannot be reached"),
    ],
)
def test_promise_58_a_model_that_is_wrong_or_hostile_leaves_the_box_and_says_so(
    world: World, model: Says, says: Any, why: str
) -> None:
    model.answer = says
    held, client = spanish(world), world.browser("front-desk")
    answer = post(client, held, "draft")
    assert (answer.status_code, why in answer.text) == (424, True)
    whole = post(client, held, "draft", live=False, text="mine")
    assert ">mine</textarea>" in whole.text
    assert drafts(world, held) == []
    assert post(client, held, "reply", text="Hola, soy Rosa.").status_code == 204


def test_promise_58_a_model_that_hangs_costs_its_deadline_and_two_do_not_hang_a_third(world: World) -> None:
    slow = Says(json.loads(GOOD))
    slow.wait = 3.0
    world.desk.replier = ModelReplier("a:model", chat=slow, seconds=0.2)
    held, client = spanish(world), world.browser("front-desk")
    told = [post(client, held, "draft").text for _ in range(3)]
    assert [("too long" in x, "busy" in x) for x in told] == [(True, False), (True, False), (False, True)]


def test_nobody_waits_for_a_model_that_gave_no_draft_three_times_until_it_has_had_a_rest(
    world: World, model: Says
) -> None:
    model.answer = RuntimeError("down")
    held, client = spanish(world), world.browser("front-desk")
    told = [post(client, held, "draft") for _ in range(5)]
    assert [("cannot be reached" in x.text, "left alone for a minute" in x.text) for x in told] == [
        *[(True, False)] * 3, *[(False, True)] * 2,
    ]  # fmt: skip
    assert ({x.status_code for x in told}, len(model.asked)) == ({424}, 3)
    assert isinstance(world.desk.replier, ModelReplier)
    world.desk.replier._call._patience.end_rest()  # the minute is over
    model.answer = json.loads(GOOD)
    assert [post(client, held, "draft").status_code for _ in range(2)] == [200, 200]


def test_none_is_drafted_in_an_alarm_nor_into_a_colleagues_conversation(world: World, model: Says) -> None:
    held, client = spanish(world), world.browser("front-desk")
    with world.desk.store.begin() as tx:
        kept = tx.conversations.get(held.id, lock=True)
        assert kept is not None
        tx.conversations.save(kept.model_copy(update={"alarmed": "emergency"}), world.clock())
    assert post(client, held, "draft").status_code == 422
    other = spanish(world)
    post(world.browser("admin"), other, "take")
    assert post(client, other, "draft").status_code == 409
    assert model.asked == []
