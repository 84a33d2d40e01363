"""ConversationRelay's words on the wire: decodes Twilio's frames, encodes ours; no socket, no store, no turn.

From Twilio: `setup`, `prompt` (partial ones with `last: false`), `dtmf`, `interrupt`, `info`, `error`. To Twilio:
`text`, `language`, `end`. Frames of a kind that we do not know, and keys beside those that we read, are passed over.
"""

import json
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from agent.model.fault import Unreadable

MAX_FRAME = 65_536  # bytes
MAX_PROMPT = 8_000  # characters
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


def text(words: str, lang: str, *, interruptible: bool) -> list[str]:
    """The frames of one utterance, sentence by sentence, so that the first is heard while the rest is on its way."""
    parts = [m.group() for m in _SENTENCE.finditer(words) if m.group()]
    return [
        _frame(
            type="text", token=part, last=at == len(parts), lang=lang, interruptible=interruptible, preemptible=False
        )
        for at, part in enumerate(parts, 1)
    ]  # fmt: skip


def language(says: str, hears: str) -> str:
    """From now on in this language, out and in."""
    return _frame(type="language", ttsLanguage=says, transcriptionLanguage=hears)


def end(do: str) -> str:
    """Twilio asks our action address what comes next; `do` is a word of ours, nothing about anybody."""
    return _frame(type="end", handoffData=json.dumps({"do": do}))


def _frame(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)
