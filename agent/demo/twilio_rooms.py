"""Conferences of the Twilio stand-in: who is in which room, what is heard before it begins, and how each comes out."""

import asyncio
import secrets
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

from agent.demo.twilio_hooks import Hooks
from agent.demo.twilio_twiml import BadTwiml, Verb, parse, while_waiting

if TYPE_CHECKING:
    from agent.demo.twilio_outbound import OutboundCall


@dataclass
class Room:
    """One conference. It begins when somebody comes in who may begin it, and is over when somebody leaves whose leaving
    ends it, or when nobody is left."""

    sid: str = field(default_factory=lambda: "CF" + secrets.token_hex(16))
    began: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    inside: dict[str, Verb] = field(default_factory=dict)

    def enter(self, call: str, noun: Verb) -> None:
        self.inside[call] = noun
        if noun.get("startConferenceOnEnter", "true") == "true":
            self.began.set()

    def leave(self, call: str) -> None:
        noun = self.inside.pop(call)
        if noun.get("endConferenceOnExit") == "true" or not self.inside:
            self.over.set()


class Leg(Protocol):
    """What a room needs of a call."""

    id: str
    hung_up: bool
    moved: asyncio.Event
    star: asyncio.Event | None
    rooms: dict[str, Room]
    errors: list[str]
    gone: asyncio.Event
    hooks: Hooks

    def tell(self, what: dict[str, Any], /) -> None: ...

    async def ask(self, url: str, status: str = "in-progress", **more: str) -> str: ...

    def speak(self, verb: Verb) -> None: ...

    def now(self, state: Any) -> None: ...

    async def sleep(self, seconds: float) -> None: ...


async def confer(call: Leg, dial: Verb, noun: Verb) -> str | None:
    """The call is in the room until it leaves, is led elsewhere or the room is over; the next document, or None."""
    room = call.rooms.get(noun.text)
    if room is None or room.over.is_set():
        room = call.rooms[noun.text] = Room()
    call.star = asyncio.Event() if dial.get("hangupOnStar") == "true" else None
    room.enter(call.id, noun)
    outs = [call.gone, call.moved, room.over, *([call.star] if call.star else [])]
    if not room.began.is_set():
        call.now("transfer")
        music = asyncio.create_task(_music(call, room, noun.get("waitUrl")))
        await _any([*outs, room.began])
        music.cancel()
    if room.began.is_set() and not any(e.is_set() for e in outs):
        call.now("person")
        await _any(outs)
    call.star = None
    room.leave(call.id)
    if not call.hung_up:
        call.now("talking")
    if call.moved.is_set() or not dial.get("action"):
        return None
    return await call.ask(
        dial.get("action"), "completed" if call.hung_up else "in-progress", DialCallStatus="answered"
    )  # fmt: skip


async def _music(call: Leg, room: Room, url: str) -> None:
    """What our waitUrl says, over and over."""
    try:
        while url:
            following = url
            for verb in while_waiting(parse(await call.ask(url, ConferenceSid=room.sid, FriendlyName=call.id))):
                match verb.name:
                    case "Say":
                        call.speak(verb)
                    case "Play":
                        await call.sleep(await _played(call, verb.text))
                    case "Pause":
                        await call.sleep(float(verb.get("length", "1")))
                    case "Redirect":
                        following = verb.text
                        break
            url = following
            await asyncio.sleep(0.02)
    except BadTwiml as bad:
        call.errors.append(str(bad))


async def _played(call: Leg, url: str) -> float:
    """For how many seconds it sounds. Raises BadTwiml for what Twilio could not play."""
    sound = await call.hooks.sound(url)
    if sound is None:
        raise BadTwiml(12400, "nothing to play")
    try:
        with wave.open(BytesIO(sound)) as read:
            seconds: float = read.getnframes() / read.getframerate()
    except (wave.Error, EOFError):
        raise BadTwiml(12400, "no sound that can be played") from None
    call.tell({"t": "play", "url": url})
    return seconds


async def _any(events: list[asyncio.Event]) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in waits:
        task.cancel()


def beside(tell: Callable[[dict[str, Any]], None], call: "OutboundCall") -> None:
    """The clinic's own telephone stands on the caller's page: it rings there, and is pressed there."""

    def show(what: dict[str, Any]) -> None:
        if what["t"] == "ring":
            tell({"t": "state", "state": "transfer"})
        elif what["t"] == "say":
            tell({"t": "whisper", "text": what["text"]})

    call.hand, call.key, call.tell = asyncio.Queue(), "", show
