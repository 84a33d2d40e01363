"""Times of day: "0600", "07:30", "half seven", "quarter to nine", "six in the morning". Minutes from midnight or noon:
a note writes 20:15 where "quarter past eight" was said."""

from collections.abc import Iterator
from typing import NamedTuple

from agent.documents.tokens import ONES, TENS, Token

HALF_DAY = 720
_PARTS = {"half": 30, "quarter": 15}
_HALVES = frozenset({"am", "pm", "a.m", "p.m", "o'clock"})
_OF_DAY = frozenset({"morning", "evening", "afternoon", "night"})
_ABOUT = frozenset({"at", "around", "about", "by", "till", "until", "past", "since", "before", "after", "say"})
_NAMED = {"noon": 0, "midday": 0, "midnight": 0}


class Clock(NamedTuple):
    """`minutes` after midnight or noon, at the tokens `first` to `last`."""

    minutes: int
    first: int
    last: int


def clocks(words: list[Token], *, spoken: bool) -> Iterator[Clock]:
    """Times that are plainly so; `spoken`: also what is one in a room only ("at six", "half seven", "seven thirty")."""
    for n, word in enumerate(words):
        if word.text in _NAMED:
            yield Clock(_NAMED[word.text], n, n)
        yield from _in_figures(words, n)
        if (hour := _hour(words, n)) is not None:
            yield from _after_hour(words, n, hour, spoken=spoken)
            yield from _before_hour(words, n, hour, spoken=spoken)


def _in_figures(words: list[Token], n: int) -> Iterator[Clock]:
    """ "7:30", "07.30 am", "0600"."""
    text = words[n].text
    if len(text) == 4 and text.isdigit() and text[0] in "012" and int(text) < 2400 and int(text[2:]) < 60:
        hours = _at(words, n + 1) in ("h", "hr", "hrs", "hours")
        if text[0] == "0" or hours:
            yield _clock(int(text[:2]), int(text[2:]), n, n + hours)
    elif _at(words, n + 1) == ":" and text.isdigit() and len(text) <= 2 and int(text) < 24:
        minutes = _at(words, n + 2)
        if len(minutes) == 2 and minutes.isdigit() and int(minutes) < 60:
            yield _clock(int(text), int(minutes), n, n + 2)
    elif text.replace(".", "", 1).isdigit() and "." in text and _at(words, n + 1) in _HALVES:
        hour, _, minutes = text.partition(".")
        if hour and len(minutes) == 2 and int(hour) < 24 and int(minutes) < 60:
            yield _clock(int(hour), int(minutes), n, n + 1)


def _after_hour(words: list[Token], n: int, hour: int, *, spoken: bool) -> Iterator[Clock]:
    """ "6 am", "six in the morning", "six o'clock", "seven thirty", "at six"."""
    after = [w.text for w in words[n + 1 : n + 4]]
    in_the = after[:2] == ["in", "the"] and after[2:3] != [] and after[2] in _OF_DAY
    if in_the or after[:2] == ["at", "night"] or (after and after[0] in _HALVES):
        yield _clock(hour, 0, n, n + 1)
    elif spoken:
        if (found := _minutes(words, n + 1)) is not None:
            yield _clock(hour, found[0], n, found[1])
        if n and words[n - 1].text in _ABOUT:
            yield _clock(hour, 0, n - 1, n)


def _before_hour(words: list[Token], n: int, hour: int, *, spoken: bool) -> Iterator[Clock]:
    """ "Half past six", "quarter to nine", "ten past eight", and "half seven" for 7:30."""
    before = [w.text for w in words[max(0, n - 3) : n]]
    if not before:
        return
    way = {"past": 1, "after": 1, "gone": 1, "to": -1, "till": -1, "of": -1}.get(before[-1])
    if way is not None and len(before) > 1:
        minutes = _PARTS.get(before[-2], ONES.get(before[-2], TENS.get(before[-2])))
        if minutes is None and before[-2].isdigit():
            minutes = int(before[-2])
        if minutes == 5 and len(before) > 2 and before[-3] == "twenty":
            minutes = 25
        if minutes and minutes < 31 and (minutes % 5 == 0 or before[-2] in _PARTS):
            yield _clock(hour, way * minutes, n - 2, n)
    elif before[-1] == "half" and spoken:
        yield _clock(hour, 30, n - 1, n)


def _minutes(words: list[Token], n: int) -> tuple[int, int] | None:
    """The minutes said after an hour ("thirty", "forty five", "oh five"), and their last word."""
    n += _at(words, n) == "-"
    word, after = _at(words, n), _at(words, n + 1)
    if word in ("oh", "o") and after in ONES:
        return ONES[after], n + 1
    if word in TENS and TENS[word] < 60:
        more = ONES.get(after, 10)
        return (TENS[word] + more, n + 1) if 0 < more < 10 else (TENS[word], n)
    if word in ONES and ONES[word] >= 10:
        return ONES[word], n
    return None


def _hour(words: list[Token], n: int) -> int | None:
    text = words[n].text
    value = int(text) if text.isdigit() and len(text) <= 2 else ONES.get(text)
    return value if value is not None and 1 <= value <= 12 else None


def _at(words: list[Token], n: int) -> str:
    return words[n].text if n < len(words) else ""


def _clock(hour: int, minutes: int, first: int, last: int) -> Clock:
    return Clock((hour * 60 + minutes) % HALF_DAY, first, last)
