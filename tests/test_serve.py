"""`frontdesk serve` as a process: when it refuses to start, how it comes back after being killed."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random

import pytest
import uvicorn

from agent.ports import Store
from agent.settings import ROOT
from agent.verbs.serve import Greeting
from tests.live import live, turns_of, wait_for
from tests.ports import free_port
from tests.served import environment, frontdesk, ready, resident_mib


@pytest.mark.parametrize(
    ("words", "settings", "named"),
    [
        (["--host", "0.0.0.0"], {}, ["FRONTDESK_SECRET_KEY", "FRONTDESK_DATA_KEY"]),
        (["--host", "0.0.0.0", "--demo"], {}, ["FRONTDESK_DEMO"]),
        ([], {"FRONTDESK_DATA_KEY": "not a key"}, ["FRONTDESK_DATA_KEY"]),
    ],
)
def test_outside_loopback_the_desk_refuses_to_start_without_its_own_keys_and_says_which(
    words: list[str], settings: dict[str, str], named: list[str], tmp_path: Path
) -> None:
    env = environment(tmp_path, FRONTDESK_PORT=str(free_port()), **settings)
    command = [sys.executable, "-m", "agent.cli", "serve", *words]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=60, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name in named:
        assert f"{name}:" in done.stderr
    assert not (tmp_path / "desk.db").exists()


def test_a_second_start_imports_nothing_heavy_that_it_does_not_need(tmp_path: Path) -> None:
    code = (
        "import sys; from agent.verbs import serve; from agent.house import open_desk; "
        "from agent.settings import load_settings; from agent.web.app import create_app; "
        "create_app(open_desk(load_settings())); "
        "heavy = ('sklearn', 'scipy', 'langchain', 'celery', 'twilio.rest', 'dateparser'); "
        "print(*[m for m in heavy if m in sys.modules])"
    )
    for _ in range(2):  # the first one trains where no model is kept
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment(tmp_path),
            capture_output=True,
            timeout=100,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_promise_07_every_text_that_was_answered_200_has_its_turn_though_the_desk_is_killed_mid_load(
    tmp_path: Path,
) -> None:
    """kill -9 under load, twice (a thousand times: `make prove`); promise 13 in passing: nobody is sent the same answer
    twice."""
    random, answered, count = Random(7), [], 0
    with live(tmp_path) as desk:
        for _ in range(2):
            with frontdesk("serve", env=desk.env) as process:
                ready(desk.port, process)
                stop = threading.Timer(random.uniform(0.05, 0.8), process.kill)
                stop.start()
                while process.poll() is None:
                    count += 1
                    sender = f"+1212556{count:04d}"
                    if desk.post(f"SM{count:032x}", sender, seconds=3) == 200:
                        answered.append(sender)
                stop.join()
        with frontdesk("serve", env=desk.env) as process:
            ready(desk.port, process)
            store = desk.store()
            wait_for(lambda: all(turns_of(store, s) == 1 for s in answered), 60, "a text was lost")
            assert len(answered) >= 3
            wait_for(lambda: store_is_quiet(store), 60)
            assert resident_mib(process) < 320
            store.close()
        assert max(desk.answers(s) for s in answered) <= 1


def test_promise_33_asked_to_end_beside_others_a_process_is_first_not_ready_and_serves_on() -> None:
    draining: list[bool] = []
    server = Greeting(uvicorn.Config("nothing:here"), lambda: None, draining, 0.3)
    server.handle_exit(signal.SIGTERM, None)
    assert draining
    assert not server.should_exit
    wait_for(lambda: server.should_exit, 10)
    at_once = Greeting(uvicorn.Config("nothing:here"), lambda: None, [], 30.0)
    at_once.handle_exit(signal.SIGINT, None)  # Ctrl-C
    assert at_once.should_exit


def store_is_quiet(store: Store) -> bool:
    with store.begin(write=False) as tx:
        return tx.inbox.waiting() + tx.outbox.waiting() == 0


def test_the_desk_stops_when_asked_and_says_where_its_pages_are_when_they_are_there(tmp_path: Path) -> None:
    port = free_port()
    with frontdesk("serve", "--demo", env=environment(tmp_path, FRONTDESK_PORT=str(port))) as process:
        ready(port, process)
        time.sleep(0.2)
        said = (tmp_path / "log").read_text()
        for page in ("/phone", "/chat", "/console", "front@demo.clinic"):
            assert page in said
        with frontdesk("serve", "--demo", env=environment(tmp_path / "other", FRONTDESK_PORT=str(port))) as second:
            assert second.wait(60) != 0  # the port is taken
        assert "/phone" not in (tmp_path / "other" / "log").read_text()
        assert "address already in use" in (tmp_path / "other" / "log").read_text()
        process.terminate()
        assert process.wait(20) in (0, -15)
