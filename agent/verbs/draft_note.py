"""Drafts of notes from visits: JSON lines in, JSON lines out, each sentence with its sources; no model is needed."""

import argparse
from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

from agent.desk.identity_of_record import one_person, same_person
from agent.documents.embedded import EmbeddedWriter
from agent.documents.reading import dialogue, is_beside
from agent.model.fault import Refused
from agent.model.note import Draft, Message, NoteKind, Source, Utterance
from agent.model.patient import Patient
from agent.ports.notes import Asked
from agent.settings import load_settings
from agent.verbs.lines import clinic_from, each_line, wrong

EPILOG = """
In: {"id", "dialogue": [{"speaker", "text"}], "record"?: FHIR Bundle, "intake"?: {}, "thread"?: [{"by":
"patient"|"clinic", "text", "sent"?}], "lang"?, "patient"?: {"name", "birth_date"}}. With `patient`, a record that is
another person's is refused; so is always one of several people, or whose name is not the one that a patient is
greeted by.
Out: {"id", "note", "sentences": [{"text", "section", "evidence": [{"turn", "start", "end"}], "confidence"}]}.
`turn` counts from 0 and the offsets are characters of that turn's text; where a sentence comes from the record or the
form, `turn` is -1 and `resource` names the resource, the item, or `thread:` and the number of the message.
"""
_OPENING = 6  # turns in which people greet each other


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--kind", required=True, choices=get_args(NoteKind), help="what to draft")
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; checked, and not needed for this")


def run(given: argparse.Namespace) -> int:
    if given.clinic:
        clinic_from(given.clinic)
    try:
        writer = EmbeddedWriter(load_settings().content)
    except ValueError as broken:
        wrong(str(broken))
    return each_line(lambda line: drafted(line, given.kind, writer))


def drafted(line: dict[str, Any], kind: NoteKind, writer: EmbeddedWriter) -> dict[str, Any]:
    """One line's answer, in the shape of the contract. Raises ValueError for a line that cannot be read."""
    lang, intake, record = line.get("lang") or "en", line.get("intake"), line.get("record")
    if not isinstance(lang, str):
        raise ValueError("lang must be a string")
    if intake is not None and not isinstance(intake, dict):
        raise ValueError("intake must be an object")
    if record is not None and not isinstance(record, dict):
        raise ValueError("record must be a FHIR Bundle")
    spoken = dialogue(line["dialogue"])
    whose(record, line.get("patient"), spoken)
    asked = Asked(
        kind=kind,
        dialogue=spoken,
        record=record,
        intake=intake,
        thread=thread_of(line),
        language=lang.split("-")[0],
    )
    return {"id": line.get("id"), **shape(writer.draft(asked))}


def whose(record: dict[str, Any] | None, patient: Any, spoken: Sequence[Utterance]) -> None:
    """Raises ValueError for a record of somebody else, as the desk does."""
    if record is None:
        return
    with_others = any(is_beside(turn.speaker) for turn in spoken)  # then another may be greeted
    try:
        one_person(record, () if with_others else [turn.text for turn in spoken[:_OPENING]])
        if patient is not None:
            same_person(record, _patient(patient))
    except Refused as refused:
        raise ValueError(str(refused)) from None


def _patient(given: Any) -> Patient:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise ValueError("patient must have a name and a birth_date")
    try:
        born = date.fromisoformat(str(given.get("birth_date")))
    except ValueError:
        raise ValueError("patient must have a name and a birth_date") from None
    return Patient(id="", clinic="", name=given["name"], dob=born, phones=())


def thread_of(line: dict[str, Any]) -> tuple[Message, ...]:
    """The messages with the front desk. Raises ValueError for what is no list of them."""
    told = line.get("thread") or []
    if not isinstance(told, list) or not all(isinstance(m, dict) and isinstance(m.get("text"), str) for m in told):
        raise ValueError("thread must be a list of messages with a text")
    return tuple(
        Message(
            id=str(n), by="clinic" if m.get("by") == "clinic" else "patient", text=m["text"],
            sent=str(m.get("sent") or "")[:10],
        )
        for n, m in enumerate(told)
    )  # fmt: skip


def shape(draft: Draft) -> dict[str, Any]:
    return {
        "note": draft.note,
        "sentences": [
            {
                "text": s.text, "section": s.section, "evidence": [_evidence(e) for e in s.evidence],
                "confidence": s.confidence,
            }
            for s in draft.sentences
        ],
    }  # fmt: skip


def _evidence(source: Source) -> dict[str, Any]:
    told: dict[str, Any] = {"turn": source.turn, "start": source.start, "end": source.end}
    return told | {"resource": source.resource} if source.resource else told
