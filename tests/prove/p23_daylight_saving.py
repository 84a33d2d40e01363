"""Promise 23: wall time is kept on every day on which a clock changes, in every zone that has such days."""

from zoneinfo import available_timezones

from tests.adapters.test_openings import check_day, switch_days
from tests.prove.bookings import clinic
from tests.prove.ground import Ground

PROMISE = "Daylight saving is right"
SIZE = "every zone of the tz database with a switch 2024–2030 × every such day × hourly starts; quarter-hours in the clinics' zones"  # noqa: E501


def prove(ground: Ground) -> str:
    """Zones with the same switches at the same offsets are one: only names differ."""
    assert ground.seed >= 0
    zones = [z for z in sorted(available_timezones()) if "/" in z and not z.startswith(("Etc/", "posix/", "right/"))]
    ours = {place.zone for place in clinic().locations}
    days, names, seen = 0, 0, set()
    for zone in zones:
        switches = switch_days(zone)
        names += bool(switches)
        for day in switches:
            check_day(zone, day, 60, 60)
            if zone in ours:
                check_day(zone, day, 30, 15)
            days += 1
        seen.add(tuple(switches))
    return f"{names} zones, {days} switch days ({len(seen)} different calendars of switches), every hour as on the wall"
