"""Floods are told to wait, each by its own measure; nobody beside them is, and never a signed webhook."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from structlog.testing import capture_logs

from agent.adapters.pace import Pace
from tests.desk.world import pairs_of, posted, sid_of
from tests.standin.hooks import PUBLIC
from tests.web.console_desk import World
from tests.web.outside import Outside

PROXY = "testclient"


def from_(address: str) -> dict[str, str]:
    return {"x-forwarded-for": address}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Outside:
    monkeypatch.setattr("agent.web.peers._within", lambda peer, _: peer == PROXY)
    return Outside(source_requests=20, rasa_token="a-token-for-the-clinics-own-rasa")


def test_promise_55_one_source_is_told_to_wait_and_the_next_is_served(world: Outside) -> None:
    client = world.client()
    answers = [client.get("/healthz", headers=from_("6.6.6.6")) for _ in range(40)]
    assert {a.status_code for a in answers} == {200}  # a probe sees that the process lives
    codes = [client.get("/widget.js", headers=from_("6.6.6.6")).status_code for _ in range(30)]
    assert codes == [200] * 20 + [429] * 10
    refused = client.get("/widget.js", headers=from_("6.6.6.6"))
    assert 1 <= int(refused.headers["retry-after"]) <= 4
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert client.get("/widget.js", headers=from_("7.7.7.7")).status_code == 200
    with pytest.raises(WebSocketDenialResponse) as denied:
        client.websocket_connect("/chat/socket", headers={**from_("6.6.6.6"), "origin": PUBLIC}).__enter__()
    assert denied.value.status_code == 429


def test_promise_55_a_flood_of_forged_webhooks_never_delays_a_signed_one_from_the_same_address(world: Outside) -> None:
    client = world.client()
    forged = posted(pairs_of(world, "hello", sid_of(1)), token="guess")
    with capture_logs() as logs:
        codes = [client.post(**forged).status_code for _ in range(80)]
        assert codes == [403] * 60 + [429] * 20
        unsigned = client.post("/twilio/sms", content=b"Body=x")
        assert (unsigned.status_code, "retry-after" in unsigned.headers) == (429, True)
        for number in range(30):
            assert client.post(**posted(pairs_of(world, "hello", sid_of(100 + number)))).status_code == 200
    assert [line["event"] for line in logs].count("webhook_forged") == 10
    assert world.inbox_waiting() == 30


def test_promise_55_an_unsigned_post_is_refused_before_its_body_is_read(world: Outside) -> None:
    async def unread(*_: Any) -> Any:
        raise AssertionError("the body was read")

    client = world.client()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.web.hooks.body_of", unread)
        for signature in ({}, {"x-twilio-signature": ""}, {"x-twilio-signature": "A" * 201}):
            assert client.post("/twilio/sms", content=b"x" * 1_000_000, headers=signature).status_code == 403


def test_promise_55_guessing_the_token_of_rasa_is_slowed_down_and_its_owner_is_not(world: Outside) -> None:
    client = world.client()
    codes = []
    for number in range(40):
        source = {"x-forwarded-for": "6.6.6.6", "authorization": f"Bearer {number}"}
        codes.append(client.get("/rasa/actions", headers=source).status_code)
    assert set(codes) == {401, 429}
    right = {"authorization": "Bearer a-token-for-the-clinics-own-rasa", "x-forwarded-for": "7.7.7.7"}
    assert client.get("/rasa/actions", headers=right).status_code == 200


def hello(client: TestClient, source: str = "6.6.6.6") -> Any:
    return client.websocket_connect("/chat/socket", headers={**from_(source), "origin": "https://clinic.example"})


HELLO = json.dumps({"t": "hello", "clinic": "demo", "lang": "en", "token": None, "after": ""})


def test_promise_55_a_page_that_writes_too_fast_hears_so_and_the_next_page_is_answered() -> None:
    world = Outside(source_requests=0)
    with world.client() as client, hello(client) as fast, hello(client) as calm:
        for page in (fast, calm):
            page.send_text(HELLO)
            assert page.receive_json()["t"] == "welcome"
        heard = []
        for number in range(35):
            fast.send_text(json.dumps({"t": "say", "client_id": f"message-{number}", "text": "hi"}))
            while (frame := fast.receive_json())["t"] not in ("ack", "error"):
                pass
            heard.append(frame)
        assert [f["t"] for f in heard] == ["ack"] * 30 + ["error"] * 5
        assert heard[-1]["code"] == "too_fast"
        assert heard[-1]["client_id"] == "message-34"
        calm.send_text(json.dumps({"t": "say", "client_id": "calm-message", "text": "hi"}))
        assert "ack" in [calm.receive_json()["t"] for _ in range(3)]


def test_promise_55_a_socket_that_only_makes_noise_is_closed() -> None:
    world = Outside(source_requests=0)
    with world.client() as client, hello(client) as page:
        answers = []
        for _ in range(121):
            page.send_bytes(b"\xff")
            answers.append(page.receive_json()["code"])
        assert answers == ["unreadable"] * 120 + ["too_fast"]
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_json()
        assert closed.value.code == 1008
    assert world.faults == []


def test_promise_55_a_silent_socket_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.web.chat._SILENT", 0.05)
    world = Outside(source_requests=0)
    with world.client() as client, hello(client) as page:
        assert page.receive_json()["code"] == "too_fast"
        with pytest.raises(WebSocketDisconnect):
            page.receive_json()


def test_promise_55_one_source_holds_so_many_sockets_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.web.chat._OPEN", 2)
    world = Outside(source_requests=0)
    with world.client() as client:
        with hello(client), hello(client), hello(client) as third:
            assert third.receive_json()["code"] == "too_fast"
        with hello(client) as again:  # the others are gone
            again.send_text(HELLO)
            assert again.receive_json()["t"] == "welcome"


def test_promise_55_a_console_session_that_runs_wild_is_slowed_down_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from limits import parse

    monkeypatch.setattr("agent.web.signin._PER_SESSION", parse("10/minute"))
    staffed = World(source_requests=0)
    wild, calm = staffed.browser("admin"), staffed.browser("front-desk")
    answers = [wild.get("/console/count") for _ in range(12)]
    assert [a.status_code for a in answers] == [200] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert calm.get("/console/count").status_code == 200


def test_many_guesses_at_a_password_are_answered_with_the_time_to_wait() -> None:
    staffed = World()
    client = staffed.browser()
    given = {"email": "nobody@demo.clinic", "password": "guess"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pace, "hit", lambda *_: 600.0)
        answer = client.post("/console/sign-in", data=given)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "601")
