"""ConversationRelay's words on the wire: decodes Twilio's frames, encodes ours; no socket, no store, no turn.

From Twilio: `setup`, `prompt` (partial ones with `last: false`), `dtmf`, `interrupt`, `info`, `error`. To Twilio:
`text`, `language`, `end`. Frames of a kind that we do not know, and keys beside those that we read, are passed over.
"""

import json
import re
from typing import Annotated, Any, Literal
from xml.sax.saxutils import escape

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from agent.model.fault import Unreadable

MAX_FRAME = 65_536  # bytes
MAX_PROMPT = 8_000  # characters
SLOW = "75%"  # of the voice's own speed
_BREATH = "400ms"  # between two slow sentences
MOST_MALFORMED = 10  # in a row; then the socket is closed, as Twilio does with ours
_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"”»’']*\s+|[。！？؟।]+|$)", re.DOTALL)


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, alias_generator=to_camel)


class Setup(_Frame):
    type: Literal["setup"]
    session_id: str = Field(min_length=1, max_length=64)
    call_sid: str = Field(pattern=r"^CA[0-9A-Za-z]{32}$")
    account_sid: str = ""


class Prompt(_Frame):
    """What the caller said; `last` False while they go on."""

    type: Literal["prompt"]
    voice_prompt: str = Field(max_length=MAX_PROMPT)
    lang: str = Field("", max_length=40)
    last: bool = True


class Dtmf(_Frame):
    type: Literal["dtmf"]
    digit: str = Field(pattern=r"^[0-9*#A-D]$")


class Interrupt(_Frame):
    """The caller spoke over us: what was out until then. Milliseconds come as a number and as a string."""

    type: Literal["interrupt"]
    utterance_until_interrupt: str = Field("", max_length=MAX_PROMPT)
    duration_until_interrupt_ms: int | str = 0


class Info(_Frame):
    type: Literal["info"]
    name: str = Field("", max_length=60)
    value: Any = None


class Told(_Frame):
    """Twilio could not do what one of our frames asked for."""

    type: Literal["error"]
    description: str = Field("", max_length=2_000)


Frame = Setup | Prompt | Dtmf | Interrupt | Info | Told
_FRAMES: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])
_KINDS = frozenset({"setup", "prompt", "dtmf", "interrupt", "info", "error"})


class BadFrame(Unreadable):
    """A frame that cannot be taken. Never carries what was in it."""


def decode(raw: str | bytes) -> Frame | None:
    """One frame of Twilio's; None for a kind that we do not know. Raises BadFrame for what is no such frame."""
    if len(raw) > MAX_FRAME:
        raise BadFrame("too large")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFrame("not JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise BadFrame("no type")
    if data["type"] not in _KINDS:
        return None
    try:
        return _FRAMES.validate_python(data)
    except ValidationError:
        raise BadFrame("not as Twilio writes it") from None


def text(words: str, lang: str, *, interruptible: bool, slow: bool = False) -> list[str]:
    """The frames of one utterance, sentence by sentence, so that the first is heard while the rest is on its way.
    `slow`: in SSML, which Amazon's and Google's voices follow inside a token (Twilio's changelog of 7 October 2025)."""
    parts = sentences(words)
    return [
        _frame(
            type="text", token=_slowly(part) if slow else part, last=at == len(parts), lang=lang,
            interruptible=interruptible, preemptible=False,
        )
        for at, part in enumerate(parts, 1)
    ]  # fmt: skip


def sentences(words: str) -> list[str]:
    """With the spaces that stand behind them."""
    return [m.group() for m in _SENTENCE.finditer(words) if m.group()]


def weight(words: str) -> int:
    """Letters to be spoken: a character that is a syllable or a word (Han, Hangul, kana) counts as three."""
    return len(words) + 2 * _wide(words)


def several(words: str) -> bool:
    """More than one word; Chinese has no spaces between them."""
    return len(words.split()) > 1 or _wide(words) > 1


def _wide(words: str) -> int:
    return sum(ord(c) > 0x2E80 for c in words)


def _slowly(sentence: str) -> str:
    bare = sentence.rstrip()
    return f'<prosody rate="{SLOW}">{escape(bare)}</prosody><break time="{_BREATH}"/>{sentence[len(bare) :]}'


def without_marks(words: str) -> str:
    """Our own words as Twilio gives them back, without the SSML around them, also where it was cut off."""
    return re.sub(r"<[^>]*(?:>|$)", "", words)


def language(says: str, hears: str) -> str:
    """From now on in this language, out and in."""
    return _frame(type="language", ttsLanguage=says, transcriptionLanguage=hears)


def end(do: str) -> str:
    """Twilio asks our action address what comes next; `do` is a word of ours, nothing about anybody."""
    return _frame(type="end", handoffData=json.dumps({"do": do}))


def _frame(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)
