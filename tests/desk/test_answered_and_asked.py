"""Whoever answers a text of ours and asks something beside it has answered."""

from datetime import timedelta

import pytest

from tests.desk.reminded import of, reminded, somebody, visit
from tests.desk.test_check_ins import on_day_3, row
from tests.desk.world import MONDAY, World

NUMBER = "+17185550177"
BRING = {
    "en": "1, can I bring my son?", "es": "1, ¿puedo llevar a mi hijo?", "fr": "1, qu'est-ce que je dois apporter ?",
    "de": "1, wo kann ich parken?", "zh": "1，我可以带儿子来吗？", "ht": "1, èske m ka vini ak pitit mwen?",
    "ar": "1، أين أوقف سيارتي؟", "ko": "1, 주차할 수 있나요?",
}  # fmt: skip


def asked_to_come(language: str) -> World:
    world = World()
    visit(world, somebody(world, language=language), MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    reminded(world)
    return world


@pytest.mark.parametrize(
    ("lang", "text"),
    [*sorted(BRING.items()), ("en", "yes, can I bring my son?"), ("en", "Yes! What should I bring?"),
     ("en", "1 but is there parking?"), ("es", "sí, ¿dónde puedo estacionar?")],
)  # fmt: skip
def test_the_digit_before_a_question_counts_and_the_question_is_answered(lang: str, text: str) -> None:
    world = asked_to_come(lang)
    assert len(" ".join(world.say(text, NUMBER))) > 90
    assert of(world)["d2"].coming_at is not None
    assert world.conversation(NUMBER).frames == ()
    world.close()


@pytest.mark.parametrize("text", ["yes, but can I come at 3?", "yes, can we move it to Friday?", "no, where are you?",
                                  "where are you?", "yes, where are you? actually no"])  # fmt: skip
def test_a_wish_for_another_time_and_a_bare_question_are_no_yes(text: str) -> None:
    world = asked_to_come("en")
    world.say(text, NUMBER)
    assert of(world)["d2"].coming_at is None
    world.close()


def test_better_is_noted_before_a_question_is_looked_up() -> None:
    world, to = on_day_3()
    said = world.say("better but can I shower?", to)
    assert row(world, "d3").state == "answered"
    assert "noted" in said[0]
    assert "name and date of birth" in said[-1]
    assert [f.flow for f in world.conversation(to).frames] == ["aftercare"]
    world.close()


def test_worse_before_a_question_is_read_by_a_nurse_at_once() -> None:
    world, to = on_day_3()
    world.say("worse, can I shower?", to)
    (task,) = world.tasks(to)
    assert task.priority != "routine"
    world.close()
