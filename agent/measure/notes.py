"""The note check measured on visits with planted errors that it was not trained on: agent/measure/visits.jsonl."""

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from agent.documents.heard import talk
from agent.documents.verify import support_of, verify
from agent.measure.figures import Figure, share
from agent.model.note import NoteCheck, Utterance

VISITS = Path(__file__).parent / "visits.jsonl"
RATES = (0.02, 0.05)  # of true sentences flagged
_NOTE = 40  # sentences
_BINS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 1.0001)
_CITED = 4  # more utterances than these are no citation
RED = (
    "med_swap",
    "dose_change",
    "allergy_denied",
    "laterality_flip",
    "wrong_identity",
    "invented_medication",
    "wrong_duration",
)


class Planted(NamedTuple):
    """A note with at most one planted error, at sentence `at` (-1: none)."""

    id: str
    corpus: str
    kind: str  # control, control_paraphrase, or the kind of error
    dialogue: tuple[Utterance, ...]
    record: Any
    sentences: tuple[str, ...]
    at: int
    evidence: tuple[int, ...]
    missing: dict[str, Any]
    paraphrased: tuple[int, ...]


class Judged(NamedTuple):
    """A planted note with the check of it: per sentence the doubt (1 - support) and the flags' tiers."""

    case: Planted
    check: NoteCheck
    doubts: tuple[float, ...]
    red: tuple[bool, ...]
    flagged: tuple[bool, ...]
    seconds: float  # of one core


def planted(path: Path = VISITS) -> Iterator[Planted]:
    """Every row of a file of visits. Raises ValueError for a file of another shape."""
    visits: dict[str, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "utterances" in row:
            visits[row["visit"]] = row
        elif "type" in row:
            yield _planted(row, visits[row["visit"]])


def _planted(row: dict[str, Any], visit: dict[str, Any]) -> Planted:
    note, at = list(row.get("sentences") or visit["note"]), row.get("at", -1)
    if "change" in row:
        at = row["change"][0]
        note[at] = row["change"][1]
    elif "insert" in row:
        at = row["insert"][0]
        note.insert(*row["insert"])
    elif "drop" in row:
        note = [s for n, s in enumerate(note) if n not in set(row["drop"])]
    return Planted(
        row["id"], row["visit"].split("/")[0], row["type"],
        tuple(Utterance(speaker=s, text=t) for s, t in visit["utterances"]), visit["record"] or None, tuple(note), at,
        tuple(row.get("evidence", ())), row.get("missing", {}), tuple(row.get("paraphrased", ())),
    )  # fmt: skip


def judge(case: Planted) -> Judged:
    """Check the note as a user's text, one sentence a line, and read the answer back by places."""
    start = time.process_time()
    check = verify(case.dialogue, "\n".join(case.sentences), case.record)
    seconds = time.process_time() - start
    doubts, red, flagged, at = [], [], [], 0
    for text in case.sentences:
        inside = [s for s in check.sentences if s.start < at + len(text) and s.end > at]
        doubts.append(max((1 - s.support for s in inside), default=0.0))
        red.append(any(f.tier == "red" for s in inside for f in s.flags))
        flagged.append(any(s.flags for s in inside))
        at += len(text) + 1
    return Judged(case, check, tuple(doubts), tuple(red), tuple(flagged), seconds)


class Measured(NamedTuple):
    """All figures; by kind of error the recall at each rate and by red flags alone."""

    recall: dict[str, dict[float, Figure]]
    red_recall: dict[str, Figure]
    macro: dict[float, float]
    false_red: Figure  # of true sentences
    false_any: Figure
    paraphrases: Figure  # flagged at the second rate
    omitted: dict[str, Figure]  # found in the first three
    cited: dict[int, Figure]
    error: float  # of calibration
    bins: list[tuple[float, float, int]]  # doubt, share wrong, sentences
    slowest: float  # seconds of one core
    notes: int


def measure(judged: Sequence[Judged]) -> Measured:
    """Thresholds are taken on the true notes; a sentence counts as found above them, never at them."""
    true = [j for j in judged if j.case.kind == "control"]
    doubts = sorted((d for j in true for d in j.doubts), reverse=True)
    limits = {rate: doubts[max(0, int(len(doubts) * rate) - 1)] if doubts else 1.0 for rate in RATES}
    wrong: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        if j.case.at >= 0:
            wrong[j.case.kind].append(j)
    recall = {
        k: {r: share(j.doubts[j.case.at] > limits[r] for j in js) for r in RATES} for k, js in sorted(wrong.items())
    }
    bins = _bins(judged)
    total = sum(n for *_, n in bins) or 1
    return Measured(
        recall=recall,
        red_recall={k: share(j.red[j.case.at] for j in js) for k, js in sorted(wrong.items())},
        macro={r: sum(f[r].value for f in recall.values()) / max(1, len(recall)) for r in RATES},
        false_red=share(r for j in true for r in j.red),
        false_any=share(f for j in true for f in j.flagged),
        paraphrases=share(
            j.doubts[n] > limits[RATES[1]]
            for j in judged
            if j.case.kind == "control_paraphrase"
            for n in j.case.paraphrased
        ),
        omitted={k: share(_found(j) for j in judged if j.case.kind == k) for k in _omissions(judged)},
        cited=_cited(judged),
        error=sum(abs(said - seen) * n for said, seen, n in bins) / total,
        bins=bins,
        slowest=max((j.seconds for j in judged), default=0.0),
        notes=len(judged),
    )


def _omissions(judged: Sequence[Judged]) -> list[str]:
    return sorted({j.case.kind for j in judged if j.case.missing})


def _found(judged: Judged) -> bool:
    missing = judged.case.missing
    texts = [o.text.casefold() for o in judged.check.omissions[:3]]
    pattern = missing.get("pattern")
    return any(any(t in text for t in missing["terms"]) or bool(pattern and re.search(pattern, text)) for text in texts)


def _cited(judged: Sequence[Judged]) -> dict[int, Figure]:
    hits: dict[int, list[bool]] = {1: [], 3: []}
    for j in judged:
        if j.case.at < 0 or not 0 < len(j.case.evidence) <= _CITED:
            continue
        sources = support_of(j.case.sentences[j.case.at], talk(j.case.dialogue))
        for k, seen in hits.items():
            seen.append(any(s.turn in j.case.evidence for s in sources[:k]))
    return {k: share(seen) for k, seen in hits.items()}


def _bins(judged: Sequence[Judged]) -> list[tuple[float, float, int]]:
    rows: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for j in judged:
        if j.case.missing:
            continue
        for n, doubt in enumerate(j.doubts):
            k = max(i for i, low in enumerate(_BINS) if doubt >= low)
            rows[k].append((doubt, n == j.case.at))
    return [(sum(d for d, _ in r) / len(r), sum(w for _, w in r) / len(r), len(r)) for _, r in sorted(rows.items())]


def per_note(figure: Figure) -> float:
    """A share of sentences as a number per note of forty."""
    return figure.value * _NOTE
