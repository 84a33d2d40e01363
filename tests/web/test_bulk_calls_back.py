"""Whoever has heard the message of a bulk send on the telephone, called or ringing back, hears it once."""

from collections.abc import Iterator

import pytest

from agent.desk import bulk
from tests.bulk_calls import coming, known, over, person, quiet, released, ringing, rings, texts
from tests.outgoing import Outgoing


@pytest.fixture
def out() -> Iterator[Outgoing]:
    with ringing() as out:
        yield out


@pytest.mark.parametrize("texted", [False, True])
def test_who_rings_back_after_a_machine_hears_it_and_is_told_no_second_time(out: Outgoing, *, texted: bool) -> None:
    who = known(out)
    coming(out, who)
    made = released(out, "away")
    over(out, rings(out, by="machine_end_beep", pace=0.3), made)
    assert len(texts(out) if texted else []) == texted
    back = out.line.ring(who.phones[0])
    assert "We called this number with a message" in " ".join(back.wait())
    assert "Am I speaking with Rosa" in " ".join(back.press("1"))
    assert "cannot take place" in " ".join(back.press("1"))
    back.press("1")
    back.hang_up()
    done = person(out, made)
    assert (done.state, done.answer) == ("queued" if texted else "called", "other_time")
    assert texts(out) == []
    assert "We called this number" not in " ".join(out.line.ring(who.phones[0]).wait())


def test_who_rings_back_between_two_dials_is_not_rung_again_and_somebody_else_hears_nothing(out: Outgoing) -> None:
    who = known(out)
    made = released(out)
    over(out, rings(out, takes=False), made)
    other = out.line.ring(who.phones[0])
    other.wait()
    other.press("1")
    assert "been a while" not in " ".join(other.press("2"))
    other.hang_up()
    back = out.line.ring(who.phones[0])
    back.wait()
    back.press("1")
    assert "It has been a while since Rosa was here" in " ".join(back.press("1"))
    back.hang_up()
    out.world.clock.pass_time(hours=25)
    assert quiet(out)
    assert texts(out) == []
    assert (person(out, made).state, person(out, made).rang) == ("called", "told")


def test_who_rings_back_after_a_stop_hears_nothing_of_it(out: Outgoing) -> None:
    who = known(out)
    coming(out, who)
    made = released(out, "closing")
    over(out, rings(out, by="machine_end_beep", pace=0.3), made)
    bulk.stop(out.world.desk, made.id, out.world.staff("clinician"))
    assert "We called this number" not in " ".join(out.line.ring(who.phones[0]).wait())


@pytest.mark.parametrize("way", ["text", "call"])
def test_promise_51_who_is_on_record_as_told_is_not_texted_either_though_something_made_them_due(
    out: Outgoing, way: str
) -> None:
    coming(out, known(out))
    made = released(out, "away")
    caller = rings(out)
    caller.wait()
    caller.press("1")
    caller.press("1")
    caller.hang_up()
    told = over(out, caller, made)
    desk = out.world.desk
    with desk.store.begin() as tx:
        held = tx.bulk.get(made.id, lock=True)
        assert held is not None
        tx.bulk.save(held.model_copy(update={"state": "sending"}))
        tx.bulk.settle(told.model_copy(update={"state": "due", "due_at": desk.clock(), "way": way}))
    assert texts(out) == []
    assert quiet(out)
    assert person(out, made).state == "called"
