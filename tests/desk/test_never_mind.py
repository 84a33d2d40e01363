"""“Never mind”, in answer to a text that the clinic began: nothing is to change, and nothing is begun."""

import pytest

from agent.desk.missed import mark
from agent.desk.reminders import remind
from agent.model.command import CancelFlow, SetSlot
from agent.model.question import Offered, Question
from tests.desk.bulked import on_file, visits
from tests.desk.reminded import asked_to_come
from tests.desk.test_phrases import FIRST
from tests.desk.test_replies import asked
from tests.desk.test_vacancies import ANA, Line
from tests.desk.world import MONDAY, World
from tests.understand.test_hear import NOW

LIVE = sorted(FIRST.desk.content.live)
REMIND = asked("coming", "coming", "other_time", "not_coming")
RECALL = asked("answer", "book_now", "later", "person")
NUMBER = "+17185550177"


def heard(text: str, lang: str, question: Question, flow: str) -> list[object]:
    found = FIRST.desk.ears.hear(text, now=NOW, prior=lang, current=lang, question=question, open_flows=(flow,))
    return [c.value if isinstance(c, SetSlot) else c.do for c in found.commands if c.do != "change_language"]


@pytest.mark.parametrize("lang", LIVE)
def test_it_leaves_the_visit_as_it_is(lang: str) -> None:
    for words in FIRST.desk.content.rows["repairs"][lang]["as_it_is"]:
        assert heard(str(words), lang, REMIND, "remind") == [CancelFlow(source="patient").do], words
        assert heard(str(words), lang, RECALL, "recall") == ["later"], words


def test_the_patient_hears_that_nothing_changes_and_a_visit_that_is_given_up_is_asked_about() -> None:
    for words, answer in (("never mind", "everything stays as it is"), ("no longer needed", "date of birth")):
        world = World()
        who = asked_to_come(world)
        assert answer in " ".join(world.say(words, who.phones[0]))


def test_after_a_missed_visit_it_is_that_s_fine() -> None:
    world = World()
    mark(world.desk, world.staff(), visits(world.desk, on_file(world.desk, NUMBER, "Rosa Marin", "en"), MONDAY).id)
    world.clock.pass_time(hours=1)
    remind(world.desk)
    world.settle()
    assert "That's fine" in world.say("never mind", NUMBER)[-1]


def test_a_time_from_the_waitlist_goes_to_the_next() -> None:
    world = Line()
    world.frees()
    assert "stay on the waitlist" in world.say("never mind", ANA)[-1]
    assert world.states()[0] == "declined"


@pytest.mark.parametrize(("lang", "words"), [("en", "the second one"), ("es", "la segunda"), ("fr", "le deuxième")])
def test_the_second_of_one_time_and_other_times_is_other_times(lang: str, words: str) -> None:
    local = {
        "id": "okafor@2026-03-12T10:00",
        "local": "2026-03-12T10:00:00",
        "provider": "okafor",
        "location": "brooklyn",
    }
    shown = (
        Offered("opening=a", local, {"as": "opening", "value": local}, "opening"),
        Offered("opening=more", "more", {"as": "key", "value": "option.more"}),
    )
    offer = Question("r", "book", "opening", "choice", shown, False, 0, None)
    assert "more" in heard(words, lang, offer, "book")
    assert local in heard({"en": "the first one", "es": "la primera", "fr": "le premier"}[lang], lang, offer, "book")
