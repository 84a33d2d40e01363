"""Who asks why the desk wants to know, or does not understand it, hears more, and is asked again; it is no yes."""

import pytest

from agent.model.command import AskAnswer, Repeat, SetSlot
from agent.model.question import Question
from tests.desk.world import World

FIRST = World()
LIVE = sorted(FIRST.desk.content.live)
BOOKING = ("I need a checkup next week", "1")


def rows(lang: str, kind: str) -> list[str]:
    return [str(phrase) for phrase in FIRST.desk.content.rows["repairs"][lang][kind]]


@pytest.mark.parametrize("lang", LIVE)
def test_why_is_answered_in_every_language_and_is_no_yes(lang: str) -> None:
    asked = Question(run="1", flow="book", slot="confirmed", type="bool")
    for phrase in rows(lang, "why_ask"):
        heard = FIRST.desk.ears.hear(f"{phrase}?", now=FIRST.clock().replace(tzinfo=None), lang=lang, question=asked)
        assert [c.flow for c in heard.commands if isinstance(c, AskAnswer)] == ["why"], phrase
        assert not [c for c in heard.commands if isinstance(c, SetSlot)], phrase


@pytest.mark.parametrize("lang", LIVE)
def test_what_is_not_understood_is_said_again_in_every_language(lang: str) -> None:
    asked = Question(run="1", flow="book", slot="name", type="name")
    for phrase in rows(lang, "repeat"):
        now = FIRST.clock().replace(tzinfo=None)
        heard = FIRST.desk.ears.hear(phrase, now=now, lang=lang, question=asked, open_flows=("book",))
        if heard.intent not in ("greeting", "thanks"):  # "oi", "halo"
            assert [c for c in heard.commands if isinstance(c, Repeat)], phrase


def test_the_question_stands_after_its_reason(world: World) -> None:
    for words in BOOKING:
        said = world.say(words)
    assert "full name and date of birth" in said[-1]
    assert " ".join(world.say("why do you need my birthday?")).startswith(
        "We ask so that our staff find the right record"
    )
    assert "full name" in " ".join(world.say("i dont understand"))
    world.say("Maria Lopez 3/12/1980")
    said = world.say("why?")
    assert "Shall I ask our staff" in said[-1]
    assert not world.tasks()


def test_why_after_a_receipt_is_not_heard_as_yes(world: World) -> None:
    for words in (*BOOKING, "Maria Lopez 3/12/1980", "yes"):
        world.say(words)
    assert "We ask so that" in " ".join(world.say("why do you need that"))
