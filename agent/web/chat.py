"""The chat's socket and page: sessions by an unguessable token, one reader of the thread for each open page."""

import asyncio
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from limits import parse as parse_limit
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.receive import open_conversation, receive
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.fault import Busy
from agent.model.message import Line
from channels import chat as words

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_PER_SESSION = parse_limit("30/minute")
_PER_PEER = parse_limit("120/minute")


class Sessions:
    """Opens and resumes chat sessions; the token itself is never stored."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def resume(self, token: str | None, origin: str) -> Conversation | None:
        """The conversation of a live token used from the origin it was made for; None otherwise."""
        if not token:
            return None
        now = self._desk.clock()
        with self._desk.store.begin() as tx:
            found = tx.chats.find(_hash(token))
            if found is None:
                return None
            conversation, made_for, opened_at, seen_at = found
            if made_for != origin or now - opened_at > ABSOLUTE or now - seen_at > IDLE:
                return None
            tx.chats.touch(_hash(token), now)
            return tx.conversations.get(conversation)

    def open(self, lang: str, origin: str) -> tuple[str, Conversation]:
        """A fresh session; its first line says that this is software and how to reach a person."""
        desk, now, token = self._desk, self._desk.clock(), secrets.token_urlsafe(32)
        tag = lang.split("-", maxsplit=1)[0].lower()
        locale = tag if tag in desk.content.live else desk.clinic.default_language
        with desk.store.begin() as tx:
            address = Address(channel="chat", value=secrets.token_hex(16))
            held = open_conversation(desk, tx, address, now, locale)
            greeted = held.model_copy(update={"greeted": True})
            hello = (Say(key="greeting.disclosure"), Say(key="greeting.offer"))
            carry_out(desk, tx, greeted, hello, now)
            saved = tx.conversations.save(greeted, now)
            tx.chats.open(_hash(token), held.id, origin, now)
        desk.bus.ring("outbox", held.id)
        return token, saved

    def touch(self, token: str) -> None:
        with self._desk.store.begin() as tx:
            tx.chats.touch(_hash(token), self._desk.clock())

    def lines(self, conversation: str, after: str) -> tuple[list[Line], Conversation | None, dict[str, str]]:
        """New lines, the conversation as it stands, and the names of the staff in it."""
        with self._desk.store.begin(write=False) as tx:
            held = tx.conversations.get(conversation)
            lines = tx.conversations.thread(conversation, after)
            staff = {line.author for line in lines if line.author.startswith("staff:")}
            if held is not None and held.assignee:
                staff.add(f"staff:{held.assignee}")
            users = {a: tx.staff.get(a.removeprefix("staff:")) for a in staff}
        return lines, held, {a: u.name for a, u in users.items() if u is not None}


def routes(desk: Desk, origins: frozenset[str]) -> APIRouter:
    """`/chat/socket`."""
    router = APIRouter()
    sessions = Sessions(desk)
    limiter = MovingWindowRateLimiter(MemoryStorage())

    @router.websocket("/chat/socket")
    async def socket(ws: WebSocket) -> None:
        origin = ws.headers.get("origin", "")
        if not _same_site(origin, ws.headers.get("host", "")) and origin not in origins:
            await ws.accept()
            await ws.send_text(words.error("refused"))
            await ws.close(1008)
            return
        await ws.accept()
        page = _Page(ws, desk, sessions, limiter, origin)
        try:
            await page.run()
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            page.close()

    return router


class _Page:
    """One open chat page: reads frames, and writes what is new in the thread."""

    def __init__(self, ws: WebSocket, desk: Desk, sessions: Sessions, limiter: Any, origin: str) -> None:
        self._ws, self._desk, self._sessions, self._limiter, self._origin = ws, desk, sessions, limiter, origin
        self._peer = ws.client.host if ws.client else ""
        self._bell = asyncio.Event()
        self._last, self._mode, self._token = "", ("agent", ""), ""
        self._conversation: Conversation | None = None
        self._deaf: list[Any] = []
        self._writer: asyncio.Task[None] | None = None

    async def run(self) -> None:
        while True:
            raw = await self._ws.receive_text()
            try:
                frame = words.decode(raw, self._desk.settings.max_text)
            except words.BadFrame as bad:
                await self._ws.send_text(words.error(bad.code, bad.client_id))
                continue
            if isinstance(frame, words.Ping):
                await self._ws.send_text(words.pong())
            elif isinstance(frame, words.Hello):
                if not await self._hello(frame):
                    return
            elif self._conversation is not None and isinstance(frame, words.Said | words.Chosen):
                await self._say(frame)

    def close(self) -> None:
        for stop in self._deaf:
            stop()
        if self._writer is not None:
            self._writer.cancel()

    async def _hello(self, frame: words.Hello) -> bool:
        if frame.clinic not in (self._desk.clinic.id, "demo"):
            await self._ws.send_text(words.error("unknown_clinic"))
            await self._ws.close(1008)
            return False
        try:
            held = await to_thread.run_sync(self._sessions.resume, frame.token, self._origin)
            after = frame.after if held is not None else ""
            token = frame.token or ""
            if held is None:
                if not self._limiter.hit(_PER_PEER, "open", self._peer):
                    await self._ws.send_text(words.error("too_fast"))
                    return True
                token, held = await to_thread.run_sync(self._sessions.open, frame.lang, self._origin)
            lines, held, names = await to_thread.run_sync(self._sessions.lines, held.id, after)
        except Busy:
            await self._ws.send_text(words.error("busy"))
            return True
        if held is None:
            return True
        self._conversation, self._token = held, token
        self._last = lines[-1].id if lines else after
        self._mode = (held.mode, names.get(f"staff:{held.assignee}", ""))
        await self._ws.send_text(
            words.welcome(
                token=token,
                conversation=held.id,
                clinic_name=self._desk.clinic.name,
                phone=self._desk.clinic.phone,
                lines=lines,
                names=names,
                mode=held.mode,
                name=self._mode[1],
            )  # fmt: skip
        )
        loop = asyncio.get_running_loop()
        if not self._deaf:
            self._deaf.append(
                self._desk.bus.listen(f"thread:{held.id}", lambda _: loop.call_soon_threadsafe(self._bell.set))
            )
            self._writer = asyncio.create_task(self._write())
        return True

    async def _say(self, frame: "words.Said | words.Chosen") -> None:
        held = self._conversation
        assert held is not None
        if not self._limiter.hit(_PER_SESSION, held.id) or not self._limiter.hit(_PER_PEER, self._peer):
            await self._ws.send_text(words.error("too_fast", frame.client_id))
            return
        now: datetime = self._desk.clock()
        inbound = words.inbound(
            frame, id=self._desk.new_id(), clinic=self._desk.clinic.id, session=held.address, received_at=now
        )
        try:
            received = await to_thread.run_sync(receive, self._desk, inbound, held.id)
            await to_thread.run_sync(self._sessions.touch, self._token)
        except Busy:
            await self._ws.send_text(words.error("busy", frame.client_id))
            return
        await self._ws.send_text(words.ack(frame.client_id, received.inbound))
        if received.fresh and self._mode[0] != "staff":
            await self._ws.send_text(words.typing(True))

    async def _write(self) -> None:
        """Sends lines as they are committed; a lost ring costs two seconds."""
        while True:
            try:
                await asyncio.wait_for(self._bell.wait(), 2.0)
            except TimeoutError:
                pass
            self._bell.clear()
            assert self._conversation is not None
            try:
                lines, held, names = await to_thread.run_sync(self._sessions.lines, self._conversation.id, self._last)
            except Busy:
                continue
            now = (held.mode, names.get(f"staff:{held.assignee}", "")) if held else self._mode
            for line in lines:
                self._last = line.id
                if words.shown(line):
                    await self._ws.send_text(words.line(line, names.get(line.author, "")))
            if any(line.direction == "out" for line in lines):
                await self._ws.send_text(words.typing(False))
            if now != self._mode:
                self._mode = now
                await self._ws.send_text(words.mode(now[0], now[1]))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _same_site(origin: str, host: str) -> bool:
    return bool(origin) and urlsplit(origin).netloc.lower() == host.lower()
