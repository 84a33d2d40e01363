"""What people answer to a bulk send goes on as anywhere."""

from datetime import date, timedelta

import pytest

from agent.desk import bulk
from agent.model.bulk import Choice
from tests.desk.bulked import crowd, goes, number, on_file, people, recall, visits
from tests.desk.world import MONDAY, World

DAY = timedelta(days=1)


def test_1_in_answer_to_a_recall_begins_a_booking_of_that_kind_and_is_seen_before_the_next_stage() -> None:
    world = World()
    (to,) = crowd(world, 1)
    made = recall(world.desk, world.staff())
    bulk.release(world.desk, made.id, world.staff(), 1)
    (text,) = goes(world, 1)
    assert "it has been a while" in text
    assert "Pat0" not in text
    (asked,) = world.say("1", to)
    assert "day" in asked.lower()
    frame = world.conversation(to).frames[-1]
    assert (frame.flow, frame.slots["appointment_type"].value) == ("book", "physical")
    assert [p.answer for p in people(world, made.id)] == ["yes"]


WORRIES = [
    ("hi", "क्या शुक्रवार को आ सकता हूँ?", "message"),
    ("en", "911", "urgent"),
    ("en", "is it normal to bleed?", "message"),
]


@pytest.mark.parametrize(("language", "text", "kind"), WORRIES)
def test_what_worries_somebody_in_answer_to_a_recall_is_heard_as_anywhere(language: str, text: str, kind: str) -> None:
    """The slot of a recall is called as that of a form is; no turn failed, and none was taken for a form's answer."""
    world = World()
    (to,) = crowd(world, 1, language)
    made = recall(world.desk, world.staff())
    bulk.release(world.desk, made.id, world.staff(), 1)
    goes(world, 1)
    assert "(718) 555-0101" in world.say(text, to)[-1]
    assert [t.kind for t in world.tasks(to)] == [kind]


def test_not_now_is_taken_kindly_and_a_person_is_asked_for_by_digit_in_the_patients_language() -> None:
    world = World()
    first, second = crowd(world, 2, "es")
    made = recall(world.desk, world.staff())
    for stage in (1, 2):
        bulk.release(world.desk, made.id, world.staff(), stage)
        (text,) = goes(world, 5)
        assert "hace tiempo" in text
    assert "Está bien" in world.say("2", first)[0]
    assert "Solicitud" in world.say("3", second)[0]
    (task,) = world.tasks(second)
    assert (task.kind, task.proposal["patient_name"]) == ("callback", "Pat1 Marin")
    assert {p.answer for p in people(world, made.id)} == {"later", "person"}


def test_a_provider_who_is_ill_everybody_of_that_day_is_asked_what_they_would_like() -> None:
    world = World()
    rosa = on_file(world.desk, number(0))
    child = on_file(world.desk, number(0), "Luis Marin")
    visit = visits(world.desk, rosa, MONDAY + DAY)
    visits(world.desk, child, MONDAY + DAY + timedelta(hours=1))
    day = Choice(day=date(2026, 3, 3), provider=visit.provider)
    made = bulk.prepare(world.desk, world.staff(), "away", day, {})
    for stage in (1, 2):
        bulk.release(world.desk, made.id, world.staff(), stage)
        goes(world, 5)
    texts = world.carrier.texts
    assert {("Rosa's visit" in t, "Luis's visit" in t) for t in texts} == {(True, False), (False, True)}
    assert all("cannot take place as planned" in t for t in texts)
    world.say("1", number(0))
    assert world.conversation(number(0)).frames[-1].flow == "reschedule"
