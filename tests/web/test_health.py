"""Whether the desk lives and should get traffic, and figures without any patient in them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agent.model.fault import Busy
from agent.web import health, readiness
from tests.desk.world import World


@pytest.fixture
def world() -> World:
    return World()


def test_a_desk_that_works_is_ready_and_counts_what_waits(world: World) -> None:
    client = world.client()
    world.text("I have crushing chest pain")
    assert client.get("/healthz").json() == {"status": "ok"}
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready")
    assert "frontdesk_inbox_waiting 1.0" in client.get("/metrics").text
    world.settle()
    figures = client.get("/metrics").text
    assert "frontdesk_inbox_waiting 0.0" in figures
    assert 'frontdesk_tasks_open{kind="urgent"} 1.0' in figures
    assert "chest" not in figures


def test_without_its_database_the_desk_is_alive_and_not_ready(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client()

    def away(*, write: bool = True) -> Any:
        raise Busy("away")

    monkeypatch.setattr(world.desk.store, "begin", away)
    assert [client.get(p).status_code for p in ("/healthz", "/readyz", "/metrics")] == [200, 503, 503]


def test_a_busy_desk_is_not_taken_for_one_that_is_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in holds every thread and connection for a while: what was found before stands, not for ever."""
    begin, free, asked = world.desk.store.begin, threading.Event(), threading.Event()

    def waits(*, write: bool = True) -> Any:
        asked.set()
        assert free.wait(60)
        return begin(write=write)

    with world.client() as client, ThreadPoolExecutor(1) as beside:
        assert client.get("/readyz").status_code == 200
        monkeypatch.setattr(world.desk.store, "begin", waits)
        assert client.get("/readyz").text == "ready"  # though nothing has come back yet
        assert asked.is_set()
        monkeypatch.setattr(readiness, "KNOWN", 0.0)
        late = beside.submit(client.get, "/readyz")
        assert not late.done()
        free.set()
        assert late.result(60).status_code == 200


def test_a_desk_that_is_going_down_is_not_ready(world: World) -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from agent.adapters.figures import Figures

    draining: list[bool] = []
    app = FastAPI()
    app.include_router(health.routes(world.desk, draining, Figures()))
    client = TestClient(app)
    assert client.get("/readyz").status_code == 200
    draining.append(True)
    assert client.get("/readyz").status_code == 503
