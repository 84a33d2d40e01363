"""A private Redis for the tests on a free port; keeps nothing on disk."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.children import bound
from tests.ports import free_port

_START_SECONDS = 10


@contextmanager
def running_redis(port: int | None = None) -> Iterator[str]:
    """The URL of the server (`redis://127.0.0.1:<port>/0`); give a port to come back at the same place."""
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("redis-server is missing: apt-get install -y redis-server")
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="frontdesk-redis-") as folder:
        command = [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        quiet = subprocess.DEVNULL
        server = subprocess.Popen(bound(command), stdout=quiet, stderr=quiet, process_group=0)  # Ctrl-C is not for it
        try:
            _wait(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def _wait(port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    with redis.Redis(port=port) as client:
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
