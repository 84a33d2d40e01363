"""A language model may propose commands from the closed list; whatever else it does, the desk goes on without it."""

import os
import time
from collections.abc import Iterator

import pytest

from agent.model.command import SetSlot, StartFlow
from agent.understand.model import Asked, ModelProposer
from agent.understand.patience import Patience
from tests import shared
from tests.standin.chat_models import HOSTILE, Standin, offers, standin

TEXT = "I am María Ruiz, born 3/12/80, could somebody take a look at my knee, call 718 555 0132"
ASKED = Asked(TEXT, "en", None, (), {"name": ["María Ruiz"], "dob": ["3/12/80"]})


@pytest.fixture(scope="module")
def server() -> Iterator[Standin]:
    os.environ.setdefault("OPENAI_API_KEY", "of-the-stand-in")
    with standin() as running:
        yield running


@pytest.fixture
def proposer(server: Standin) -> Iterator[ModelProposer]:
    server.says, server.wait, server.status = offers(), 0.0, 200
    server.asked.clear()
    proposer = ModelProposer(shared.content(), "openai:stand-in", url=server.url, seconds=10.0)
    proposer.propose(ASKED)  # imports LangChain
    server.asked.clear()
    proposer._seconds = 1.0
    yield proposer
    server.ended.set()
    server.ended.clear()


def test_a_proposal_comes_back_as_commands_of_the_model_with_the_patients_words(
    server: Standin, proposer: ModelProposer
) -> None:
    server.says = offers(
        {"do": "start_flow", "flow": "book", "quote": "take a look at my knee"},
        {"do": "set_slot", "slot": "reason", "value": "knee", "quote": "my knee"},
        {"do": "set_slot", "slot": "name", "value": "[NAME_1]", "quote": "I am [NAME_1]"},
    )
    proposed = proposer.propose(ASKED)
    assert proposed.outcome == "proposed"
    assert proposed.commands == (
        StartFlow(flow="book", source="model", quote="take a look at my knee", confidence=0.5),
        SetSlot(slot="reason", value="knee", source="model", quote="my knee", confidence=0.5),
        SetSlot(slot="name", value="María Ruiz", source="model", quote="I am María Ruiz", confidence=0.5),
    )
    assert all(c.quote in TEXT for c in proposed.commands)


def test_nothing_known_of_the_person_leaves_the_desk_and_nothing_is_traced(
    server: Standin, proposer: ModelProposer
) -> None:
    proposer.propose(ASKED)
    (sent,) = server.asked
    told = str(sent)
    assert "take a look at my knee" in told
    for secret in ("Ruiz", "María", "3/12/80", "555", "0132"):
        assert secret not in told
    assert os.environ["LANGSMITH_TRACING"] == os.environ["LANGCHAIN_TRACING_V2"] == "false"


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_or_broken_answer_is_no_proposal_or_one_that_the_flow_refuses(
    how: str, server: Standin, proposer: ModelProposer
) -> None:
    server.says = HOSTILE[how]
    proposed = proposer.propose(ASKED)
    assert proposed.outcome in ("not_understood", "failed", "nothing", "proposed")
    if how in ("prose", "other JSON", "broken JSON", "booked!", "rules ignored", "too many", "nothing"):
        assert proposed.commands == ()


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_model_that_refuses_is_not_asked_again(status: int, server: Standin, proposer: ModelProposer) -> None:
    server.status = status
    proposed = proposer.propose(ASKED)
    assert (proposed.outcome, proposed.commands) == ("failed", ())
    assert len(server.asked) == 1


def test_a_model_that_hangs_costs_its_deadline_and_no_more(server: Standin, proposer: ModelProposer) -> None:
    proposer._seconds, proposer._patience, server.wait = 0.3, Patience(100), 30.0
    began = time.monotonic()
    found = [proposer.propose(ASKED).outcome for _ in range(6)]
    assert found[:4] == ["late"] * 4
    assert found[4:] == ["busy"] * 2  # four calls hang: the next message does not wait for a fifth
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("status", [None, 500])
def test_nobody_waits_for_a_model_that_gave_no_answer_three_times_until_it_has_had_a_rest(
    status: int | None, server: Standin, proposer: ModelProposer
) -> None:
    if status is None:
        proposer._seconds, server.wait = 0.2, 30.0
    else:
        server.status = status
    found = [proposer.propose(ASKED).outcome for _ in range(6)]
    assert found == ["late" if status is None else "failed"] * 3 + ["resting"] * 3
    assert len(server.asked) == 3
    proposer._patience.end_rest()  # the minute is over
    assert [proposer.propose(ASKED).outcome for _ in range(2)] == [found[0], "resting"]  # one more look is enough
    proposer._patience.end_rest()
    server.status, server.wait = 200, 0.0
    server.ended.set()
    while proposer.propose(ASKED).outcome == "busy":  # those that hung come to their end
        time.sleep(0.01)
    assert [proposer.propose(ASKED).outcome for _ in range(2)] == ["nothing"] * 2


def test_what_is_kept_of_a_call_are_its_instructions_hash_its_time_and_its_outcome(proposer: ModelProposer) -> None:
    first, second = proposer.propose(ASKED), proposer.propose(Asked("hello", "en"))
    assert first.prompt == second.prompt
    assert len(first.prompt) == 12
    assert first.ms >= 0
