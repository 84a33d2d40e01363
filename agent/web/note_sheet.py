"""What reviews of this clinic's documents cost, a row for each finished one, as CSV: no patient, no member of staff, no
words of a document."""

import csv
import io
from collections.abc import Sequence

from agent.desk import review
from agent.model.document import Document

HEAD = (
    "day", "state", "kind", "language", "patient_language", "patient_sex", "release", "writer", "sentences", "red",
    "amber", "omissions", "accepted", "edited", "rejected", "added", "seconds_to_sign", "characters_changed",
    "errors_reported",
)  # fmt: skip


def sheet_of(done: Sequence[Document]) -> str:
    """The file, oldest first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows(_row(d) for d in sorted(done, key=lambda d: d.signed_at or d.created_at))
    return out.getvalue()


def _row(document: Document) -> tuple[object, ...]:
    checked = document.check.sentences if document.check else ()
    tiers = ["red" if any(f.tier == "red" for f in c.flags) else "amber" for c in checked if c.flags]
    acts = [d.act for d in document.decisions]
    draft = document.draft
    return (
        (document.signed_at or document.created_at).date().isoformat(), document.state, document.kind,
        document.language, document.spoken, document.sex, document.release, draft.writer if draft else "",
        len(draft.sentences) if draft else 0, tiers.count("red"), tiers.count("amber"), len(review.omissions(document)),
        *(acts.count(a) for a in ("accept", "edit", "reject", "add")),
        _number(document.seconds_to_sign), _number(document.edit_distance), len(document.problems),
    )  # fmt: skip


def _number(value: int | None) -> int | str:
    return "" if value is None else value
