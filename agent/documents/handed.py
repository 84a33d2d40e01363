"""A visit as a person hands it in: text and files read into turns and a record, or every line that cannot be read."""

import json
import re
from typing import Any, NamedTuple

from agent.documents.payer_form import questions
from agent.documents.reading import NotATranscript, transcript
from agent.intake.fhir import dig, listed
from agent.model.note import Record, Utterance
from agent.model.wording import N_

MOST_PROBLEMS = 8
MOST_CHARACTERS = 400_000  # as the desk takes them
_NAMED = re.compile(
    r"^\s*(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?\s*[-–]?\s*)?(?:\[[^\]\d][^\]]{0,39}\]:?|[^\W\d_][^:\n?!;,]{0,39}?\s*[:：])"
)
_TIMES = re.compile(r"-->")
_JSON = re.compile(r"\s*(?:\{|\[\s*[\[\]{\"])")
_CUE = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}")


class Trouble(NamedTuple):
    """One thing to mend: a sentence with gaps; `line` counts from 1, 0 where it is of the whole."""

    line: int
    why: str
    gaps: dict[str, str] = {}  # noqa: RUF012 (never changed)


def text_of(content: bytes) -> str:
    """The words of a file in UTF-8 or UTF-16. Raises ValueError for anything else."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    text = content.decode("utf-8-sig")
    if "\x00" in text:
        raise ValueError("no text")
    return text


def talk(text: str) -> tuple[tuple[Utterance, ...], list[Trouble]]:
    """The turns, and what stands in their way; then there are no turns."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return (), []
    if len(text) > MOST_CHARACTERS:
        return (), [
            Trouble(0, N_("The transcript is too long: at most %(most)s characters."), {"most": f"{MOST_CHARACTERS:,}"})
        ]
    troubles = _of_json(text) if _JSON.match(text) else _of_lines(text)
    if troubles:
        return (), troubles[:MOST_PROBLEMS]
    try:
        turns = transcript(text)
    except NotATranscript:
        return (), [
            Trouble(0, N_("This is no transcript that can be read: JSON, WebVTT, or lines that begin with a speaker."))
        ]
    if not any(u.text.strip() for u in turns):
        return (), [Trouble(0, N_("Nobody says anything in this transcript."))]
    if not any(u.speaker for u in turns):
        return (), [Trouble(0, N_("No speaker is named: each turn needs one."))]
    return turns, []


def _of_lines(text: str) -> list[Trouble]:
    """Lines of plain text before the first speaker, and cues of WebVTT whose times cannot be read."""
    lines = text.split("\n")
    if text.lstrip().startswith("WEBVTT") or any(_CUE.match(line) for line in lines[:12]):
        return [
            Trouble(n, N_("the times of this cue cannot be read: 00:01.000 --> 00:04.000"))
            for n, line in enumerate(lines, 1) if _TIMES.search(line) and not _CUE.match(line)
        ]  # fmt: skip
    out = list[Trouble]()
    for n, line in enumerate(lines, 1):
        if _NAMED.match(line):
            return out
        if line.strip():
            out.append(Trouble(n, N_("this line has no speaker: begin it with “Doctor:” or “Patient:”")))
    return out


def _of_json(text: str) -> list[Trouble]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as broken:
        return [Trouble(broken.lineno, N_("this is not JSON: %(why)s"), {"why": broken.msg})]
    except RecursionError:
        return [Trouble(0, N_("This JSON is nested too deeply."))]
    for _ in range(3):
        if isinstance(found, dict):
            found = next((v for v in found.values() if isinstance(v, list | dict)), None)
    if not isinstance(found, list):
        return [Trouble(0, N_("This JSON holds no list of turns with speaker and text."))]
    return [
        Trouble(0, N_("turn %(turn)s is no object with speaker and text"), {"turn": str(n)})
        for n, turn in enumerate(found, 1) if not _is_turn(turn)
    ]  # fmt: skip


def _is_turn(turn: Any) -> bool:
    return isinstance(turn, str) or (
        isinstance(turn, dict) and not any(isinstance(v, list) for k, v in turn.items() if k in ("text", "speaker"))
    )


def payer_form_of(text: str) -> tuple[dict[str, Any] | None, list[Trouble]]:
    """A payer's Questionnaire, alone or in the package (Bundle or Parameters) that DTR gives, and what stands in its
    way."""
    if not text.strip():
        return None, []
    try:
        found = json.loads(text)
    except json.JSONDecodeError as broken:
        return None, [Trouble(broken.lineno, N_("this is not JSON: %(why)s"), {"why": broken.msg})]
    except RecursionError:
        return None, [Trouble(0, N_("This JSON is nested too deeply."))]
    form = _questionnaire(found, 0)
    if form is None:
        return None, [Trouble(0, N_("This holds no FHIR Questionnaire with questions."))]
    return form, []


def with_payer_form(record: Record, form: dict[str, Any]) -> Record:
    """The record with the form in it, as the drafts look for it."""
    others = [e for e in record["entry"] if dig(e, "resource", "resourceType") != "Questionnaire"]
    return {**record, "entry": [*others, {"resource": form}]}


def _questionnaire(found: Any, depth: int) -> dict[str, Any] | None:
    if not isinstance(found, dict) or depth > 4:
        return None
    if found.get("resourceType") == "Questionnaire":
        return found if questions(found) else None
    for each in [*listed(found.get("entry")), *listed(found.get("parameter"))]:
        if form := _questionnaire(dig(each, "resource"), depth + 1):
            return form
    return None


def record_of(text: str) -> tuple[Record | None, list[Trouble]]:
    """A FHIR R4 Bundle, and what stands in its way."""
    if not text.strip():
        return None, []
    try:
        found = json.loads(text)
    except json.JSONDecodeError as broken:
        return None, [Trouble(broken.lineno, N_("this is not JSON: %(why)s"), {"why": broken.msg})]
    except RecursionError:
        return None, [Trouble(0, N_("This JSON is nested too deeply."))]
    if not isinstance(found, dict) or found.get("resourceType") != "Bundle" or not isinstance(found.get("entry"), list):
        return None, [Trouble(0, N_("The record is no FHIR Bundle with entries."))]
    return found, []
