"""After a visit people are asked how they are, on a clinician's schedule; a nurse hears of what is worse, and of
silence where an answer was required."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.desk.check_ins import check_in, moment
from agent.model.address import Address
from agent.model.calendar import Appointment
from agent.model.check_in import NOTHING, CheckIn
from agent.model.instructions import CheckInRule
from tests.desk.reminded import removed, somebody
from tests.desk.world import MONDAY, World

NEW_YORK = ZoneInfo("America/New_York")
DAY_3 = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)  # Thursday, 10:00 in Brooklyn


def asked(world: World) -> list[str]:
    before = len(world.carrier.taken)
    check_in(world.desk)
    world.settle()
    return world.carrier.texts[before:]


def row(world: World, rule: str, id: str = "v1") -> CheckIn:
    with world.desk.store.begin(write=False) as tx:
        found = tx.check_ins.get(id, rule)
    assert found is not None
    return found


def on_day_3(language: str = "en") -> tuple[World, str]:
    """Somebody who was asked on day 3."""
    world = World()
    who = somebody(world, language=language)
    removed(world, who)
    assert asked(world) == []
    world.clock.now = DAY_3 - timedelta(days=2)
    assert len(asked(world)) == 1
    world.clock.now = DAY_3
    assert len(asked(world)) == 1
    return world, who.phones[0]


def test_a_patient_is_asked_on_day_1_3_and_7_and_nothing_clinical_stands_in_the_text() -> None:
    world = World()
    who = somebody(world)
    removed(world, who)
    assert asked(world) == []
    world.clock.now = DAY_3 - timedelta(days=2)
    (text,) = asked(world)
    assert "How are you since your visit? Reply 1 (Better), 2 (The same), or 3 (Worse)." in text
    for word in ("biopsy", "skin", "procedure", "Okafor", who.name):
        assert word not in text
    assert asked(world) == []
    (thanks,) = world.say("1", who.phones[0])
    assert "I've noted that" in thanks
    assert row(world, "d1").state == "answered"
    assert world.tasks(who.phones[0]) == []
    world.clock.now = DAY_3
    assert len(asked(world)) == 1
    world.clock.now = DAY_3 + timedelta(days=4)
    assert len(asked(world)) == 1
    assert world.conversation(who.phones[0]).frames[-1].flow == "check_in"
    assert [f.flow for f in world.conversation(who.phones[0]).frames] == ["check_in"]


FEVER = {
    "en": "fever and redness since last night",
    "es": "fiebre y está rojo desde anoche",
    "ht": "lafyèv e kote a wouj depi yè swa",
    "ar": "حرارة واحمرار من امبارح بالليل",
    "fr": "fièvre et rougeur depuis hier soir",
    "vi": "sốt và đỏ từ tối qua",
}


@pytest.mark.parametrize("language", FEVER)
def test_day_3_fever_and_redness_reach_a_nurse_with_the_words_and_the_nearest_passage(language: str) -> None:
    world, phone = on_day_3(language)
    answer = " ".join(world.say(FEVER[language], phone))
    (task,) = world.tasks(phone)
    assert task.role in ("nurse", "clinician")
    assert any(e.quote and e.quote in FEVER[language] for e in task.evidence)
    assert FEVER[language] in task.proposal.values()
    assert task.proposal["name"] == "Rosa Marin"
    assert task.proposal["appointment"]["id"] == "v1"
    if language in ("en", "es", "ht", "ar"):
        assert task.priority != "routine"
        assert "20" in task.proposal["nearest"]  # "… after you have pressed on it for 20 minutes"
    assert f"{task.number}" in answer or task.kind == "urgent"
    kept = row(world, "d3")
    assert (kept.state, kept.task) == ("answered", task.id)
    assert world.conversation(phone).frames == ()
    world.clock.pass_time(days=2)
    assert asked(world) == []
    assert len(world.tasks(phone)) == 1


@pytest.mark.parametrize(
    ("words", "language"), [("3", "en"), ("worse", "en"), ("peor", "es"), ("pi mal", "ht"), ("أسوأ", "ar")]
)
def test_worse_is_a_task_for_a_nurse_who_hears_of_it_within_the_due_time(words: str, language: str) -> None:
    world, phone = on_day_3(language)
    answer = " ".join(world.say(words, phone))
    (task,) = world.tasks(phone)
    assert (task.kind, task.role, task.priority, task.reason) == ("message", "nurse", "urgent", "check_in")
    assert task.proposal["feeling"] == "worse"
    assert task.due_at - world.clock() <= timedelta(minutes=30)
    assert str(task.number) in answer
    assert row(world, "d3").task == task.id


def test_worse_with_more_words_brings_the_words_and_the_nearest_passage() -> None:
    world, phone = on_day_3()
    world.say("worse, it is red and hot", phone)
    (task,) = world.tasks(phone)
    assert task.proposal["feeling"] == "worse"
    assert task.proposal["words"] == "worse, it is red and hot"
    assert "red" in str(task.proposal["nearest"])


@pytest.mark.parametrize(
    ("words", "language", "feeling"),
    [("much better, thanks", "en", "better"), ("the same", "en", "same"), ("mucho mejor gracias", "es", "better"),
     ("menm jan", "ht", "same"), ("أحسن الحمد لله", "ar", "better"), ("2", "fr", "same"),
     ("besser danke", "de", "better")],
)  # fmt: skip
def test_better_and_the_same_are_heard_in_words(words: str, language: str, feeling: str) -> None:
    world, phone = on_day_3(language)
    world.say(words, phone)
    assert world.tasks(phone) == [], feeling
    assert row(world, "d3").state == "answered"


@pytest.mark.parametrize(
    "words", ["not better", "no better than yesterday", "better but my hand tingles", "a bit itchy I guess"]
)
def test_what_is_not_plainly_better_is_read_by_a_nurse(words: str) -> None:
    world, phone = on_day_3()
    world.say(words, phone)
    if not world.tasks(phone):  # two words: asked once more
        world.say(words, phone)
    (task,) = world.tasks(phone)
    assert task.role in ("nurse", "clinician")
    assert words in task.proposal.values()
    assert row(world, "d3").state == "answered"


def test_silence_is_told_to_a_nurse_where_an_answer_was_required_and_a_late_answer_still_counts() -> None:
    world, phone = on_day_3()
    world.clock.pass_time(hours=23)
    assert asked(world) == []
    assert row(world, "d1").state == "silent"
    assert world.tasks(phone) == []
    world.clock.pass_time(hours=2)
    check_in(world.desk)
    (task,) = world.tasks(phone)
    assert (task.role, task.reason, task.proposal["name"]) == ("nurse", "check_in_silence", "Rosa Marin")
    assert task.proposal["dob"] == "1980-03-03"
    assert row(world, "d3").state == "silent"
    world.clock.pass_time(days=1)
    world.say("3", phone)
    assert [t.reason for t in world.tasks(phone)] == ["check_in_silence", "check_in"]
    assert row(world, "d3").state == "answered"


def test_last_weeks_question_is_answered_by_the_newest_only() -> None:
    world, phone = on_day_3()
    world.clock.now = DAY_3 + timedelta(days=4)
    assert len(asked(world)) == 1
    world.say("2", phone)
    assert row(world, "d7").state == "answered"
    assert row(world, "d3").state == "silent"
    assert world.conversation(phone).frames == ()


@pytest.mark.parametrize("status", ["cancelled", "noshow"])
def test_promise_16_a_visit_that_did_not_take_place_voids_what_was_planned(status: str) -> None:
    world = World()
    who = somebody(world)
    visit = removed(world, who)
    asked(world)
    with world.desk.store.begin() as tx:
        tx.appointments.change(visit.model_copy(update={"status": status}), world.clock())
    world.clock.now = DAY_3 - timedelta(days=2)
    assert asked(world) == []
    assert (row(world, "d1").state, row(world, "d1").why) == ("skipped", "did not take place")


def test_promise_24_whoever_wrote_stop_is_not_asked() -> None:
    world = World()
    who = somebody(world)
    removed(world, who)
    asked(world)
    with world.desk.store.begin() as tx:
        tx.optouts.stop(Address(channel="sms", value=who.phones[0]), world.clock(), "STOP")
    world.clock.now = DAY_3 - timedelta(days=2)
    assert asked(world) == []
    assert row(world, "d1").why == "opted out"


def test_a_family_that_shares_a_number_is_asked_after_each_by_name() -> None:
    world = World()
    who, son = somebody(world), somebody(world, name="Luis Marin")
    removed(world, who)
    removed(world, son, "v2", provider="castellanos")
    asked(world)
    world.clock.now = DAY_3 - timedelta(days=2)
    texts = asked(world)
    assert sorted(("Rosa" in t, "Luis" in t) for t in texts) == [(False, True), (True, False)]
    first = "Luis" if "Luis" in texts[-1] else "Rosa"
    answer = " ".join(world.say("1", who.phones[0]))
    assert ("Rosa" if first == "Luis" else "Luis") in answer
    world.say("3", who.phones[0])
    (task,) = world.tasks(who.phones[0])
    assert task.proposal["name"].startswith("Rosa" if first == "Luis" else "Luis")


def test_nobody_is_asked_after_a_visit_without_a_schedule_or_before_the_approval() -> None:
    world = World()
    who = somebody(world)
    removed(world, who, kind="cleaning", provider="patel")
    removed(world, who, "v2", start=MONDAY - timedelta(days=1), end=MONDAY - timedelta(days=1))
    asked(world)
    assert row(world, NOTHING).state == "skipped"
    assert row(world, NOTHING, "v2").state == "skipped"
    world.clock.now = DAY_3
    assert asked(world) == []


@given(
    st.integers(1, 30), st.times(), st.sampled_from(["America/New_York", "Europe/Berlin"]),
    st.sampled_from(["America/Los_Angeles", "America/Chicago", "Europe/Berlin"]),
    st.integers(0, 364 * 24 * 60),
)  # fmt: skip
def test_a_question_is_due_on_its_day_or_after_and_in_nobodys_night(
    day: int, at: object, zone: str, home: str, minutes: int
) -> None:
    begins = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    visit = Appointment(
        id="v", clinic="k", provider="p", location="l", visit_type="t", start=begins, end=begins, busy_from=begins,
        busy_until=begins, local=begins.astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone=zone, status="fulfilled",
    )  # fmt: skip
    due = moment(CheckInRule.model_validate({"day": day, "at": at}), visit, (ZoneInfo(home),), _WORLD.desk)
    there = due.astimezone(ZoneInfo(zone))
    assert there.date() >= visit.local.date() + timedelta(days=day)
    assert due - begins <= timedelta(days=day + 3)
    for each in (zone, home):
        assert 8 <= due.astimezone(ZoneInfo(each)).hour < 20


_WORLD = World()


WELL = [("ht", "mwen pi byen"), ("tl", "mas mabuti na po"), ("hi", "वैसा ही है"), ("ar", "أفضل الحمد لله"),
        ("zh", "还行"), ("ru", "нормально"), ("tl", "okay naman po"), ("en", "ok")]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), WELL)
def test_who_says_that_they_are_well_alarms_nobody_and_is_not_asked_again(language: str, text: str) -> None:
    world, number = on_day_3(language)
    world.say(text, number)
    assert not world.tasks(number)
    assert not world.conversation(number).frames


def test_danger_beside_being_well_is_heard() -> None:
    for language, text in (("ht", "mwen pi byen men m anvi mouri"), ("en", "better but I want to die")):
        world, number = on_day_3(language)
        world.say(text, number)
        assert [t.priority for t in world.tasks(number)] == ["stat"]
