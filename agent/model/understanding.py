"""What the engine heard in one message, before anything is decided."""

from typing import Any

from pydantic import Field

from agent.model.command import Command
from agent.model.value import Value


class Understanding(Value):
    """Language, intent and entities of a message, and the commands proposed from them.

    `danger`, `person`: how probable it is that someone is in danger, or that the words are for a person to answer;
    `words`: how long the message is (two Han or Kana characters count as a word)."""

    lang: str
    lang_confidence: float = 0.0
    intent: str = "out_of_scope"
    confidence: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    also: tuple[str, ...] = ()
    entities: dict[str, Any] = Field(default_factory=dict)
    quotes: dict[str, tuple[int, int]] = Field(default_factory=dict)
    unsure: tuple[str, ...] = ()  # entities to be asked rather than claimed
    danger: float = 0.0
    person: float = 0.0
    words: int = 0
    commands: tuple[Command, ...] = ()
