"""Offers as patients ask for them, and truthful ones when there is nothing as asked."""

from datetime import timedelta

import pytest

from agent.adapters.calendar.local import FullCalendar
from tests.actions.counter import CLINIC, NOW, Counter

THU = "2026-03-12"


def test_an_offer_says_who_where_and_when(counter: Counter) -> None:
    slots = counter.run(
        "action_find_openings", appointment_type="office", provider="okafor", date=THU, time="10:00"
    ).slots
    assert slots["openings"][0] == {
        "id": "okafor@2026-03-12T10:00",
        "provider": "okafor",
        "provider_name": "Dr. Amara Okafor",
        "location": "brooklyn",
        "location_name": "Brooklyn",
        "visit_type": "office",
        "start": "2026-03-12T14:00:00+00:00",
        "local": "2026-03-12T10:00:00",
        "zone": "America/New_York",
    }
    assert (slots["openings_exact"], slots["openings_note"], len(slots["openings"])) == (True, "none", 3)


@pytest.mark.parametrize(
    ("asked", "hours"),
    [
        ("morning", range(12)),
        ("afternoon", range(12, 17)),
        ("evening", range(17, 24)),
        (["14:00", "15:30"], range(14, 16)),
    ],
)
def test_the_part_of_the_day_is_kept(counter: Counter, asked: object, hours: range) -> None:
    slots = counter.run("action_find_openings", appointment_type="office", date="2026-03-11", time=asked).slots
    assert slots["openings_note"] == "none"
    assert slots["openings"]
    assert all(int(o["local"][11:13]) in hours for o in slots["openings"])


@pytest.mark.parametrize(
    ("wish", "note"),
    [
        ({"date": "2026-03-15"}, "other_day"),  # a Sunday
        ({"date": THU, "time": "12:30", "provider": "okafor"}, "other_time"),  # her lunch
        ({"date": THU, "time": "evening", "provider": "okafor"}, "other_time"),
        ({"appointment_type": "cleaning", "provider": "okafor", "date": THU}, "other_provider"),
        ({"date": "2026-12-25"}, "other_day"),  # beyond the horizon
        ({"date": "2026-03-01"}, "other_day"),  # gone by
    ],
)
def test_what_differs_from_the_wish_is_said(counter: Counter, wish: dict[str, object], note: str) -> None:
    slots = counter.run("action_find_openings", **{"appointment_type": "office"} | wish).slots
    assert (slots["openings_note"], slots["openings_exact"]) == (note, False)
    assert slots["openings"]


def test_after_a_closed_day_the_nearest_days_are_offered(counter: Counter) -> None:
    slots = counter.run("action_find_openings", appointment_type="cleaning", date="2026-03-15").slots
    assert slots["openings"][0]["local"].startswith("2026-03-16")


def test_more_times_are_other_times_of_the_same_day_until_it_is_used_up(counter: Counter) -> None:
    wish = {"appointment_type": "physical", "provider": "okafor", "date": "2026-03-13"}
    slots = counter.run("action_find_openings", **wish).slots
    shown = [o["id"] for o in slots["openings"]]
    for _ in range(20):
        kept = {"openings": slots["openings"], "openings_seen": slots["openings_seen"], "more": True}
        slots = counter.run("action_find_openings", **wish, **kept).slots
        fresh = [o["id"] for o in slots["openings"]]
        assert not set(fresh) & set(shown)
        assert slots["more"] is None
        if slots["openings_note"] != "none":
            break
        assert all("@2026-03-13T" in i for i in fresh)
        shown += fresh
    assert slots["openings_note"] == "other_day"
    assert len(shown) == len([1 for m in range(8 * 60, 13 * 60 - 39, 15) if m])


def test_times_after_the_last_one_can_be_asked_for(counter: Counter) -> None:
    first = counter.run("action_find_openings", appointment_type="office").slots["openings"]
    later = counter.run("action_find_openings", appointment_type="office", after_opening=first[-1]).slots["openings"]
    assert min(o["start"] for o in later) > max(o["start"] for o in first)


def test_without_a_kind_of_visit_the_general_one_is_looked_for(counter: Counter) -> None:
    assert {o["visit_type"] for o in counter.run("action_find_openings", date=THU).slots["openings"]} == {"office"}
    patel = counter.run("action_find_openings", provider="patel").slots["openings"]
    assert {o["visit_type"] for o in patel} == {"cleaning"}


def test_a_visit_that_is_moved_keeps_its_kind_and_provider(counter: Counter) -> None:
    moved = {"id": "x", "visit_type": "followup", "provider": "nguyen", "location": "chicago"}
    found = counter.run("action_find_openings", appointment=moved).slots["openings"]
    assert {(o["visit_type"], o["provider"]) for o in found} == {("followup", "nguyen")}


def test_a_procedure_is_not_offered_by_the_desk(counter: Counter) -> None:
    slots = counter.run("action_find_openings", appointment_type="procedure").slots
    assert (slots["openings"], slots["openings_exact"]) == ([], False)


def test_complaint_nothing_is_invented_when_nothing_is_free(counter: Counter) -> None:
    """sutando#1244: an empty result stays empty."""
    counter.actions._calendar = FullCalendar(CLINIC)
    assert counter.run("action_find_openings", appointment_type="office", date=THU).slots["openings"] == []


def test_a_time_is_held_until_staff_decide(counter: Counter) -> None:
    offer = counter.run("action_find_openings", appointment_type="office", date=THU).slots["openings"][0]
    held = counter.run("action_hold_opening", opening=offer).slots
    with counter.store.begin() as tx:
        row = tx.appointments.get(held["hold"])
    assert row is not None
    assert held["taken"] is False
    assert (row.status, row.patient, row.conversation) == ("pending", None, "sms-+17185550132")
    assert row.hold_expires_at == NOW + timedelta(minutes=CLINIC.booking.hold_minutes)
    assert counter.run("action_hold_opening", opening=offer, hold=held["hold"]).slots == held


def test_complaint_whoever_is_second_hears_that_the_time_is_taken(counter: Counter) -> None:
    """cal.diy#13397."""
    offers = counter.run("action_find_openings", appointment_type="office", date=THU).slots["openings"]
    assert counter.run("action_hold_opening", opening=offers[0]["id"], openings=offers).slots["hold"]
    assert counter.run("action_hold_opening", opening=offers[0]).slots == {"hold": None, "taken": True}


def test_who_was_too_late_is_not_sent_to_race_the_same_crowd_again(counter: Counter) -> None:
    def offered(handle: str, **slots: object) -> list[str]:
        talk = counter.conversation(handle=handle)
        found = counter.run("action_find_openings", talk, appointment_type="office", **slots).slots["openings"]
        return [o["id"] for o in found]

    everybody = offered("+17185550132")
    late = [offered(f"+1718555{n:04d}", taken=True) for n in range(20)]
    assert all(len(set(ids)) == 3 and not set(ids) & set(everybody) for ids in late)
    assert len({tuple(ids) for ids in late}) > 10
    assert len({id for ids in late for id in ids}) <= 12  # the next ones, no later than that
    nearest = offered("+17185550132", date=THU, time="10:00")
    assert offered("+17185550132", date=THU, time="10:00", taken=True) == nearest  # one time alone was asked for


def test_a_time_that_was_never_offered_is_not_held(counter: Counter) -> None:
    answer = counter.run("action_hold_opening", opening="okafor@2026-03-12T03:00", openings=[])
    assert (type(answer.failed), answer.slots) == (LookupError, {})


def test_a_move_remembers_what_it_replaces(counter: Counter) -> None:
    offers = counter.run("action_find_openings", appointment_type="office", date=THU).slots["openings"]
    hold = counter.run("action_hold_opening", opening=offers[0], appointment={"id": "old"}).slots["hold"]
    with counter.store.begin() as tx:
        row = tx.appointments.get(hold)
    assert row is not None
    assert row.replaces == "old"


def test_a_released_time_is_free_again(counter: Counter) -> None:
    offer = counter.run("action_find_openings", appointment_type="office", date=THU, time="10:00").slots["openings"][0]
    hold = counter.run("action_hold_opening", opening=offer).slots["hold"]
    for _ in range(2):
        assert counter.run("action_release_hold", hold=hold).slots == {"hold": None}
    assert counter.run("action_hold_opening", opening=offer).slots["taken"] is False
