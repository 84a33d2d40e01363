"""Every route carries the headers, refuses other sites' writes, and reading never writes."""

import sqlite3
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from starlette.websockets import WebSocketDisconnect
from structlog.testing import capture_logs

from agent.demo.twilio_standin import TwilioStandIn
from agent.logs import only_allowed
from agent.web.app import create_app
from tests.desk.world import World
from tests.standin.hooks import PUBLIC

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self' wss://desk.example; form-action 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'",
}
SHARED = ("/widget.js", "/widget/strings/")
VALUES = {"{lang}": "en", "{id}": "NOTHING", "{act}": "confirm", "{path:path}": "console.css", "{task}": "NOTHING"}
SITES = {
    "another page's form": {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    "a sibling host": {"origin": "https://other.desk.example", "sec-fetch-site": "same-site"},
    "an old browser": {"origin": "https://evil.example"},
    "a sandboxed frame": {"origin": "null"},
    "an origin that is none": {"origin": "https://["},
}


@pytest.fixture
def world() -> World:
    return World(rasa_token="a-token-for-the-clinics-own-rasa")


def flat(routes: Any, prefix: str = "") -> list[tuple[str, str]]:
    """(method, path with example values) of every HTTP route."""
    found = []
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        path = prefix + getattr(route, "path", "")
        if inner:
            found += flat(inner, path)
        for method in sorted(getattr(route, "methods", None) or ()):
            for name, value in VALUES.items():
                path = path.replace(name, value)
            found.append((method, path))
    return found


def test_promise_33_a_process_that_is_about_to_stop_keeps_no_connection_for_a_next_request(world: World) -> None:
    draining: list[bool] = []
    client = TestClient(create_app(world.desk, loops=False, draining=draining))
    assert "connection" not in client.get("/healthz").headers
    draining.append(True)
    assert [client.get(p).headers["connection"] for p in ("/healthz", "/chat", "/nowhere")] == ["close"] * 3


def test_promise_52_every_route_carries_the_security_headers(world: World) -> None:
    client = world.client()
    client.follow_redirects = False
    for method, path in [*flat(client.app.routes), ("GET", "/static/console.css"), ("GET", "/nowhere")]:  # type: ignore[attr-defined]
        if "events" in path or "live" in path:
            continue  # a stream has no end; its head is tested with the console
        answer = client.request(method, path)
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, (method, path, name)
        assert "access-control-allow-credentials" not in answer.headers
        if path.startswith(SHARED):  # the only things that another site's page may load
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        else:
            assert "access-control-allow-origin" not in answer.headers, path
            assert answer.headers["cross-origin-resource-policy"] == "same-origin", path
        if path.startswith(("/console", "/twilio", "/rasa")):
            assert answer.headers["cache-control"] == "no-store", path


def test_promise_52_a_name_made_to_point_at_the_demo_reaches_nothing() -> None:
    """A page of evil.example whose name is turned to 127.0.0.1 would otherwise be of our own origin."""
    world = World(demo=True)
    client = world.client()
    for host in ("evil.example", "evil.example:443", "127.0.0.1.evil.example:8000", "[::1", ""):
        for path in ("/chat", "/phone", "/console/sign-in", "/openapi.json"):
            assert client.get(path, headers={"host": host}).status_code == 421, (host, path)
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/chat/socket", headers={"host": host}):
            pass
    assert client.get("/healthz", headers={"host": "10.0.0.7:8000"}).status_code == 200
    for host in ("127.0.0.1:8000", "localhost:9000", "[::1]:8000", "desk.example"):
        assert client.get("/chat", headers={"host": host}).status_code == 200, host


def test_promise_52_no_other_site_can_write(world: World) -> None:
    client = world.client()
    writes = [(m, p) for m, p in flat(client.app.routes) if m not in ("GET", "HEAD")]  # type: ignore[attr-defined]
    assert len(writes) > 5
    for at, (method, path) in enumerate(writes):
        client = (
            client if at % 10 else world.client()
        )  # a fresh count of forged webhooks: the answer is "no", not "wait"
        for site, headers in SITES.items():
            answer = client.request(method, path, headers=headers)
            assert answer.status_code in (401, 403, 404), (method, path, site)
            if not path.startswith(("/twilio/", "/rasa/")):
                assert answer.status_code == 403, (method, path, site)


def test_promise_52_reading_never_writes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client()
    client.follow_redirects = False
    real, wrote = world.desk.store.begin, []

    def begin(*, write: bool = True, durable: bool = True) -> Any:
        wrote.append(write)
        return real(write=write, durable=durable)

    monkeypatch.setattr(world.desk.store, "begin", begin)
    for method, path in flat(client.app.routes):  # type: ignore[attr-defined]
        if method in ("GET", "HEAD") and "events" not in path and "live" not in path:
            assert client.request(method, path).status_code < 500, path
    assert True not in wrote


def test_promise_52_the_simulated_handset_is_not_for_other_sites() -> None:
    world = World(demo=True)
    twilio = TwilioStandIn("AC", "token", world.clinic.numbers[0], PUBLIC + "/twilio/sms")
    client = TestClient(create_app(world.desk, loops=False, standin=twilio), base_url=PUBLIC)
    path = "/standin/handset/+17185550133/send"
    for headers in SITES.values():
        assert client.post(path, json={"body": "STOP"}, headers=headers).status_code == 403
    assert twilio.texts == []


def test_a_page_of_our_own_and_a_caller_without_a_browser_may_write(world: World) -> None:
    client = world.client()
    for headers in ({}, {"origin": PUBLIC}, {"origin": PUBLIC, "sec-fetch-site": "same-origin"}):
        assert client.post("/twilio/sms", headers=headers).status_code == 403  # unsigned, but not cross-site
        assert "cross-site" not in client.post("/console/sign-in", headers=headers).text


def test_a_fault_that_no_route_caught_says_nothing_of_what_was_worked_on(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("zebra-umbrella")

    monkeypatch.setattr("agent.web.health.generate_latest", fail)
    answer = world.client().get("/metrics")
    assert (answer.status_code, answer.text) == (500, "something went wrong on our side")
    assert answer.headers["x-frame-options"] == "DENY"
    assert "zebra" not in "".join(capsys.readouterr())
    assert [type(f) for f in world.faults] == [RuntimeError]


def test_a_fault_of_the_database_is_logged_by_the_databases_own_name_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cause = sqlite3.OperationalError("no such table: zebra")
    cause.sqlite_errorname = "SQLITE_ERROR"

    def fail(*_: Any, **__: Any) -> Any:
        raise OperationalError("SELECT zebra", {}, cause)

    monkeypatch.setattr("agent.web.health.generate_latest", fail)
    with capture_logs() as logs:
        assert world.client().get("/metrics").status_code == 500
    told = [only_allowed(None, "error", {k: v for k, v in line.items() if k != "log_level"}) for line in logs]
    kept = {"event": "request_failed", "kind": "http", "fault": "OperationalError", "code": "SQLITE_ERROR"}
    assert told == [kept]


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/.env", "/console/../../etc/passwd", "/static/../app.py"])
def test_nothing_is_served_that_is_not_meant_to_be(world: World, path: str) -> None:
    assert world.client().get(path).status_code == 404
