"""Whoever asks us to wait, or asks somebody first, is told to take their time; the question stands, no alarm rings."""

import pytest

from agent.model.command import Repeat
from agent.model.question import Question
from tests.desk.world import World

FIRST = World()
LIVE = sorted(FIRST.desk.content.live)
QUESTIONS = [Question("1", "book", "opening", "opening"), Question("1", "refill", "message", "text"), None]


@pytest.mark.parametrize("kind", ["hold_on", "thinks_over"])
@pytest.mark.parametrize("lang", LIVE)
def test_every_way_to_say_so_is_heard_whatever_is_asked(lang: str, kind: str) -> None:
    now = FIRST.clock().replace(tzinfo=None)
    for phrase in FIRST.desk.content.rows["repairs"][lang][kind]:
        for question in QUESTIONS:
            flows = (question.flow,) if question else ()
            heard = FIRST.desk.ears.hear(str(phrase), now=now, lang=lang, question=question, open_flows=flows)
            said = [c.do if isinstance(c, Repeat) else getattr(c, "flow", c.do) for c in heard.commands]
            shown_again = phrase == "我看看" and question is not None and question.slot == "opening"
            assert said == (["repeat"] if shown_again else ["wait"]), (phrase, question)


@pytest.mark.parametrize("words", ["hold on a sec", "let me ask my wife", "let me check my calendar"])
def test_the_times_stand_and_may_be_chosen_afterwards(words: str) -> None:
    world = World()
    world.say("I need a check-up on monday")
    said = " ".join(world.say(words))
    assert "take your time" in said
    assert "didn't get that" not in said
    assert "full name" in " ".join(world.say("1"))
    assert not world.open_tasks()


def test_nobody_is_alarmed_by_it() -> None:
    world = World()
    world.say("vorrei un controllo lunedì")
    world.say("chiedo a mia moglie")
    assert not world.open_tasks()
