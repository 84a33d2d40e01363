"""Twilio's end of a ConversationRelay socket, as the stand-in plays it: our frames are judged by Twilio's rules."""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from agent.demo.twilio_records import signature
from agent.demo.twilio_twiml import HEARS, SAYS, BadTwiml, Verb, spoken

MOST_MALFORMED = 10  # in a row: 64105, and the socket is closed with 1007
SPEED = 15.0  # letters a second
_FLAGS = ("last", "interruptible", "preemptible")


@dataclass
class Utterance:
    """What the desk said in one breath."""

    text: str
    lang: str
    interruptible: bool
    at: float  # when its first word came
    slow: bool = False


@dataclass
class Relay:
    """One session. `said` is called with each utterance; `errors` holds what Twilio would log."""

    account_sid: str
    auth_token: str
    verb: Verb
    call: dict[str, str]
    said: Callable[[Utterance], None]
    id: str = field(default_factory=lambda: "VX" + secrets.token_hex(16))
    errors: list[str] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    handoff: str | None = None
    ended: bool = False  # by us, with an `end` frame
    began: float = field(default_factory=time.monotonic)
    _socket: ClientConnection | None = None
    _tokens: list[str] = field(default_factory=list)
    _bad: int = 0
    _first: float = 0.0
    pace: float = 1.0
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    _gone: asyncio.Event = field(default_factory=asyncio.Event)
    _quiet: asyncio.Task[None] | None = None
    left: int | None = None  # dropped before it was open
    lang: str = "en-US"

    async def run(self) -> None:
        """Until either end closes. Never raises for what the other end does."""
        url = self.verb.get("url")
        headers = {"X-Twilio-Signature": signature(self.auth_token, url, {}), "User-Agent": "TwilioProxy/1.1"}
        self.lang = self.verb.get("ttsLanguage", "en-US")
        try:
            async with connect(url, additional_headers=headers, open_timeout=15, proxy=None) as socket:
                self._socket = socket
                self.opened.set()
                await self.send(type="setup", sessionId=self.id, accountSid=self.account_sid, parentCallSid="",
                                callSid=self.call["CallSid"], **{"from": self.call["From"], "to": self.call["To"]},
                                forwardedFrom="", callType="PSTN", callerName="", direction="inbound",
                                callStatus="RINGING", customParameters={})  # fmt: skip
                if self.left is not None:
                    await socket.close(self.left)
                async for raw in socket:
                    await self._heard(raw)
                    if self.ended:
                        break
        except (WebSocketException, OSError, TimeoutError) as lost:
            self.errors.append(f"64102: {type(lost).__name__}")
        finally:
            self._socket = None
            self._gone.set()
            if self._quiet is not None:
                self._quiet.cancel()

    @property
    def open(self) -> bool:
        return self._socket is not None

    async def send(self, **frame: Any) -> None:
        """One frame to the desk; nothing where the socket is gone."""
        await self.send_raw(json.dumps(frame))

    async def send_raw(self, raw: str | bytes) -> None:
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(raw)

    async def drop(self, code: int = 1011) -> None:
        """The socket is lost; one that is just being opened, as soon as it is."""
        if self._socket is not None:
            await self._socket.close(code)
        else:
            self.left = code

    async def cut_off(self) -> None:
        """The socket is lost without a word of goodbye."""
        if self._socket is not None:
            self._socket.transport.abort()
            await self._gone.wait()

    async def _heard(self, raw: str | bytes) -> None:
        try:
            frame = json.loads(raw)
            wrong = wrong_frame(frame)
        except ValueError:
            frame, wrong = {}, "not JSON"
        if wrong:
            self._bad += 1
            self.errors.append(f"64107: {wrong}")
            await self.send(type="error", description=f"Invalid message received: {wrong}")
            if self._bad >= MOST_MALFORMED:
                self.errors.append("64105: too many malformed messages")
                await self.drop(1007)
            return
        self._bad = 0
        self.frames.append(frame)
        if frame["type"] == "text":
            self._token(frame)
        elif frame["type"] == "language":
            self.lang = frame.get("ttsLanguage", self.lang)
        elif frame["type"] == "end":
            self.ended, self.handoff = True, frame.get("handoffData")

    def _token(self, frame: dict[str, Any]) -> None:
        if not self._tokens:
            self._first = time.monotonic()
        self._tokens.append(frame["token"])
        if frame.get("last", False):
            text, slow = "".join(spoken(t) for t in self._tokens), any("<prosody" in t for t in self._tokens)
            self._tokens = []
            lang, may = frame.get("lang") or self.lang, frame.get("interruptible", True)
            self.said(Utterance(text, lang, may, self._first, slow))
            if self._quiet is not None:
                self._quiet.cancel()
            self._quiet = asyncio.create_task(self._played(len(text)))

    async def _played(self, letters: int) -> None:
        """The voice has come to the end of its words."""
        await asyncio.sleep(letters / SPEED * self.pace)
        await self.send(type="info", name="agentSpeaking", value="off")


def wrong_frame(frame: Any) -> str:
    """What Twilio would not accept of a frame; "" when it would."""
    if not isinstance(frame, dict):
        return "not an object"
    match frame.get("type"):
        case "text":
            if not isinstance(frame.get("token"), str) or any(
                not isinstance(frame.get(n, False), bool) for n in _FLAGS
            ):
                return "text"
            try:
                spoken(frame["token"])
            except BadTwiml as bad:
                return str(bad)
            return "" if frame.get("lang", "en-US") in SAYS else "an unknown language"
        case "language":
            says, hears = frame.get("ttsLanguage"), frame.get("transcriptionLanguage")
            if says is None and hears is None:
                return "language"
            known = (says is None or says in SAYS) and (hears is None or hears in HEARS)
            return "" if known else "an unknown language"
        case "end":
            return "" if isinstance(frame.get("handoffData", ""), str) else "end"
        case other:
            return f"type {other}"
