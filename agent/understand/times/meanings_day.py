"""The meanings of single days: relative days, weekdays, dates in figures and in words, holidays."""

from __future__ import annotations

import re
from datetime import MAXYEAR, date, datetime, time, timedelta

from agent.understand.times.scene import Heard, Scene, means
from agent.understand.times.values import Day, Length, Moment, Moments, Nothing, Value, known_part, on

DIGITS = re.compile(r"\d+")
WEEK = timedelta(days=7)
NOON_HOUR = 12
SEARCHED_MONTHS = 14
DOUBTFUL_AHEAD = timedelta(days=35)


def valid(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def shifted(day: date, days: int) -> date | None:
    """`days` later, or None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def coming(today: date, month: int, day: int) -> date | None:
    """The next such day of the year, today included; 29 February waits for its year."""
    found = (valid(year, month, day) for year in range(today.year, min(today.year + 9, MAXYEAR)))
    return next((each for each in found if each and each >= today), None)


def next_weekday(today: date, weekday: int) -> date:
    """The next such weekday (1 Monday to 7 Sunday), strictly after today."""
    return today + timedelta(days=(weekday - 1 - today.weekday() - 1) % 7 + 1)


def full_year(year: int | None) -> int | None:
    """A year of two figures as one of four: up to 49 is this century."""
    if year is None or year >= 100:
        return year
    return year + (2000 if year < 50 else 1900)


def year_of(scene: Scene, heard: Heard) -> int | None:
    """The year that was said, in four figures or two, or so many from this one ("next year" is `relyear` 1)."""
    relative: int | None = heard.one("relyear")
    if relative is not None:
        return scene.today.year + relative
    return full_year(heard.one("year") or heard.one("yy"))


def dom_of(heard: Heard) -> int:
    """The day of the month, said as a number or as an ordinal; 0, which no month has, where neither was said."""
    return int(heard.one("dom") or heard.one("digits_ord") or heard.one("ord") or heard.one("digits") or 0)


@means
def nothing(_scene: Scene, _heard: Heard) -> Value | None:
    """Words that only look like a time."""
    return Nothing()


@means
def relative_day(scene: Scene, heard: Heard) -> Value | None:
    """Today, tomorrow, yesterday: the class `relday` counts days from today."""
    day = shifted(scene.today, heard.one("relday"))
    return Day(day) if day else None


@means
def day_gone(scene: Scene, heard: Heard) -> Value | None:
    """A day whose word points both ways (one word for tomorrow and yesterday), said of what is past."""
    day = shifted(scene.today, -abs(heard.one("relday")))
    return Day(day) if day else None


@means
def doubtful_day(scene: Scene, heard: Heard) -> Value | None:
    """A day whose word also means something else here, so it has to be asked."""
    day = shifted(scene.today, heard.one("relday"))
    return Day(day, doubt=True) if day else None


@means
def bare_weekday(scene: Scene, heard: Heard) -> Value | None:
    """The next such day, strictly after today."""
    weekday = heard.one("weekday")
    return Day(next_weekday(scene.today, weekday), weekday=weekday)


@means
def weekday_part(scene: Scene, heard: Heard) -> Value | None:
    """The next such day and a part of it, where the part's word alone means something else: "Dienstag morgen"."""
    start, end = scene.parts[heard.one("part")]
    day = next_weekday(scene.today, heard.one("weekday"))
    return Moments(on(day, start), on(day, end), part=known_part(heard.one("part"), start))


@means
def this_weekday(scene: Scene, heard: Heard) -> Value | None:
    """The nearest such day, today included."""
    return Day(next_weekday(scene.today - timedelta(days=1), heard.one("weekday")))


@means
def next_week_weekday(scene: Scene, heard: Heard) -> Value | None:
    """The day of next week; in doubt while this week still has one ahead."""
    weekday = heard.one("weekday")
    monday = scene.today - timedelta(days=scene.today.weekday())
    ahead = weekday - 1 > scene.today.weekday()
    return Day(monday + WEEK + timedelta(days=weekday - 1), doubt=ahead)


@means
def shifted_weekday(scene: Scene, heard: Heard) -> Value | None:
    """The day of this week, or of so many weeks on, where the language leaves no doubt which week is meant; a day
    of this week that is past has to be asked."""
    weekday, shift = heard.one("weekday"), heard.one("shift")
    monday = scene.today - timedelta(days=scene.today.weekday())
    day = shifted(monday, 7 * shift + weekday - 1)
    return Day(day, doubt=not shift and day < scene.today) if day else None


@means
def near_weekday(scene: Scene, heard: Heard) -> Value | None:
    """The nearest such day after today, where "next" is said: in doubt while it falls in this week."""
    weekday = heard.one("weekday") or heard.one("bare_weekday")
    return Day(next_weekday(scene.today, weekday), doubt=weekday - 1 > scene.today.weekday())


@means
def week_after_weekday(scene: Scene, heard: Heard) -> Value | None:
    """A week after the coming one: "Monday week", "de este lunes en ocho"."""
    return Day(next_weekday(scene.today, heard.one("weekday")) + WEEK)


@means
def last_weekday(scene: Scene, heard: Heard) -> Value | None:
    """The most recent such day before today."""
    coming_one = next_weekday(scene.today, heard.one("weekday"))
    return Day(coming_one - (WEEK * 2 if coming_one - WEEK >= scene.today else WEEK))


@means
def counted_weekday(scene: Scene, heard: Heard) -> Value | None:
    """The nth such weekday from now: "two Sundays from now"."""
    count = heard.one("num") or 1
    day = shifted(next_weekday(scene.today, heard.one("weekday")), 7 * (count - 1))
    return Day(day) if day and 1 <= count <= 60 else None


@means
def month_day(scene: Scene, heard: Heard) -> Value | None:
    """A day and a month, perhaps a year and a weekday; without a year, the next one to come. A weekday
    that does not fit the date is doubtful."""
    month, dom, weekday = heard.one("month"), heard.one("dom"), heard.one("weekday")
    year = year_of(scene, heard)
    day = valid(year, month, dom) if year else coming(scene.today, month, dom)
    if day is None:
        return None
    return Day(day, doubt=weekday is not None and day.isoweekday() != weekday)


@means
def day_of_month(scene: Scene, heard: Heard) -> Value | None:
    """A day of this month, or of the next that has it, once it is past: "the 17th"."""
    return _seek(scene, dom_of(heard), None)


@means
def weekday_day(scene: Scene, heard: Heard) -> Value | None:
    """A weekday and a day of the month: the first month where they agree; doubtful when far off. A small
    number far off is no day at all: "Monday 9" is an hour."""
    found = _seek(scene, dom_of(heard), heard.one("weekday"))
    return None if found and found.doubt and (heard.one("dom") or NOON_HOUR + 1) <= NOON_HOUR else found


def _seek(scene: Scene, dom: int, weekday: int | None) -> Day | None:
    today = scene.today
    for ahead in range(SEARCHED_MONTHS):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        day = valid(year, month + 1, dom) if year <= MAXYEAR else None
        if day and day >= today and weekday in (None, day.isoweekday()):
            return Day(day, doubt=weekday is not None and day - today > DOUBTFUL_AHEAD)
    return None


@means
def figures(scene: Scene, heard: Heard) -> Value | None:
    """A date in figures: 3/4, 3/4/26, 3.4.2026, in the clinic's order; the other where only that fits the calendar
    or the weekday that was said."""
    text = heard.one("slash") or heard.one("dmy") or heard.one("dotted")
    numbers = (
        [int(number) for number in DIGITS.findall(text)]
        if text
        else next(list(heard[name]) for name in ("digits", "digits_ord", "dom", "ord") if name in heard)
    )
    year = full_year(numbers[2] if len(numbers) > 2 else heard.one("year") or heard.one("yy"))
    first, second = numbers[:2]
    orders = [(first, second), (second, first)] if scene.order == "mdy" else [(second, first), (first, second)]
    if "dotted" in heard:  # 9.30 is a time before it is a date in the other order
        orders = orders[:1]
    tries = [(valid(year, *order) if year else coming(scene.today, *order)) for order in orders if order[0] <= 12]
    days, weekday = [day for day in tries if day], heard.one("weekday")
    day = next((day for day in days if weekday in (None, day.isoweekday())), days[0] if days else None)
    return Day(day, doubt=day != days[0] or weekday not in (None, day.isoweekday())) if day else None


@means
def iso_date(_scene: Scene, heard: Heard) -> Value | None:
    """A date, or date and time, that begins with its year: 2026-10-16, 20261016."""
    text = heard.one("iso")
    numbers = [int(number) for number in DIGITS.findall(text)]
    if text.isdigit():
        numbers = [int(text[:4]), int(text[4:6]), int(text[6:])]
    day = valid(numbers[0], numbers[1], numbers[2])
    if day is None:
        return None
    if len(numbers) < 5:
        return Day(day)
    try:
        return Moment(datetime.combine(day, time.fromisoformat(":".join(f"{part:02d}" for part in numbers[3:6]))))
    except ValueError:
        return None


@means
def year_first(_scene: Scene, heard: Heard) -> Value | None:
    """Year, month and day as three numbers: "2026 10 16"."""
    month, dom = heard["digits"]
    day = valid(heard.one("year"), month, dom)
    return Day(day) if day else None


@means
def same_day(_scene: Scene, heard: Heard) -> Value | None:
    """Two names of one day; doubtful where they are two days."""
    first, second = heard["day"][:2]
    return Day(first.date, doubt=first.date != second.date)


@means
def moved_to(_scene: Scene, heard: Heard) -> Value | None:
    """The second of two days: the one that a visit is moved to."""
    day: Day = heard["day"][-1]
    return day


@means
def holiday(scene: Scene, heard: Heard) -> Value | None:
    """A named day: "12-25" is a date, "11-4-4" the fourth Thursday of November, "05-5-7" the last Sunday of May,
    "easter+1" counts from Easter, and a feast of another calendar is a list of its days: "2026-02-17 2027-02-06";
    in doubt where the rule ends with "?"."""
    rule = str(heard.one("holiday"))
    doubt, rule = rule.endswith("?"), rule.rstrip("?")
    year = year_of(scene, heard)
    years = [year] if year else [scene.today.year, scene.today.year + 1]
    days = [day for each in years if each < MAXYEAR and (day := _holiday(rule, each))]
    return next((Day(day, doubt) for day in days if year or day >= scene.today), None)


def _holiday(rule: str, year: int) -> date | None:
    if rule.startswith("easter"):
        return _easter(year) + timedelta(days=int(rule.removeprefix("easter") or 0))
    if len(rule) >= len("2026-02-17"):
        return next((day for each in rule.split() if (day := date.fromisoformat(each)).year == year), None)
    numbers = [int(number) for number in rule.split("-")]
    if len(numbers) == 2:
        return valid(year, numbers[0], numbers[1])
    month, count, weekday = numbers
    day = next_weekday(date(year, month, 1) - timedelta(days=1), weekday) + WEEK * (count - 1)
    return day if day.month == month else day - WEEK


def _easter(year: int) -> date:
    """Western Easter Sunday, by Butcher's rule (https://en.wikipedia.org/wiki/Date_of_Easter)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@means
def repeated(_scene: Scene, heard: Heard) -> Value | None:
    """How often: "every Monday" is P1W, "every 2 days" is P2D."""
    letters = {"day": "D", "week": "W", "month": "M", "year": "Y", "hour": "H"}
    count, unit = heard.one("num") or 1, heard.one("unit")
    if unit is None or unit not in letters:
        return Length("P1W", repeats=True) if heard.one("weekday") else Length("P1D", repeats=True)
    return Length(f"P{'T' if unit == 'hour' else ''}{count}{letters[unit]}", repeats=True)
