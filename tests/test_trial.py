"""What the draft hears, asked of the process beside the desk: its facts, its faults, and a process that is killed."""

import os
import time
from collections.abc import Iterator
from datetime import datetime
from signal import SIGKILL

import pytest

from agent.model.edit import Items
from agent.model.trial import TrialAnswer
from agent.settings import Settings
from agent.trial import Trial

NOW = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - the clinic's wall clock
PERSON = {
    "name": "Dr. Mina Quackenbush", "location": "brooklyn", "parallel": 1, "aliases": ["quackenbush"],
    "languages": ["en"], "visit_types": [], "hours": {"mon": ["09:00-12:00"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    made = Trial(Settings(demo=True))
    yield made
    made.close()


def told(trial: Trial, after: Items, text: str = "an appointment with Dr. Quackenbush please") -> TrialAnswer:
    """What it says once it has made up its mind."""
    before: Items = {}
    for _ in range(900):
        answer = trial.hear(text, NOW, before, after)
        if answer.state in ("ready", "faulty"):
            return answer
        time.sleep(0.1)
    raise AssertionError(f"still {answer.state}")


def test_the_drafts_own_doctor_is_heard_and_a_killed_process_is_started_again(trial: Trial) -> None:
    draft = {"clinic/provider/quackenbush": PERSON}
    heard = told(trial, draft).heard
    assert heard is not None
    assert (heard.said.intent, heard.said.entities["provider"]) == ("book", "quackenbush")
    assert trial._beside is not None
    os.kill(trial._beside[0].pid, SIGKILL)
    trial._beside[0].wait()
    again = told(trial, draft).heard
    assert again == heard


def test_a_draft_that_cannot_be_heard_says_why(trial: Trial) -> None:
    faulty = {"safety/es/chest_pain": {"phrases": {"E1": ["se me sienta un elefante"]}, "tests": []}}
    answer = told(trial, faulty)
    assert (answer.state, answer.heard) == ("faulty", None)
    assert "_added.yaml" in answer.faults[0]
    unread = {"clinic/hours/brooklyn": {"hours": {"mon": ["25:00-26:00"]}}}
    assert told(trial, unread).state == "faulty"
