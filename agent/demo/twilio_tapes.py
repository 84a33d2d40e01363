"""Recordings of the Twilio stand-in: made by <Record>, kept until they are deleted, and read by a transcriber."""

import asyncio
import math
import secrets
import struct
import wave
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Protocol

from agent.demo.twilio_twiml import BadTwiml, Verb

RATE = 8_000  # as on a telephone
SPEED = 12.0  # letters a second
_TONE = 220.0


@dataclass
class Tape:
    """One recording: what was said, and for how many seconds. `broken`: what our fetching gets instead of a sound."""

    call: str
    words: str
    seconds: int
    sid: str = field(default_factory=lambda: "RE" + secrets.token_hex(16))
    broken: bytes | None = None

    @property
    def sound(self) -> bytes:
        """A hum of the right length: the stand-in does not speak."""
        if self.broken is not None:
            return self.broken
        out = BytesIO()
        with wave.open(out, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            turn = 2 * math.pi * _TONE / RATE
            sound.writeframes(
                b"".join(struct.pack("<h", int(5000 * math.sin(turn * n))) for n in range(RATE * self.seconds))
            )
        return out.getvalue()


@dataclass
class Tapes:
    """What the account keeps, and how the next recordings go. `transcribes`: there is a transcript; `fails`: the
    status that is told instead of "completed"; `broken`: what is fetched instead of a sound; `away`: so many of the
    next requests are answered with a 500."""

    kept: dict[str, Tape] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    transcribes: bool = True
    fails: str = ""
    broken: bytes | None = None
    away: int = 0


class Speaker(Protocol):
    """What a recorder needs of a call."""

    id: str
    hung_up: bool
    tapes: Tapes
    account_sid: str

    async def ask(self, url: str, status: str = "in-progress", **more: str) -> str: ...

    async def first(self, seconds: float) -> tuple[str, str]: ...

    def tell(self, what: dict[str, Any], /) -> None: ...

    def later(self, what: Any, /) -> None: ...


async def recorded(call: Speaker, verb: Verb) -> str | None:
    """The caller speaks until a key, a silence or the end of the call; the next document, or None where there was
    nothing to record."""
    if verb.get("playBeep", "true") == "true":
        call.tell({"t": "beep"})
    said: list[str] = []
    digits = ""
    while not digits and not call.hung_up:
        kind, what = await call.first(float(verb.get("timeout", "5")))
        if kind == "speech":
            said.append(what)
        elif kind == "key" and what in verb.get("finishOnKey", "1234567890*#"):
            digits = what
        elif kind != "key":
            break
    words = " ".join(said)
    if not words and not call.tapes.fails:
        return None  # Twilio asks for no action then
    seconds = min(math.ceil(len(words) / SPEED), int(verb.get("maxLength", "3600")))
    tape = Tape(call.id, words, seconds, broken=call.tapes.broken)
    status = call.tapes.fails or "completed"
    if status == "completed":
        call.tapes.kept[tape.sid] = tape
    call.later(_told(call, verb, tape, status))
    over = "completed" if call.hung_up else "in-progress"
    if status != "completed":
        return await call.ask(verb.get("action"), over, RecordingDuration="0")
    about = _about(call, tape)
    return await call.ask(verb.get("action"), over, Digits=digits or ("hangup" if call.hung_up else ""), **about)


async def _told(call: Speaker, verb: Verb, tape: Tape, status: str) -> None:
    """Whatever is told beside the call, by Twilio's store and by its transcriber."""
    try:
        if verb.get("recordingStatusCallback"):
            await call.ask(verb.get("recordingStatusCallback"), RecordingStatus=status, **_about(call, tape))
        if verb.get("transcribe") == "true" and status == "completed" and call.tapes.transcribes:
            await asyncio.sleep(0.05)
            await call.ask(
                verb.get("transcribeCallback"), TranscriptionStatus="completed", TranscriptionText=tape.words,
                TranscriptionSid="TR" + secrets.token_hex(16), **_about(call, tape),
            )  # fmt: skip
    except BadTwiml:
        return  # nobody listens any more


def _about(call: Speaker, tape: Tape) -> dict[str, str]:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{call.account_sid}/Recordings/{tape.sid}"
    return {"RecordingSid": tape.sid, "RecordingDuration": str(tape.seconds), "RecordingUrl": url}
