"""Nothing says booked, held, cancelled or passed on unless the row exists."""

import pytest

from agent.desk.effects import carry_out
from agent.desk.honest import Dishonest, check_words, claims_for
from agent.model.content import Message
from agent.model.effect import Say
from agent.model.message import Claim
from tests.desk.world import World


def message(asserts: str | None) -> Message:
    return Message(key="x", text="x", asserts=asserts)


@pytest.mark.parametrize("fact", ["booked", "cancelled", "held", "prepared", "told"])
def test_promise_21_a_message_that_asserts_a_fact_needs_its_row(fact: str) -> None:
    with pytest.raises(Dishonest):
        claims_for(message(fact), {}, None, None)
    assert claims_for(message(None), {}, None, None) == ()


@pytest.mark.parametrize("fact", ["booked", "cancelled"])
def test_promise_21_an_appointment_spoken_of_is_its_own_row(fact: str) -> None:
    one = {"appointment": {"as": "opening", "value": {"id": "A1"}}}
    two = {"appointments": {"as": "openings", "value": [{"id": "A1"}, {"id": "A2"}]}}
    assert claims_for(message(fact), one, None, None) == (Claim(fact=fact, row="A1"),)
    assert [c.row for c in claims_for(message(fact), two, None, None)] == ["A1", "A2"]


def test_promise_21_the_words_of_a_booking_need_a_row_in_every_live_language(world: World) -> None:
    content = world.desk.content
    for tag in content.live:
        for fact, phrases in content.rows["honest"][tag].items():
            for phrase in phrases:
                with pytest.raises(Dishonest):
                    check_words(content, f"Well: {phrase}, then.", ())
                check_words(content, f"Well: {phrase}, then.", (Claim(fact=fact, row="A1"),))
                check_words(content, f"Well: {phrase}, then.", (), [phrase])  # a person's own words


def test_promise_21_what_no_row_shows_is_replaced_by_the_truth(world: World) -> None:
    world.say("hello")
    values = {"opening": "Monday", "staff": "Rosa", "number": "1"}
    held = world.conversation()
    with world.desk.store.begin() as tx:
        done = carry_out(world.desk, tx, held, (Say(key="decision.booked", values=values),), world.clock())
    world.settle()
    assert len(done.outbound) == 1
    assert "booked" not in world.carrier.texts[-1]
    assert "something on our side" in world.carrier.texts[-1]
