"""The meanings of stretches of days and of counted units: weeks, months, "in two weeks", "from 3 to 5 May"."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

from agent.understand.times.meanings_day import coming, full_year, next_weekday, shifted, valid
from agent.understand.times.scene import Heard, Scene, means
from agent.understand.times.values import Day, Days, Length, Moment, Moments, Value

IN_DAYS = {"day": 1, "workday": 1, "week": 7, "fortnight": 14}
IN_MONTHS = {"month": 1, "quarter": 3, "year": 12}
IN_SECONDS = {"minute": 60, "hour": 3600, "second": 1}
FRIDAY = 4


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
    if unit in IN_MONTHS:
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
    count, unit, shift = heard.one("num") or heard.one("single"), heard.one("unit"), heard.one("shift")
    if not shift or not count:
        return None
    if unit in IN_SECONDS:
        return _counted_hours(scene, count, IN_SECONDS[unit], shift)
    here = unit_start(scene.today, unit)
    if shift < 0:
        return _days(moved(here, -count, unit), here)
    first = moved(here, 1, unit)
    return _days(first, moved(first, count, unit) if first else None)


def _counted_hours(scene: Scene, count: int, seconds: int, shift: int) -> Moments | None:
    if count * seconds > 10_000_000:
        return None
    now = scene.now.replace(minute=0 if seconds == 3600 else scene.now.minute, second=0, microsecond=0)
    far = timedelta(seconds=count * seconds)
    step = timedelta(seconds=seconds)
    return Moments(now - far, now) if shift < 0 else Moments(now + step, now + step + far)


def _days(start: date | None, end: date | None) -> Days | None:
    return Days(start, end) if start and end and start < end else None


def _offset(scene: Scene, heard: Heard, sign: int) -> Value | None:
    count, unit = heard.one("num"), heard.one("unit")
    count = heard.one("single") if count is None else count
    seconds = (heard.one("fraction") or 0) * 60
    if count is None and not seconds:
        return None
    if unit in IN_SECONDS or (unit is None and seconds):
        total = (count or 0) * IN_SECONDS.get(unit, 0) + seconds
        try:
            return Moment(scene.now.replace(microsecond=0) + sign * timedelta(seconds=total))
        except OverflowError:
            return None
    day = moved(scene.today, sign * count, unit)
    return Day(day) if day else None


@means
def from_now(scene: Scene, heard: Heard) -> Value | None:
    """So many units from now: "in two weeks", "dentro de 3 días"."""
    return _offset(scene, heard, 1)


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
    """How long: "two weeks" is P2W, "half an hour" PT30M."""
    count, unit = heard.one("num"), heard.one("unit")
    if count is None:
        count = heard.one("single")
    if unit is None or count is None:
        return Length(f"PT{heard.one('fraction')}M")
    letters = {"day": "D", "workday": "D", "week": "W", "month": "M", "year": "Y"}
    if unit in letters:
        return Length(f"P{count}{letters[unit]}")
    return Length(f"PT{count}{unit[0].upper()}") if unit in IN_SECONDS else None


@means
def month_whole(scene: Scene, heard: Heard) -> Value | None:
    """A month: of its year, or the one running or next to come; "last May" is the one before."""
    month, shift = heard.one("month"), heard.one("shift")
    year = full_year(heard.one("year") or heard.one("yy"))
    if year is None:
        year = scene.today.year + (month < scene.today.month)
        if shift is not None and shift < 0:
            year = scene.today.year - (month >= scene.today.month)
    start = valid(year, month, 1)
    return _days(start, months_on(start, 1)) if start else None


@means
def month_days(scene: Scene, heard: Heard) -> Value | None:
    """Two days of one month, both meant: "from 3 to 5 May", "el 3 o el 4 de junio"."""
    month, doms = heard.one("month"), heard["dom"]
    year = full_year(heard.one("year"))
    first = valid(year, month, doms[0]) if year else coming(scene.today, month, doms[0])
    last = valid(first.year, month, doms[1]) if first else None
    return _days(first, shifted(last, 1)) if first and last else None


@means
def doms_range(scene: Scene, heard: Heard) -> Value | None:
    """Two days of the month without its name: "between the 21st and the 23rd"."""
    today, doms = scene.today, heard.get("digits_ord") or heard["dom"]
    first = valid(today.year, today.month, doms[0])
    if first is None or first < today:
        ahead = months_on(today.replace(day=1), 1)
        first = valid(ahead.year, ahead.month, doms[0]) if ahead else None
    last = valid(first.year, first.month, doms[1]) if first else None
    return _days(first, shifted(last, 1)) if first and last else None


@means
def week_of(_scene: Scene, heard: Heard) -> Value | None:
    """The week that holds a day: "the week of April 10th"."""
    day = unit_start(heard.one("day").date, "week")
    return _days(day, shifted(day, 7))


@means
def day_range(scene: Scene, heard: Heard) -> Value | None:
    """From one day to another, both meant; an earlier second day is of the next week or year."""
    ends = [*heard.get("day", []), *heard.get("days", [])]
    if len(ends) < 2:
        return None
    first, last = ends[0], ends[1]
    start = first.date if isinstance(first, Day) else first.start
    end = shifted(last.date, 1) if isinstance(last, Day) else last.end
    if start is None or end is None:
        return None
    if end <= start:
        end = shifted(end, 7) if (start - end).days < 7 else months_on(end, 12)
    return _days(start, end)


@means
def days_from(_scene: Scene, heard: Heard) -> Value | None:
    """That day or any later one."""
    return Days(_edge(heard, first=True), None)


@means
def days_after(_scene: Scene, heard: Heard) -> Value | None:
    """Any day later than that one."""
    end = _edge(heard, first=False)
    return Days(end, None) if end else None


@means
def days_before(scene: Scene, heard: Heard) -> Value | None:
    """Any day before that one, from today."""
    end = _edge(heard, first=True)
    return Days(scene.today, end) if end and end > scene.today else Days(None, end)


@means
def days_until(scene: Scene, heard: Heard) -> Value | None:
    """Any day up to and with that one."""
    end = _edge(heard, first=False)
    return Days(scene.today, end) if end and end > scene.today else Days(None, end)


def _edge(heard: Heard, first: bool) -> date | None:
    day, days = heard.one("day"), heard.one("days")
    if day is not None:
        found: date | None = day.date if first else shifted(day.date, 1)
        return found
    return days.start if first else days.end  # type: ignore[no-any-return]


@means
def days_edge(_scene: Scene, heard: Heard) -> Value | None:
    """The start, middle or end of a week, month or year, as people mean it: roughly a third."""
    days: Days = heard.one("days")
    if days.start is None or days.end is None:
        return None
    length = (days.end - days.start).days
    third = 3 if length == 7 else 10 if 28 <= length <= 31 else length // 3
    match heard.one("edge"):
        case "start":
            return _days(days.start, days.start + timedelta(days=third))
        case "end":
            return _days(days.end - timedelta(days=third), days.end)
    middle = 2 if length == 7 else third
    return _days(days.start + timedelta(days=middle), days.end - timedelta(days=middle))


@means
def days_except(_scene: Scene, heard: Heard) -> Value | None:
    """A stretch of days without its first or last; without one in the middle it is doubtful."""
    days: Days = heard.one("days")
    out = heard.one("weekday") or heard.one("day").date.isoweekday()
    if days.start and days.end and (days.end - days.start).days <= 7:
        if days.start.isoweekday() == out:
            return _days(days.start + timedelta(days=1), days.end)
        if (days.end - timedelta(days=1)).isoweekday() == out:
            return _days(days.start, days.end - timedelta(days=1))
    return Days(days.start, days.end, doubt=True)


@means
def right_now(scene: Scene, _heard: Heard) -> Value | None:
    """This moment."""
    return Moment(datetime.combine(scene.today, scene.now.time().replace(microsecond=0)))


@means
def this_weekend(scene: Scene, _heard: Heard) -> Value | None:
    """The weekend that is on, or the next to come."""
    saturday = unit_start(scene.today, "weekend")
    return _days(saturday, shifted(saturday, 2))


@means
def week_after_next(scene: Scene, _heard: Heard) -> Value | None:
    """The week that begins a week after next Monday."""
    monday = shifted(unit_start(scene.today, "week"), 14)
    return _days(monday, shifted(monday, 7)) if monday else None


@means
def length_after(scene: Scene, heard: Heard) -> Value | None:
    """A length after a day: "a week from tomorrow", "two days after Monday"."""
    return _along(heard, 1)


@means
def length_before(scene: Scene, heard: Heard) -> Value | None:
    """A length before a day."""
    return _along(heard, -1)


def _along(heard: Heard, sign: int) -> Day | None:
    length, day = heard.one("length"), heard.one("day")
    units = {"D": "day", "W": "week", "M": "month", "Y": "year"}
    iso = length.iso.removeprefix("P")
    if length.repeats or iso[-1] not in units or not iso[:-1].isdigit():
        return None
    moved_day = moved(day.date, sign * int(iso[:-1]), units[iso[-1]])
    return Day(moved_day, day.doubt) if moved_day else None


@means
def either_day(scene: Scene, heard: Heard) -> Value | None:
    """One day or another: the range that holds both; doubtful if other days lie between."""
    days = [day.date for day in heard.get("day", [])]
    days += [next_weekday(scene.today, weekday) for weekday in heard.get("weekday", [])]
    first, last = min(days), max(days)
    return Days(first, shifted(last, 1), doubt=(last - first).days > 1)
