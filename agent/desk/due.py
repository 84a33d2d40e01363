"""By when a person will have decided: minutes counted within staffed hours, so that a promise can be kept."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.model.clinic import WEEKDAYS, Clinic, Spans
from agent.model.content import TaskPolicy
from agent.model.task import Priority

_FURTHEST = 30  # days


def due_at(clinic: Clinic, policy: TaskPolicy, priority: Priority, now: datetime) -> datetime:
    """UTC. Emergencies count from now, around the clock; everything else in the hours when somebody is there."""
    if priority == "stat":
        return now + timedelta(minutes=policy.urgent_due_minutes)
    minutes = policy.due_minutes if priority == "routine" else policy.urgent_due_minutes
    return add_staffed(clinic, now, minutes)


def add_staffed(clinic: Clinic, now: datetime, minutes: int) -> datetime:
    """`minutes` of staffed time after `now` (UTC), by the hours of the clinic's locations in its own zone."""
    zone = ZoneInfo(clinic.zone)
    left, at = timedelta(minutes=minutes), now.astimezone(zone)
    for ahead in range(_FURTHEST):
        on = (at + timedelta(days=ahead)).date()
        for begins, ends in staffed(clinic, on):
            start = datetime.combine(on, begins, tzinfo=zone).astimezone(UTC)
            stop = datetime.combine(on, ends, tzinfo=zone).astimezone(UTC)
            start = max(start, now)
            if stop <= start:
                continue
            if stop - start >= left:
                return _round_up(start + left)
            left -= stop - start
    return now + timedelta(days=_FURTHEST)


def staffed(clinic: Clinic, on: object) -> Spans:
    """When somebody is at some desk that day: the union of the locations' hours, closures taken out."""
    from datetime import date

    assert isinstance(on, date)
    spans: list[tuple[time, time]] = []
    for location in clinic.locations:
        closed = [
            c
            for c in clinic.closures
            if c.day <= on <= (c.until or c.day) and c.provider is None and c.location in (None, location.id)
        ]
        spans += closed[0].hours if closed else location.hours.get(WEEKDAYS[on.weekday()], ())
    merged: list[tuple[time, time]] = []
    for begins, ends in sorted(spans):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((begins, ends))
    return tuple(merged)


def open_now(clinic: Clinic, now: datetime) -> bool:
    """Is anybody at a desk now?"""
    local = now.astimezone(ZoneInfo(clinic.zone))
    return any(a <= local.time() < b for a, b in staffed(clinic, local.date()))


def _round_up(when: datetime) -> datetime:
    extra = (-when.minute) % 5
    return when.replace(second=0, microsecond=0) + timedelta(minutes=extra)
