"""What a person's reply needs beyond its words, as Protocols: documents by link, and a model's drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from agent.model.draft import ReplyDraft
from agent.model.enclosure import Enclosure

DraftOutcome = Literal["drafted", "late", "busy", "failed", "not_understood", "unfit", "resting"]


class Enclosures(Protocol):
    """Documents that went out by link; each changed by compare-and-swap only."""

    def add(self, row: Enclosure) -> None: ...

    def get(self, id: str) -> Enclosure | None: ...

    def save(self, row: Enclosure) -> Enclosure:
        """With the next version. Raises Conflict when somebody else has changed it."""

    def by_key(self, key: str) -> Enclosure | None:
        """The one behind a link, by the hash of its token."""

    def of(self, conversation: str) -> list[Enclosure]:
        """Oldest first."""


class Drafts(Protocol):
    """Drafts of replies, each in its conversation."""

    def add(self, draft: ReplyDraft) -> None: ...

    def save(self, draft: ReplyDraft) -> None:
        """Keeps what became of it."""

    def of(self, conversation: str) -> list[ReplyDraft]:
        """Oldest first."""


@dataclass(frozen=True)
class AskedReply:
    """What a reply is drafted from. `lines`: who ("patient", "desk", "staff") said what, oldest first; `language` and
    `reader`: English names of the patient's language and of the person's who reads the draft; `known`: what identifies
    the patient, by kind, to be hidden from the model."""

    lines: tuple[tuple[str, str], ...]
    language: str
    reader: str
    clinic: str
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class DraftedReply:
    """`text` is empty unless the outcome is "drafted"."""

    text: str
    meaning: str
    outcome: DraftOutcome
    prompt: str
    ms: int


class ReplyWriter(Protocol):
    """Drafts an answer; it sends nothing."""

    name: str

    def draft(self, asked: AskedReply) -> DraftedReply:
        """Never raises, and never takes longer than its deadline."""
