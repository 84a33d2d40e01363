"""The voice side of the Twilio stand-in: one simulated call, verb by verb, from ringing to the end."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.demo.twilio_hooks import Hooks
from agent.demo.twilio_relay import Relay, Utterance
from agent.demo.twilio_rooms import Room, confer
from agent.demo.twilio_tapes import Tapes, recorded
from agent.demo.twilio_twiml import BadTwiml, Verb, parse

State = Literal["ringing", "talking", "transfer", "person", "ended"]
_MOST_STEPS = 200  # verbs of one call
_KEY_GAP = 2.0  # seconds between two keys for <Gather>


@dataclass
class SimulatedCall:
    """A call from `number` to the clinic's number. `tell` hears what a handset would show; `pace` scales waiting (0: at
    once). All methods run on the loop that runs `run`."""

    account_sid: str
    auth_token: str
    number: str
    clinic: str
    url: str
    status_url: str
    hooks: Hooks
    pace: float = 1.0
    tell: Callable[[dict[str, Any]], None] = lambda _: None
    id: str = field(default_factory=lambda: "CA" + secrets.token_hex(16))
    state: State = "ringing"
    said: list[Utterance] = field(default_factory=list)  # to the caller
    whispered: list[str] = field(default_factory=list)  # to the clinic's own telephone
    errors: list[str] = field(default_factory=list)
    twiml: list[str] = field(default_factory=list)
    relays: list[Relay] = field(default_factory=list)
    staff_answers: bool | None = None  # None: a hand answers or not, by `staff`
    unanswered: str = "no-answer"  # what a dialled telephone that nobody takes comes to
    hung_up: bool = False
    finished: bool = False  # all of it told
    spoke: asyncio.Event = field(default_factory=asyncio.Event)  # set at each utterance, and at the end
    rooms: dict[str, Room] = field(default_factory=dict)
    tapes: Tapes = field(default_factory=Tapes)
    later: Callable[[Any], None] = asyncio.ensure_future
    star: asyncio.Event | None = None  # in a room that the star key leads out of
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    led_to: str = ""  # where its next document is, once it is moved
    desk: Any = None  # the clinic's telephone on the caller's page, when it is rung for them
    paged: bool = False  # there is a page with a handset
    _heard: asyncio.Queue[tuple[str, str]] = field(default_factory=asyncio.Queue)
    _staff: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    # --- the hands of the caller and of the clinic's staff

    async def say(self, text: str, *, last: bool = True) -> None:
        relay = self._relay
        if relay is not None:
            await relay.send(type="prompt", voicePrompt=text, lang=relay.lang, last=last)
        elif last:
            self._heard.put_nowait(("speech", text))

    async def press(self, digit: str) -> None:
        relay = self._relay
        if relay is not None:
            await relay.send(type="dtmf", digit=digit)
        elif digit == "*" and self.star is not None:
            self.star.set()
        else:
            self._heard.put_nowait(("key", digit))

    async def cut(self, heard: str, milliseconds: int | str = 460) -> None:
        """The caller speaks over the desk when `heard` of its words was out."""
        if self._relay is not None:
            await self._relay.send(
                type="interrupt", utteranceUntilInterrupt=heard, durationUntilInterruptMs=milliseconds
            )

    def staff(self, key: str) -> None:
        """At the clinic's own telephone: "answer", a digit, or "hangup"."""
        up = self.desk is not None and self.desk.state != "ended"
        (self.desk.at_hand if up else self._staff.put_nowait)(key)

    async def lead(self, url: str) -> None:
        """Our REST API leads the call elsewhere, whatever it does now."""
        self.led_to = url
        self.moved.set()
        for relay in self.relays[-1:]:
            await relay.drop(1000)

    async def hang_up(self) -> None:
        self.hung_up = True
        self.gone.set()
        for relay in self.relays[-1:]:
            await relay.drop(1000)

    # --- the call

    async def run(self) -> None:
        """The whole call. An error of the desk ends it, as at Twilio, and stands in `errors`."""
        try:
            body = await self.ask(self.url, "ringing")
            self.now("talking")
            for _ in range(_MOST_STEPS):
                following = await self._verbs(parse(body))
                if self.moved.is_set() and not self.hung_up:
                    self.moved.clear()
                    following = await self.ask(self.led_to)
                if following is None:
                    break
                body = following
            else:
                self.errors.append("the call goes round in circles")
        except BadTwiml as bad:
            self.errors.append(str(bad))
        finally:
            self.now("ended")
            with contextlib.suppress(BadTwiml):
                await self.ask(self.status_url, "completed")
            self.finished = True
            self.spoke.set()

    async def _verbs(self, verbs: tuple[Verb, ...]) -> str | None:
        """The next document, or None where the call is over."""
        for verb in verbs:
            if (self.hung_up and verb.name != "Connect") or self.moved.is_set():
                return None
            match verb.name:
                case "Say":
                    self.speak(verb)
                case "Redirect":
                    return await self.ask(verb.text)
                case "Hangup":
                    return None
                case "Pause":
                    await self.sleep(float(verb.get("length", "1")))
                case "Connect":
                    following = await self._connect(verb)
                    if following is not None or self.hung_up:
                        return following
                case "Gather":
                    following = await self._gather(verb)
                    if following is not None:
                        return following
                case "Record":
                    following = await recorded(self, verb)
                    if following is not None or self.hung_up:
                        return following
                case "Dial":
                    following = await self._dial(verb)
                    if following is not None:
                        return following
        return None

    async def _connect(self, verb: Verb) -> str | None:
        relay = Relay(
            self.account_sid, self.auth_token, verb.inner[0], self._facts("in-progress"), self._utter, pace=self.pace,
            left=1000 if self.hung_up else None,
        )  # fmt: skip
        self.relays.append(relay)
        await relay.run()
        self.errors += [e for e in relay.errors if not e.startswith("64102")]
        if self.moved.is_set() or not verb.get("action"):
            return None
        more = {
            "SessionId": relay.id, "SessionStatus": "ended" if relay.ended else "failed",
            "SessionDuration": str(int(time.monotonic() - relay.began)),
        }  # fmt: skip
        if relay.handoff is not None:
            more["HandoffData"] = relay.handoff
        status = "completed" if self.hung_up else "in-progress"
        return await self.ask(verb.get("action"), status, **more)

    async def _gather(self, verb: Verb) -> str | None:
        for child in verb.inner:
            if child.name == "Say":
                self.speak(child)
        kind, text = await self._input(verb)
        more: dict[str, str] = {}
        if kind == "speech":
            more = {"SpeechResult": text, "Confidence": "0.91"}
        elif kind == "key":
            more = {"Digits": text}
        elif verb.get("actionOnEmptyResult") == "true":
            more = {"SpeechResult": ""}
        left = self.hung_up or self.moved.is_set() or not more
        return None if left else await self.ask(verb.get("action"), **more)

    async def _input(self, verb: Verb) -> tuple[str, str]:
        """("speech", words), ("key", digits) or ("", "") when the caller gives nothing in time."""
        first = await self.first(float(verb.get("timeout", "5")))
        if first[0] != "key":
            return first
        digits, most, stop = first[1], int(verb.get("numDigits", "99")), verb.get("finishOnKey", "#")
        while len(digits) < most and not digits.endswith(stop):
            kind, more = await self.first(_KEY_GAP)
            if kind != "key":
                break
            digits += more
        return "key", digits.removesuffix(stop)

    async def first(self, seconds: float) -> tuple[str, str]:
        hears, gone = asyncio.create_task(self._heard.get()), asyncio.create_task(self.gone.wait())
        moved = asyncio.create_task(self.moved.wait())
        done, left = await asyncio.wait(
            {hears, gone, moved}, timeout=max(seconds * self.pace, 0.05), return_when=asyncio.FIRST_COMPLETED
        )
        for task in left:
            task.cancel()
        return hears.result() if hears in done else ("", "")

    async def _dial(self, verb: Verb) -> str | None:
        if verb.inner and verb.inner[0].name == "Conference":
            return await confer(self, verb, verb.inner[0])
        self.now("transfer")
        number, seconds = verb.inner[0] if verb.inner else Verb("Number", text=verb.text), verb.get("timeout", "30")
        bridged = await self._rung(number, float(seconds))
        if bridged:
            self.now("person")
            await self.gone.wait()
        if not verb.get("action"):
            return None
        status, outcome = "completed" if self.hung_up else "in-progress", "completed" if bridged else self.unanswered
        self.now("talking")
        return await self.ask(verb.get("action"), status, DialCallStatus=outcome, DialBridged=str(bridged).lower())

    async def _rung(self, number: Verb, seconds: float) -> bool:
        """Did somebody at the other telephone take the call?"""
        if await self._staffs(seconds, "answer") != "answer":
            return False
        if not number.get("url"):
            return True
        child = {"CallSid": "CA" + secrets.token_hex(16), "ParentCallSid": self.id, "To": number.text}
        body = await self.ask(number.get("url"), **child)
        for verb in parse(body):
            if verb.name == "Gather":
                self.whispered += [s.text for s in verb.inner if s.name == "Say"]
                self.tell({"t": "whisper", "text": self.whispered[-1]})
                key = await self._staffs(float(verb.get("timeout", "5")), "1")
                if key.isdigit():
                    body = await self.ask(verb.get("action"), **child, Digits=key)
                    return not parse(body)
            if verb.name == "Hangup":
                return False
        return not parse(body)

    async def _staffs(self, seconds: float, would: str) -> str:
        if self.staff_answers is not None:
            return would if self.staff_answers else ""
        waits, gone = asyncio.create_task(self._staff.get()), asyncio.create_task(self.gone.wait())
        done, left = await asyncio.wait({waits, gone}, timeout=seconds * self.pace, return_when="FIRST_COMPLETED")
        for task in left:
            task.cancel()
        return waits.result() if waits in done else ""

    # --- bookkeeping

    @property
    def _relay(self) -> Relay | None:
        return self.relays[-1] if self.relays and self.relays[-1].open else None

    def speak(self, verb: Verb) -> None:
        said, slow = verb.get("language") or verb.get("voice"), any(child.name == "prosody" for child in verb.inner)
        self._utter(Utterance(verb.text, said, False, time.monotonic(), slow))

    def _utter(self, what: Utterance) -> None:
        self.said.append(what)
        self.spoke.set()
        self.tell(
            {"t": "say", "text": what.text, "lang": what.lang, "interruptible": what.interruptible, "slow": what.slow}
        )

    def now(self, state: State) -> None:
        self.state = state
        self.tell({"t": "state", "state": state})

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.pace)

    def _facts(self, status: str) -> dict[str, str]:
        return {
            "CallSid": self.id, "AccountSid": self.account_sid, "From": self.number, "To": self.clinic,
            "CallStatus": status, "Direction": "inbound", "ApiVersion": "2010-04-01", "ForwardedFrom": "",
            "CallerName": "", "StirVerstat": "TN-Validation-Passed-A",
        }  # fmt: skip

    async def ask(self, url: str, status: str = "in-progress", **more: str) -> str:
        """One webhook, signed; its answer. Raises BadTwiml where Twilio would end the call."""
        params = {**self._facts(status), **more}
        answer = await self.hooks.post(url, params, secrets.token_hex(16))
        if answer.status is None or answer.status >= 400:
            raise BadTwiml(11200, f"{url.rpartition('/')[2]}: {answer.status or answer.why}")
        self.twiml.append(answer.body)
        return answer.body
