"""The relay's socket: one call's frames in, turns taken at once, committed words out."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import Literal

from anyio import to_thread
from fastapi import WebSocket, WebSocketDisconnect
from fastapi.websockets import WebSocketState
from structlog import get_logger

from agent.desk import call_words, calls
from agent.desk.calls import Answer
from agent.desk.desk import Desk
from agent.desk.last_words import last_words
from agent.model.address import Address
from agent.model.fault import Busy, Conflict
from agent.model.message import Inbound, Kind, Outbound
from agent.model.question import Question
from agent.web import voice_frames as frames
from agent.web.voice_clock import Due
from channels import voice
from channels import voice_relay as words
from channels.voice import Tongue

_SLOWEST = 14.0  # letters a second that a voice speaks, by `weight`
_SLOW = 0.6  # of that, where the caller asked for it: the voice's pace and the pauses between sentences
_KEYS = 2.5  # seconds after a digit that others may follow
_MORE = 1.2  # seconds in which somebody who dictates a number or a name may go on
_GATE = 0.3  # seconds between two looks of the safety gate at a sentence that is not over
_TRIES = 3
_WAITING = 256  # frames of one call
_BELL = 0.1  # seconds from a ring to the look at what it was for
_TAKEN_UP = 3.0  # seconds until we ask again in a call that comes from elsewhere: what was said between was not heard
_MOVING = 0.5  # seconds between two looks whether this process is about to end
_Due = Literal["quiet", "keys", "more", "bell", "move"]
_Next = words.Frame | _Due | Literal["again"] | None


class RelayedCall:
    """One socket of one call, from its setup to its end. Whatever happens, Twilio is left with a next step."""

    def __init__(self, ws: WebSocket, desk: Desk, known: dict[str, Tongue], leaving: Callable[[], bool]) -> None:
        """`leaving`: is this process about to end, while others serve?"""
        self._ws, self._desk, self._known, self._leaving = ws, desk, known, leaving
        self._queue: asyncio.Queue[_Next] = asyncio.Queue(_WAITING)
        self._id = self._session = self._talk = ""
        self._sender = Address(channel="voice", value="")
        self._answer: Answer | None = None
        self._tongue: Tongue | None = None
        self._rows: tuple[str, ...] = ()  # spoken last
        self._cut: str | None = None  # what of them was out when the caller spoke over them
        self._count = self._drops = 0
        self._keys = self._held = self._begun = ""  # of a dictated answer: keys, sentences, and one that is not over
        self._alarmed: frozenset[str] = frozenset()  # sounded before the sentence was over
        self._looked = self._spoke = 0.0
        self._due: Due[_Due] = Due()
        self._over = False

    async def run(self) -> None:
        try:
            setup = await frames.setup(self._ws)
            first = await self._first(setup) if setup else None
            if first is None:
                await self._ws.close(1008)
            else:
                await self._lead(first)
        except WebSocketDisconnect:
            return  # Twilio asks the action address what comes next
        except Exception as fault:
            if self._ws.application_state is not WebSocketState.DISCONNECTED:  # otherwise we spoke into a closed socket
                await self._trouble(fault)

    async def _lead(self, first: Answer) -> None:
        reader = asyncio.create_task(frames.read(self._ws, self._queue.put, lambda: self._spoke))
        deaf = self._listen(first.conversation.id)
        try:
            if not self._leaving():
                self._due.set("move", _MOVING)
            await self._give(first)
            if not first.rows and self._due.left("quiet") is not None:
                self._due.set("quiet", min(_TAKEN_UP, self._desk.settings.voice_silence_seconds))
            while not self._over:
                await self._one(await self._due.next(self._queue))
        finally:
            deaf()
            reader.cancel()
            await self._last_words()

    async def _trouble(self, fault: Exception) -> None:
        """The desk cannot go on: Twilio asks the action address, which rings a person."""
        if not isinstance(fault, Busy | Conflict):
            self._desk.on_fault(fault)
            get_logger().error("call_failed", fault=type(fault).__name__)
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._ws.send_text(words.end("trouble"))

    async def _first(self, setup: words.Setup) -> Answer | None:
        self._id, self._session = setup.call_sid, setup.session_id
        if setup.account_sid not in ("", self._desk.settings.twilio_account_sid):
            return None
        found: Answer | None = await to_thread.run_sync(calls.look, self._desk, self._id)
        if found is not None:
            self._sender, self._drops = found.conversation.address, found.call.drops
            self._talk = found.conversation.id
            self._tongue = self._known.get(found.conversation.locale)
        return found

    def _listen(self, conversation: str) -> Callable[[], None]:
        loop = asyncio.get_running_loop()

        def ring() -> None:
            if self._due.left("bell") is None:  # several rings are one look
                self._due.set("bell", _BELL)
                with contextlib.suppress(asyncio.QueueFull):
                    self._queue.put_nowait("again")

        def hear(_: str) -> None:
            with contextlib.suppress(RuntimeError):  # the server is going down
                loop.call_soon_threadsafe(ring)

        return self._desk.bus.listen(f"thread:{conversation}", hear)

    async def _one(self, what: _Next) -> None:
        match what:
            case None:
                self._over = True
            case words.Prompt(last=True):
                await self._heard(what.voice_prompt)
            case words.Prompt():
                await self._hearing(what.voice_prompt)
            case words.Dtmf():
                await self._pressed(what.digit)
            case words.Interrupt():
                self._cut = words.without_marks(what.utterance_until_interrupt)
            case words.Info() if what.name == "agentSpeaking":
                self._wait(None if str(what.value).lower() in ("on", "true", "1", "started") else 0.0)
            case words.Told():
                get_logger().warning("relay_refused")
            case "keys":
                await self._dialled()
            case "more":
                await self._said(self._held)
            case "quiet":
                await self._said("")
            case "bell":
                await self._look()
            case "move":
                await self._move()
            case "again":
                return  # something has come to be due

    async def _move(self) -> None:
        """Where this process is about to end, the call goes to another one in a moment in which nobody speaks."""
        left = self._due.left("quiet")
        silent = left is not None and left <= self._desk.settings.voice_silence_seconds
        if not self._leaving() or not silent or self._keys or self._held or self._begun:
            self._due.set("move", _MOVING)
            return
        await self._ws.send_text(words.end("move"))
        self._over = True
        self._held, self._begun, self._keys = await frames.crossed(self._queue.get)

    @property
    def _asked(self) -> Question | None:
        return self._answer.asked if self._answer else None

    def _meant(self, keys: str) -> tuple[Literal["digits", "choice"], str, str | None]:
        return voice.pressed(keys, self._asked, self._answer.keys if self._answer else None)

    async def _hearing(self, text: str) -> None:
        """A sentence that is not over: danger in it is met at once."""
        self._wait(None)
        self._begun = text if voice.is_dictated(self._asked) else ""
        now = asyncio.get_running_loop().time()
        if self._alarmed or now - self._looked < _GATE or self._answer is None or not words.several(text):
            return
        self._looked = now
        locale = self._answer.conversation.locale
        finding = await to_thread.run_sync(self._desk.gate.read, text, locale, locale)
        if finding.urgency == "emergency":
            rows = await self._take("speech", text)
            self._alarmed = frozenset(k for row in rows if row.urgent for k in row.keys)

    async def _heard(self, text: str) -> None:
        whole, self._begun = f"{self._held} {text}".strip(), ""
        if self._alarmed or not voice.more_to_come(whole, self._asked):
            await self._said(whole)
            return
        self._held = whole
        self._due.set("more", _MORE)

    async def _last_words(self) -> None:
        """The line is gone while somebody was dictating: what had come counts as heard."""
        if self._answer is None or self._answer.call.wish:
            return  # they are with a person, or have had their goodbye
        kind: Kind = "speech"
        text, payload = f"{self._held} {self._begun}".strip(), None
        if self._keys:
            kind, text, payload = self._meant(self._keys)
        if text:
            with contextlib.suppress(Busy, Conflict):
                await to_thread.run_sync(last_words, self._desk, self._inbound(kind, text, payload), self._id)

    async def _pressed(self, digit: str) -> None:
        self._wait(None)
        self._keys += digit
        if digit in "#*" or len(self._keys) >= voice.keys_wanted(self._asked):
            await self._dialled()
        else:
            self._due.set("keys", _KEYS)

    async def _dialled(self) -> None:
        keys, self._keys = self._keys, ""
        self._due.drop("keys")
        await self._take(*self._meant(keys))

    async def _said(self, text: str) -> None:
        self._held = ""
        self._due.drop("more")
        said, self._alarmed = self._alarmed, frozenset()
        await self._take("speech", text, said=said)

    async def _take(
        self, kind: Literal["speech", "digits", "choice"], text: str, payload: str | None = None,
        said: frozenset[str] = frozenset(),
    ) -> tuple[Outbound, ...]:  # fmt: skip
        desk = self._desk
        self._wait(None)
        inbound = self._inbound(kind, text, payload)
        for tries in range(1, _TRIES + 1):
            try:
                if self._cut is not None and not await to_thread.run_sync(
                    call_words.interrupted, desk, self._id, self._rows, self._cut
                ):
                    inbound = inbound.model_copy(update={"provider": {**inbound.provider, "not_heard": "yes"}})
                answer = await to_thread.run_sync(
                    partial(calls.take, desk, inbound, self._id, self._talk, said=said, drops=self._drops)
                )
            except (Busy, Conflict):
                await asyncio.sleep(0.2 * tries)
                continue
            await self._give(answer)
            return answer.rows
        raise Busy("the turn is not taken")

    def _inbound(self, kind: Kind, text: str, payload: str | None) -> Inbound:
        desk, self._count = self._desk, self._count + 1
        return voice.heard(
            kind, text[: desk.settings.max_text], payload, id=desk.new_id(), clinic=desk.clinic.id, sender=self._sender,
            received_at=desk.clock(), provider_id=f"{self._id}:{self._session}:{self._count}",
        )  # fmt: skip

    async def _look(self) -> None:
        """Staff have taken the call, or something has come to be said."""
        try:
            if not await to_thread.run_sync(calls.stirred, self._desk, self._id, self._talk):
                return
            found = await to_thread.run_sync(partial(calls.look, self._desk, self._id, drops=self._drops))
        except (Busy, Conflict):
            self._due.set("bell", 1.0)
            return
        if found is not None and (found.rows or found.call.wish):
            await self._give(found)

    async def _give(self, answer: Answer) -> None:
        """Speak, or leave the call to the verb that comes next; its words stay for that."""
        tongue = self._known.get(answer.conversation.locale) or self._known["en"]
        self._answer = answer
        if answer.call.drops != self._drops:
            self._over = True  # another socket has the call by now
            return
        if answer.call.wish:
            await self._ws.send_text(words.end(answer.call.wish))
            self._over = True
            return
        if tongue != self._tongue:
            self._tongue = tongue
            await self._ws.send_text(words.language(tongue.says, tongue.hears))
        length, slow = 0, answer.conversation.pace == "slow"
        for row in answer.rows:
            for at, (line, spoken) in enumerate(voice.lines([row], self._known, slow=slow)):
                greeting = at == 0 and row.keys[:1] == ("greeting.disclosure",)
                for frame in words.text(line, spoken.says, interruptible=not (row.urgent or greeting), slow=slow):
                    await self._ws.send_text(frame)
                length += words.weight(line)
        if answer.rows:
            self._spoke = asyncio.get_running_loop().time()
            self._rows, self._cut = tuple(row.id for row in answer.rows), None
        self._wait(length / (_SLOWEST * (_SLOW if slow else 1)))

    def _wait(self, speaking: float | None) -> None:
        """From when on silence counts: after so many seconds of our own speech; None: the caller is at it."""
        if speaking is None:
            self._due.drop("quiet")
            return
        self._due.set("quiet", speaking + self._desk.settings.voice_silence_seconds)
