"""When the clinic can call somebody back as they wish: their day and time, within the hours that somebody is there."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.actions.context import ClinicAction, Context
from agent.desk.due import staffed
from agent.model.wish import dates_of, times_of

_FURTHEST = 14  # days
_LONG = timedelta(hours=1)  # after a time that was named to the minute
_SHORTEST = timedelta(minutes=15)
Window = tuple[datetime, datetime]


class CallWindow(ClinicAction):
    """`date` and `time`, as slots keep a wish -> `call_window`: {"start", "end"} (UTC ISO), the first stretch of at
    least 15 minutes within them when somebody is at a desk, else None; a time to the minute stands for the hour after
    it, a time without a day for the next one that has it. `unreachable`: nobody has a number to call."""

    called = "action_call_window"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        days, times = dates_of(slots.get("date")), times_of(slots.get("time"))
        found = _first(at, days, times) if days or times else None
        window = {"start": found[0].isoformat(), "end": found[1].isoformat()} if found is not None else None
        here = at.conversation.address.value if at.conversation.channel != "chat" else ""
        return {"call_window": window, "unreachable": not here.startswith("+")}


def _first(at: Context, days: tuple[date, date] | None, times: tuple[time, time] | None) -> Window | None:
    zone = ZoneInfo(at.clinic.zone)
    today = at.now.astimezone(zone).date()
    first, last = days or (today, today + timedelta(days=_FURTHEST))
    for ahead in range(min((last - first).days, _FURTHEST) + 1):
        on = first + timedelta(days=ahead)
        lo, hi = _between(on, times, zone)
        for begins, ends in staffed(at.clinic, on):
            start = max(_at(on, begins, zone), lo, _soon(at.now))
            end = min(_at(on, ends, zone), hi)
            if end - start >= _SHORTEST:
                return start, end
    return None


def _between(on: date, times: tuple[time, time] | None, zone: ZoneInfo) -> Window:
    since, until = times or (time(0), time(23, 59))
    start, end = _at(on, since, zone), _at(on, until, zone)
    return start, end if end > start else start + _LONG


def _soon(now: datetime) -> datetime:
    """The next five minutes: nobody is promised a call for a moment ago."""
    whole = now.astimezone(UTC).replace(second=0, microsecond=0)
    return whole + timedelta(minutes=5 - whole.minute % 5)


def _at(on: date, when: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, when, tzinfo=zone).astimezone(UTC)
