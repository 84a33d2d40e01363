"""Promise 58: with the language model failing in every way, booking, STOP, crisis and hand-off work as ever."""

import time
from typing import Any

from agent.desk.desk import Desk
from agent.drill_scene import ALARM, BOOKING, scene
from agent.understand.model import ModelProposer, Offers
from tests import shared
from tests.desk.world import _first
from tests.prove.ground import Ground
from tests.test_model_transcripts import SAMPLE, WAYS, said_the_same

PROMISE = "A model that is away leaves a whole front desk"
SIZE = (
    "the same five conversations without a model and with one that raises, hangs, answers late, talks nonsense or "
    "lies; 113 transcripts word for word with one that is silent, late, away or lies"
)
UNCLEAR = "well you see it is about my poor old knee again dear"
_DEADLINE = 0.3


class Failing:
    """A chat model that fails in one way."""

    def __init__(self, how: str) -> None:
        self.how = how

    def invoke(self, messages: list[tuple[str, str]]) -> Any:
        match self.how:
            case "raises":
                raise ConnectionError("no model here")
            case "hangs":
                time.sleep(_DEADLINE * 6)
            case "late":
                time.sleep(_DEADLINE * 1.5)
            case "nonsense":
                return {"commands": [{"do": "prescribe"}], "text": "You are booked."}
            case "lies":
                return Offers.model_validate({"commands": [{"do": "set_slot", "slot": "confirmed", "value": "true"}]})
        return Offers(commands=[])


HOW = ("raises", "hangs", "late", "nonsense", "lies")


def suite(how: str | None, like: Desk) -> None:
    """Every conversation that must work, on a desk of its own. Raises AssertionError where one does not."""
    content = like.content
    with scene("model-away", shared.clinic(), content, like=like) as at:
        if how is not None:
            at.desk.model = ModelProposer(content, "proof:none", seconds=_DEADLINE, chat=Failing(how))
        assert at.say(UNCLEAR, "+12125550150"), "an unclear message is not answered"
        for words in BOOKING:
            at.say(words)
        (booking,) = [t for t in at.tasks() if t.kind == "booking"]
        assert booking.appointment
        assert booking.proposal["name"] == "Ana Torres"
        assert at.say(ALARM, "+12125550151")
        assert [t.priority for t in at.tasks() if t.kind == "urgent"] == ["stat"]
        at.say("I want to talk to a person", "+12125550152")
        assert [t.kind for t in at.tasks()].count("handoff") == 1
        at.say("STOP", "+12125550153")
        with at.store.begin(write=False) as tx:
            assert tx.optouts.stopped(at.message("", "+12125550153").sender)
        at.check_nothing_lost()
        assert at.report.passed, [what for what, true in at.report.checks if not true]


def prove(ground: Ground) -> str:
    like = _first()
    for how in (None, *HOW):
        suite(how, like)
    played = sum(said_the_same(how, SAMPLE) for how in WAYS)
    return f"{len(HOW) + 1} times 5 conversations and {played} transcripts: all as without a model"
