"""A real `frontdesk` process on a free port with a folder of its own; killed when the block ends."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agent.settings import ROOT
from tests.children import bound

START_SECONDS = 120  # on a machine that others keep busy


def environment(var: Path, **settings: str) -> dict[str, str]:
    """Nothing of the caller's own settings; models are those that other tests have trained."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FRONTDESK_", "TWILIO_"))}
    var.mkdir(parents=True, exist_ok=True)
    if not (var / "models").exists():
        (ROOT / "var" / "models").mkdir(parents=True, exist_ok=True)
        (var / "models").symlink_to(ROOT / "var" / "models")
    return {**kept, "FRONTDESK_VAR": str(var), "FRONTDESK_DATABASE_URL": f"sqlite:///{var}/desk.db", **settings}


@contextmanager
def frontdesk(*words: str, env: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """The running process; what it writes goes to `log` in its folder."""
    with open(Path(env["FRONTDESK_VAR"]) / "log", "ab") as log:
        command = [sys.executable, "-m", "agent.cli", *words]
        process = subprocess.Popen(bound(command), cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # a worker's children, too
            process.wait(10)


def ready(port: int, process: "subprocess.Popen[bytes]", seconds: float = START_SECONDS) -> float:
    """Seconds until /readyz says so; fails when it never does."""
    began = time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
                if answer.status == 200:
                    return time.monotonic() - began
        except urllib.error.HTTPError as not_yet:
            not_yet.close()
        except OSError:
            pass
        assert process.poll() is None, "the process has ended"
        assert time.monotonic() - began < seconds, "never ready"
        time.sleep(0.02)


def resident_mib(process: "subprocess.Popen[bytes]") -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
