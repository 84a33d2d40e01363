"""When somebody can be called as they wish: within their words and the hours of a desk, or not then."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.actions.counter import CLINIC, Counter

MONDAY = "2026-03-09T14:00"  # UTC; 10:00 in the clinic's zone


def window(counter: Counter, at: str = MONDAY, **slots: Any) -> tuple[str, str] | None:
    """From and to on the clinic's clock."""
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    found = counter.run("action_call_window", counter.conversation(), now, **slots).slots["call_window"]
    if not found:
        return None
    local = [datetime.fromisoformat(found[name]).astimezone(ZoneInfo(CLINIC.zone)) for name in ("start", "end")]
    return local[0].strftime("%a %H:%M"), local[1].strftime("%a %H:%M")


@pytest.mark.parametrize(
    ("slots", "found"),
    [
        ({"date": "2026-03-10", "time": ["14:00", "16:00"]}, ("Tue 14:00", "Tue 16:00")),
        ({"date": "2026-03-10", "time": "10:30"}, ("Tue 10:30", "Tue 11:30")),  # to the minute: the hour after it
        ({"date": "2026-03-10", "time": ["15:00", "23:59"]}, ("Tue 15:00", "Tue 18:00")),
        ({"date": "2026-03-10"}, ("Tue 08:00", "Tue 18:00")),
        ({"date": "2026-03-09"}, ("Mon 10:05", "Mon 18:00")),  # of today what is left
        ({"time": "morning"}, ("Mon 10:05", "Mon 12:00")),
        ({"time": ["08:00", "09:00"]}, ("Tue 08:00", "Tue 09:00")),  # gone for today
        ({"date": ["2026-03-14", "2026-03-16"], "time": "afternoon"}, ("Sat 12:00", "Sat 13:00")),
        ({"date": "2026-03-15"}, None),  # Sunday
        ({"date": "2026-03-10", "time": ["20:00", "21:00"]}, None),
        ({"date": "2026-03-08"}, None),  # gone
        ({"date": "2026-05-25"}, None),  # Memorial Day
        ({}, None),
    ],
)
def test_a_wish_is_met_by_hours_when_somebody_is_there(
    counter: Counter, slots: dict[str, Any], found: tuple[str, str] | None
) -> None:
    assert window(counter, **slots) == found


def test_across_the_change_of_clocks_it_is_the_hour_on_the_wall(counter: Counter) -> None:
    assert window(counter, "2026-03-06T14:00", date="2026-03-09", time="09:00") == ("Mon 09:00", "Mon 10:00")


def test_whose_number_is_not_known_is_unreachable(counter: Counter) -> None:
    now = datetime.fromisoformat(MONDAY).replace(tzinfo=UTC)
    at = counter.conversation()
    assert counter.run("action_call_window", at, now).slots["unreachable"] is not at.address.value.startswith("+")
    chat = at.model_copy(update={"channel": "chat"})
    assert counter.run("action_call_window", chat, now).slots["unreachable"] is True
