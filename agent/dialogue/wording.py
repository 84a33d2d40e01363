"""Renders an approved message in a locale for a channel; every word comes from locales/ or the clinic's own facts."""

import re
from dataclasses import dataclass
from typing import Any

from agent.content.plurals import COUNT, which
from agent.dialogue.spoken import Voice, listed, speak
from agent.model.content import Message
from agent.model.effect import Say
from agent.model.message import Button

_WIDE_STOPS = ("。", "？", "！")
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")  # "… a las 11:00 a.m." at the end of a sentence
_PLACE = re.compile(r"\{([a-z_]+)\}")  # our own substitution: str.format would let a translator reach into objects

_HOW_LONG, _ALIKE = "answer.how_long.visit", "answer.how_long.visit.one"


@dataclass(frozen=True)
class Rendered:
    """A message as this channel carries it."""

    text: str
    buttons: tuple[Button, ...]
    message: Message


class NotSayable(LookupError):
    """No approved message for this key in the language or in English: a defect of the content."""


def placeholders(text: str) -> frozenset[str]:
    """The names between braces."""
    return frozenset(_PLACE.findall(text))


def render(voice: Voice, say: Say, extra: dict[str, Any] | None = None) -> Rendered:
    """Text and buttons for one Say. A missing translation falls back to English, never to a key.

    Raises NotSayable when even English lacks it.
    """
    say = _of_one_length(voice, say)
    message = voice.content.message(voice.locale, say.key, voice.channel)
    if message is None:
        message = voice.content.message("en", say.key, voice.channel)
        voice = Voice(voice.content, voice.clinic, "en", voice.channel, voice.now)
    if message is None:
        raise NotSayable(say.key)
    values = {**_standing(voice), **say.values, **(extra or {})}
    if message.plural:
        message = numbered(message, voice.locale, int(values.get(COUNT) or 0))
    text = _PLACE.sub(lambda m: speak(voice, values.get(m.group(1), "")), message.text)
    text = re.sub(r"[ \t]{2,}", " ", text).replace(" .", ".").replace(" ,", ",").strip()
    text = _TWO_STOPS.sub(".", text)
    labels = [_label(voice, o) for o in say.options]
    buttons = tuple(Button(label=t, payload=str(o["payload"])) for t, o in zip(labels, say.options, strict=True))
    if labels and voice.channel != "chat":
        spoken = voice.channel == "voice" and _yes_or_no(say)
        text = _beside(text, voice.term("options.yes_no")) if spoken else _numbered(voice, text, labels)
        buttons = ()
    return Rendered(text, buttons, message)


def _of_one_length(voice: Voice, say: Say) -> Say:
    """Where all visits take as long, no "20 to 20 minutes"."""
    several = len({each.minutes for each in voice.clinic.visit_types}) > 1
    return say if several or say.key != _HOW_LONG else say.model_copy(update={"key": _ALIKE})


def numbered(message: Message, locale: str, number: int) -> Message:
    """The message in the form that its language gives to the number."""
    return message.model_copy(update={"text": message.plural[min(which(locale, number), len(message.plural) - 1)]})


def _standing(voice: Voice) -> dict[str, Any]:
    clinic = voice.clinic
    minutes = [each.minutes for each in clinic.visit_types] or [0]
    return {
        "clinic": clinic.alias or clinic.name if voice.channel == "sms" else clinic.name,
        "phone_desk": {"as": "phone", "value": clinic.phone},
        "languages": {"as": "languages", "value": "live"},
        "shortest": str(min(minutes)),
        "longest": str(max(minutes)),
    }


def _label(voice: Voice, option: dict[str, Any]) -> str:
    label = option["label"]
    if isinstance(label, dict) and label.get("as") == "opening" and voice.channel != "voice":
        label = {**label, "as": "opening_short"}
    text = speak(voice, label)
    own = voice.channel == "voice" and isinstance(label, dict) and label.get("as") == "key"
    inside = own and not voice.term("options.spoken").startswith("{label}")
    if inside and text[1:2].islower():  # "For other times, say or press 4"
        return text[0].lower() + text[1:]
    return text


def _yes_or_no(say: Say) -> bool:
    return [o["payload"].partition("=")[2] for o in say.options] == ["yes", "no"]


def _numbered(voice: Voice, text: str, labels: list[str]) -> str:
    """Choices by number: a line each where they are long, in one sentence where they are short."""
    if voice.channel == "voice":
        return " ".join(
            [text, *(voice.term("options.spoken", number=str(i), label=t) for i, t in enumerate(labels, 1))]
        )
    if all(len(t) <= 24 for t in labels) and len(labels) <= 3:
        each = [voice.term("options.inline", number=str(i), label=t) for i, t in enumerate(labels, 1)]
        short = listed(voice, each, either=True)
        return _beside(text, voice.term("options.reply_short", choices=short))
    lines = [f"{i}) {t}" for i, t in enumerate(labels, 1)]
    return "\n".join([text, *lines, voice.term("options.reply")])


def _beside(text: str, more: str) -> str:
    """Two sentences; no space stands behind a full-width full stop."""
    return f"{text}{more}" if text.endswith(_WIDE_STOPS) else f"{text} {more}"
