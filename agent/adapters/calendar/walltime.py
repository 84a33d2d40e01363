"""Wall time to UTC for one day in one zone, across daylight-saving switches; no calendar rules live here."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY_MINUTES = 24 * 60


class WallDay:
    """A local date in a zone. Minutes are counted on the clock face, 0 to 1440.

    `even` is true when the offset stays the same all day, so that minutes on the clock are minutes that pass.
    """

    __slots__ = ("day", "even", "midnight", "zone")

    def __init__(self, zone: str, day: date) -> None:
        self.zone, self.day = ZoneInfo(zone), day
        self.midnight = _first(datetime.combine(day, time(), self.zone))
        # each midnight with the offset that holds before a switch at that very moment
        after = _first(datetime.combine(day + timedelta(days=1), time(), self.zone))
        self.even = after - self.midnight == timedelta(days=1) and self._exists(0)

    def utc(self, minutes: int) -> datetime | None:
        """The first moment at which the clock shows this; None when the clock jumps over it."""
        if self.even:
            return self.midnight + minutes * MINUTE
        if not self._exists(minutes):
            return None
        return _first(self._wall(minutes))

    def bound(self, minutes: int) -> datetime:
        """Like `utc`, for an edge of opening hours: a time jumped over is the moment of the jump."""
        while (moment := self.utc(minutes)) is None:
            minutes += 1
        return moment

    def _wall(self, minutes: int) -> datetime:
        days, rest = divmod(minutes, DAY_MINUTES)
        return datetime.combine(self.day + timedelta(days=days), time(rest // 60, rest % 60), self.zone)

    def _exists(self, minutes: int) -> bool:
        wall = self._wall(minutes)
        there = wall.astimezone(UTC).astimezone(self.zone)
        return there.replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0)


def _first(wall: datetime) -> datetime:
    return wall.replace(fold=0).astimezone(UTC)


@lru_cache(maxsize=4096)
def wall_day(zone: str, day: date) -> WallDay:
    return WallDay(zone, day)
