"""A small balancer in front of the web processes: new connections go to those whose /readyz says so, in turns."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from itertools import cycle

_LOOK = 0.2  # seconds between two looks at /readyz
_SLOW = 2.0  # seconds that an answer of /readyz may take


class Balancer:
    """Listens on a port of 127.0.0.1 in a thread of its own. `ready` is what it last saw; any thread may read it."""

    def __init__(self, port: int, behind: list[int]) -> None:
        self.port, self._behind = port, behind
        self.ready: frozenset[int] = frozenset()
        self._next: Iterator[int] = cycle(behind)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="balancer", daemon=True)
        self._started = threading.Event()

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(5), "the balancer did not start"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def pick(self, passed: frozenset[int] = frozenset()) -> int | None:
        """The next process that is ready, other than those in `passed`; None when there is none."""
        choice = self.ready - passed
        return next((p for p, _ in zip(self._next, self._behind, strict=False) if p in choice), None)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        looks = [self._loop.create_task(self._watch(port)) for port in self._behind]
        self._started.set()
        self._loop.run_forever()
        server.close()
        for task in (left := {*looks, *asyncio.all_tasks(self._loop)}):
            task.cancel()
        self._loop.run_until_complete(asyncio.wait(left))
        self._loop.run_until_complete(asyncio.sleep(0))  # what was closed last says goodbye
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _watch(self, port: int) -> None:
        while True:
            good = await is_ready(port)
            self.ready = self.ready | {port} if good else self.ready - {port}
            await asyncio.sleep(_LOOK)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed: frozenset[int] = frozenset()
        try:
            while (port := self.pick(passed)) is not None:
                passed |= {port}
                try:
                    back, forth = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    continue
                await asyncio.gather(_pipe(reader, forth), _pipe(back, writer))
                return
        finally:
            writer.close()


async def is_ready(port: int) -> bool:
    """Whether /readyz of the process at this port answers 200."""
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(_SLOW):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            return b" 200 " in await reader.readline()
    except (OSError, TimeoutError):
        return False
    finally:
        if writer is not None:
            writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()
