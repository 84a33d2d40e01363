"""A clinic's own form with bounds: what is out of them is asked again, with what would do, and then kept in words."""

from collections.abc import Iterator

import pytest

from agent.desk.form_page import send
from tests.desk.test_forms import form_of, jon
from tests.desk.world import JON, World
from tests.intake.forms import form, item
from tests.intake.test_bounds import bound


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()
    pain = item("own.pain", "integer", text="How bad is it?",
                extension=bound(minValue__valueInteger=0, maxValue__valueInteger=10))  # fmt: skip
    card = item("own.card", text="Your card's number?", extension=bound(regex__valueString="[A-Z]{2}\\d{4}"))
    monkeypatch.setitem(made.desk.content.forms, "own", form(pain, card, item("own.more"), name="own"))  # type: ignore[arg-type]
    yield made
    made.close()


def test_an_answer_out_of_bounds_is_asked_again_and_then_kept_in_words(world: World) -> None:
    send(world.desk, jon(world).id, "own", world.staff())
    world.say("form", JON)
    first = world.say("Jon Smith, March 14 1985", JON)[-1]
    assert "How bad is it? (0–10)" in first
    again = world.say("50", JON)[-1]
    assert "How bad is it? (0–10)" in again
    assert "card" in world.say("7", JON)[-1]
    assert "card" in world.say("12 and 13", JON)[-1]
    assert "own.more" in world.say("12 and 13", JON)[-1]
    pain, card = form_of(world, jon(world).id).given[-2:]
    assert (pain.values, pain.unsure) == ((7,), False)
    assert (card.values, card.words, card.unsure) == ((), "12 and 13", True)
