"""Two web processes, a worker, PostgreSQL and Redis as a clinic would run them: one desk, whoever takes the message."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from websockets import Origin
from websockets.sync.client import connect

from agent.demo.seed import sign_ins
from agent.settings import ROOT
from tests.live import wait_for
from tests.postgres import fresh_database
from tests.prove import p33_rolling_restart
from tests.topology import Many, many
from tests.topology.__main__ import staffed

SLOWEST = 20.0  # seconds; a machine may be busy
PO = "locales/en/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("content")
    for name in ("intents", "workflows", "locales"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, postgres_server: str, content: Path) -> Iterator[Many]:
    base, _, template = postgres_server.rpartition("/")
    folder = tmp_path_factory.mktemp("many")
    settings = {"FRONTDESK_CONTENT": str(content), "FRONTDESK_DRAIN_SECONDS": "1"}
    with (
        fresh_database(f"{base}/postgres", template) as database,
        many(folder, webs=2, workers=1, concurrency=1, database=database, **settings) as desk,
    ):
        yield desk


def test_promise_33_a_rolling_restart_drops_no_text_and_no_call_and_each_process_first_says_that_it_is_not_ready(
    run: Many,
) -> None:
    sent, _, called = p33_rolling_restart.roll(run, rate=5, settle_seconds=60, calls=6)
    assert len(sent.acknowledged) >= 10
    assert called.over >= 6


def test_a_page_open_in_one_process_sees_what_another_has_answered_and_edited_words_reach_all(
    run: Many, content: Path
) -> None:
    """Turns are taken by the worker, the page is a web process's own; the worker too speaks the edited words."""
    ask = "I need an appointment for a checkup"
    assert said(run, 0, ask, "Which day would suit you?") < 1.5 * SLOWEST
    file = content / PO
    file.write_text(file.read_text("utf-8").replace("Which day would suit you?", "Which day is best for you?"), "utf-8")
    wait_for(lambda: said(run, 1, ask, "Which day", exact="Which day is best for you?") >= 0, 60)


def test_whoever_walks_the_drill_can_sign_in_at_the_console_of_every_process(run: Many) -> None:
    staffed(run)
    somebody = sign_ins()[0]
    with httpx2.Client(base_url=run.base, trust_env=False, timeout=SLOWEST) as browser:
        entered = browser.post("/console/sign-in", data={"email": somebody.email, "password": somebody.password})
        assert (entered.status_code, entered.headers["location"]) == (303, "/console")
        for web in run.webs:
            cookie = {"cookie": entered.headers["set-cookie"].partition(";")[0], "host": run.base.split("//")[1]}
            page = httpx2.get(f"http://127.0.0.1:{web.port}/console", headers=cookie, trust_env=False, timeout=SLOWEST)
            assert (page.status_code, somebody.name in page.text) == (200, True)


def said(run: Many, web: int, words: str, answer: str, exact: str = "") -> float:
    """Seconds until a chat page of this web process shows an answer with these words; -1 where it differs from
    `exact`."""
    base = f"127.0.0.1:{run.webs[web].port}"
    with connect(f"ws://{base}/chat/socket", origin=Origin(f"http://{base}")) as page:
        page.send(json.dumps({"t": "hello", "clinic": "demo", "lang": "en"}))
        began = time.monotonic()
        page.send(json.dumps({"t": "say", "client_id": "client-0001", "text": words}))
        while time.monotonic() - began < SLOWEST:
            frame = json.loads(page.recv(SLOWEST))
            if frame["t"] == "line" and answer in frame["line"]["text"]:
                return time.monotonic() - began if exact in frame["line"]["text"] else -1.0
    raise AssertionError("no answer")
