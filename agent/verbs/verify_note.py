"""Every sentence of a note against what was said and what the record holds: JSON lines in, JSON lines out, no model."""

import argparse
from collections.abc import Sequence
from typing import Any

from agent.model.note import Source
from agent.verbs.lines import clinic_from, each_line

EPILOG = """
In: {"id", "dialogue": [{"speaker", "text"}], "note", "record"?: FHIR Bundle, "thread"?: [{"by", "text",
"sent"?}]}. Out: {"id", "sentences": [{"start",
"end", "text", "support", "evidence": [{"turn", "start", "end"}], "flags": [{"kind", "detail", "evidence"}]}],
"omissions": [{"turn", "text", "kind"}]}. `support` (0 to 1) is the calibrated chance that the sentence is right and
`evidence` where it was said, likeliest first; `dialogue` may also be the text of a transcript in JSON, WebVTT or plain
text with speakers. Evidence counts characters of turn `turn`; turn
-1 is the record. A bad line gives {"id", "error"} and the run goes on.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; checked, and not needed for this")


def run(given: argparse.Namespace) -> int:
    if given.clinic:
        clinic_from(given.clinic)
    return each_line(verified)


def verified(line: dict[str, Any]) -> dict[str, Any]:
    """One line's answer, in the shape of the contract. Raises ValueError for a line that cannot be read."""
    from agent.desk.visit_sources import with_thread
    from agent.documents.reading import dialogue
    from agent.documents.verify import verify
    from agent.verbs.draft_note import thread_of

    note, record = line["note"], line.get("record")
    if not isinstance(note, str):
        raise ValueError("note must be a string")
    if record is not None and not isinstance(record, dict):
        raise ValueError("record must be a FHIR Bundle")
    checked = verify(dialogue(line["dialogue"]), note, with_thread(record, thread_of(line)))
    return {
        "id": line.get("id"),
        "sentences": [
            {
                "start": s.start,
                "end": s.end,
                "text": s.text,
                "support": s.support,
                "evidence": _placed(s.evidence),
                "flags": [
                    {
                        "kind": f.kind,
                        "detail": f.detail,
                        "evidence": _placed(f.evidence),
                    }
                    for f in s.flags
                ],
            }
            for s in checked.sentences
        ],
        "omissions": [{"turn": o.turn, "text": o.text, "kind": o.kind} for o in checked.omissions],
    }


def _placed(sources: Sequence[Source]) -> list[dict[str, object]]:
    return [{"turn": e.turn, "start": e.start, "end": e.end} for e in sources]
