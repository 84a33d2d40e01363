"""What a heard time can be, before it is written as ISO text; no language and no parsing lives here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["date", "time", "datetime", "daterange", "timerange", "datetimerange", "duration", "set"]
OPEN = ".."
"""The open end of a range, as in ISO 8601-2: ("15:00", "..") is any time from three."""

NOON = 12 * 3600
FULL_DAY = 24 * 3600


class Expression(BaseModel):
    """One date or time said in a text. `start`/`end` are offsets into that text; `value` is ISO 8601
    (dates YYYY-MM-DD, times HH:MM, durations P2W or PT30M), or [from, to) for a range, `..` where open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int
    text: str
    kind: Kind
    value: str | tuple[str, str]
    ambiguous: bool = False
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day; `doubt` where a careful person would ask which one was meant; `weekday` where it
    was said as nothing but a weekday, 1 Monday to 7 Sunday."""

    date: date
    doubt: bool = False
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days [start, end); None is an open end."""

    start: date | None
    end: date | None
    doubt: bool = False
    out: Day | None = None  # a day of them that does not suit


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in seconds; `sure` is False while morning or afternoon has not been said."""

    seconds: int
    sure: bool = True

    def settled(self) -> int:
        """Seconds since midnight by the front desk's habit: 1 to 6 is afternoon, 7 to 12 as it stands."""
        return self.seconds + NOON if not self.sure and 3600 <= self.seconds < 7 * 3600 else self.seconds

    def half(self, part: str) -> Clock:
        """The same hour read within "am" or "pm"; midnight and noon as clocks write them."""
        seconds = self.seconds
        if part == "am" and NOON <= seconds < NOON + 3600:
            seconds -= NOON
        elif part == "pm" and seconds < NOON:
            seconds += NOON
        return Clock(seconds)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Times of day [start, end); None is an open end; `part` names a part of the day said as a word."""

    start: Clock | None
    end: Clock | None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time on it."""

    at: datetime
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Moments:
    """A stretch of time [start, end); None is an open end."""

    start: datetime | None
    end: datetime | None
    doubt: bool = False
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """A duration, or how often something repeats, as ISO 8601 text."""

    iso: str
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """Words that look like a time and are not one: an age, a dose, "second opinion"."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A day or a time at which the patient cannot come: no wish, but the visit that is given up may be on it."""

    said: Day | Days | Clock | Clocks | Moment | Moments

    @property
    def keys(self) -> dict[str, Value]:
        """The value under the name of its class."""
        return {type(self.said).__name__.lower(): self.said}


@dataclass(frozen=True, slots=True)
class Excepted:
    """Days that do not suit ("any day but Friday"): no wish either."""

    days: tuple[Day, ...]


Value = Refused | Excepted | Day | Days | Clock | Clocks | Moment | Moments | Length | Nothing


def on(day: date, seconds: int) -> datetime:
    """The wall time `seconds` after midnight of `day`; 24:00 is midnight of the day after."""
    return datetime.combine(day, time.min) + timedelta(seconds=seconds)


def known_part(part: str, start: int) -> str:
    """The three parts that a booking knows, by name or else by the second of the day when it begins."""
    by_start = "morning" if start < NOON else "afternoon" if start < NOON + 4 * 3600 else "evening"
    return next((name for name in ("morning", "afternoon", "evening") if name in part), by_start)


def clock_text(seconds: int) -> str:
    """HH:MM, with seconds only where they were said; the end of the day is 24:00."""
    minutes, rest = divmod(seconds, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{rest:02d}" if rest else text


def written(value: Value) -> tuple[Kind, str | tuple[str, str]]:
    """The kind and the ISO value of anything but `Nothing`."""
    match value:
        case Day():
            return "date", value.date.isoformat()
        case Days():
            return "daterange", (_iso(value.start), _iso(value.end))
        case Clock():
            return "time", clock_text(value.settled() % FULL_DAY)
        case Clocks():
            return "timerange", (_clock(value.start), _clock(value.end))
        case Moment():
            return "datetime", value.at.isoformat(timespec="seconds")
        case Moments():
            return "datetimerange", (_at(value.start), _at(value.end))
        case Length():
            return "set" if value.repeats else "duration", value.iso
    raise TypeError("nothing has no written form")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else OPEN


def _at(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else OPEN


def _clock(clock: Clock | None) -> str:
    if clock is None:
        return OPEN
    seconds = clock.settled()
    return clock_text(seconds if seconds <= FULL_DAY else seconds % FULL_DAY)  # "16:00 to 1:24" ends in the night
