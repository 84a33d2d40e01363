"""A console's desk behind a real server on a loopback port, for browsers and for streams."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from tests.web.console_desk import World


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def served(folder: Path, clock: Any = None, **settings: Any) -> Iterator[tuple[World, str]]:
    """(the world, its address); the store is a file, as in life."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    world = World(f"sqlite:///{folder}/desk.db", clock, public_url=base, **settings)
    config = uvicorn.Config(world.app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(500):
        if server.started or not thread.is_alive():
            break
        time.sleep(0.02)
    assert server.started
    try:
        yield world, base
    finally:
        server.should_exit = True
        thread.join(5)
        world.desk.store.close()
