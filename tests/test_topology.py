"""Two web processes, a worker, PostgreSQL and Redis as a clinic would run them: one desk, whoever takes the message."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from agent.settings import ROOT
from tests.live import wait_for
from tests.prove import p09_acknowledged_fast, p12_without_redis, p33_rolling_restart
from tests.standin.chat_models import Standin, standin
from tests.topology import Many, many

PO = "locales/en/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def model() -> Iterator[Standin]:
    with standin() as hangs:
        hangs.wait = 30.0
        yield hangs


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("content")
    for name in ("intents", "workflows", "locales"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, model: Standin, content: Path
) -> Iterator[Many]:
    from tests.postgres import fresh_database

    base, _, template = postgres_server.rpartition("/")
    folder = tmp_path_factory.mktemp("many")
    settings = {
        "FRONTDESK_CONTENT": str(content), "FRONTDESK_DRAIN_SECONDS": "1", "FRONTDESK_MODEL_SECONDS": "1",
        **p09_acknowledged_fast.model(model.url),
    }  # fmt: skip
    with (
        fresh_database(f"{base}/postgres", template) as database,
        many(folder, webs=2, workers=1, concurrency=1, database=database, **settings) as desk,
    ):
        yield desk


def test_promise_12_redis_flushed_silent_and_stopped_loses_and_doubles_nothing(run: Many) -> None:
    found, _ = p12_without_redis.lose(run, rate=4, part=0.5, silent=0.5, away=1.0)
    assert found.acknowledged >= 10


def test_promise_33_a_rolling_restart_drops_no_text_and_each_process_first_says_that_it_is_not_ready(
    run: Many,
) -> None:
    sent, _ = p33_rolling_restart.roll(run, rate=5, settle_seconds=60)
    assert len(sent.acknowledged) >= 10


def test_promise_09_texts_are_acknowledged_while_the_model_hangs(run: Many, model: Standin) -> None:
    sent = p09_acknowledged_fast.acknowledge(run, rate=20, seconds=2, p99=4.0)
    assert len(sent.acknowledged) == 40
    wait_for(lambda: model.asked, 30, "no text was unclear enough for the model")


def test_an_answer_made_by_a_worker_reaches_the_page_that_is_open_in_a_web_process(run: Many) -> None:
    for web in run.webs:
        with connect(f"ws://127.0.0.1:{web.port}/chat/socket", origin=run.base) as page:  # type: ignore[arg-type]
            pass
        assert page is not None


def test_edited_words_reach_every_process(run: Many, content: Path) -> None:
    file = content / PO
    file.write_text(file.read_text("utf-8").replace("Which day would suit you?", "Which day is best for you?"), "utf-8")
    time.sleep(0.1)
