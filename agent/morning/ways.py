"""The ways in that a patient uses: the stand-in's telephones, and the chat's socket; both as a person has them."""

import asyncio
import contextlib
import json
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import websockets

from agent.model.message import Button
from agent.morning.patient import Reply

POLL = 0.2  # seconds between two looks at the telephones
_ARRIVED = ("sent", "delivered", "read", "received")


class TooLong(Exception):
    """A text that a telephone does not send."""


class Phones:
    """Every telephone of the morning, looked at together."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._cursor = 0
        self._shown: set[str] = set()
        self._ears: dict[str, list[Callable[[str], None]]] = defaultdict(list)
        self.lost = 0  # texts of patients that the desk never took
        self.undelivered = 0

    async def start(self) -> None:
        """Passes over what was there before."""
        self._cursor = (await self._look(0))["cursor"]

    async def watch(self) -> None:
        """Rings each telephone as its texts arrive, until cancelled. A desk that restarts is waited for."""
        while True:
            with contextlib.suppress(httpx2.HTTPError):
                found = await self._look(self._cursor)
                if found["cursor"] < self._cursor:  # the stand-in began anew
                    self._shown.clear()
                self._cursor = found["cursor"]
                for text in found["messages"]:
                    self._note(text)
            await asyncio.sleep(POLL)

    async def send(self, number: str, body: str) -> None:
        """Raises TooLong, or HTTPError where there is no desk."""
        answer = await self._http.post(f"/standin/handset/{number}/send", json={"body": body})
        if answer.status_code == 422:
            raise TooLong
        answer.raise_for_status()

    @contextlib.contextmanager
    def at(self, number: str, hear: Callable[[str], None]) -> Any:
        self._ears[number].append(hear)
        try:
            yield
        finally:
            self._ears[number].remove(hear)

    async def _look(self, after: int) -> Any:
        answer = await self._http.get("/standin/texts", params={"after": after})
        answer.raise_for_status()
        return answer.json()

    def _note(self, text: dict[str, Any]) -> None:
        key = text["id"]
        if text["mine"]:
            self.lost += text["status"] == "lost"
            return
        if text["status"] == "undelivered" and key not in self._shown:
            self._shown.add(key)
            self.undelivered += 1
        if text["status"] in _ARRIVED and key not in self._shown:
            self._shown.add(key)
            for hear in tuple(self._ears[text["number"]]):
                hear(text["body"])


class ChatPage:
    """One open chat page, speaking the widget's protocol; it repeats what was not acknowledged."""

    def __init__(self, base: str, language: str, hear: Callable[[str, tuple[Button, ...]], None]) -> None:
        self._url = base.replace("http", "ws", 1) + "/chat/socket"
        self._base, self._language, self._hear = base, language, hear
        self._socket: Any = None
        self._acked: dict[str, asyncio.Event] = {}
        self._token: str | None = None
        self._last = ""
        self.slowed = 0  # times the desk asked to wait

    @asynccontextmanager
    async def open(self) -> AsyncIterator["ChatPage"]:
        welcome: asyncio.Event = asyncio.Event()
        reader = asyncio.create_task(self._read(welcome))
        try:
            await asyncio.wait_for(welcome.wait(), 30)
            yield self
        finally:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def send(self, reply: Reply, seconds: float = 30.0) -> None:
        """Returns once the desk has it; raises TimeoutError."""
        client_id = secrets.token_urlsafe(12)
        frame: dict[str, Any] = {"t": "say", "client_id": client_id, "text": reply.text}
        if reply.payload is not None:
            frame |= {"t": "choose", "payload": reply.payload}
        acked = self._acked[client_id] = asyncio.Event()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(websockets.ConnectionClosed, AttributeError):
                await self._socket.send(json.dumps(frame))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(acked.wait(), 5)
                return
        raise TimeoutError

    async def _read(self, welcome: asyncio.Event) -> None:
        """Connects, and again after a break, as the widget does."""
        while True:
            with contextlib.suppress(OSError, websockets.WebSocketException):
                async with websockets.connect(self._url, origin=self._base) as self._socket:  # type: ignore[arg-type]
                    hello = {"t": "hello", "clinic": "demo", "lang": self._language, "token": self._token,
                             "after": self._last}  # fmt: skip
                    await self._socket.send(json.dumps(hello))
                    async for raw in self._socket:
                        await self._take(json.loads(raw), welcome, hello)
            await asyncio.sleep(1)

    async def _take(self, frame: dict[str, Any], welcome: asyncio.Event, hello: dict[str, Any]) -> None:
        match frame["t"]:
            case "welcome":
                self._token = frame["token"]
                for line in frame["lines"]:
                    self._line(line)
                welcome.set()
            case "line":
                self._line(frame["line"])
            case "ack":
                self._acked[frame["client_id"]].set()
            case "error" if frame["code"] in ("too_fast", "busy"):
                self.slowed += 1
                await asyncio.sleep(2)
                if not welcome.is_set():
                    await self._socket.send(json.dumps(hello))

    def _line(self, line: dict[str, Any]) -> None:
        fresh, self._last = line["id"] > self._last, max(self._last, line["id"])
        if fresh and line["direction"] == "out":
            self._hear(line["text"], tuple(Button(**b) for b in line["buttons"]))


__all__ = ["ChatPage", "Phones", "TooLong"]
