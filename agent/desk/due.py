"""By when a person will have decided: minutes counted within staffed hours, so that a promise can be kept."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.dialogue.closures import opens_next
from agent.model.clinic import WEEKDAYS, Clinic, DueRule, Spans
from agent.model.content import TaskPolicy
from agent.model.task import Priority

_FURTHEST = 30  # days
_AN_HOUR = timedelta(hours=1)


def policy_of(clinic: Clinic, policy: TaskPolicy, kind: str, reason: str | None) -> TaskPolicy:
    """The policy with the clinic's own due times: those for the reason before those for the kind. What cannot
    wait as long as others of its kind (who stands at a locked door) has a time of its own between them."""
    sooner = policy.soon.get(reason or "")
    soon = [DueRule.model_validate({"kind": kind, "reason": reason, "urgent_minutes": sooner})] if sooner else []
    for rule in sorted((*soon, *clinic.due), key=lambda rule: rule.reason is not None):
        if rule.kind == kind and rule.reason in (None, reason):
            own = {"due_minutes": rule.minutes, "urgent_due_minutes": rule.urgent_minutes}
            policy = policy.model_copy(update={name: minutes for name, minutes in own.items() if minutes is not None})
    return policy


def due_at(clinic: Clinic, policy: TaskPolicy, priority: Priority, now: datetime) -> datetime:
    """UTC. Emergencies count from now, around the clock; everything else in the hours when somebody is there."""
    if priority == "stat":
        return now + timedelta(minutes=policy.urgent_due_minutes)
    minutes = policy.due_minutes if priority == "routine" else policy.urgent_due_minutes
    return add_staffed(clinic, now, minutes)


def before_visit(clinic: Clinic, due: datetime, proposal: Mapping[str, Any], now: datetime) -> datetime:
    """A request for a time is decided an hour before that time at the latest, while somebody is still at a desk
    (fifteen minutes from now at the soonest): a confirmation after the visit would be none. Whoever asked to be called
    between two times is called by the second."""
    window = proposal.get("call_window")
    if isinstance(window, Mapping) and "end" in window:
        return datetime.fromisoformat(str(window["end"]))
    opening = proposal.get("opening")
    if not isinstance(opening, Mapping) or "start" not in opening:
        return due
    latest = datetime.fromisoformat(str(opening["start"])) - _AN_HOUR
    if latest >= due:
        return due
    before = _staffed_until(clinic, latest)
    if before >= now:
        return max(before, _round_up(now + timedelta(minutes=15)))
    soon = add_staffed(clinic, now, 15)  # nobody is there until that hour has begun
    return soon if soon < latest + _AN_HOUR else _round_up(now + timedelta(minutes=15))


def _staffed_until(clinic: Clinic, latest: datetime) -> datetime:
    """The last moment up to `latest` at which somebody is at a desk."""
    zone = ZoneInfo(clinic.zone)
    for back in range(_FURTHEST):
        on = latest.astimezone(zone).date() - timedelta(days=back)
        for begins, ends in reversed(staffed(clinic, on)):
            if datetime.combine(on, begins, tzinfo=zone) < latest:
                return min(latest, datetime.combine(on, ends, tzinfo=zone).astimezone(UTC))
    return latest


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
    for location in clinic.places:
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
    return opens_next(clinic, now) is None


def _round_up(when: datetime) -> datetime:
    extra = (-when.minute) % 5
    return when.replace(second=0, microsecond=0) + timedelta(minutes=extra)
