"""Traces say how long a turn took and nothing of whom; off unless asked for."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.adapters.traces import ATTRIBUTES, Traces, exported_to
from agent.house import watch_of
from agent.model.sighting import STAGES, Lap, TurnTaken, unwatched
from agent.settings import ROOT, Settings
from tests.desk.world import STRANGER, World

TURN = TurnTaken("sms", "en", "decided", 10**18, (Lap("claim", 0, 5), Lap("hear", 5, 9)), 0.1, "rev")


def test_a_turn_is_a_span_with_its_stages_within_and_listed_attributes_only() -> None:
    kept = InMemorySpanExporter()
    world = World()
    world.desk.watch = Traces(SimpleSpanProcessor(kept))
    world.book(name="Zebra Umbrella")
    spans = kept.get_finished_spans()
    turns = {s.context.span_id: s for s in spans if s.name == "turn" and s.context}
    stages = [s for s in spans if s.name != "turn"]
    assert len(turns) == 6
    assert {s.name for s in stages} == set(STAGES)
    for stage in stages:
        assert stage.parent is not None
        turn = turns[stage.parent.span_id]
        assert turn.start_time <= stage.start_time <= stage.end_time <= turn.end_time
    assert {name for s in spans for name in s.attributes or {}} <= ATTRIBUTES
    said = "".join(s.to_json() for s in spans)
    for canary in ("Zebra", "knee", STRANGER, world.conversation().id, "1980-03-03"):
        assert canary not in said


def test_a_collector_gets_them_by_http_and_one_that_is_away_costs_nothing() -> None:
    got = threading.Event()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if b"frontdesk" in self.rfile.read(int(self.headers["content-length"])):
                got.set()
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    traces = exported_to(f"http://127.0.0.1:{server.server_port}/v1/traces")
    traces(TURN)
    traces.close()
    assert got.wait(5)
    server.shutdown()
    server.server_close()


def test_without_an_address_nothing_of_opentelemetry_is_set_up() -> None:
    assert watch_of(Settings(otel_url=None)) is unwatched
    code = "import agent.house, agent.web.app, sys; print('agent.adapters.traces' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_address_without_the_extra_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "agent.adapters.traces", None)
    with pytest.raises(SystemExit, match="frontdesk\\[otel\\]"):
        watch_of(Settings(otel_url="http://127.0.0.1:4318/v1/traces"))
