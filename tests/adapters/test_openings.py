"""Free times as a patient meets them: hours, lunch, holidays, lead time, buffers, and clocks that change."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.adapters.calendar import spread
from agent.adapters.calendar.openings import LONGEST, find_openings, is_open
from agent.adapters.clinic_file import load_clinic
from agent.model.calendar import Opening, OpeningRequest
from agent.model.clinic import Booking, Clinic, Closure, Location, Provider, VisitType

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday, 07:00 in New York
DEMO = Path(__file__).parents[2] / "agent" / "demo" / "clinic.yaml"
ZONES = (
    "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Santiago", "America/Havana",
    "Europe/London", "Europe/Lisbon", "Atlantic/Azores", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "America/St_Johns", "Asia/Kolkata",
)  # fmt: skip


def clinic(
    *spans: tuple[str, str],
    zone: str = "America/New_York",
    people: int = 1,
    parallel: int = 1,
    visit: dict[str, object] | None = None,
    closures: tuple[Closure, ...] = (),
    **booking: object,
) -> Clinic:
    hours = tuple(
        (time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans or (("09:00", "12:00"), ("13:00", "17:00"))
    )
    week = dict.fromkeys(DAYS, hours)
    return Clinic(
        id="c",
        name="C",
        country="US",
        zone=zone,
        numbers=("+17185550100",),
        phone="+17185550101",
        locations=(Location(id="here", name="Here", zone=zone, address="", hours=week),),
        providers=tuple(
            Provider(
                id=f"p{i}", name=f"Dr. {i}", location="here", hours=week, visit_types=("v", "staff"), parallel=parallel
            )
            for i in range(people)
        ),
        visit_types=(
            VisitType(**{"id": "v", "name": {"en": "V"}, "minutes": 30} | (visit or {})),
            VisitType(id="staff", name={"en": "S"}, minutes=30, desk_may_prepare=False),
        ),
        closures=closures,
        booking=Booking(**{"lead_minutes": 0} | booking),
    )


def every(
    at: Clinic, day: date, busy: dict[str, list[tuple[datetime, datetime]]] | None = None, **wish: object
) -> list[str]:
    """All starts of one day on the clock."""
    request = OpeningRequest(**{"visit_type": "v", "dates": (day, day), "limit": 500} | wish)
    return [f"{o.local:%H:%M}" for o in find_openings(at, request, busy or {}, NOW)]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


TUE = date(2026, 3, 3)


def test_nobody_is_booked_into_the_lunch_break() -> None:
    found = every(clinic(step_minutes=30), TUE)
    assert found == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"] + [
        f"{h}:{m}" for h in (13, 14, 15, 16) for m in ("00", "30")
    ]


def test_a_visit_must_end_before_closing() -> None:
    assert every(clinic(("09:00", "10:00"), visit={"minutes": 45}), TUE) == ["09:00", "09:15"]


def test_what_is_taken_is_not_offered_and_the_minutes_around_it_are() -> None:
    busy = {"p0": [(utc("2026-03-03T09:30"), utc("2026-03-03T10:00"))]}
    assert every(clinic(("09:00", "11:00")), TUE, busy) == ["09:00", "10:00", "10:15", "10:30"]


def test_buffers_keep_visits_apart_on_both_sides() -> None:
    busy = {"p0": [(utc("2026-03-03T10:00"), utc("2026-03-03T10:30"))]}
    at = clinic(("09:00", "12:00"), visit={"buffer_before": 10, "buffer_after": 15})
    assert every(at, TUE, busy) == ["09:00", "09:15", "10:45", "11:00", "11:15", "11:30"]


def test_an_early_long_visit_still_blocks_what_lies_under_its_end() -> None:
    long = (utc("2026-03-03T09:00"), utc("2026-03-03T12:00"))
    short = (utc("2026-03-03T09:30"), utc("2026-03-03T10:00"))
    assert every(clinic(("09:00", "12:30")), TUE, {"p0": [long, short]}) == ["12:00"]


def test_a_holiday_is_closed_and_a_short_day_has_its_own_hours() -> None:
    half = Closure(day=date(2026, 3, 4), hours=((time(9), time(10)),))
    at = clinic(closures=(Closure(day=TUE), half), step_minutes=30)
    assert every(at, TUE) == []
    assert every(at, date(2026, 3, 4)) == ["09:00", "09:30"]


def test_a_provider_on_holiday_is_not_offered_and_the_others_are() -> None:
    away = Closure(day=TUE, until=TUE + timedelta(days=6), provider="p0")
    at = clinic(people=2, closures=(away,))
    request = OpeningRequest(visit_type="v", dates=(TUE, TUE + timedelta(days=9)), limit=500)
    found = find_openings(at, request, {}, NOW)
    assert {o.provider for o in found if o.local.date() <= TUE + timedelta(days=6)} == {"p1"}
    assert {o.provider for o in found if o.local.date() > TUE + timedelta(days=6)} == {"p0", "p1"}


def test_complaint_nothing_is_offered_sooner_than_the_lead_time() -> None:
    """SergeyMosin/Appointments#163."""
    late = datetime(2026, 3, 3, 15, 10, tzinfo=UTC)  # 10:10 in New York
    request = OpeningRequest(visit_type="v", dates=(TUE, TUE), limit=500)
    found = find_openings(clinic(lead_minutes=120), request, {}, late)
    assert f"{found[0].local:%H:%M}" == "13:00"
    assert f"{find_openings(clinic(lead_minutes=30), request, {}, late)[0].local:%H:%M}" == "10:45"


def test_nothing_is_offered_beyond_the_horizon_or_in_the_past() -> None:
    at = clinic(horizon_days=10)
    assert every(at, NOW.date() + timedelta(days=11)) == []
    assert every(at, NOW.date() - timedelta(days=1)) == []
    assert every(at, NOW.date() + timedelta(days=10)) != []


def test_visits_that_only_staff_may_arrange_are_never_offered() -> None:
    assert every(clinic(), TUE, visit_type="staff") == []
    assert every(clinic(), TUE, visit_type="unheard_of") == []


def test_three_offers_are_spread_over_times_of_day_providers_and_days() -> None:
    found = find_openings(
        clinic(people=2), OpeningRequest(visit_type="v", dates=(TUE, TUE + timedelta(days=3))), {}, NOW
    )
    assert [o.start for o in found] == sorted(o.start for o in found)
    assert [f"{o.local:%d %H:%M}" for o in found] == ["03 09:00", "03 13:00", "04 09:00"]
    assert found[0].provider != found[1].provider


def test_three_offers_on_one_day_are_three_different_times() -> None:
    found = find_openings(clinic(people=3), OpeningRequest(visit_type="v", dates=(TUE, TUE)), {}, NOW)
    assert len({o.start for o in found}) == 3
    assert found[0].local.time() == time(9)


def test_the_exact_time_comes_first_when_it_is_free() -> None:
    wish = OpeningRequest(visit_type="v", dates=(TUE, TUE), times=(time(10, 30), time(10, 30)))
    found = find_openings(clinic(), wish, {}, NOW)
    assert [f"{o.local:%H:%M}" for o in found] == ["10:30", "10:15", "10:45"]


def test_when_the_exact_time_is_taken_the_nearest_come_and_can_be_told_apart() -> None:
    wish = OpeningRequest(visit_type="v", dates=(TUE, TUE), times=(time(10, 30), time(10, 30)))
    busy = {"p0": [(utc("2026-03-03T10:30"), utc("2026-03-03T11:00"))]}
    found = find_openings(clinic(), wish, busy, NOW)
    assert [f"{o.local:%H:%M}" for o in found] == ["10:00", "11:00", "09:45"]
    assert all(o.local.time() != time(10, 30) for o in found)


def test_nothing_is_free_on_a_day_that_is_blocked_from_midnight_to_midnight() -> None:
    assert every(clinic(), TUE)
    whole = [(utc("2026-03-03T00:00"), utc("2026-03-04T00:00"))]
    assert every(clinic(), TUE, {"p0": whole, "p1": whole, "p2": whole}) == []
    autumn = [(utc("2026-11-01T00:00"), utc("2026-11-02T00:00"))]  # 25 hours
    assert autumn[0][1] - autumn[0][0] < LONGEST


def test_an_afternoon_is_an_afternoon() -> None:
    found = every(clinic(step_minutes=60), TUE, times=(time(12), time(17)))
    assert found == ["13:00", "14:00", "15:00", "16:00"]


def test_a_provider_with_two_chairs_takes_two_patients_and_no_third() -> None:
    one = (utc("2026-03-03T09:00"), utc("2026-03-03T09:30"))
    at = clinic(("09:00", "10:00"), parallel=2, step_minutes=30)
    assert every(at, TUE, {"p0": [one]}) == ["09:00", "09:30"]
    assert every(at, TUE, {"p0": [one, one]}) == ["09:30"]


def test_an_opening_is_open_only_exactly_as_offered() -> None:
    at = clinic()
    offer = find_openings(at, OpeningRequest(visit_type="v", dates=(TUE, TUE), limit=1), {}, NOW)[0]
    assert is_open(at, offer, {}, NOW)
    assert not is_open(at, offer, {"p0": [(offer.start, offer.end)]}, NOW)
    assert not is_open(at, offer.model_copy(update={"end": offer.end + timedelta(minutes=5)}), {}, NOW)
    assert not is_open(at, offer.model_copy(update={"start": offer.start + timedelta(minutes=1)}), {}, NOW)
    assert not is_open(at, offer, {}, offer.start)


def test_an_offer_can_still_be_taken_when_the_patient_needed_a_while_to_answer() -> None:
    at = clinic(lead_minutes=120)
    offer = find_openings(at, OpeningRequest(visit_type="v", limit=1), {}, NOW)[0]
    assert is_open(at, offer, {}, offer.start - timedelta(minutes=100))


def test_what_begins_this_very_minute_is_offered_no_more() -> None:
    at, now = clinic(lead_minutes=0), datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # ten o'clock, on the grid
    offers = find_openings(at, OpeningRequest(visit_type="v", limit=50), {}, now)
    assert offers[0].start == now + timedelta(minutes=15)
    assert all(is_open(at, offer, {}, now) for offer in offers)


def switch_days(zone: str) -> list[date]:
    """The days from 2024 to 2030 on which a zone changes its offset."""
    at, found = ZoneInfo(zone), []
    day = date(2024, 1, 1)
    while day.year <= 2030:
        here = datetime.combine(day, time(), at).utcoffset()
        if datetime.combine(day + timedelta(days=1), time(), at).utcoffset() != here:
            found.append(day)
        day += timedelta(days=1)
    return found


def check_day(zone: str, day: date, minutes: int = 30, step: int = 15) -> None:
    """Against a plain walk through the day in steps of five minutes."""
    at = ZoneInfo(zone)
    house = clinic(("00:00", "00:00"), zone=zone, visit={"minutes": minutes}, step_minutes=step, horizon_days=30)
    now = datetime.combine(day, time(), UTC) - timedelta(days=5)
    request = OpeningRequest(visit_type="v", dates=(day, day), limit=10_000)
    found = find_openings(house, request, {}, now)
    first = datetime.combine(day, time(12), at).astimezone(UTC) - timedelta(hours=40)
    shown: dict[time, datetime] = {}
    moments = [first + timedelta(minutes=m) for m in range(0, 80 * 60, 5)]
    on_day = [m for m in moments if m.astimezone(at).date() == day]
    closes = on_day[-1] + timedelta(minutes=5)
    for moment in on_day:
        wall = moment.astimezone(at).time().replace(fold=0)
        if (wall.hour * 60 + wall.minute) % step == 0:
            shown.setdefault(wall, moment)
    expected = sorted(m for m in shown.values() if m + timedelta(minutes=minutes) <= closes)
    assert [o.start for o in found] == expected, (zone, day)
    for o in found:
        assert o.start.astimezone(at).replace(tzinfo=None, fold=0) == o.local
        assert o.end - o.start == timedelta(minutes=minutes)
        assert o.zone == zone
    assert all(is_open(house, o, {}, now) for o in found[:: max(1, len(found) // 3)])


@pytest.mark.parametrize("zone", ZONES)
def test_promise_23_on_every_day_the_clocks_change_wall_time_is_kept(zone: str) -> None:
    """No time that the clock jumps over, the repeated hour once, 2024 to 2030."""
    days = switch_days(zone)
    assert days or zone == "Asia/Kolkata"
    for day in days:
        check_day(zone, day)


@settings(max_examples=25, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    minutes=st.sampled_from((10, 20, 45, 60)),
    step=st.sampled_from((5, 10, 15, 30)),
)
def test_promise_23_on_any_day_in_any_zone(zone: str, day: date, minutes: int, step: int) -> None:
    check_day(zone, day, minutes, step)


def test_complaint_times_are_not_an_hour_early_after_the_switch() -> None:
    """cal.diy#1092, #6217: 09:00 stays 09:00 across the second Sunday of March, and stays bookable after it."""
    at = clinic(step_minutes=60, horizon_days=30)
    found = find_openings(
        at, OpeningRequest(visit_type="v", dates=(date(2026, 3, 6), date(2026, 3, 10)), limit=500), {}, NOW
    )
    nines = [o for o in found if o.local.time() == time(9)]
    assert [o.local.date().day for o in nines] == [6, 7, 8, 9, 10]
    assert [o.start.hour for o in nines] == [14, 14, 13, 13, 13]


def test_two_places_in_two_zones_are_offered_in_order_of_real_time() -> None:
    demo = load_clinic(DEMO)
    request = OpeningRequest(visit_type="office", dates=(date(2026, 3, 12), date(2026, 3, 12)), limit=200)
    found: list[Opening] = find_openings(demo, request, {}, NOW)
    assert {o.zone for o in found} == {"America/New_York", "America/Chicago"}
    assert [o.start for o in found] == sorted(o.start for o in found)


def test_where_every_time_of_a_day_is_asked_for_none_is_weighed_against_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monday = datetime(2026, 3, 2, 14, tzinfo=UTC)
    day = [
        spread.Free(monday + timedelta(minutes=15 * n), rank, monday.date(), 540 + 15 * n)
        for n in range(40)
        for rank in range(6)
    ]
    request = OpeningRequest(visit_type="office", limit=len(day) * 2)
    weighed = list[object]()
    monkeypatch.setattr(spread, "_novelty", lambda free, chosen: len(weighed.append(free) or chosen))
    assert spread.choose(iter([day]), request) == day
    assert weighed == []
    few = spread.choose(iter([day]), request.model_copy(update={"limit": 3}))
    assert len(few) == 3
    assert weighed
