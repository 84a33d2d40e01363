"""Where a conversation says that this is software: as the pack of the clinic's place asks, on each channel."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agent.dialogue.calling import farewell
from agent.dialogue.draft import Draft
from agent.dialogue.patterns import greet
from agent.model.content import Content
from agent.model.effect import Effect, Say
from agent.model.jurisdiction import Clause, Pack
from tests.dialogue.talking import NOW, conversation, house

clinic, content = house()


def keys(effects: list[Effect] | tuple[Effect, ...]) -> list[str]:
    return [e.key for e in effects if isinstance(e, Say)]


def asking(places: Mapping[str, list[str]]) -> Content:
    """The content with one pack alone, which asks for this."""
    row = {"id": "x", "says": "Software says so.", "cite": "a test", "test": "tests/x.py::test_x", "disclosure": places}
    pack = Pack(code="_any", name="Everywhere", clauses=(Clause.model_validate(row),))
    return replace(content, packs={"_any": pack})


@pytest.mark.parametrize("country", sorted({"ZZ", *content.emergency}))
@pytest.mark.parametrize("channel", ["sms", "chat", "voice"])
def test_software_says_so_where_the_pack_asks(country: str, channel: str) -> None:
    there = clinic.model_copy(update={"country": country})
    draft = Draft(conversation().model_copy(update={"channel": channel}), None, content, there, NOW)
    greet(draft)
    assert keys(draft.effects) == ["greeting.disclosure"]
    assert draft.conversation.greeted
    assert keys(farewell(draft.conversation, content, there, NOW).effects) == ["voice.closing"]


def test_the_pack_decides_and_not_the_code() -> None:
    silent, ended = asking({"sms": ["start"]}), asking({"voice": ["start", "end"]})
    talk = conversation()
    assert keys(farewell(talk, silent, clinic, NOW).effects) == []
    assert keys(farewell(talk, ended, clinic, NOW).effects) == ["voice.closing"]
    draft = Draft(talk, None, ended, clinic, NOW)
    greet(draft)
    assert keys(draft.effects) == []
