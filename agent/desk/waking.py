"""When people may be disturbed: nobody's night, neither here nor where their number is at home."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones

from agent.model.clinic import Reminders

LATEST = timedelta(minutes=45)  # before the visit; after that a reminder helps nobody
TALKING = timedelta(minutes=10)  # a person has the conversation: look again then
TO_SET_OUT = timedelta(hours=2)  # before a visit: whoever hears of it later may be on their way
_MANY_ZONES = 6  # a number that may be at home in more is not placed


def after_night(now: datetime, zones: tuple[ZoneInfo, ...], quiet: Reminders) -> datetime:
    """`now`, or the next moment that is no quiet hour in any zone."""
    later = now
    for _ in range(4):
        for zone in zones:
            local = later.astimezone(zone)
            at = local.time().replace(tzinfo=None)
            if not quiet.quiet_until <= at < quiet.quiet_from:
                day = local.date() + timedelta(days=at >= quiet.quiet_from)
                later = datetime.combine(day, quiet.quiet_until, zone).astimezone(UTC)
    return later


def by_morning(
    now: datetime, zones: tuple[ZoneInfo, ...], quiet: Reminders, starts: datetime | None = None
) -> datetime:  # fmt: skip
    """`now`, or the end of the night, unless they would set out for a visit that `starts` before they know."""
    later = after_night(now, zones, quiet)
    return max(now, min(later, starts - TO_SET_OUT)) if starts is not None else later


def zones_of(number: str | None) -> tuple[ZoneInfo, ...]:
    """Where a number is at home, as far as its digits tell."""
    if number is None:
        return ()
    try:
        names = phone_zones.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ()
    known = [name for name in names if name != phone_zones.UNKNOWN_TIMEZONE]
    return tuple(ZoneInfo(name) for name in known) if len(known) < _MANY_ZONES else ()
