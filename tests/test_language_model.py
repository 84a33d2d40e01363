"""A declared model is at hand before the first message, and none is looked for where none is declared."""

import subprocess
import sys

import pytest

from agent.language_model import get_ready, model_of
from agent.settings import Settings
from tests import shared
from tests.standin.chat_models import offers, standin
from tests.understand.test_model import ASKED

_ONE = (
    "import sys; from agent.language_model import get_ready; from agent.settings import load_settings; "
    "get_ready(load_settings()); print('langchain_openai' in sys.modules)"
)


@pytest.mark.parametrize("agreement", ["", "none: a test"])
def test_langchain_is_there_beforehand_where_a_model_is_declared_with_its_agreement(agreement: str) -> None:
    env = {
        "FRONTDESK_MODEL": "openai:stand-in", "FRONTDESK_MODEL_AGREEMENT": agreement, "OPENAI_API_KEY": "nobody's",
    }  # fmt: skip
    told = subprocess.run([sys.executable, "-c", _ONE], env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(bool(agreement))


def test_a_model_that_cannot_be_is_told_by_its_first_call() -> None:
    settings = Settings(model="nobody:knows-it", model_agreement="none: a test")
    get_ready(settings)
    model = model_of(settings, shared.content())
    assert model is not None
    assert model.propose(ASKED).outcome == "failed"


def test_the_first_message_is_asked_about_within_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "nobody's")
    with standin() as server:
        server.says = offers()
        settings = Settings(model="openai:stand-in", model_agreement="none: a test", model_url=server.url)
        get_ready(settings)
        model = model_of(settings, shared.content())
        assert model is not None
        assert model.propose(ASKED).outcome == "nothing"
