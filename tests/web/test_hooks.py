"""Twilio's webhooks at the route: forged or broken is 403, never 500; what was answered 200 is stored."""

import sqlite3
import time
from itertools import permutations
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from agent.desk import turn
from agent.desk.turn import work
from tests.desk.sending import queued, reasons
from tests.desk.world import STRANGER, World, pairs_of, posted, sid_of
from tests.standin.hooks import ACCOUNT, PUBLIC, TOKEN, Pairs, changed, sign


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def client(world: World) -> TestClient:
    return world.client()


def test_a_text_is_stored_before_it_is_answered_with_nothing_in_the_answer(world: World, client: TestClient) -> None:
    answer = client.post(**posted(pairs_of(world, "hello", sid_of(1))))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    assert answer.text.endswith("<Response></Response>")
    assert world.inbox_waiting() == 1


def mutated(request: dict[str, Any], random: Random) -> dict[str, Any]:
    """One thing about a signed request altered, in a way that means something else."""
    body, headers = bytes(request["content"]), dict(request["headers"])
    signature = headers["x-twilio-signature"]
    match random.randrange(5):
        case 0:
            at = random.randrange(len(body))
            body = body[:at] + bytes([body[at] ^ random.choice([1, 2, 4, 8, 16, 32, 64])]) + body[at + 1 :]
        case 1:
            at = random.randrange(len(signature) - 3)
            letter = random.choice([c for c in "ABCDEFabcdef0123" if c != signature[at]])
            headers["x-twilio-signature"] = signature[:at] + letter + signature[at + 1 :]
        case 2:
            return {**request, "url": request["url"] + random.choice(["?x=1", "/", "?row=A"])}
        case 3:
            body += b"&Extra=" + str(random.randrange(100)).encode()
        case _:
            at = random.randrange(len(body))
            body = body[:at] + body[at + 1 :]
    return {**request, "content": body, "headers": headers}


def test_promise_01_no_forged_text_has_any_effect_and_none_breaks_us(world: World, client: TestClient) -> None:
    """600 requests with one thing altered: never 500, never stored. (A change of letter case in %-escapes is none.)"""
    random, right = Random(1), posted(pairs_of(world, "I need a visit", sid_of(1)))
    statuses = set()
    for _ in range(600):
        forged = mutated(right, random)
        if _means_the_same(forged, right):
            continue
        statuses.add(client.post(**forged).status_code)
    assert statuses <= {403, 404, 405, 429}
    assert 403 in statuses
    assert (world.inbox_waiting(), world.faults) == (0, [])
    assert client.post(**right).status_code == 200


def _means_the_same(forged: dict[str, Any], right: dict[str, Any]) -> bool:
    from urllib.parse import parse_qsl

    same = forged["url"] == right["url"] and forged["headers"] == right["headers"]
    read = [parse_qsl(x["content"].decode("latin-1"), keep_blank_values=True) for x in (forged, right)]
    return same and sorted(set(read[0])) == sorted(set(read[1]))


@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/sms/status"])
def test_promise_02_a_broken_request_is_403_and_never_500(world: World, client: TestClient, path: str) -> None:
    right = posted(pairs_of(world, "hello", sid_of(1)), path)
    headers = right["headers"]
    signature = headers["x-twilio-signature"]
    form = {"content-type": headers["content-type"]}
    broken: list[dict[str, Any]] = [
        {"content": right["content"], "headers": form},
        {"content": right["content"], "headers": {**form, "x-twilio-signature": ""}},
        {"content": right["content"], "headers": {**form, "x-twilio-signature": "\u00ff".encode("latin-1")}},
        {"content": right["content"], "headers": {**form, "x-twilio-signature": "x" * 60_000}},
        {"content": right["content"], "headers": {**headers, "x-twilio-webhooks-signature-settings": "key=1"}},
        {"content": b"\xff\xfe\x00" * 50, "headers": headers},
        {"content": b"%ZZ=%", "headers": headers},
        {"content": b"a" * 2_000_000, "headers": headers},
        {"content": b"", "headers": headers},
        {
            "content": b'{"Body": "hi"}',
            "headers": {"content-type": "application/json", "x-twilio-signature": signature},
        },
        {"content": b"a=1&a=1&" * 900, "headers": headers},
        {"content": right["content"], "headers": {**headers, "host": "desk.example:99999"}, "url": path + "?a=%"},
        {"content": right["content"], "headers": {**headers, "content-type": "multipart/form-data; boundary=x"}},
    ]
    for request in broken:
        answer = client.post(**{"url": path, **request})
        assert answer.status_code == 403, request["headers"]
    assert client.get(path).status_code == 405
    assert (world.inbox_waiting(), world.faults) == (0, [])


def test_promise_02_signed_but_not_a_text_to_us_is_400(world: World, client: TestClient) -> None:
    right = pairs_of(world, "hello", sid_of(1))
    for pairs in (
        changed(right, MessageSid="SMshort", SmsSid="x", SmsMessageSid="x"),
        changed(right, To="+15550000000"),
        changed(right, From="nobody"),
        changed(right, Body=None),
        [*right, ("Body", "another")],
    ):
        assert client.post(**posted(pairs)).status_code in (400, 403)
    assert client.post(**posted(changed(right, AccountSid="AC" + "9" * 32))).status_code == 403
    assert world.inbox_waiting() == 0


def test_promise_03_forwarded_headers_count_from_a_trusted_proxy_only() -> None:
    """The public address is configured; a header from just anybody can neither break nor make a signature."""
    spoof = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "forwarded": "host=evil.example"}
    world = World(trusted_proxies="10.0.0.1")
    app = world.client().app
    pairs = pairs_of(world, "hello", sid_of(1))
    form = {"content-type": "application/x-www-form-urlencoded"}

    def status(peer: str, signed_for: str, headers: dict[str, str]) -> int:
        inner = TestClient(app, base_url="http://10.0.0.7:8000", client=(peer, 4711))  # behind TLS, under another name
        signature = sign(TOKEN, signed_for + "/twilio/sms", pairs)
        given = {**form, **headers, "x-twilio-signature": signature}
        return inner.post("/twilio/sms", content=urlencode(pairs).encode(), headers=given).status_code

    for peer in ("10.0.0.1", "203.0.113.9", "::1", "unknown"):
        for headers in (
            {},
            spoof,
            {**spoof, "x-forwarded-proto": "https,http", "x-forwarded-host": "a.example, b.example"},
        ):
            if peer != "unknown":
                assert status(peer, PUBLIC, headers) == 200, (peer, headers)
            if peer != "10.0.0.1":
                assert status(peer, "https://evil.example", headers) == 403
                assert status(peer, "https://a.example", headers) == 403


def test_promise_05_a_captured_request_played_again_has_no_second_effect(world: World, client: TestClient) -> None:
    """40 requests, each five times, some a day later: one turn each."""
    captured = [posted(pairs_of(world, "what are your hours?", sid_of(n), f"+1212555{n:04d}")) for n in range(40)]
    for request in captured * 2:
        assert client.post(**request).status_code == 200
    world.settle()
    sent = len(world.carrier.texts)
    world.clock.pass_time(days=1)
    for request in captured * 3:
        assert client.post(**request).status_code == 200
    world.settle()
    assert len(world.carrier.texts) == sent == 40
    assert [world.conversation(f"+1212555{n:04d}").turns for n in range(40)] == [1] * 40


def test_promise_09_the_webhook_answers_at_once_while_turns_hang(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every turn hangs for half a second; 60 texts are each answered well under one."""
    from agent.web.app import create_app

    right = turn.hear

    def hangs(*given: Any) -> Any:
        time.sleep(0.5)
        return right(*given)

    monkeypatch.setattr(turn, "hear", hangs)
    world = World(f"sqlite:///{tmp_path}/desk.db")
    took = []
    with TestClient(create_app(world.desk), base_url=PUBLIC) as client:
        for n in range(60):
            began = time.monotonic()
            assert client.post(**posted(pairs_of(world, "hello", sid_of(n), f"+1212555{n:04d}"))).status_code == 200
            took.append(time.monotonic() - began)
        assert world.inbox_waiting() > 40  # the turns are far behind
    assert max(took) < 1.0
    world.close()


RANK = {"queued": 2, "sending": 3, "sent": 4, "delivered": 6, "undelivered": 5, "failed": 5}


def status_of(sid: str, status: str, row: str = "") -> dict[str, Any]:
    code = [("ErrorCode", "30003")] if status in ("undelivered", "failed") else []
    pairs: Pairs = [
        ("SmsSid", sid),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", STRANGER),
        ("MessageSid", sid),
        ("AccountSid", ACCOUNT),
        ("From", "+17185550101"),
        ("ApiVersion", "2010-04-01"),
        *code,
    ]
    return posted(pairs, "/twilio/sms/status" + (f"?row={row}" if row else ""))


def test_promise_27_statuses_in_any_order_end_at_the_same_place(world: World, client: TestClient) -> None:
    """All 24 orders of four statuses, twice each, through the route: delivered stays delivered."""
    told = ("queued", "sent", "delivered", "failed")
    for order in permutations(told):
        row = queued(world)
        world.clock.pass_time(hours=2)
        _send_now(world)
        sid = world.carrier.taken[-1][0]
        best = -1
        for status in (*order, *order):
            assert client.post(**status_of(sid, status, row.id)).status_code == 200
            best = max(best, RANK[status])
            now = world.row(row.id)
            assert RANK[str(now.delivery)] == best
        assert (world.row(row.id).state, world.row(row.id).delivery) == ("delivered", "delivered")
    assert set(reasons(world)) <= {"delivery_failed"}


def _send_now(world: World) -> None:
    from agent.desk.send import drain

    while drain(world.desk):
        pass


def test_promise_27_a_failed_text_stays_failed_and_is_one_task(world: World, client: TestClient) -> None:
    for order in permutations(("sending", "sent", "undelivered")):
        row = queued(world)
        world.clock.pass_time(hours=2)
        _send_now(world)
        for status in (*order, *order):
            client.post(**status_of(world.carrier.taken[-1][0], status))
        assert world.row(row.id).state == "failed"
    assert reasons(world) == ["delivery_failed"]


def test_promise_26_an_undelivered_text_reaches_staff_through_the_route(world: World, client: TestClient) -> None:
    queued(world)
    _send_now(world)
    assert client.post(**status_of(world.carrier.taken[0][0], "undelivered")).status_code == 200
    task = world.open_tasks()[0]
    assert (task.kind, task.reason, task.proposal["code"]) == ("callback", "delivery_failed", "30003")


def test_while_the_database_is_locked_the_webhook_says_503_and_nothing_is_lost(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.adapters.store.engine.BUSY_SECONDS", 0.2)
    world = World(f"sqlite:///{tmp_path}/desk.db")
    client = world.client()
    request = posted(pairs_of(world, "what are your hours?", sid_of(1)))
    other = sqlite3.connect(f"{tmp_path}/desk.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert client.post(**request).status_code == 503
    assert client.get("/readyz").status_code in (200, 503)
    assert client.get("/healthz").status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert client.post(**request).status_code == 200  # Twilio's fallback or retry
    while work(world.desk):
        pass
    assert world.conversation().turns == 1
    assert world.faults == []
    world.close()


def test_a_fault_of_our_own_is_503_so_that_twilio_tries_its_fallback(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("a word of the patient")

    monkeypatch.setattr("agent.web.hooks.receive", fail)
    answer = client.post(**posted(pairs_of(world, "hello", sid_of(1))))
    assert (answer.status_code, "word" in answer.text) == (503, False)
    assert [type(f) for f in world.faults] == [KeyError]
