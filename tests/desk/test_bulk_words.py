"""What a bulk send says: the approved words, and sentences of the clinic's own that a second person looks at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.desk import bulk
from agent.desk.bulk_spoken import spoken
from agent.desk.bulk_words import clinical_words, mark, shown
from agent.model.bulk import BulkKind, Choice
from agent.model.calendar import Appointment
from agent.model.fault import Refused
from tests.desk.bulked import RECALL, crowd, goes, held, number, on_file, recall, state, visits
from tests.desk.world import MONDAY, World

DAY = timedelta(days=1)


def test_words_of_the_clinics_own_need_a_second_person_and_clinical_ones_are_named_in_every_language() -> None:
    world = World()
    crowd(world, 2)
    made = recall(world.desk, world.staff(), {"en": "We are at 5 Main Street now.", "es": "¿Tiene fiebre o tos?"})
    assert made.reasons[0] == "own words"
    assert any(r.startswith("clinical:es:") and "fiebre" in r for r in made.reasons)
    plain = recall(world.desk, world.staff())
    assert plain.reasons == ()
    for line in ("Look at https://clinic.example", "Reply STOP", "x" * 81, "{name}"):
        with pytest.raises(Refused):
            recall(world.desk, world.staff(), {"en": line})
    with pytest.raises(Refused, match="does not speak"):
        recall(world.desk, world.staff(), {"xx": "hello"})


@pytest.mark.parametrize(
    ("tag", "line", "word"),
    [
        ("en", "Bring your diabetes list.", "diabetes"),
        ("es", "Traiga su lista de la diabetes.", "diabetes"),
        ("zh", "请带上您的糖尿病药物清单。", "糖尿病"),
        ("ht", "Pote lis remèd opresyon ou.", "opresyon"),
    ],
)
def test_a_condition_that_the_forms_ask_about_is_a_clinical_word(tag: str, line: str, word: str) -> None:
    desk = World().desk
    assert (tag, word) in clinical_words(desk, (), {tag: line})
    assert clinical_words(desk, (), {"en": "None of these doors is open."}) == []


@pytest.mark.parametrize("kind", ["recall", "away", "closing"])
def test_the_approved_words_raise_no_alarm_of_their_own_in_any_language(kind: BulkKind) -> None:
    world = World()
    visits(world.desk, on_file(world.desk, number(0)), MONDAY + DAY)
    visit = _visit_of(world)
    for tag in world.desk.content.live:
        text = shown(world.desk, kind, Choice(), {}, tag, None if kind == "recall" else visit, MONDAY)
        assert clinical_words(world.desk, [(tag, text)], {}) == [], text


@pytest.mark.parametrize("kind", ["recall", "away", "closing"])
def test_what_a_call_says_raises_no_alarm_names_nobody_to_a_machine_and_is_scanned_too(kind: BulkKind) -> None:
    world = World()
    visits(world.desk, on_file(world.desk, number(0)), MONDAY + DAY)
    visit = None if kind == "recall" else _visit_of(world)
    for tag in world.desk.content.live:
        said = spoken(world.desk, kind, RECALL, {}, tag, visit, MONDAY, "Rosa")
        opening, who, told, theirs, passed_on, machine = said
        assert clinical_words(world.desk, [(tag, words) for words in said], {}) == [], told
        assert "Rosa" in theirs
        assert "Rosa" in passed_on
        assert "Rosa" in who
        assert "Rosa" in told
        assert world.clinic.name in told
        assert not any("Rosa" in words or world.clinic.name in words for words in (opening, machine))


def test_a_clinical_word_that_only_a_call_says_is_named_before_anybody_is_called() -> None:
    world = World()
    visits(world.desk, on_file(world.desk, number(0)), MONDAY + DAY)
    said = dict(world.desk.content.messages["en"])
    said["bulk.closing.call"] = said["bulk.closing.call"].model_copy(
        update={"text": "{clinic}: do you have chest pain? {whom} {visit} {location} {line}"}
    )
    messages = {**world.desk.content.messages, "en": said}
    before = mark(world.desk, "closing")
    world.desk.content = replace(world.desk.content, messages=messages)
    assert mark(world.desk, "closing") != before, "other words are another send"
    words = spoken(world.desk, "closing", RECALL, {}, "en", _visit_of(world), MONDAY)
    assert clinical_words(world.desk, [("en", w) for w in words], {})


def _visit_of(world: World) -> Appointment:
    with world.desk.store.begin(write=False) as tx:
        return tx.appointments.day(world.clinic.id, MONDAY, MONDAY + 7 * DAY)[0]


def test_other_words_than_those_that_were_looked_at_are_not_sent() -> None:
    world = World()
    crowd(world, 1)
    made = recall(world.desk, world.staff())
    bulk.release(world.desk, made.id, world.staff(), 1)
    state(world, made.id, wording="older")
    assert mark(world.desk, "recall") != "older"
    assert goes(world, 5) == []
    stopped = held(world, made.id)
    assert (stopped.state, stopped.stopped_by) == ("stopped", "agent")
    with pytest.raises(Refused, match="prepare it anew"):
        bulk.go_on(world.desk, made.id, world.staff())
