"""Twilio's stand-in for tests, and the way to serve it (or any ASGI app) on a loopback port."""

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from agent.demo.twilio_standin import Fault, TwilioStandIn

__all__ = ["Fault", "TwilioStandIn", "closing", "served", "until"]


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """Serves an ASGI app on 127.0.0.1 in a thread; gives its base URL (a free port unless one is named)."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="error", lifespan="on", ws="auto", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, "the server did not start")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)


def closing(twilio: TwilioStandIn) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """The lifespan of an app that has the stand-in mounted: a mounted app's own does not run."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        await twilio.close()

    return life


def until(true: Any, why: str = "it did not happen", seconds: float = 5.0) -> None:
    """Waits until `true()` holds; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, why
        time.sleep(0.005)
