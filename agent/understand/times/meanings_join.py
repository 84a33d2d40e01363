"""The meanings of a day and a time said together, and of ranges between such moments."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from agent.understand.times.meanings_clock import clock_range, clock_time, clocks_in_part, in_part, range_in_part
from agent.understand.times.meanings_day import next_weekday
from agent.understand.times.meanings_span import weekday_in
from agent.understand.times.scene import Heard, Scene, means
from agent.understand.times.values import (
    FULL_DAY,
    NOON,
    Clock,
    Clocks,
    Day,
    Excepted,
    Moment,
    Moments,
    Nothing,
    Refused,
    Value,
    known_part,
    on,
)


def _day(scene: Scene, heard: Heard) -> Day | None:
    day = heard.one("day")
    if day is None and heard.one("weekday") is not None:
        return Day(next_weekday(scene.today, heard.one("weekday")))
    return day if isinstance(day, Day) else None


@means
def day_clock(scene: Scene, heard: Heard) -> Value | None:
    """A day at a clock time. An hour of today that is past is taken for the evening's, if that is ahead."""
    day, clock = _day(scene, heard), clock_time(scene, heard)
    if day is None or not isinstance(clock, Clock):
        return None
    seconds = clock.settled()
    if day.date == scene.today and not clock.sure and seconds < NOON and on(day.date, seconds) < scene.now:
        seconds += NOON
    return _safe(day, seconds)


def _safe(day: Day, seconds: int) -> Moment | None:
    try:
        return Moment(on(day.date, seconds), day.doubt)
    except OverflowError:
        return None


@means
def day_half(scene: Scene, heard: Heard) -> Value | None:
    """A day with a.m. or p.m. but no hour: "tuesday am"."""
    day, name = _day(scene, heard), "morning" if heard.one("half") == "am" else "afternoon"
    if day is None or name not in scene.parts:
        return None
    start, end = scene.parts[name]
    return _on_day(day, Clocks(Clock(start), Clock(end), name))


@means
def tomorrow_or_morning(scene: Scene, heard: Heard) -> Value | None:
    """A clock time and one word for tomorrow and morning, as in "10:30, de mañana": tomorrow, but asked."""
    clock = clock_time(scene, heard)
    if not isinstance(clock, Clock):
        return None
    return _safe(Day(scene.today + timedelta(days=heard.one("tomorrow")), doubt=True), clock.settled())


@means
def day_clocks(scene: Scene, heard: Heard) -> Value | None:
    """A day with a range of clock times or a part of the day: "Tuesday afternoon", "mañana de 3 a 5"."""
    several = len(heard.get("clocks", [])) > 1
    clocks = clocks_in_part(scene, heard) if several else heard.one("clocks") or clock_range(scene, heard)
    day = _day(scene, heard)
    if day is None or not isinstance(clocks, Clocks):
        return None
    return _on_day(day, clocks)


def _on_day(day: Day, clocks: Clocks) -> Moments | None:
    try:
        start = on(day.date, clocks.start.settled()) if clocks.start else None
        end = on(day.date, clocks.end.settled()) if clocks.end else None
    except OverflowError:
        return None
    if start and end and end <= start:
        end += timedelta(days=1)
    if start is None:
        start = datetime.combine(day.date, datetime.min.time())
    if end is None:
        end = on(day.date, FULL_DAY)
    return Moments(start, end, day.doubt, clocks.part)


@means
def day_part_clock(scene: Scene, heard: Heard) -> Value | None:
    """A day, a part of it and a clock time in that part: "tomorrow night at 8"."""
    day, clock, clocks = _day(scene, heard), clock_time(scene, heard), heard.one("clocks")
    made = heard.one("moments")
    if isinstance(made, Moments) and made.start and made.part and isinstance(clock, Clock):
        at = in_part(clock, Clocks(None, None, made.part))
        return _safe(Day(made.start.date(), made.doubt), at.seconds) if at else None
    if day is None or not isinstance(clocks, Clocks) or not isinstance(clock, Clock):
        return None
    inside = in_part(clock, clocks)
    return _safe(day, inside.seconds) if inside else None


@means
def moments_clocks(scene: Scene, heard: Heard) -> Value | None:
    """A day's part and a range in it: "yesterday afternoon from 3 to 8", "tonight 7-9"."""
    made, clocks = heard.one("moments"), heard.one("clocks") or clock_range(scene, heard)
    if not (isinstance(made, Moments) and made.start and isinstance(clocks, Clocks)) or clocks.part:
        return None
    if made.part and clocks.start and clocks.end:
        start = Clock((made.start - datetime.combine(made.start.date(), datetime.min.time())).seconds)
        clocks = range_in_part(clocks, Clocks(start, None, made.part)) or clocks
    joined = _on_day(Day(made.start.date(), made.doubt), clocks)
    if joined and joined.start and made.end and clocks.end is None and joined.start < made.end:
        return Moments(joined.start, made.end, made.doubt)
    return joined


@means
def moment_range(_scene: Scene, heard: Heard) -> Value | None:
    """From one moment to another."""
    moments: list[Any] = heard.get("moment", [])
    if len(moments) > 1:
        start, end = moments[0].at, moments[1].at
        return Moments(start, end) if start < end else None
    clock = heard.one("clock")
    if moments and isinstance(clock, Clock):
        start = moments[0].at
        tries = [clock.seconds] if clock.sure else [clock.seconds, clock.seconds + NOON]
        ends = [on(start.date(), seconds) for seconds in tries if seconds <= FULL_DAY]
        return next((Moments(start, end, moments[0].doubt) for end in ends if end > start), None)
    return None


@means
def moment_from(scene: Scene, heard: Heard) -> Value | None:
    """A moment or any later time of that day: "Tuesday after 3" said as "after Tuesday at 3"."""
    moment = heard.one("moment") or day_clock(scene, heard)
    if not isinstance(moment, Moment):
        return None
    return Moments(moment.at, on(moment.at.date(), FULL_DAY), moment.doubt)


@means
def moment_until(scene: Scene, heard: Heard) -> Value | None:
    """Any time before a moment, from now."""
    moment = heard.one("moment") or day_clock(scene, heard)
    if not isinstance(moment, Moment):
        return None
    now = scene.now.replace(microsecond=0)
    return Moments(now if now < moment.at else None, moment.at, moment.doubt)


@means
def for_length(scene: Scene, heard: Heard) -> Value | None:
    """A start and how long from there: "on the 14th for 2 hours from 9:30"."""
    day, clocks, made = _day(scene, heard), heard.one("clocks"), heard.one("moments")
    if made is None and day and clocks and clocks.start and clocks.end is None:
        made = Moments(on(day.date, clocks.start.settled()), None, day.doubt)
    lasts = re.fullmatch(r"PT(\d{1,3})([HM])", heard.one("length").iso)
    if not (isinstance(made, Moments) and made.start and lasts):
        return None
    far = timedelta(minutes=int(lasts[1]) * (60 if lasts[2] == "H" else 1))
    return Moments(made.start, made.start + far, made.doubt)


@means
def weekday_part_in(scene: Scene, heard: Heard) -> Value | None:
    """A part of a weekday within a stretch of days: "the first Monday evening of next month"."""
    day, (start, end) = weekday_in(scene, heard), scene.parts[heard.one("part")]
    if not isinstance(day, Day):
        return None
    return Moments(on(day.date, start), on(day.date, end), day.doubt, known_part(heard.one("part"), start))


@means
def refused(_scene: Scene, heard: Heard) -> Value | None:
    """What the patient cannot do: a day, a time or a stretch of either."""
    named = (heard.one(name) for name in ("day", "days", "moment", "moments", "clock", "clocks"))
    return Refused(next(value for value in named if value is not None))


@means
def excepted(_scene: Scene, heard: Heard) -> Value | None:
    """Days that do not suit, or a part of the day. Other times that do not are nothing: which ones do is asked."""
    days, clocks = tuple(heard.get("day", ())), heard.one("clocks")
    if not days and isinstance(clocks, Clocks):
        return Refused(clocks)
    return Excepted(days) if days else Nothing()


@means
def part_today(scene: Scene, heard: Heard) -> Value | None:
    """This morning, tonight."""
    clocks = heard.one("clocks")
    return _on_day(Day(scene.today), clocks) if isinstance(clocks, Clocks) else None


@means
def part_on(scene: Scene, heard: Heard) -> Value | None:
    """A part of a day named by one word: `dayparts` values such as "-1 evening" for "last night"."""
    shift, part = str(heard.one("daypart")).split()
    start, end = scene.parts[part]
    day = Day(scene.today + timedelta(days=int(shift)))
    return _on_day(day, Clocks(Clock(start), Clock(end), known_part(part, start)))
