"""Weekly opening hours as one sentence, equal neighbouring days joined."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from agent.dialogue.spoken import Voice, clock
from agent.model.clinic import WEEKDAYS


def hours_text(voice: Voice, hours: Mapping[str, Any]) -> str:
    """ "Mon–Fri 8:00 AM–12:00 PM, 1:00 PM–5:00 PM"; by phone the words are whole: "Monday to Friday …"."""
    rows: list[tuple[int, int, str]] = []
    for index, name in enumerate(WEEKDAYS):
        text = spans_text(voice, hours.get(name) or [])
        if rows and rows[-1][2] == text and rows[-1][1] == index - 1:
            rows[-1] = (rows[-1][0], index, text)
        else:
            rows.append((index, index, text))
    return voice.almanac.semicolon.join(f"{_days(voice, first, last)} {text}" for first, last, text in rows if text)


def spans_text(voice: Voice, spans: Iterable[Any]) -> str:
    """ "8:00 AM–12:00 PM, 1:00 PM–5:00 PM"; empty without any."""
    return voice.almanac.comma.join(_span(voice, clock(voice, _at(a)), clock(voice, _at(b))) for a, b in spans)


def _days(voice: Voice, first: int, last: int) -> str:
    if first == last:
        return weekday_name(voice, first)
    opens, closes = voice.almanac.weekdays(first, last, short=voice.channel != "voice")
    return voice.term("format.days", first=opens, last=closes)


def weekday_name(voice: Voice, index: int) -> str:
    """0 is Monday; short in writing, whole when spoken."""
    return voice.almanac.weekday(index, short=voice.channel != "voice")


def _span(voice: Voice, first: str, last: str) -> str:
    return voice.term("format.span", first=first, last=last)


def _at(value: Any) -> time:
    return value if isinstance(value, time) else time.fromisoformat(str(value))
