"""A patient is reminded once for each rule, in their own language, at an hour when people are awake."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.desk.day import cannot_come
from agent.desk.reminders import moment, remind
from agent.desk.unsay import unsay
from agent.desk.waking import zones_of
from agent.model.address import Address
from agent.model.clinic import ReminderRule, Reminders
from tests.desk.reminded import asked_to_come, of, reminded, somebody, visit
from tests.desk.world import MONDAY, World

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
QUIET = Reminders()
ZONES = st.sampled_from(["America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia"])
RULES = st.one_of(
    st.builds(ReminderRule, days=st.integers(0, 7), at=st.times()), st.builds(ReminderRule, hours=st.integers(1, 72))
)


def test_a_visit_is_reminded_of_two_days_before_and_again_the_same_day() -> None:
    world = World()
    visit(world, somebody(world), MONDAY + timedelta(days=3, hours=3))  # Thursday, 1 PM
    assert reminded(world) == []
    assert of(world)["d2"].due_at.astimezone(NEW_YORK) == datetime(2026, 3, 3, 10, tzinfo=NEW_YORK)
    world.clock.now = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
    (text,) = reminded(world)
    assert "Thursday, March 5 at 1:00" in text
    assert "1 (I'll be there)" in text
    assert world.clinic.providers[0].name not in text
    assert reminded(world) == []
    world.clock.now = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    (text,) = reminded(world)
    assert "Thursday, March 5 at 1:00" in text
    assert "Will you come" not in text


def test_an_answer_is_kept_for_staff_and_another_time_leads_to_moving_the_visit() -> None:
    world = World()
    who = asked_to_come(world)
    (thanks,) = world.say("1", who.phones[0])
    assert "our staff will see" in thanks
    assert of(world)["d2"].coming_at == world.clock()
    visit(world, who, MONDAY + timedelta(days=8), "v2")
    world.clock.pass_time(days=4)
    reminded(world)
    world.clock.pass_time(days=1)
    assert "Will you come" in reminded(world)[0]
    assert "name" in world.say("2", who.phones[0])[0].lower()
    assert [f.flow for f in world.conversation(who.phones[0]).frames] == ["reschedule"]


def test_the_patient_is_spoken_to_in_the_language_on_file() -> None:
    world = World()
    who = somebody(world, language="ht")
    visit(world, who, MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    (text,) = reminded(world)
    assert "ap raple ou" in text
    assert "Mèsi" in world.say("1", who.phones[0])[0]


def test_a_family_that_shares_a_number_hears_whose_visit_it_is() -> None:
    world = World()
    who = somebody(world)
    somebody(world, name="Luis Marin")
    visit(world, who, MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    (text,) = reminded(world)
    assert "Rosa's visit" in text
    assert "Marin" not in text


def _two_of_a_family(world: World) -> str:
    """Their number, once both were reminded in one sweep."""
    for n, name in enumerate(("Rosa Marin", "Luis Marin")):
        visit(world, somebody(world, name=name), MONDAY + timedelta(days=3, hours=n), f"v{n + 1}")
    reminded(world)
    world.clock.pass_time(days=1)
    assert [name for text in reminded(world) for name in ("Rosa", "Luis") if name in text] == ["Rosa", "Luis"]
    return "+17185550177"


def test_two_of_a_family_are_reminded_at_once_and_each_is_answered_for() -> None:
    world = World()
    number = _two_of_a_family(world)
    (thanks_and_other,) = world.say("1", number)
    assert "Rosa" in thanks_and_other
    world.say("yes", number)
    assert of(world, "v1")["d2"].coming_at is not None
    assert of(world, "v2")["d2"].coming_at is not None


def test_whoever_is_named_in_the_answer_is_meant() -> None:
    world = World()
    number = _two_of_a_family(world)
    world.say("Yes for Rosa", number)
    assert of(world, "v1")["d2"].coming_at is not None
    assert of(world, "v2")["d2"].coming_at is None
    world.say("Luis can't come", number)
    assert [f.flow for f in world.conversation(number).frames] == ["cancel"]


def test_many_reminders_without_an_answer_leave_room_for_a_request() -> None:
    world = World()
    who = somebody(world)
    for n in range(7):
        visit(world, who, MONDAY + timedelta(days=3, hours=n), id=f"v{n}")
    reminded(world)
    world.clock.pass_time(days=1)
    assert len(reminded(world)) == 7
    world.say("I need a refill of my lisinopril", who.phones[0])
    assert [f.flow for f in world.conversation(who.phones[0]).frames][-1] == "refill"
    assert len(world.conversation(who.phones[0]).frames) == world.settings.max_frames
    assert world.say("CVS on Court Street", who.phones[0])


def test_a_visit_that_was_given_up_is_not_reminded_of_and_what_is_queued_is_void() -> None:
    world = World()
    who = somebody(world)
    made = visit(world, who, MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    remind(world.desk)  # queued, not sent yet
    with world.desk.store.begin() as tx:
        world.desk.calendar.cancel(tx, made.id, world.clock())
        unsay(world.desk, tx, made.id, "cancelled")
    world.settle()
    assert world.carrier.texts == []
    world.clock.pass_time(days=2, hours=-3)
    assert reminded(world) == []
    assert of(world)["h3"].why == "no longer booked"


@pytest.mark.parametrize("much", [{"hours": 2}, {"days": 9}])
def test_a_visit_booked_at_short_notice_or_far_ahead_is_not_reminded_of_at_once(much: dict[str, float]) -> None:
    world = World()
    visit(world, somebody(world), MONDAY + timedelta(**much))
    assert reminded(world) == []
    assert {r.state for r in of(world).values()} <= {"skipped"}


def test_a_provider_who_cannot_come_is_no_visit_to_be_reminded_of() -> None:
    world = World()
    made = visit(world, somebody(world), MONDAY + timedelta(days=3))
    reminded(world)
    assert cannot_come(world.desk, world.staff(), made.provider, made.local.date()) == 1
    world.settle()
    world.clock.pass_time(days=1)
    assert reminded(world) == []
    assert of(world)["d2"].why == "the provider cannot come"


def test_who_texted_stop_is_not_reminded() -> None:
    world = World()
    who = somebody(world)
    visit(world, who, MONDAY + timedelta(days=3))
    world.say("STOP", who.phones[0])
    reminded(world)
    world.clock.pass_time(days=1)
    assert reminded(world) == []
    assert of(world)["d2"].why == "opted out"


def test_while_a_person_talks_with_the_patient_the_desk_waits() -> None:
    world = World()
    who = somebody(world)
    visit(world, who, MONDAY + timedelta(days=3))
    world.say("what are your hours?", who.phones[0])
    reminded(world)
    held = world.conversation(who.phones[0])
    with world.desk.store.begin() as tx:
        tx.conversations.save(held.model_copy(update={"mode": "staff"}), world.clock())
    world.clock.pass_time(days=1)
    assert reminded(world) == []
    assert of(world)["d2"].state == "due"
    back = world.conversation(who.phones[0])
    with world.desk.store.begin() as tx:
        tx.conversations.save(back.model_copy(update={"mode": "agent"}), world.clock())
    world.clock.pass_time(minutes=10)
    assert len(reminded(world)) == 1


def test_whoever_is_answering_a_question_is_not_asked_another() -> None:
    world = World()
    who = somebody(world)
    visit(world, who, MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    world.say("I need a refill of my lisinopril", who.phones[0])
    assert reminded(world) == []
    world.say("CVS on Court Street", who.phones[0])
    world.clock.pass_time(minutes=5)
    assert reminded(world) == []
    world.clock.pass_time(minutes=6)
    assert len(reminded(world)) == 1


def test_a_reminder_that_could_not_go_in_time_does_not_go_at_night() -> None:
    world = World()
    visit(world, somebody(world), MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.now = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)  # 10 PM in Brooklyn
    assert reminded(world) == []
    world.clock.now = datetime(2026, 3, 4, 12, 59, tzinfo=UTC)
    assert reminded(world) == []
    world.clock.pass_time(minutes=1)
    assert len(reminded(world)) == 1


def test_a_visit_that_moved_in_the_diary_is_planned_anew() -> None:
    world = World()
    made = visit(world, somebody(world), MONDAY + timedelta(days=3))
    reminded(world)
    later = made.start + timedelta(days=1)
    moved = made.model_copy(update={"start": later, "end": later + timedelta(minutes=20), "busy_from": later,
                                    "busy_until": later + timedelta(minutes=20),
                                    "local": made.local + timedelta(days=1)})  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.appointments.change(moved, world.clock())
    world.clock.pass_time(days=1)
    assert reminded(world) == []
    assert reminded(world) == []
    assert of(world)["d2"].visit_at == later


def test_a_visit_that_moves_after_its_first_reminder_is_reminded_of_again() -> None:
    world = World()
    made = visit(world, somebody(world), MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    assert len(reminded(world)) == 1
    later = made.start + timedelta(days=7)
    moved = made.model_copy(update={"start": later, "end": later + timedelta(minutes=20), "busy_from": later,
                                    "busy_until": later + timedelta(minutes=20),
                                    "local": made.local + timedelta(days=7)})  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.appointments.change(moved, world.clock())
    world.clock.pass_time(days=2)
    reminded(world)
    world.clock.pass_time(days=4)
    reminded(world)
    world.clock.pass_time(days=1)
    assert len(reminded(world)) == 1
    assert of(world)["d2"].visit_at == later


def test_promise_25_cancel_in_answer_to_a_reminder_stops_texts_and_a_person_hears_of_it() -> None:
    world = World()
    who = somebody(world)
    visit(world, who, MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    assert "CANCEL" not in reminded(world)[0].upper()
    world.say("CANCEL", who.phones[0])
    with world.desk.store.begin(write=False) as tx:
        assert tx.optouts.stopped(Address(channel="sms", value=who.phones[0]))
    assert [t.status for t in world.tasks(who.phones[0])] == ["requested"]


@given(RULES, st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), ZONES, st.lists(ZONES, max_size=2))  # noqa: DTZ001
def test_no_reminder_is_sent_at_night(rule: ReminderRule, start: datetime, zone: str, others: list[str]) -> None:
    begins = start.replace(tzinfo=UTC)
    there = tuple(ZoneInfo(z) for z in others if abs(_apart(zone, z, begins)) < timedelta(hours=8))
    due = moment(rule, begins, ZoneInfo(zone), there[:1], QUIET)
    for each in (ZoneInfo(zone), *there[:1]):
        at = due.astimezone(each).time()
        assert time(8) <= at < time(20), (due, each)


def _apart(one: str, other: str, at: datetime) -> timedelta:
    first, second = (at.astimezone(ZoneInfo(z)).utcoffset() for z in (one, other))
    assert first is not None
    assert second is not None
    return first - second


def test_the_wall_clock_counts_across_the_change_to_summer_time() -> None:
    start = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)  # Monday, 10 AM, the day after the change
    assert moment(ReminderRule(days=2), start, NEW_YORK, (), QUIET) == datetime(2026, 3, 7, 15, 0, tzinfo=UTC)


def test_a_number_from_the_other_coast_is_not_woken() -> None:
    start = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
    early = ReminderRule(days=1, at=time(8))
    assert zones_of("+12135550100") == (LOS_ANGELES,)
    due = moment(early, start, NEW_YORK, (LOS_ANGELES,), QUIET)
    assert due.astimezone(LOS_ANGELES).time() >= time(8)
    assert due.astimezone(NEW_YORK).time() < time(20)
    assert zones_of(None) == zones_of("12") == ()
