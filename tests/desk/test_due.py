"""A promise of an answer counts staffed hours, so that it can be kept."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.desk.due import add_staffed, before_visit, due_at, open_now, policy_of, staffed
from agent.model.clinic import DueRule
from agent.model.content import TaskPolicy
from tests import shared

CLINIC = shared.clinic()
POLICY = TaskPolicy(title="x", due_minutes=240, urgent_due_minutes=30)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "now", ["2026-03-02T15:00", "2026-03-06T23:30", "2026-03-07T12:00", "2026-03-08T09:30", "2026-11-01T05:30"]
)
def test_what_is_due_is_due_while_somebody_is_there(now: str) -> None:
    when = utc(now)
    due = due_at(CLINIC, POLICY, "routine", when)
    assert due > when
    assert open_now(CLINIC, due - timedelta(minutes=6))
    assert open_now(CLINIC, due - timedelta(seconds=1))


def test_four_hours_are_four_staffed_hours_and_urgent_is_sooner() -> None:
    monday = utc("2026-03-02T15:00")
    routine, urgent = (due_at(CLINIC, POLICY, p, monday) for p in ("routine", "urgent"))
    assert urgent < routine
    assert (urgent - monday).total_seconds() >= 30 * 60
    assert routine == add_staffed(CLINIC, monday, 240)


def test_an_emergency_counts_from_now_around_the_clock() -> None:
    night = utc("2026-03-08T08:00")
    assert (due_at(CLINIC, POLICY, "stat", night) - night).total_seconds() == 30 * 60


def test_a_clinic_has_its_own_due_times_by_kind_and_by_category() -> None:
    rules = (DueRule(kind="urgent", reason="maternal", urgent_minutes=3), DueRule(kind="urgent", urgent_minutes=7))
    clinic = CLINIC.model_copy(update={"due": rules})
    minutes = {
        reason: policy_of(clinic, POLICY, "urgent", reason).urgent_due_minutes for reason in ("maternal", "stroke")
    }
    assert minutes == {"maternal": 3, "stroke": 7}
    assert policy_of(clinic, POLICY, "booking", "maternal") == POLICY


def test_what_cannot_wait_is_due_sooner_than_others_of_its_kind_unless_the_clinic_names_it() -> None:
    policy = POLICY.model_copy(update={"soon": {"arrived": 5}})
    named = (DueRule(kind="message", reason="arrived", urgent_minutes=9), DueRule(kind="message", urgent_minutes=20))
    for rules, minutes in (((), 5), (named[1:], 5), (named, 9)):
        clinic = CLINIC.model_copy(update={"due": rules})
        assert policy_of(clinic, policy, "message", "arrived").urgent_due_minutes == minutes
    clinic = CLINIC.model_copy(update={"due": named})
    assert policy_of(clinic, policy, "message", "message").urgent_due_minutes == 20


def test_nobody_is_there_on_a_day_when_every_location_is_closed() -> None:
    closed = next(c for c in CLINIC.closures if c.location is None and c.provider is None and not c.hours)
    assert staffed(CLINIC, closed.day) == ()


def test_a_request_is_due_before_the_visit_that_it_asks_for_while_somebody_is_there() -> None:
    now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday, ten in the morning
    late = now + timedelta(hours=5)
    visit = {"opening": {"start": (now + timedelta(hours=3)).isoformat()}}
    soon = {"opening": {"start": (now + timedelta(minutes=30)).isoformat()}}
    assert before_visit(CLINIC, late, visit, now) == now + timedelta(hours=2)
    assert before_visit(CLINIC, late, soon, now) == now + timedelta(minutes=15)
    assert before_visit(CLINIC, late, {}, now) == late
    saturday = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    monday_early = {"opening": {"start": "2026-11-23T13:00:00+00:00"}}  # eight in the morning
    closing = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    assert before_visit(CLINIC, datetime(2026, 11, 23, 16, 0, tzinfo=UTC), monday_early, saturday) == closing


def test_a_visit_soon_after_opening_is_decided_once_somebody_is_there() -> None:
    night = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # Monday, six in the morning; somebody comes at eight
    visit = {"opening": {"start": "2026-11-23T14:00:00+00:00"}}  # at nine
    quarter_past = datetime(2026, 11, 23, 13, 15, tzinfo=UTC)
    assert before_visit(CLINIC, datetime(2026, 11, 23, 17, 0, tzinfo=UTC), visit, night) == quarter_past
    at_eight = {"opening": {"start": "2026-11-23T13:00:00+00:00"}}  # nobody can: as soon as it can be
    late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert before_visit(CLINIC, late, at_eight, night) == night + timedelta(minutes=15)


def test_whoever_named_a_time_for_a_call_is_called_by_its_end() -> None:
    now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    wish = {"call_window": {"start": "2026-11-24T19:00:00+00:00", "end": "2026-11-24T21:00:00+00:00"}}
    assert before_visit(CLINIC, now + timedelta(hours=4), wish, now) == datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
