"""Which of several visits somebody cannot come to: the one that they have named, asked about where it is not told."""

from datetime import timedelta

import pytest

from agent.model.patient import Patient
from tests.desk.bulked import on_file, visits
from tests.desk.world import MONDAY, World

NUMBER = "+17185557001"
WISHES = {
    "en": "cancel my appointment on Friday", "es": "quiero cancelar mi cita del viernes",
    "de": "ich muss meinen Termin am Freitag absagen", "ru": "хочу отменить приём в пятницу",
    "zh": "我要取消星期五的预约", "ar": "أريد إلغاء موعدي يوم الجمعة", "ht": "mwen vle anile randevou vandredi a",
}  # fmt: skip


def known(world: World, language: str) -> Patient:
    """Somebody who comes on Wednesday, and on Friday at noon and at two."""
    who = on_file(world.desk, NUMBER, "Rosa Marin", language)
    for lane, hours in ((1, 48), (2, 98), (3, 100)):
        visits(world.desk, who, MONDAY + timedelta(hours=hours), lane=lane)
    return who


def told(world: World, who: Patient, words: str) -> str:
    world.say(words, NUMBER)
    world.say(who.name, NUMBER)
    return world.say(who.dob.isoformat(), NUMBER)[-1]


@pytest.mark.parametrize("language", WISHES)
def test_the_visit_of_the_day_that_was_named_is_read_back(language: str) -> None:
    world = World()
    who = on_file(world.desk, NUMBER, "Rosa Marin", language)
    wednesday, friday = (visits(world.desk, who, MONDAY + timedelta(days=n), lane=n) for n in (2, 4))
    told(world, who, WISHES[language])
    frame = world.conversation(NUMBER).frames[-1]
    assert frame.asked == "confirmed"
    assert frame.slots["appointment"].value["id"] == friday.id != wednesday.id


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "move my Friday appointment to next Tuesday"),
        ("en", "I need to reschedule my appointment on Friday"),
        ("es", "quiero cambiar mi cita del viernes para el martes"),
        ("de", "ich möchte meinen Termin am Freitag auf Dienstag verschieben"),
        ("zh", "我想把星期五的预约改到下星期二"),
    ],
)
def test_the_visit_to_be_moved_is_known_by_its_day(language: str, words: str) -> None:
    world = World()
    who = on_file(world.desk, NUMBER, "Rosa Marin", language)
    _, friday = (visits(world.desk, who, MONDAY + timedelta(days=n), lane=n) for n in (2, 4))
    told(world, who, words)
    frame = world.conversation(NUMBER).frames[-1]
    assert frame.asked in ("date", "opening")
    assert frame.slots["appointment"].value["id"] == friday.id


@pytest.mark.parametrize("words", ["I need to cancel my appointment", "cancel my appointment on Thursday"])
def test_where_no_one_visit_is_named_it_is_asked_which(words: str) -> None:
    world = World()
    assert "Which visit" in told(world, known(world, "en"), words)


@pytest.mark.parametrize(
    ("words", "asked"),
    [("I need to cancel my appointment", "confirmed"), ("cancel my visit on Thursday", "appointment")],
)
def test_an_only_visit_is_read_back_unless_another_day_was_named(words: str, asked: str) -> None:
    world = World()
    who = on_file(world.desk, NUMBER, "Rosa Marin", "en")
    visits(world.desk, who, MONDAY + timedelta(days=2), lane=1)
    told(world, who, words)
    assert world.conversation(NUMBER).frames[-1].asked == asked


def test_of_two_on_one_day_the_time_says_which() -> None:
    world = World()
    who = known(world, "en")
    assert "Which visit" in told(world, who, "cancel my appointment on Friday")
    world = World()
    assert "Friday, March 6 at 12:00 PM" in told(world, known(world, "en"), "cancel my appointment on Friday at noon")


def test_who_has_one_visit_is_shown_it_even_where_another_day_was_named() -> None:
    world = World()
    who = on_file(world.desk, NUMBER, "Rosa Marin", "en")
    visits(world.desk, who, MONDAY + timedelta(days=2), lane=1)
    assert "Which visit" in told(world, who, "cancel my appointment on Friday")
