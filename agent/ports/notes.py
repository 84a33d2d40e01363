"""What the documentation worker needs: a writer of drafts, a verifier of notes, and a place for documents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from pydantic import Field

from agent.model.document import Document, State
from agent.model.note import Draft, Message, NoteCheck, NoteKind, Record, Utterance
from agent.model.value import Value


class Asked(Value):
    """What a draft is asked of. `known`: what identifies the patient, by kind, to be hidden from a model."""

    kind: NoteKind
    dialogue: tuple[Utterance, ...] = ()
    record: Record | None = None
    intake: dict[str, Any] | None = None
    thread: tuple[Message, ...] = ()  # with the front desk, before the visit
    language: str = "en"
    known: Mapping[str, Sequence[str]] = Field(default_factory=dict)


class NoteWriter(Protocol):
    """Drafts a document; the same `Asked` may be drafted twice."""

    @property
    def name(self) -> str: ...

    def draft(self, asked: Asked) -> Draft:
        """Raises ValueError for what cannot be drafted at all. An empty visit gives an empty draft."""


class NoteVerifier(Protocol):
    """Checks every sentence of a note against what was said and what the record has."""

    def __call__(self, dialogue: Sequence[Utterance], note: str, record: Record | None = None) -> NoteCheck: ...


class Documents(Protocol):
    """Documents from the moment that a visit was handed in; each changed by compare-and-swap only."""

    def add(self, document: Document) -> Document:
        """The document; the stored one where the clinic has one under the same key already (nothing is changed)."""

    def get(self, id: str) -> Document | None: ...

    def save(self, document: Document) -> Document:
        """With the next version. Raises Conflict when somebody else has changed it."""

    def claim(self, clinic: str, now: datetime, lease_seconds: float) -> Document | None:
        """The oldest one that waits for its draft and is under nobody's live lease; now under ours."""

    def by_state(self, clinic: str, states: Sequence[State], limit: int = 200) -> list[Document]:
        """The oldest `limit`, oldest first."""

    def newest(self, clinic: str, states: Sequence[State], limit: int) -> list[Document]:
        """The newest `limit`, oldest first."""

    def versions(self, clinic: str, states: Sequence[State], limit: int) -> dict[str, int]:
        """The ids of the newest `limit` with their versions; nothing is unsealed."""

    def of_patient(self, patient: str) -> list[Document]: ...
