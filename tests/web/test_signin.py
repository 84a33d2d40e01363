"""Who gets into the console, for how long, and what it takes to write there."""

import hashlib
import threading
from collections import OrderedDict
from datetime import timedelta
from unittest.mock import Mock

import pytest
from fastapi.testclient import TestClient

from agent import workbench
from agent.web import passwords
from agent.web.app import create_app
from tests import quickened
from tests.contracts.samples import dump
from tests.web.console_desk import EMAIL, PASSWORD, World, csrf_of


def try_in(client: object, email: str, password: str) -> "object":
    return client.post("/console/sign-in", data={"email": email, "password": password})  # type: ignore[attr-defined]


def test_a_session_is_a_cookie_that_scripts_cannot_read_and_the_store_keeps_its_hash_only(world: World) -> None:
    client = world.browser()
    answer = try_in(client, EMAIL["admin"].upper(), PASSWORD["admin"])
    cookie = answer.headers["set-cookie"]
    token = client.cookies["frontdesk"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert len(token) >= 43  # 256 bits
    assert token not in dump(world.desk.store)
    assert hashlib.sha256(token.encode()).hexdigest() in dump(world.desk.store)


def test_behind_https_the_cookie_is_locked_to_this_host() -> None:
    world = World(public_url="https://desk.example")
    answer = try_in(world.browser(), EMAIL["admin"], PASSWORD["admin"])
    assert answer.headers["set-cookie"].startswith("__Host-frontdesk=")
    assert "Secure" in answer.headers["set-cookie"]


def test_signing_in_again_gives_a_new_token_and_ends_the_old_one(world: World) -> None:
    client = world.browser()
    try_in(client, EMAIL["admin"], PASSWORD["admin"])
    old = client.cookies["frontdesk"]
    try_in(client, EMAIL["admin"], PASSWORD["admin"])
    assert client.cookies["frontdesk"] != old
    thief = world.browser()
    thief.cookies.set("frontdesk", old)
    assert thief.get("/console").status_code == 303


def test_unknown_and_wrong_read_the_same_and_take_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    world, compared = World(demo=False), list[str]()
    hasher = passwords._HASHER
    monkeypatch.setattr(
        passwords, "_HASHER", Mock(hash=hasher.hash, verify=lambda given, stored: compared.append(stored) or False)
    )
    pages = set()
    for n in range(3):
        for email in (EMAIL["admin"], f"nobody{n}@demo.clinic"):
            answer = try_in(world.browser(), email, "a wrong password")
            assert answer.status_code == 401
            pages.add(answer.text.replace(email, "…"))
    assert len(pages) == 1
    assert len(compared) == 6  # one hash for each try, whoever it is
    assert len(set(compared)) == 2
    assert len({stored.rpartition("$")[0].rpartition("$")[0] for stored in compared}) == 1  # of the same cost


def test_a_password_is_hashed_by_argon2id_and_slowly() -> None:
    assert quickened.SLOW.hash("a password of ours").startswith("$argon2id$v=19$m=65536,t=3,p=")


def test_guessing_is_slowed_down_for_one_account_known_or_not(world: World) -> None:
    for email in (EMAIL["admin"], "nobody@demo.clinic"):
        tried = [try_in(world.browser(), email, "guess").status_code for _ in range(11)]
        assert tried == [401] * 10 + [429]
    assert try_in(world.browser(), EMAIL["admin"], PASSWORD["admin"]).status_code == 429
    assert try_in(world.browser(), EMAIL["clinician"], PASSWORD["clinician"]).status_code == 303


def test_promise_53_a_quiet_session_ends_and_a_page_refreshing_itself_does_not_keep_it(world: World) -> None:
    client = world.browser("front-desk")
    for _ in range(3):
        world.clock.pass_time(timedelta(minutes=20))
        assert client.get("/console").status_code == 200
    for _ in range(2):
        world.clock.pass_time(timedelta(minutes=14))
        assert client.get("/console/queue", headers={"X-Live": "1"}).status_code == 200
    world.clock.pass_time(timedelta(minutes=3))
    assert client.get("/console/queue", headers={"X-Live": "1"}).status_code == 401
    location = client.get("/console").headers["location"]
    assert location == "/console/sign-in?over=yes"
    assert "nothing was done here for 30 minutes" in client.get(location).text
    assert "nothing was done here" not in world.browser().get("/console/sign-in").text


def test_promise_53_even_a_busy_session_ends_after_its_hours(world: World) -> None:
    client = world.browser("front-desk")
    for _ in range(36):
        world.clock.pass_time(timedelta(minutes=20))
        assert client.get("/console").status_code == 200
    world.clock.pass_time(timedelta(minutes=20))
    assert client.get("/console").status_code == 303


def test_promise_53_somebody_who_is_disabled_is_out_at_once_on_every_device(world: World) -> None:
    task = world.booking()
    one, other = world.browser("front-desk"), world.browser("front-desk")
    token = csrf_of(one)
    user = world.user("front-desk")
    with world.desk.store.begin() as tx:
        tx.staff.save(user.model_copy(update={"disabled": True}))
    answer = one.post(f"/console/tasks/{task.id}/confirm", data={"csrf": token, "version": "0", "patient": "new"})
    assert (answer.status_code, world.task(task.id).status) == (303, "requested")
    with world.desk.store.begin() as tx:  # enabled again: the old sessions stay dead
        tx.staff.save(user)
    assert one.get("/console").status_code == other.get("/console").status_code == 303
    assert try_in(world.browser(), EMAIL["front-desk"], PASSWORD["front-desk"]).status_code == 303


def test_signing_out_ends_the_session_and_needs_the_token(world: World) -> None:
    client = world.browser("admin")
    assert client.post("/console/sign-out", data={"csrf": "guessed"}).status_code == 403
    assert client.post("/console/sign-out", data={"csrf": csrf_of(client)}).headers["location"] == "/console/sign-in"
    assert client.get("/console").status_code == 303
    assert [a for a, _ in world.audited("session:closed")] == [f"staff:{world.user('admin').id}"]


def test_promise_52_a_write_needs_the_sessions_own_token_and_our_own_page(world: World) -> None:
    task = world.booking()
    client, colleague = world.browser("front-desk"), world.browser("front-desk")
    given = {"version": "0", "patient": "new"}
    url = f"/console/tasks/{task.id}/confirm"
    for csrf in ("", "x", "é", csrf_of(colleague)):
        assert client.post(url, data={**given, "csrf": csrf}).status_code == 403
    right = {**given, "csrf": csrf_of(client)}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        assert client.post(url, data=right, headers=headers).status_code == 403
    assert world.task(task.id).status == "requested"
    assert client.post(url, data=given, headers={"X-CSRF-Token": right["csrf"]}).status_code == 303


def test_promise_52_the_console_is_never_framed_nor_cached_nor_scripted_from_elsewhere(world: World) -> None:
    client = world.browser("admin")
    for path in ("/console", "/console/sign-in", "/console/audit", "/console/tasks/none", "/console/live/none"):
        headers = client.get(path).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/console//evil", "/chat", "/console/sign-in"]
)
def test_after_signing_in_nobody_is_sent_off_the_console(world: World, onward: str) -> None:
    given = {"email": EMAIL["admin"], "password": PASSWORD["admin"], "next": onward}
    assert world.browser().post("/console/sign-in", data=given).headers["location"] == "/console"


def test_a_page_asked_for_before_signing_in_opens_afterwards(world: World) -> None:
    client = world.browser()
    asked = client.get("/console/tasks/abc").headers["location"]
    assert asked == "/console/sign-in?next=/console/tasks/abc"
    assert 'name="next" value="/console/tasks/abc"' in client.get(asked).text


def test_demo_accounts_show_in_the_demo_only(world: World) -> None:
    assert "front-desk-demo" in world.browser().get("/console/sign-in").text
    world.desk.settings = world.desk.settings.model_copy(update={"demo": False})
    from fastapi.testclient import TestClient

    from agent.web.app import create_app

    real = TestClient(create_app(world.desk, loops=False))
    assert "demo" not in real.get("/console/sign-in").text.lower().replace("@demo", "")


def test_an_enormous_form_is_refused_unread(world: World) -> None:
    client = world.browser("admin")
    answer = client.post("/console/sign-out", content=b"csrf=" + b"x" * 100_000)
    assert answer.status_code == 403


def test_a_proxy_counts_only_where_it_is_trusted() -> None:
    from starlette.requests import Request

    from agent.web.peers import peer_of

    def came(peer: str, forwarded: str) -> Request:
        return Request({"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())]})

    assert peer_of(came("10.0.0.1", "9.9.9.9"), "") == "10.0.0.1"
    assert peer_of(came("10.0.0.1", "6.6.6.6, 9.9.9.9"), "10.0.0.1") == "9.9.9.9"
    assert peer_of(came("10.0.0.1", "nonsense"), "10.0.0.1") == "10.0.0.1"


def test_what_admins_work_on_is_opened_once_one_has_signed_in_and_the_first_page_does_not_wait_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = threading.Event()
    monkeypatch.setattr(workbench, "_SOON", 0.0)
    monkeypatch.setattr(workbench.Unopened, "open_all", lambda *_: opened.set())
    monkeypatch.setattr(workbench.Workbench, "_read", OrderedDict())
    for role, ahead in (("front-desk", False), ("admin", True)):
        app = create_app(world.desk, loops=True)
        client = TestClient(app, base_url=world.settings.public_url, follow_redirects=False)
        assert try_in(client, EMAIL[role], PASSWORD[role]).status_code == 303  # type: ignore[attr-defined]
        assert opened.wait(10 if ahead else 0.1) is ahead, role
