"""The moments that a line or an argument names, as naive wall time of a zone."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.verbs.lines import wrong


def zone_from(name: str | None, otherwise: str) -> ZoneInfo:
    """The zone of `--tz`. Exits with 2 where there is no such zone."""
    try:
        return ZoneInfo(name or otherwise)
    except (ValueError, KeyError, OSError):
        wrong(f"--tz: there is no zone {name}; write e.g. America/New_York")


def now_from(text: str | None, zone: ZoneInfo) -> datetime:
    """The moment of `--now`, else this one. Exits with 2 where it is not ISO 8601."""
    try:
        return wall_clock(text, zone)
    except ValueError:
        wrong(f"--now: {text} is not ISO 8601; write e.g. 2026-03-09T10:00")


def wall_clock(given: Any, zone: ZoneInfo | None) -> datetime:
    """Without an offset it is the writer's wall clock already; with one it is turned to `zone` if that is known.

    Raises ValueError for anything but ISO 8601."""
    if given is None:
        return datetime.now(zone or UTC).replace(tzinfo=None)
    if not isinstance(given, str):
        raise ValueError("now must be an ISO 8601 string")
    try:
        at = datetime.fromisoformat(given)
        return (at.astimezone(zone) if zone and at.tzinfo else at).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise ValueError("now must be an ISO 8601 string") from None
