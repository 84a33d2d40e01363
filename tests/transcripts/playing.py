"""Plays a transcript against a fresh desk in memory and writes down what was said, heard, prepared and left open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.rehearsal_desk import Rehearsal
from agent.rehearsal_play import deed, ending, events_of, heard_in, rehearsal_of, told, unlinked
from agent.understand.model import ModelProposer
from tests import shared
from tests.transcripts.refolding import disagreements


@dataclass
class Played:
    """A transcript as it went: the same shape as the file, so that the two compare as a whole."""

    script: dict[str, Any]
    faults: list[str] = field(default_factory=list)


@cache
def house() -> tuple[Clinic, Content]:
    """The demo clinic and the checked content, read once."""
    return shared.clinic(), shared.content()


def play(script: Mapping[str, Any], model: ModelProposer | None = None) -> Played:
    """Every turn of the script in order; what it holds of answers is replaced by the real ones. `model`: a language
    model that is asked where the desk is unsure."""
    clinic, content = house()
    rehearsal = rehearsal_of(script, clinic, content, shared.hearing())
    rehearsal.desk.model = model
    played = Played({k: v for k, v in script.items() if k not in ("turns", "tasks", "finally")})
    try:
        _play(rehearsal, script, played)
    finally:
        rehearsal.close()
    return played


def _play(rehearsal: Rehearsal, script: Mapping[str, Any], played: Played) -> None:
    played.script["turns"] = [_turn(rehearsal, dict(turn), played) for turn in script["turns"]]
    played.script["tasks"] = [told(t) for t in rehearsal.tasks()]
    held = rehearsal.conversation()
    if held is not None:
        played.script["finally"] = ending(rehearsal, held)
        played.faults += disagreements(held, events_of(rehearsal, held), rehearsal.tasks())


def _turn(rehearsal: Rehearsal, turn: dict[str, Any], played: Played) -> dict[str, Any]:
    held = rehearsal.conversation()
    seen = len(events_of(rehearsal, held)) if held else 0
    sent = len(rehearsal.kept.sent)
    said = deed(rehearsal, turn)
    held = rehearsal.conversation()
    events = events_of(rehearsal, held)[seen:] if held else []
    if held is not None and Conversation.model_validate_json(held.model_dump_json()) != held:
        played.faults.append("the conversation is another after writing and reading it")
    kept = {k: v for k, v in turn.items() if k not in ("heard", "desk", "texts")}
    heard = heard_in(events)
    texts = _texts(rehearsal, sent) if rehearsal.channel == "voice" else []
    return {**kept, **({"heard": heard} if heard else {}), "desk": said, **({"texts": texts} if texts else {})}


def _texts(rehearsal: Rehearsal, before: int) -> list[str]:
    """What went to the caller's telephone as text meanwhile, but for codes."""
    fresh = rehearsal.kept.sent[before:]
    return [unlinked(m.text) for m in fresh if m.to.value == rehearsal.address.value and "identity.code" not in m.keys]
