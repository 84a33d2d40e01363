"""The action server's contract, as a clinic's own Rasa assistant calls it."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from rasa_sdk import Action
from rasa_sdk.interfaces import ActionExecutionRejection

from agent.actions import ACTIONS
from tests.contracts.samples import dump
from tests.web.console_desk import World

TOKEN = "a token of this test"
AUTH = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def world() -> Iterator[World]:
    made = World(rasa_token=SecretStr(TOKEN))
    yield made
    made.desk.store.close()


@pytest.fixture
def client(world: World) -> TestClient:
    return TestClient(world.app, raise_server_exceptions=False)


def call(action: str = "action_find_openings", sender: str = "user-1", **slots: Any) -> dict[str, Any]:
    tracker = {"sender_id": sender, "slots": slots, "latest_message": {}, "events": [], "paused": False,
               "followup_action": None, "active_loop": {}, "latest_action_name": None}  # fmt: skip
    return {"next_action": action, "sender_id": sender, "tracker": tracker, "domain": {}, "version": "3.21.0"}


def slots_of(answer: Any) -> dict[str, Any]:
    return {e["name"]: e["value"] for e in answer.json()["events"] if e["event"] == "slot"}


class Rejects(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_rejects"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        raise ActionExecutionRejection("action_rejects", "not now")


class Breaks(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_breaks"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        raise RuntimeError("Canary Jon Smith")


def test_without_the_setting_there_is_no_such_address() -> None:
    world = World()
    client = TestClient(world.app)
    for headers in ({}, AUTH, {"Authorization": "Bearer "}):
        assert client.post("/rasa/webhook", json=call(), headers=headers).status_code == 404
        assert client.get("/rasa/actions", headers=headers).status_code == 404


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_without_the_token_nothing_runs(client: TestClient, world: World, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    assert client.post("/rasa/webhook", json=call(), headers=headers).status_code == 401
    assert client.get("/rasa/actions", headers=headers).status_code == 401
    assert world.audited("action:run") == []


def test_every_action_is_listed(client: TestClient) -> None:
    assert {a["name"] for a in client.get("/rasa/actions", headers=AUTH).json()} == set(ACTIONS)


def test_an_action_answers_with_events_and_speaks_no_word(client: TestClient, world: World) -> None:
    answer = client.post("/rasa/webhook", json=call(appointment_type="office", provider="okafor"), headers=AUTH)
    assert answer.status_code == 200
    assert set(answer.json()) == {"events", "responses"}
    openings = slots_of(answer)["openings"]
    assert len(openings) == 3
    assert {o["provider"] for o in openings} == {"okafor"}
    assert answer.json()["responses"] == []
    assert len(world.audited("action:run")) == 1


def test_a_time_held_for_rasa_is_held_for_everybody(client: TestClient, world: World) -> None:
    openings = slots_of(client.post("/rasa/webhook", json=call(provider="okafor"), headers=AUTH))["openings"]
    first = client.post("/rasa/webhook", json=call("action_hold_opening", opening=openings[0]), headers=AUTH)
    second = client.post("/rasa/webhook", json=call("action_hold_opening", "user-2", opening=openings[0]), headers=AUTH)
    with world.desk.store.begin(write=False) as tx:
        held = tx.appointments.get(slots_of(first)["hold"])
    assert held is not None
    assert held.status == "pending"
    assert slots_of(second) == {"hold": None, "taken": True}


def test_a_deflated_body_reads_like_a_plain_one(client: TestClient) -> None:
    body = zlib.compress(json.dumps(call(provider="okafor")).encode())
    headers = {**AUTH, "Content-Encoding": "deflate", "Content-Type": "application/json"}
    assert client.post("/rasa/webhook", content=body, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"next_action": 1}',
     b'{"next_action": "action_identify"}',
     b'{"next_action": "action_identify", "tracker": {"sender_id": "", "slots": {}}}',
     b'{"next_action": "action_identify", "tracker": {"sender_id": "u", "slots": []}}', b"x" * 1_100_000],
)  # fmt: skip
def test_a_broken_body_is_the_callers_fault(client: TestClient, body: bytes) -> None:
    answer = client.post("/rasa/webhook", content=body, headers=AUTH)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


def test_a_deflate_bomb_and_half_a_body_are_refused(client: TestClient) -> None:
    headers = {**AUTH, "Content-Encoding": "deflate"}
    whole = zlib.compress(json.dumps(call()).encode())
    for body in (zlib.compress(b" " * 50_000_000), whole[:-9], b"not deflated"):
        assert client.post("/rasa/webhook", content=body, headers=headers).status_code == 400


def test_an_unknown_action_is_404_and_leaves_nothing(client: TestClient, world: World) -> None:
    answer = client.post("/rasa/webhook", json=call("action_unheard_of"), headers=AUTH)
    assert answer.status_code == 404
    assert answer.json()["action_name"] == "action_unheard_of"
    with world.desk.store.begin(write=False) as tx:
        assert tx.conversations.recent(world.desk.clinic.id) == []


def test_a_rejection_and_a_missing_domain_are_told_as_rasa_expects(client: TestClient, world: World) -> None:
    world.desk.actions.executor.register_action(Rejects())  # type: ignore[attr-defined]
    rejected = client.post("/rasa/webhook", json=call("action_rejects"), headers=AUTH)
    assert (rejected.status_code, rejected.json()) == (400, {"error": "not now", "action_name": "action_rejects"})
    digest = {**call(), "domain_digest": "abc"}
    del digest["domain"]
    again = client.post("/rasa/webhook", json=digest, headers=AUTH)
    assert again.status_code == 449
    assert again.json()["action_name"] == "action_find_openings"
    assert client.post("/rasa/webhook", json={**digest, "domain": {"intents": []}}, headers=AUTH).status_code == 200
    assert client.post("/rasa/webhook", json=digest, headers=AUTH).status_code == 200


def test_promise_42_what_breaks_inside_says_nothing_outside(client: TestClient, world: World) -> None:
    world.desk.actions.executor.register_action(Breaks())  # type: ignore[attr-defined]
    answer = client.post("/rasa/webhook", json=call("action_breaks", name="Canary Jon Smith"), headers=AUTH)
    assert (answer.status_code, answer.json()) == (500, {"error": "internal error"})
    assert "Canary" not in answer.text
    assert "Canary" not in dump(world.desk.store)


def test_promise_40_guessing_who_is_a_patient_tells_nothing_here_either(client: TestClient) -> None:
    """A right name and birth date and a made-up one read the same; no appointment without the code."""
    seen = []
    for n, (name, dob) in enumerate((("Jon Smith", "1985-03-14"), ("Nobody Atall", "1970-01-01"))):
        answer = client.post("/rasa/webhook", json=call("action_identify", f"u{n}", name=name, dob=dob), headers=AUTH)
        mine = client.post("/rasa/webhook", json=call("action_my_appointments", f"u{n}"), headers=AUTH)
        seen.append((slots_of(answer), mine.status_code, mine.json()))
    assert seen[0] == seen[1] == ({"identity_result": "code_sent"}, 500, {"error": "internal error"})
