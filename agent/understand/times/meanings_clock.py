"""The meanings of clock words: hours, halves, quarters, a.m. and p.m., parts of the day, and their ranges."""

from __future__ import annotations

import re
from typing import Any

from agent.understand.times.scene import Heard, Scene, means
from agent.understand.times.values import FULL_DAY, NOON, Clock, Clocks, Value, known_part

DIGITS = re.compile(r"\d+")
MINUTES = ("minute", "minutes2", "said_minute", "fraction")


def spoken(hour: int, minute: int = 0, second: int = 0, sure: bool = False) -> Clock | None:
    """An hour as said; 0 and 13 to 24 can only be meant one way."""
    if not (0 <= hour <= 24 and 0 <= minute <= 59 and 0 <= second <= 59) or (hour == 24 and minute):
        return None
    seconds = (hour * 3600 + minute * 60 + second) % FULL_DAY
    return Clock(seconds, sure or hour == 0 or hour > 12)


def _figures(text: str) -> Clock | None:
    numbers = [int(number) for number in DIGITS.findall(text)]
    numbers += [0] * (3 - len(numbers))
    return spoken(numbers[0], numbers[1], numbers[2], sure=text.startswith("0"))


def _any_clock(heard: Heard) -> list[Clock]:
    """The clock times heard, in order, whichever class they came as."""
    found: list[Clock] = []
    for name, values in heard.items():
        found.extend(clock for value in values if (clock := _as_clock(name, value)))
    return found


def _as_clock(name: str, value: Any) -> Clock | None:
    match name:
        case "clock" if isinstance(value, Clock):
            return value
        case "clock" | "dotted":
            return _figures(value)
        case "hour" | "digits":
            return spoken(value)
        case "hhmm":
            return spoken(int(value) // 100, int(value) % 100, sure=value.startswith("0"))
    return None


@means
def clock_time(_scene: Scene, heard: Heard) -> Value | None:
    """An hour, alone or with its minutes: "at 3", "14:30", "two thirty", "a las 3 y cuarto"."""
    hour = heard.one("hour") if "hour" in heard else heard.one("said_hour")
    minutes = [value for name in MINUTES for value in heard.get(name, [])]
    if hour is not None:
        return spoken(hour, sum(minutes)) if sum(minutes) < 60 else None
    clocks = _any_clock(heard)
    if clocks and minutes:
        whole = clocks[0].seconds % 3600 == 0 and sum(minutes) < 60
        return Clock(clocks[0].seconds + sum(minutes) * 60, clocks[0].sure) if whole else None
    return clocks[0] if clocks else None


@means
def minutes_to(_scene: Scene, heard: Heard) -> Value | None:
    """Minutes before an hour: "quarter to nine", "las doce menos cuarto", "halb neun"; `less` holds words that
    say both how many and before."""
    hour = heard.one("hour")
    minutes = next((heard.one(name) for name in ("less", "fraction", "minute", "said_minute") if heard.one(name)), None)
    clock = _as_clock("clock", heard.one("clock")) if "clock" in heard else None
    if clock and minutes and clock.seconds >= 3600:
        return Clock(clock.seconds - minutes * 60, clock.sure)
    if hour is None or minutes is None or not 1 <= hour <= 24:
        return None
    return spoken(hour - 1 or 12, 60 - minutes)


@means
def minutes_past(_scene: Scene, heard: Heard) -> Value | None:
    """Minutes after an hour that is a clock time already: "midi et quart", "9h et demie", "5 nach halb 9"."""
    named = heard.one("named")
    clocks = [Clock(named * 60 % FULL_DAY)] if named is not None else _any_clock(heard)
    minutes = sum(value for name in MINUTES for value in heard.get(name, []))
    if not clocks or not 0 < minutes < 60 or clocks[0].seconds % 60:
        return None
    clock = Clock((clocks[0].seconds + minutes * 60) % FULL_DAY, clocks[0].sure)
    # on top of a full hour only, or of the half one: "10:15 30" is no clock time
    return clock if clocks[0].seconds % 1800 == 0 and (clocks[0].seconds % 3600 == 0 or minutes < 15) else None


@means
def minutes_into(_scene: Scene, heard: Heard) -> Value | None:
    """A part of the hour that ends at the one named: "halb neun", "viertel neun" 8:15, "dreiviertel neun" 8:45. Where
    that hour is said with a word of its own ("half of the third"), the word's class is `next_hour`."""
    hour = heard.one("hour") or heard.one("next_hour")
    minutes = next((heard.one(name) for name in ("fraction", "half_to", "minute") if heard.one(name)), 0)
    return spoken(hour - 1 or 12, minutes) if hour and 0 < minutes < 60 else None


@means
def with_half(_scene: Scene, heard: Heard) -> Value | None:
    """A clock time said with its half of the day: "3 pm", "las 3 de la tarde"; "15 in the morning" is none."""
    clock = minutes_to(_scene, heard) if "less" in heard else clock_time(_scene, heard)
    half = heard.one("half") or heard.one("meridian") or heard.one("letter")
    if not isinstance(clock, Clock) or half is None or (clock.sure and clock.seconds < 3600):
        return None
    if half == "am" and clock.seconds >= NOON + 3600:
        return None
    return _in_half(clock, half)


def _in_half(clock: Clock, half: str) -> Clock:
    early_or_noon = clock.seconds < 5 * 3600 or clock.seconds >= NOON
    if half in ("night", "noon"):
        half = "am" if early_or_noon == (half == "night") else "pm"
    return Clock(clock.seconds) if clock.seconds >= NOON + 3600 else clock.half(half)


@means
def named_clock(_scene: Scene, heard: Heard) -> Value | None:
    """A clock time with a name, in minutes: "noon", "midnight", "EOD"."""
    return Clock(heard.one("named") * 60 % FULL_DAY)


@means
def part_of_day(scene: Scene, heard: Heard) -> Value | None:
    """Morning, afternoon or evening as a range with a name."""
    part = heard.one("part")
    start, end = scene.parts[part]
    return Clocks(Clock(start), Clock(end % FULL_DAY if end > FULL_DAY else end), known_part(part, start))


@means
def clock_range(_scene: Scene, heard: Heard) -> Value | None:
    """From one clock time to another; the half of the day said once counts for both: "2 to 4 pm"."""
    clocks = _ordered(heard)
    if len(clocks) < 2:
        return None
    start, end = clocks[0], clocks[1]
    if half := heard.one("meridian") or heard.one("half"):
        start = _in_half(start, half)
    if not start.sure and end.sure:
        start = _just_before(start, end)
    elif start.sure and not end.sure:
        end = next((Clock(s) for s in (end.seconds, end.seconds + NOON) if s > start.seconds), end)
    else:
        first, last = start.settled(), end.settled()
        if not end.sure and last <= first:
            last += NOON
        start, end = Clock(first, start.sure), Clock(last, end.sure)
    if end.seconds <= start.seconds:
        return None
    return Clocks(start, end)


def _ordered(heard: Heard) -> list[Clock]:
    """The two ends as said: `hour` stands before `clock` except where the row has only one class."""
    return _any_clock(heard)


def _just_before(start: Clock, end: Clock) -> Clock:
    later = start.seconds + NOON
    return Clock(later if start.seconds < NOON and later < end.seconds else start.seconds % FULL_DAY)


@means
def clock_from(_scene: Scene, heard: Heard) -> Value | None:
    """Any time from a clock time on: "after 3", "a partir de las 10"."""
    clocks = _any_clock(heard)
    return Clocks(clocks[0], None) if clocks else None


@means
def clock_until(_scene: Scene, heard: Heard) -> Value | None:
    """Any time before a clock time: "before 11", "antes de las 11"."""
    clocks = _any_clock(heard)
    return Clocks(None, clocks[0]) if clocks else None


@means
def part_edge(_scene: Scene, heard: Heard) -> Value | None:
    """The first or the last stretch of a part of the day: "late afternoon", "a primera hora"."""
    part: Clocks = heard.one("clocks")
    if part.start is None or part.end is None:
        return None
    first, last = part.start.seconds, part.end.seconds
    middle = (first + last) // 2 // 3600 * 3600
    return (
        Clocks(part.start, Clock(middle), part.part)
        if heard.one("edge") == "start"
        else Clocks(Clock(middle), part.end, part.part)
    )


@means
def clocks_in_part(scene: Scene, heard: Heard) -> Value | None:
    """A range of clock times with a part of the day: "between 5 and 6 in the afternoon", "morning, 9-11"."""
    said = heard.get("clocks", [])
    part = next((each for each in said if each.part), None)
    other = next((each for each in said if not each.part), None) or clock_range(scene, heard)
    return range_in_part(other, part) if isinstance(other, Clocks) and part else None


def range_in_part(clocks: Clocks, part: Clocks) -> Clocks | None:
    """The range read within a part of the day; None where it falls outside of it."""
    if part.part is None or part.start is None or clocks.start is None or clocks.end is None:
        return None
    start, end = clocks.start.seconds, clocks.end.seconds
    if not (clocks.start.sure or clocks.end.sure):
        half = 0 if part.part == "morning" else NOON
        start, end = start % NOON + half, end % NOON + half
        start, end = (start, end) if start < end else (start, end + NOON) if not half else (start - NOON, end)
    last = FULL_DAY if part.end is None or part.end.seconds < part.start.seconds else part.end.seconds
    earliest = part.start.seconds if part.part == "morning" else 0
    if not earliest <= start < end <= FULL_DAY or end <= part.start.seconds or start >= last:
        return None
    return Clocks(Clock(start), Clock(end))


@means
def clock_in_part(_scene: Scene, heard: Heard) -> Value | None:
    """A clock time with a part of the day: "morning at 9", "por la tarde a las 5"."""
    clock, part = heard.one("clock"), heard.one("clocks")
    return in_part(clock, part)


def in_part(clock: Clock, part: Clocks) -> Clock | None:
    """The clock time read within a part of the day; None where it does not fall into it."""
    if part.part is None:
        return None
    return clock if clock.sure else clock.half("am" if part.part == "morning" else "pm")
