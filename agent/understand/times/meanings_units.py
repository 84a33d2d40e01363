"""The meanings of counted units: this week, the next two months, "in ten days", "a week from tomorrow"."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from typing import Any

from agent.understand.times.meanings_day import next_weekday, shifted, valid
from agent.understand.times.scene import Heard, Scene, means
from agent.understand.times.values import Day, Days, Length, Moment, Moments, Value

IN_DAYS = {"day": 1, "workday": 1, "week": 7, "fortnight": 14, "half-month": 15}
IN_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
IN_SECONDS = {"minute": 60, "hour": 3600, "second": 1}
HALVES = {"month": "half-month", "year": "half-year"}
WRITTEN = {"half-month": "P15D", "half-year": "P6M"}
"""Units that are said without a count."""

FRIDAY = 4
UNCOUNTED = frozenset(("within", "in", "ago", "past_tail", "future_tail"))
DIGITS = re.compile(r"\d+")


def months_on(day: date, months: int) -> date | None:
    """The same day `months` later, or the last one that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year < MAXYEAR:
        return None
    return next((found for dom in range(day.day, 0, -1) if (found := valid(year, month + 1, dom))), None)


def unit_start(today: date, unit: str) -> date:
    """The first day of the week, month, quarter or year that `today` is in."""
    if unit in ("week", "fortnight", "weekend"):
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=5) if unit == "weekend" else monday
    if unit in IN_MONTHS and unit != "half-year":
        month = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[unit]
        return date(today.year, month, 1)
    return today


def moved(day: date, count: int, unit: str) -> date | None:
    """`count` units later (earlier where negative); None beyond the calendar."""
    if abs(count) > 5000:
        return None
    if unit in IN_MONTHS:
        return months_on(day, count * IN_MONTHS[unit])
    if unit == "workday":
        step, left = (1 if count > 0 else -1), abs(count)
        while left and day:
            day = day + timedelta(days=step)
            left -= day.weekday() <= FRIDAY
        return day
    return shifted(day, count * (7 if unit == "weekend" else IN_DAYS[unit]))


@means
def whole_unit(scene: Scene, heard: Heard) -> Value | None:
    """This, next or last week, weekend, month, quarter or year."""
    unit, shift = heard.one("unit"), heard.one("shift") or 0
    if unit in IN_SECONDS:
        return None
    if unit in ("day", "workday"):
        day = shifted(scene.today, shift)
        return Day(day) if day else None
    start = moved(unit_start(scene.today, unit), shift, unit)
    end = moved(start, 1, unit) if start and unit != "weekend" else start and shifted(start, 2)
    return Days(start, end) if start and end else None


@means
def counted_units(scene: Scene, heard: Heard) -> Value | None:
    """The next or the last few units: "the next two weeks", "los últimos 3 días"."""
    (count, unit), shift = _counted(heard), heard.one("shift")
    if unit is None or not shift or not count:
        return None
    if unit in IN_SECONDS:
        return _counted_hours(scene, count, IN_SECONDS[unit], shift)
    here = unit_start(scene.today, unit)
    if shift < 0:
        return stretch(moved(here, -count, unit), here)
    first = moved(here, 1, unit)
    return stretch(first, moved(first, count, unit) if first else None)


def _counted_hours(scene: Scene, count: int, seconds: int, shift: int) -> Moments | None:
    if count * seconds > 10_000_000:
        return None
    now = scene.now.replace(minute=0 if seconds == 3600 else scene.now.minute, second=0, microsecond=0)
    far = timedelta(seconds=count * seconds)
    step = timedelta(seconds=seconds)
    return Moments(now - far, now) if shift < 0 else Moments(now + step, now + step + far)


def stretch(start: date | None, end: date | None) -> Days | None:
    """The days from start to end; None where either is missing or they run backwards."""
    return Days(start, end) if start and end and start < end else None


def _counted(heard: Heard) -> tuple[Any, Any]:
    """How many of which unit; `pair` is two of a unit said in one word."""
    if "pair" in heard:
        return 2, heard.one("pair")
    count = heard.one("num")
    return heard.one("single") if count is None else count, heard.one("unit")


def _offset(scene: Scene, heard: Heard, sign: int) -> Value | None:
    count, unit = _counted(heard)
    seconds = (heard.one("fraction") or 0) * 60
    if count is None and unit is not None and (not seconds or not UNCOUNTED.isdisjoint(heard)):
        count = 1  # "within the week", "za tydzień": one
    if isinstance(heard.one("clock"), str):  # "dans 1h30", "il y a 2h": hours written as a clock time is
        hours, minutes = [*(int(number) for number in DIGITS.findall(heard.one("clock"))), 0][:2]
        seconds += (hours * 60 + minutes) * 60
    if count is None and not seconds:
        return None
    if seconds and unit in HALVES:
        return _half_more(scene, count or 0, unit, sign)
    if not seconds:
        unit = unit or "day"
    if unit in IN_SECONDS or (unit is None and seconds):
        total = (count or 0) * IN_SECONDS.get(unit, 0) + seconds
        try:
            return Moment(scene.now.replace(microsecond=0) + sign * timedelta(seconds=total))
        except OverflowError:
            return None
    day = moved(scene.today, sign * count, unit)
    return Day(day) if day else None


def _half_more(scene: Scene, count: int, unit: str, sign: int) -> Day | None:
    """Half a month or year, or so many and a half."""
    day = moved(scene.today, sign * count, unit)
    day = moved(day, sign, HALVES[unit]) if day else None
    return Day(day) if day else None


@means
def from_now(scene: Scene, heard: Heard) -> Value | None:
    """So many units from now: "in two weeks", "dentro de 3 días"."""
    return _offset(scene, heard, 1)


@means
def from_now_range(scene: Scene, heard: Heard) -> Value | None:
    """Between so many and so many units from now: "in two or three weeks"."""
    few, many = (_offset(scene, Heard(heard | {"num": [count]}), 1) for count in heard["num"][:2])
    if isinstance(few, Moment) and isinstance(many, Moment):
        return Moments(few.at, many.at) if few.at < many.at else None
    return stretch(few.date, shifted(many.date, 1)) if isinstance(few, Day) and isinstance(many, Day) else None


@means
def before_now(scene: Scene, heard: Heard) -> Value | None:
    """So many units ago."""
    return _offset(scene, heard, -1)


@means
def within(scene: Scene, heard: Heard) -> Value | None:
    """From today until so many units from now: "within two weeks"."""
    end = _offset(scene, heard, 1)
    if isinstance(end, Moment):
        return Moments(scene.now.replace(microsecond=0), end.at)
    return Days(scene.today, end.date) if isinstance(end, Day) else None


@means
def duration(_scene: Scene, heard: Heard) -> Value | None:
    """How long: "two weeks" is P2W, "half an hour" PT30M. The class `lasting` has the units that
    alone are no clock time, where a language says one word for hours and o'clock ("3 heures")."""
    count, unit = _counted(heard)
    unit = unit or heard.one("lasting")
    unit = HALVES.get(unit, unit) if count is None and "fraction" in heard else unit
    if unit in WRITTEN:
        return Length(WRITTEN[unit])
    if count is None and "fraction" in heard:
        return Length(f"PT{heard.one('fraction')}M")
    count, unit = 1 if count is None else count, unit or "day"
    letters = {"day": "D", "workday": "D", "week": "W", "month": "M", "year": "Y"}
    if unit in letters:
        return Length(f"P{count}{letters[unit]}")
    return Length(f"PT{count}{unit[0].upper()}") if unit in IN_SECONDS else None


@means
def day_further(scene: Scene, heard: Heard) -> Value | None:
    """A day and so many units after it, the nearest such weekday counted from: "mardi en huit" is a week later,
    "mardi en quinze" and "Dienstag in zwei Wochen" are two, "morgen in 14 Tagen"."""
    count, unit, weekday = (heard.get("num") or [1])[0], heard.one("unit") or "day", heard.one("weekday")
    base = shifted(scene.today, heard.one("relday") or 0)
    if weekday is not None:
        base = next_weekday(scene.today - timedelta(days=1), weekday)
        count = count // 7 * 7 if unit == "day" and count in (8, 15) else count
    day = moved(base, count, unit) if base and unit not in IN_SECONDS else None
    if base is None or day is None or weekday not in (None, day.isoweekday()):
        return None
    over = weekday is not None and unit == "week" and base.isocalendar()[:2] != scene.today.isocalendar()[:2]
    return Day(day, doubt=over)  # counted from this week's or from the next one's?


@means
def week_number(scene: Scene, heard: Heard) -> Value | None:
    """A week by its number in the year, as ISO 8601 counts them: "KW 13"; the next such week to come."""
    for year in [heard.one("year")] if heard.one("year") else [scene.today.year, scene.today.year + 1]:
        try:
            monday = date.fromisocalendar(year, heard.one("num") or heard.one("digits_ord") or 0, 1)
        except ValueError:
            continue
        if "year" in heard or monday + timedelta(days=6) >= scene.today:
            return stretch(monday, shifted(monday, 7))
    return None


@means
def right_now(scene: Scene, _heard: Heard) -> Value | None:
    """This moment."""
    return Moment(datetime.combine(scene.today, scene.now.time().replace(microsecond=0)))


@means
def this_weekend(scene: Scene, _heard: Heard) -> Value | None:
    """The weekend that is on, or the next to come."""
    saturday = unit_start(scene.today, "weekend")
    return stretch(saturday, shifted(saturday, 2))


@means
def week_after_next(scene: Scene, _heard: Heard) -> Value | None:
    """The week that begins a week after next Monday."""
    monday = shifted(unit_start(scene.today, "week"), 14)
    return stretch(monday, shifted(monday, 7)) if monday else None


@means
def length_after(_scene: Scene, heard: Heard) -> Value | None:
    """A length after a day: "a week from tomorrow", "two days after Monday"."""
    return _along(heard, 1)


@means
def length_before(_scene: Scene, heard: Heard) -> Value | None:
    """A length before a day."""
    return _along(heard, -1)


@means
def day_after(_scene: Scene, heard: Heard) -> Value | None:
    """The day after a day: "the day after Thanksgiving"."""
    day = shifted(heard.one("day").date, 1)
    return Day(day, heard.one("day").doubt) if day else None


@means
def day_before(_scene: Scene, heard: Heard) -> Value | None:
    """The day before a day: "the day before Thanksgiving"."""
    day = shifted(heard.one("day").date, -1)
    return Day(day, heard.one("day").doubt) if day else None


def _along(heard: Heard, sign: int) -> Day | None:
    length, day = heard.one("length"), heard.one("day")
    units = {"D": "day", "W": "week", "M": "month", "Y": "year"}
    if length is None:  # a bare unit is one of it: "a week from tomorrow" where no word says "a"
        if heard.one("unit") not in units.values():
            return None
        moved_day = moved(day.date, sign, heard.one("unit"))
        return Day(moved_day, day.doubt) if moved_day else None
    iso = length.iso.removeprefix("P")
    if length.repeats or iso[-1] not in units or not iso[:-1].isdigit():
        return None
    moved_day = moved(day.date, sign * int(iso[:-1]), units[iso[-1]])
    return Day(moved_day, day.doubt) if moved_day else None
