"""What a model's proposals of wording need, as Protocols: whoever drafts them, where they wait, and what is typed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from agent.model.suggestion import Suggestion, Typed
from agent.ports.replies import DraftOutcome


@dataclass(frozen=True)
class AskedWording:
    """What is asked for: a translation of `text` (the English), or other ways to say what `text` means. Content alone,
    nothing of a patient. `language`: English name; `about`: where it is said; `alike`: how others are put, as
    (English, translation) or ("", sentence); `most`: how many texts are wanted, for a translation exactly."""

    kind: Literal["translation", "phrases"]
    language: str
    text: str
    about: str = ""
    alike: tuple[tuple[str, str], ...] = ()
    most: int = 1


@dataclass(frozen=True)
class DraftedWording:
    """`texts` is empty unless the outcome is "drafted"."""

    texts: tuple[str, ...]
    outcome: DraftOutcome
    prompt: str
    ms: int


class WordingWriter(Protocol):
    """Drafts wording; it saves nothing."""

    name: str

    def draft(self, asked: AskedWording) -> DraftedWording:
        """Never raises, and never takes longer than its deadline."""


class Suggestions(Protocol):
    def add(self, row: Suggestion) -> None: ...

    def open(self, clinic: str, key: str = "") -> list[Suggestion]:
        """Those that wait for a person, oldest first; of one item, or of all."""

    def of(self, clinic: str, key: str) -> list[Suggestion]:
        """Everything that was ever proposed there, oldest first."""

    def decide(self, row: Suggestion) -> None:
        """Keeps what became of it. Raises Conflict where it no longer waits."""


class Typings(Protocol):
    """One row for each person and item."""

    def put(self, row: Typed) -> None:
        """In the place of what the same person had typed there."""

    def of(self, clinic: str, key: str) -> list[Typed]:
        """Newest first, of everybody."""

    def drop(self, clinic: str, key: str, by: str) -> None:
        """No error where nothing is kept."""

    def sweep(self, clinic: str, before: datetime) -> int:
        """Forgets what is older; returns how many."""
