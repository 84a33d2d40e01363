"""What is written and was said of a patient, as notes to be searched: documents, talks, forms, the record's notes."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple

from agent.documents.search import Note
from agent.intake.fhir import dig, listed, resources, text
from agent.model.document import Document
from agent.model.form import FormRow

MOST_RESOURCES = 2000  # of one record
_TAG = re.compile(r"<[^>]{0,500}>")
_PLAIN = ("text/plain", "text/html")


class Past(NamedTuple):
    """A note, what it is (`document`, `draft`, `talk`, `form`, `record`), what it is called and the document it
    belongs to; `turns`: where each turn of a talk begins, and who speaks."""

    note: Note
    kind: str
    title: str
    document: str = ""
    turns: tuple[tuple[int, str], ...] = ()

    def speaker(self, at: int) -> str:
        return next((who for start, who in reversed(self.turns) if start <= at), "")


def past(documents: Sequence[Document], forms: Sequence[FormRow]) -> dict[str, Past]:
    """By the note's id. A document that was rejected, and one that an amendment replaced, is left out."""
    found: dict[str, Past] = {}
    replaced = {d.amends for d in documents if d.amends and d.state == "signed"}
    seen = set[str]()
    for document in documents:
        day = (document.signed_at or document.created_at).date().isoformat()
        if document.state == "signed" and document.id not in replaced:
            note = Note(f"{document.id}:text", day, document.final, document.language)
            found[note.id] = Past(note, "document", document.title, document.id)
        elif document.state == "drafted" and document.draft is not None:
            note = Note(f"{document.id}:draft", day, document.draft.note, document.language)
            found[note.id] = Past(note, "draft", document.title, document.id)
        if document.dialogue and not document.amends:
            made = _talk(document, document.created_at.date().isoformat())
            found[made.note.id] = made
        for one in _of_record(document):
            if (key := f"{one.note.date}|{one.note.text}") not in seen:
                seen.add(key)
                found[one.note.id] = one
    for row in forms:
        said = "\n".join(g.words for g in row.given if g.words)
        if said and row.state in ("sent", "approved"):
            note = Note(f"{row.id}:form", row.changed_at.date().isoformat(), said, row.language)
            found[note.id] = Past(note, "form", row.form)
    return found


def _talk(document: Document, day: str) -> Past:
    lines, turns, at = list[str](), list[tuple[int, str]](), 0
    for utterance in document.dialogue:
        line = " ".join(utterance.text.split())
        turns.append((at, utterance.speaker))
        lines.append(line)
        at += len(line) + 1
    note = Note(f"{document.id}:talk", day, "\n".join(lines), document.language)
    return Past(note, "talk", document.title, document.id, tuple(turns))


def _of_record(document: Document) -> Iterator[Past]:
    """Notes that came with the visit's record: texts of documents, and the narratives of compositions."""
    for number, resource in enumerate(resources(document.record, MOST_RESOURCES)):
        kind = resource["resourceType"]
        if kind not in ("DocumentReference", "Composition", "DiagnosticReport"):
            continue
        words = "\n".join(filter(None, [*_attached(resource), *_narrated(resource), text(resource, "conclusion")]))
        day = next((d for n in ("date", "issued", "effectiveDateTime") if (d := text(resource, n))), "")[:10]
        if words:
            title = text(resource, "title") or text(resource, "type", "text") or text(resource, "code", "text")
            language = text(resource, "language")[:2] or "en"
            yield Past(Note(f"{document.id}:record-{number}", day, words, language), "record", title)


def _attached(resource: dict[str, Any]) -> Iterator[str]:
    for content in listed(dig(resource, "content")):
        kind = text(content, "attachment", "contentType").partition(";")[0]
        if kind in _PLAIN:
            try:
                words = base64.b64decode(text(content, "attachment", "data")).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                continue
            yield _bare(words) if kind == "text/html" else words


def _narrated(resource: dict[str, Any]) -> Iterator[str]:
    for section in listed(dig(resource, "section")):
        yield _bare(text(section, "text", "div"))


def _bare(html: str) -> str:
    return unescape(_TAG.sub("\n", html)).strip()
