"""The chat's socket: one reader of frames and one writer of lines for each open page; sessions live beside."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from limits import parse as parse_limit
from structlog import get_logger

from agent.adapters.ids import earlier
from agent.adapters.pace import Pace
from agent.desk.chat_photos import wanted
from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.model.conversation import Conversation, Mode
from agent.model.fault import Busy
from agent.model.message import Line
from agent.web.chat_sessions import Sessions
from agent.web.guard import is_from
from agent.web.lanes import CHATS, Lane
from agent.web.peers import caller_of
from channels import chat as words

_PER_SESSION = parse_limit("30/minute")
_PER_PEER = parse_limit("120/minute")
_FRAMES = parse_limit("120/10second")  # of one connection, whatever they say
_OPEN = 200  # connections of one source at a time, in this process
_SILENT = 30.0  # seconds in which a connection says hello, or goes
_TICK = 2.0  # seconds; a lost ring costs no more than this
_TYPING = 20.0  # seconds after which the desk is not said to be writing any more
_WRITING = 8.0  # the same of a person, who says so again while they go on
_PAGE = 200  # lines that one look at the thread brings
_LATE = timedelta(seconds=60)  # a line may be committed this much later than one with a greater id


def routes(desk: Desk, origins: frozenset[str], pace: Pace) -> APIRouter:
    """`/chat/socket`."""
    router = APIRouter()
    sessions, lane = Sessions(desk), Lane(CHATS)
    connected: Counter[str] = Counter()

    @router.websocket("/chat/socket")
    async def socket(ws: WebSocket) -> None:
        origin = ws.headers.get("origin", "")
        await ws.accept()
        if not is_from(origin, ws.headers.get("host", "")) and origin not in origins:
            await ws.send_text(words.error("refused"))
            await ws.close(1008)
            return
        caller = caller_of(ws, desk.settings.trusted_proxies)
        if connected[caller] >= _OPEN:
            await ws.send_text(words.error("too_fast"))
            await ws.close(1013)
            return
        connected[caller] += 1
        page = _Page(ws, desk, sessions, pace, lane, origin, caller)
        try:
            await page.run()
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            connected[caller] -= 1
            if connected[caller] <= 0:
                del connected[caller]
            page.close()

    return router


class _Page:
    """One open chat page: reads frames, and writes what is new in the thread."""

    def __init__(
        self, ws: WebSocket, desk: Desk, sessions: Sessions, pace: Pace, lane: Lane, origin: str, caller: str
    ) -> None:  # fmt: skip
        self._ws, self._desk, self._sessions, self._pace, self._origin = ws, desk, sessions, pace, origin
        self._lane, self._caller, self._me = lane, caller, desk.new_id()
        self._bell = asyncio.Event()
        self._mode: tuple[Mode, str] = ("agent", "")
        self._photo = False  # whether the page knows that a photograph is asked for
        self._token = ""
        self._conversation: Conversation | None = None
        self._from = ""  # lines after this id are looked at again and again; those already shown are skipped
        self._shown: dict[str, Line] = {}
        self._unanswered: dict[str, float] = {}  # inbound id -> when the page may stop waiting
        self._staff_writes = 0.0  # until when
        self._told_writes = False
        self._deaf: list[Callable[[], None]] = []
        self._writer: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until the page goes away, or is told to."""
        going = True
        while going:
            raw = await self._next()
            if raw is None or self._pace.here(_FRAMES, "frames", self._me):
                await self._ws.send_text(words.error("too_fast"))
                await self._ws.close(1008)
                return
            try:
                frame = words.decode(raw, self._desk.settings.max_text)
            except words.BadFrame as bad:
                await self._ws.send_text(words.error(bad.code, bad.client_id))
                continue
            if isinstance(frame, words.Ping):
                await self._ws.send_text(words.pong())
            elif isinstance(frame, words.Hello):
                going = await self._hello(frame)
            elif self._conversation is not None:
                going = await self._take(frame, self._conversation)

    async def _take(self, frame: "words.Said | words.Chosen | words.Writing | words.Seen", held: Conversation) -> bool:
        if isinstance(frame, words.Said | words.Chosen):
            return await self._say(frame, held)
        if isinstance(frame, words.Writing):
            if self._mode[0] != "agent":  # somebody may be looking
                self._desk.bus.ring(f"typing:{held.id}", "patient" if frame.on else "")
            return True
        with contextlib.suppress(Busy):  # the next line tells it again
            if await self._lane.run(self._sessions.shown, held.id, frame.line):
                self._desk.bus.ring(f"thread:{held.id}", frame.line)
        return True

    async def _next(self) -> str | bytes | None:
        """The next frame, text or not; None from a connection that never says hello."""
        try:
            async with asyncio.timeout(None if self._conversation else _SILENT):
                message = await self._ws.receive()
        except TimeoutError:
            return None
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        frame: str | bytes = message.get("text") or message.get("bytes") or ""
        return frame

    def close(self) -> None:
        for stop in self._deaf:
            stop()
        if self._writer is not None:
            self._writer.cancel()

    async def _hello(self, frame: words.Hello) -> bool:
        if frame.clinic not in (self._desk.clinic.id, "demo"):
            return await self._end("unknown_clinic")
        if self._conversation is not None:  # once per connection
            await self._ws.send_text(words.error("unreadable"))
            return True
        if await self._pace.ahit(_PER_PEER, "hello", self._caller):
            await self._ws.send_text(words.error("too_fast"))
            return True
        try:
            resumed = await self._lane.run(self._sessions.resume, frame.token, self._origin)
            token, after = frame.token or "", earlier(frame.after, _LATE) if resumed else ""
            if resumed is None:
                token, held = await self._lane.run(self._sessions.open, frame.lang, self._origin)
            else:
                held = resumed
            lines, now, names = await self._lane.run(self._sessions.lines, held.id, after)
        except Busy:
            await self._ws.send_text(words.error("busy"))
            return True
        self._conversation, self._token, self._from = held, token, after
        self._mode = _mode(now or held, names)
        await self._ws.send_text(
            words.welcome(
                token=token, conversation=held.id, clinic_name=self._desk.clinic.name, phone=self._desk.clinic.phone,
                lines=filter(_visible, lines), names=names, mode=self._mode[0], name=self._mode[1],
            )
        )  # fmt: skip
        await self._ask_photo(now or held)
        self._note(lines)
        self._listen(held.id)
        return True

    def _listen(self, conversation: str) -> None:
        loop = asyncio.get_running_loop()

        def hear(_: str) -> None:
            with contextlib.suppress(RuntimeError):  # the server is going down
                loop.call_soon_threadsafe(self._bell.set)

        def writes(who: str) -> None:
            if who != "patient":
                self._staff_writes = loop.time() + _WRITING if who == "staff" else 0.0
                hear(who)

        bus = self._desk.bus
        self._deaf = [bus.listen(f"thread:{conversation}", hear), bus.listen(f"typing:{conversation}", writes)]
        self._bell.set()  # what was committed between the look and the listening
        self._writer = asyncio.create_task(self._write(conversation))

    async def _say(self, frame: "words.Said | words.Chosen", held: Conversation) -> bool:
        if await self._pace.ahit(_PER_SESSION, "said", held.id) or await self._pace.ahit(
            _PER_PEER, "said", self._caller
        ):
            await self._ws.send_text(words.error("too_fast", frame.client_id))
            return True
        inbound = words.inbound(
            frame, id=self._desk.new_id(), clinic=self._desk.clinic.id, session=held.address,
            received_at=self._desk.clock(),
        )  # fmt: skip
        try:
            if await self._lane.run(self._sessions.resume, self._token, self._origin) is None:
                await self._ws.send_text(words.error("expired", frame.client_id))
                await self._ws.close(1000)
                return False
            received = await self._lane.run(receive, self._desk, inbound, held.id)
        except Busy:
            await self._ws.send_text(words.error("busy", frame.client_id))
            return True
        if not received.same:  # this client id stands for another message
            await self._ws.send_text(words.error("unreadable", frame.client_id))
            return True
        if received.fresh and self._mode[0] != "staff":
            self._unanswered[received.inbound] = asyncio.get_running_loop().time() + _TYPING
        await self._ws.send_text(words.ack(frame.client_id, received.inbound))
        if self._unanswered:
            await self._ws.send_text(words.typing(True))
        return True

    async def _end(self, code: words.Code) -> bool:
        await self._ws.send_text(words.error(code))
        await self._ws.close(1008)
        return False

    async def _write(self, conversation: str) -> None:
        """Sends lines as they are committed."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), _TICK)
            self._bell.clear()
            wrote = self._staff_writes  # whoever begins to write from here on has not said it in these lines
            try:
                await self._tell(*await self._lane.run(self._sessions.lines, conversation, self._from), wrote)
            except Busy:
                continue
            except (WebSocketDisconnect, RuntimeError):
                return
            except Exception as fault:  # the page goes on; the lines come with the next look
                self._desk.on_fault(fault)
                get_logger().error("chat_failed", fault=type(fault).__name__)
                await asyncio.sleep(_TICK)

    async def _tell(self, lines: list[Line], held: Conversation | None, names: dict[str, str], wrote: float) -> None:
        fresh = [line for line in lines if line.id not in self._shown]
        for line in fresh:
            if _visible(line):
                await self._ws.send_text(words.line(line, names.get(line.author, "")))
        self._note(lines)
        if self._unanswered and self._answered(lines):
            await self._ws.send_text(words.typing(False))
        now = _mode(held, names) if held else self._mode
        if now != self._mode:
            self._mode = now
            await self._ws.send_text(words.mode(*now))
        if held is not None:
            await self._ask_photo(held)
        writes = now[0] == "staff" and self._staff_writes > asyncio.get_running_loop().time()
        if wrote == self._staff_writes and any(line.author.startswith("staff:") for line in fresh):
            writes, self._staff_writes = False, 0.0  # it is said
        if writes != self._told_writes:
            self._told_writes = writes
            await self._ws.send_text(words.typing(writes, "staff"))
        if len(lines) >= _PAGE and fresh:
            self._bell.set()  # there is more

    async def _ask_photo(self, held: Conversation) -> None:
        asked = await self._lane.run(wanted, self._desk, held)
        if asked != self._photo:
            self._photo = asked
            await self._ws.send_text(words.photo(asked))

    def _note(self, lines: list[Line]) -> None:
        """Remember what the page has, and from where to look next time: far enough back for lines that come late."""
        self._shown |= {line.id: line for line in lines}
        newest = max((line.at for line in self._shown.values()), default=None)
        if newest is None:
            return
        full = len(lines) >= _PAGE
        past = [x.id for x in self._shown.values() if full or x.at < newest - _LATE]
        self._from = max([self._from, *past])
        self._shown = {id: line for id, line in self._shown.items() if id > self._from}

    def _answered(self, lines: list[Line]) -> bool:
        """Nothing that was said waits any more: its turn is over, whether or not it brought an answer."""
        now = asyncio.get_running_loop().time()
        over = {line.id for line in lines if line.direction == "in" and line.state in ("done", "parked")}
        self._unanswered = {id: until for id, until in self._unanswered.items() if id not in over and until > now}
        return not self._unanswered


def _visible(line: Line) -> bool:
    return words.shown(line) and line.state != "void"


def _mode(held: Conversation, names: dict[str, str]) -> tuple[Mode, str]:
    return held.mode, names.get(f"staff:{held.assignee}", "")
