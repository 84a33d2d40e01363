"""A proof or a drill that is broken off leaves nothing running: what it has started ends with it, however it ended."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.settings import ROOT
from tests.children import bound
from tests.live import wait_for
from tests.postgres import running_postgres
from tests.redis_server import running_redis
from tests.topology.trouble import children

PROOF = """
import sys, time
from types import SimpleNamespace
from tests.prove import __main__ as proofs
from tests.prove.sending import forked
from tests.served import environment, frontdesk
from tests.topology.trouble import children

def prove(ground):
    forked(lambda: time.sleep(600))
    redis = ground.redis()
    if "whole" in sys.argv:
        ground.postgres()
        env = environment(ground.folder(), FRONTDESK_REDIS_URL=redis)
        with frontdesk("worker", "--concurrency", "1", env=env) as worker:
            while not children(worker.pid):
                time.sleep(0.05)
            print("started", flush=True)
            time.sleep(600)
    print("started", flush=True)
    time.sleep(600)

proofs.proofs = lambda: {"p99_never": SimpleNamespace(PROMISE="", SIZE="", prove=prove)}
sys.exit(proofs.main())
"""


def below(pid: int) -> set[int]:
    """Its children, theirs, and so on."""
    own = set(children(pid))
    return own.union(*(below(child) for child in own))


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the proof puts its own folders; PostgreSQL's user must get in."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-off-") as made:
        Path(made).chmod(0o755)
        monkeypatch.setenv("TMPDIR", made)
        yield Path(made)


@pytest.mark.parametrize(
    ("number", "what", "least"),
    [(signal.SIGINT, "99", 2), (signal.SIGTERM, "99", 2), (signal.SIGKILL, "whole", 5)],
    ids=lambda each: getattr(each, "name", ""),
)  # fmt: skip
def test_what_a_proof_has_started_ends_with_it(number: signal.Signals, what: str, least: int, folder: Path) -> None:
    command = bound([sys.executable, "-c", PROOF, "99", *([what] if what == "whole" else [])])
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as proof:
        assert proof.stdout is not None
        assert proof.stdout.readline() == "started\n"
        started = below(proof.pid)
        assert len(started) >= least
        proof.send_signal(number)
        proof.wait(30)
        wait_for(lambda: not [pid for pid in started if lives(pid)], 60, "something was left running")
    if number != signal.SIGKILL:
        assert list(folder.iterdir()) == []


def test_ctrl_c_in_a_terminal_reaches_no_server_that_is_still_needed(folder: Path) -> None:
    """A terminal sends it to all of a process group; who has started the servers ends them in their turn."""
    before = below(os.getpid())
    with running_redis(), running_postgres():
        groups = {os.getpgid(pid) for pid in below(os.getpid()) - before if lives(pid)}
    assert groups
    assert os.getpgid(0) not in groups
