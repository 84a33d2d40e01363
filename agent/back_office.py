"""The writer and the verifier of documents, made on first use: their words and weights are 20 MB that few need."""

from collections.abc import Sequence

from agent.model.note import Draft, NoteCheck, Record, Utterance
from agent.ports.notes import Asked, NoteWriter
from agent.settings import Settings
from agent.short_turns import short_turns


class LateWriter:
    """See `agent.ports.notes.NoteWriter`: the embedded writer, or a declared model whose place it takes where that
    fails."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: NoteWriter | None = None

    @property
    def name(self) -> str:
        return self._writer().name

    def draft(self, asked: Asked) -> Draft:
        return self._writer().draft(asked)

    def _writer(self) -> NoteWriter:
        if self._made is None:
            self._made = _writer_of(self._settings)
        return self._made


def _writer_of(settings: Settings) -> NoteWriter:
    from agent.documents.embedded import EmbeddedWriter

    embedded = EmbeddedWriter(settings.content)
    if not settings.model or not settings.model_agreement.strip():
        return embedded
    from agent.documents.by_model import ModelWriter

    return ModelWriter(
        embedded, verify_late, settings.content, settings.model, url=settings.model_url,
        seconds=settings.note_seconds, most_tokens=settings.note_tokens,
    )  # fmt: skip


@short_turns()
def verify_late(dialogue: Sequence[Utterance], note: str, record: Record | None = None) -> NoteCheck:
    """See `agent.ports.notes.NoteVerifier`."""
    from agent.documents.verify import verify

    return verify(dialogue, note, record)
