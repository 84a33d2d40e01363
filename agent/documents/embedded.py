"""The embedded writer: drafts from what was said and what the record has, without a model, each sentence cited."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from agent.documents.candidates import Candidate, candidates, person_of, told
from agent.documents.choose import Chosen, budget, chosen
from agent.documents.english import english_share
from agent.documents.fill import FILLS, Material
from agent.documents.foreign import quoted
from agent.documents.learned import learned
from agent.documents.payer_form import form_in
from agent.documents.reading_grade import grade
from agent.documents.record_lines import intake_lines, record_lines
from agent.documents.templates import Template, templates
from agent.documents.thread import thread_lines
from agent.model.note import Draft, Sentence, Utterance
from agent.ports.notes import Asked
from agent.short_turns import short_turns

MOST_WORDS = 60_000  # of one visit; three hours of quick talk
_AGREES = re.compile(
    r"\b(?:sounds? (?:good|great|like a (?:good )?plan|fine)|i agree|that works|works for me|let's do (?:that|it))\b",
    re.I,
)
_ENGLISH = 0.22  # share of its small words below which a talk is quoted, not written
_LATE = 0.6  # of the visit; what is agreed to before is no plan
_SOON = 6  # turns after the last part of the plan
_HARD = 0.45  # confidence of a sentence that reads harder than the template allows


class EmbeddedWriter:
    """See `agent.ports.notes.NoteWriter`. Deterministic: the same visit gives the same draft."""

    name = "embedded"

    def __init__(self, content: Path) -> None:
        """`content`: the folder that holds workflows/documents.yaml. Raises ValueError for a file that is wrong."""
        self._templates = templates(content)

    @short_turns()
    def draft(self, asked: Asked) -> Draft:
        """Raises ValueError for a kind without a template, or a record that is no Bundle."""
        template = self._templates.get(asked.kind)
        if template is None:
            raise ValueError(f"no template for {asked.kind}")
        material = _material(asked)
        placed: list[tuple[str, list[Sentence]]] = []
        used: set[str] = set()
        for section in template.sections:
            found = [s for s in FILLS[section.fill](material) if s.text not in used]
            used.update(s.text for s in found)
            if found:
                placed.append((section.titled(asked.language), [_placed(s, section.id, template) for s in found]))
        return assembled(asked, placed, self.name)


def assembled(asked: Asked, placed: Iterable[tuple[str, Sequence[Sentence]]], writer: str) -> Draft:
    """The note as text, a title before each section, and its sentences in that order."""
    parts: list[str] = []
    sentences: list[Sentence] = []
    for title, found in placed:
        parts.append("\n".join([*([title] if title else []), *(s.text for s in found)]))
        sentences += found
    return Draft(kind=asked.kind, note="\n\n".join(parts), sentences=tuple(sentences), writer=writer)


def _material(asked: Asked) -> Material:
    dialogue = _within(asked.dialogue)
    record = record_lines(asked.record)
    intake, thread = intake_lines(asked.intake), thread_lines(asked.thread)
    if english_share(dialogue) < _ENGLISH:
        said = quoted(dialogue)
        return Material(
            said, [c for c in said if c.part == "plan"], record, intake, form_in(asked.record), asked.record, thread
        )
    weights, person = learned(), person_of(dialogue, record.sex)
    most = budget(sum(len(u.text.split()) for u in dialogue))
    found = candidates(dialogue, person)
    kept = chosen(found, weights, most)
    agreed = _agreement(dialogue, found, kept)
    told_them = chosen(told(dialogue), weights, most)
    return Material([*kept, *agreed], told_them, record, intake, form_in(asked.record), asked.record, thread)


def _within(dialogue: Sequence[Utterance]) -> Sequence[Utterance]:
    """The first MOST_WORDS words; turns keep their numbers."""
    count = 0
    for turn, said in enumerate(dialogue):
        count += len(said.text.split())
        if count > MOST_WORDS:
            return dialogue[: turn + 1]
    return dialogue


def _agreement(dialogue: Sequence[Utterance], found: Sequence[Candidate], kept: Sequence[Chosen]) -> list[Chosen]:
    """That the patient agreed, where they said so after a plan was laid out."""
    plans = [c.candidate.turn for c in kept if c.part == "plan"]
    if not plans:
        return []
    for candidate in found:
        turn = candidate.turn
        if candidate.role != "patient" or turn < min(plans) or turn < _LATE * len(dialogue):
            continue
        source = candidate.evidence[-1]
        if _AGREES.search(dialogue[turn].text[source.start : source.end]) and turn <= max(plans) + _SOON:
            text = "The patient agrees with the plan."
            agreed = Candidate(text, (source,), "patient", candidate.place, words=("patient", "agrees", "plan"))
            return [Chosen(agreed, "plan", 0.5)]
    return []


def _placed(sentence: Sentence, section: str, template: Template) -> Sentence:
    sure = sentence.confidence
    if template.reading_grade is not None and grade(sentence.text) > template.reading_grade:
        sure = min(sure, _HARD)
    return sentence.model_copy(update={"section": section, "confidence": sure})
