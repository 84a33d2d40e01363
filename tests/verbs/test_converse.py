"""Whole conversations, line by line, as whoever compares desks reads them."""

import pytest

from agent.rehearsal_desk import Rehearsal
from agent.verbs.converse import played
from tests import shared
from tests.desk.world import MONDAY


def said(*turns: str) -> list[tuple[str, str]]:
    shown = Rehearsal(shared.clinic(), shared.content(), MONDAY, base=shared.hearing())
    told = played(shown, {"id": "1", "turns": list(turns)})
    shown.close()
    return [(each["from"], each["text"]) for each in told["transcript"]]


@pytest.mark.parametrize("words", ["how do I stop these texts", "STOP"])
def test_promise_24_after_a_stop_no_text_is_shown_that_never_goes_out(words: str) -> None:
    talk = said(words, "yes stop", "are you still there?", "I have crushing chest pain")
    assert [who for who, _ in talk] == ["patient", "desk", "patient", "patient", "patient", "desk"]
    assert "You won't get any more texts" in talk[1][1]
    assert "911" in talk[-1][1]
