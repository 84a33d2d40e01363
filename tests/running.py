"""The desk as a newcomer starts it: `frontdesk serve --demo` in a process of its own, with a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.settings import ROOT
from tests.children import bound


@dataclass(frozen=True)
class Running:
    """A started desk: its address, its environment, and what it printed."""

    base: str
    env: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes]"

    def frontdesk(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Another `frontdesk` verb on the same database."""
        command = [sys.executable, "-m", "agent.cli", *words]
        return subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A folder of its own; the trained models are those that the suite has already made."""
    models = ROOT / "var" / "models"
    models.mkdir(parents=True, exist_ok=True)
    if not (folder / "models").exists():
        (folder / "models").symlink_to(models)
    own = {"FRONTDESK_VAR": str(folder), "FRONTDESK_DATABASE_URL": f"sqlite:///{folder}/frontdesk.db"}
    return {**os.environ, **own, **more}


@contextmanager
def running_demo(folder: Path, **more: str) -> Iterator[Running]:
    """Ready when it leaves here; stopped, and seen to stop, at the end."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    env, log = environment(folder, **more), folder / "serve.log"
    command = [sys.executable, "-m", "agent.cli", "serve", "--demo", "--port", str(port)]
    with log.open("wb") as out, subprocess.Popen(bound(command), env=env, cwd=ROOT, stdout=out, stderr=out) as process:
        base = f"http://127.0.0.1:{port}"
        try:
            _until_ready(base, process, log)
            yield Running(base, env, log, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _until_ready(base: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as not_yet:
            not_yet.close()
            time.sleep(0.05)
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the desk did not start:\n{log.read_text()[-2000:]}")
