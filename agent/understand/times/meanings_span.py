"""The meanings of stretches of days: months, weeks of a month, "from 3 to 5 May", "after Monday", "except Friday"."""

from __future__ import annotations

from datetime import date, timedelta

from agent.understand.times.meanings_day import (
    WEEK,
    coming,
    day_of_month,
    dom_of,
    figures,
    full_year,
    next_weekday,
    shifted,
    valid,
    year_of,
)
from agent.understand.times.meanings_units import months_on, stretch, unit_start, whole_unit
from agent.understand.times.scene import Heard, Scene, means
from agent.understand.times.values import Day, Days, Value


@means
def month_whole(scene: Scene, heard: Heard) -> Value | None:
    """A month: of its year, or the one running or next to come; "last May" is the one before."""
    month, shift = heard.one("month"), heard.one("shift")
    year = year_of(scene, heard)
    if year is None:
        year = scene.today.year + (month < scene.today.month)
        if shift is not None and shift < 0:
            year = scene.today.year - (month >= scene.today.month)
    start = valid(year, month, 1)
    return stretch(start, months_on(start, 1)) if start else None


@means
def whole_year(scene: Scene, heard: Heard) -> Value | None:
    """A year by its number, or next year where that is one word."""
    year = year_of(scene, heard)
    return stretch(valid(year, 1, 1), valid(year + 1, 1, 1)) if year else None


@means
def month_days(scene: Scene, heard: Heard) -> Value | None:
    """Two days of one month, both meant: "from 3 to 5 May", "el 3 o el 4 de junio", "8. bis 12.4."; or three."""
    doms = heard.get("dom") or heard["digits_ord"]
    month = heard.one("month") or doms[2]
    year = full_year(heard.one("year"))
    first = valid(year, month, doms[0]) if year else coming(scene.today, month, doms[0])
    last = valid(first.year, month, doms[-1] if "month" in heard else doms[1]) if first else None
    return stretch(first, shifted(last, 1)) if first and last else None


@means
def dates_range(scene: Scene, heard: Heard) -> Value | None:
    """From a day of one month to a day of another, both meant: "from 10 June to 1 July"."""
    (first_dom, last_dom), (first_month, last_month) = heard["dom"][:2], heard["month"][:2]
    year = full_year(heard.one("year"))
    first = valid(year, first_month, first_dom) if year else coming(scene.today, first_month, first_dom)
    last = coming(first, last_month, last_dom) if first else None
    return stretch(first, shifted(last, 1)) if last else None


@means
def dom_and_date(scene: Scene, heard: Heard) -> Value | None:
    """A day and, in figures, a later one of the same month: "del 14 al 15/10"."""
    last = figures(scene, heard)
    first = valid(last.date.year, last.date.month, heard.one("dom")) if isinstance(last, Day) else None
    return stretch(first, shifted(last.date, 1)) if isinstance(last, Day) and first else None


@means
def doms_range(scene: Scene, heard: Heard) -> Value | None:
    """Two days of the month without its name: "between the 21st and the 23rd"."""
    today, doms = scene.today, heard.get("digits_ord") or heard["dom"]
    first = valid(today.year, today.month, doms[0])
    if first is None or first < today:
        ahead = months_on(today.replace(day=1), 1)
        first = valid(ahead.year, ahead.month, doms[0]) if ahead else None
    last = valid(first.year, first.month, doms[1]) if first else None
    return stretch(first, shifted(last, 1)) if first and last else None


def _stretch(scene: Scene, heard: Heard) -> Days | None:
    """The stretch of days named: a month, this or next unit, or one already made."""
    days: Value | None = heard.one("days")
    if days is None and "month" in heard:
        days = month_whole(scene, heard)
    elif days is None and "unit" in heard:
        days = whole_unit(scene, heard)
    return days if isinstance(days, Days) and days.start and days.end else None


@means
def weekday_in(scene: Scene, heard: Heard) -> Value | None:
    """A weekday within a stretch of days: "Monday of next week"; the first, or the nth, or the last."""
    days, count = _stretch(scene, heard), heard.one("ord") or heard.one("final") or 1
    weekday = heard.one("weekday") or heard.one("bare_weekday")
    if days is None or days.start is None or days.end is None:
        return None
    before, end = days.start - timedelta(days=1), days.end - timedelta(days=1)
    day = shifted(
        next_weekday(end, weekday) if count < 0 else next_weekday(before, weekday),
        7 * count if count < 0 else 7 * (count - 1),
    )
    return Day(day, days.doubt) if day and days.start <= day < days.end else None


@means
def weekdays_in(scene: Scene, heard: Heard) -> Value | None:
    """One weekday or another within a stretch of days: "next week Tuesday or Thursday"."""
    days = _stretch(scene, heard)
    if days is None or days.start is None or days.end is None:
        return None
    found = [
        next_weekday(days.start - timedelta(days=1), weekday)
        for weekday in heard.get("bare_weekday") or heard["weekday"]
    ]
    first, last = min(found), max(found)
    return Days(first, shifted(last, 1), doubt=(last - first).days > 1) if last < days.end else None


@means
def week_in(scene: Scene, heard: Heard) -> Value | None:
    """The first, nth or last week of a month or year: the one holding most of its days."""
    days, count = _stretch(scene, heard), heard.one("ord") or heard.one("final")
    if days is None or days.start is None or days.end is None or not count:
        return None
    if count < 0:
        thursday = next_weekday(days.end - timedelta(days=1), 4) + timedelta(days=7 * count)
    else:
        thursday = next_weekday(days.start - timedelta(days=1), 4) + timedelta(days=7 * (count - 1))
    return stretch(shifted(thursday, -3), shifted(thursday, 4))


@means
def day_in_month(scene: Scene, heard: Heard) -> Value | None:
    """A day of the month within a stretch of days: "the 15th of next month"."""
    days = _stretch(scene, heard)
    if days is None or days.start is None or days.end is None:
        return None
    day = valid(days.start.year, days.start.month, dom_of(heard))
    return Day(day) if day and days.start <= day < days.end else None


@means
def months_range(scene: Scene, heard: Heard) -> Value | None:
    """From one month to another, both meant."""
    first, second = heard["month"]
    year = heard.one("year") or scene.today.year + (first <= second < scene.today.month)
    start, last = valid(year, first, 1), valid(year + (second < first), second, 1)
    return stretch(start, months_on(last, 1)) if start and last else None


@means
def days_of_week(_scene: Scene, heard: Heard) -> Value | None:
    """A few days and the week that they are of: "Monday to Wednesday of next week"; None where they cannot be."""
    few, week = sorted(heard["days"][:2], key=_length)
    if _length(week) != WEEK or _length(few) >= WEEK:
        return None
    weeks = timedelta(days=(week.start - few.start).days // 7 * 7)
    start, end = (day + weeks for day in (few.start, few.end))
    start, end = (start, end) if start >= week.start else (start + WEEK, end + WEEK)
    return Days(start, end, few.doubt) if end <= week.end else None


def _length(days: Days) -> timedelta:
    return days.end - days.start if days.start and days.end else timedelta.max


@means
def week_of(_scene: Scene, heard: Heard) -> Value | None:
    """The week that holds a day: "the week of April 10th"."""
    day = unit_start(heard.one("day").date, "week")
    return stretch(day, shifted(day, 7))


@means
def day_range(_scene: Scene, heard: Heard) -> Value | None:
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
    return stretch(start, end)


@means
def days_from(_scene: Scene, heard: Heard) -> Value | None:
    """That day or any later one."""
    return Days(_edge(heard, first=True), None)


@means
def dom_from(scene: Scene, heard: Heard) -> Value | None:
    """From a day of this month or the next on: "ab dem 19."."""
    day = day_of_month(scene, heard)
    return Days(day.date, None) if isinstance(day, Day) else None


@means
def since_weekday(scene: Scene, heard: Heard) -> Value | None:
    """From the last such weekday until now, where the word is only said of what has begun: "depuis lundi"."""
    return Days(next_weekday(scene.today, heard.one("weekday")) - timedelta(days=7), None)


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
    """Any day up to and with that one, or to the end of this week or month."""
    if "unit" in heard:
        days = _stretch(scene, heard)
        return Days(scene.today, days.end) if days else None
    end = _edge(heard, first=False)
    return Days(scene.today, end) if end and end > scene.today else Days(None, end)


def _edge(heard: Heard, first: bool) -> date | None:
    day, days = heard.one("day"), heard.one("days")
    if day is not None:
        found: date | None = day.date if first else shifted(day.date, 1)
        return found
    return days.start if first else days.end  # type: ignore[no-any-return]


@means
def days_edge(scene: Scene, heard: Heard) -> Value | None:
    """The start, middle or end of a week, month or year, as people mean it: roughly a third."""
    days = _stretch(scene, heard)
    if days is None or days.start is None or days.end is None:
        return None
    length = (days.end - days.start).days
    third = 3 if length == 7 else 10 if 28 <= length <= 31 else length // 3
    match heard.one("edge"):
        case "start":
            return stretch(days.start, days.start + timedelta(days=third))
        case "end":
            return stretch(days.end - timedelta(days=third), days.end)
    middle = 2 if length == 7 else third
    return stretch(days.start + timedelta(days=middle), days.end - timedelta(days=middle))


@means
def days_except(_scene: Scene, heard: Heard) -> Value | None:
    """A stretch of days without its first or last; without one in the middle it is doubtful."""
    days: Days = heard.one("days")
    out = heard.one("weekday") or heard.one("day").date.isoweekday()
    if days.start and days.end and (days.end - days.start).days <= 7:
        if days.start.isoweekday() == out:
            return stretch(days.start + timedelta(days=1), days.end)
        if (days.end - timedelta(days=1)).isoweekday() == out:
            return stretch(days.start, days.end - timedelta(days=1))
    return Days(days.start, days.end, doubt=True, out=heard.one("day"))


@means
def weekdays_range(scene: Scene, heard: Heard) -> Value | None:
    """From one weekday to another, both meant: "mon-fri"."""
    first, last = heard["weekday"]
    start = next_weekday(scene.today, first)
    return stretch(start, shifted(start, (last - first) % 7 + 1))


@means
def either_day(scene: Scene, heard: Heard) -> Value | None:
    """One day or another: the range that holds both; doubtful if other days lie between. "Next Monday or Tuesday" are
    of one week."""
    days = [day.date for day in heard.get("day", [])]
    second = heard["day"][1].weekday if len(days) > 1 and not heard["day"][0].weekday else None
    if second and days[0].isoweekday() < second and days[1] < days[0] < scene.today + 2 * WEEK:
        days[1] = next_weekday(days[0], second)
    days += [next_weekday(scene.today, weekday) for weekday in heard.get("weekday", [])]
    first, last = min(days), max(days)
    return Days(first, shifted(last, 1), doubt=(last - first).days > 1)


@means
def from_today(scene: Scene, _heard: Heard) -> Value | None:
    """The earliest that there is: any day from today on."""
    return Days(scene.today, None)
