"""Learns the drafter's weights from dialogues with their notes; run when the drafter's words change, not in service.

`python -m agent.documents.learn NOTES.jsonl` reads rows of {"corpus", "split", "encounter", "utterances": [{"speaker",
"text"}], "sentences": [{"section", "text"}]}, takes each encounter of ACI-Bench's train part once, and writes
`learned/visit.json` and `learned/pauses.json`. ACI-Bench is Yim et al. 2023, CC BY 4.0;
only weights of words that several clauses share are kept.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.documents.candidates import Candidate, candidates, person_of, plain_words
from agent.documents.choose import own_words
from agent.documents.clauses import WORD
from agent.documents.learned import FILE, PARTS, Learned, features
from agent.documents.pauses import FILE as PAUSES
from agent.documents.pauses import around
from agent.model.note import Utterance

_FEWEST = 3  # visits' clauses that a feature must occur in
_STIFF = 30.0
_PART_OF = (
    ("exam", re.compile(r"exam|vital|msk", re.I)),
    ("results", re.compile(r"result", re.I)),
    ("plan", re.compile(r"assess|plan|instruct|impression|procedure", re.I)),
)


@dataclass(frozen=True)
class Visit:
    """A dialogue and the sentences of its note, each with the part that it stands in."""

    encounter: str
    dialogue: tuple[Utterance, ...]
    note: tuple[tuple[str, str], ...]
    sex: str = ""


def visits(rows: Iterable[dict[str, Any]], corpus: str = "aci-bench", split: str = "train") -> list[Visit]:
    """One visit for each encounter, from the row that alters it least: what was altered in it is put back."""
    ranks = {"control": 0, "contradiction": 1, "invention": 2}
    best: dict[str, tuple[int, dict[str, Any]]] = {}
    for row in rows:
        if row["corpus"] == corpus and row["split"] == split:
            rank = 5 if row["paraphrased"] else ranks.get(row["group"], 9)
            if row["encounter"] not in best or rank < best[row["encounter"]][0]:
                best[row["encounter"]] = (rank, row)
    return [_visit(row) for _, (_, row) in sorted(best.items())]


def _visit(row: dict[str, Any]) -> Visit:
    note = []
    for n, given in enumerate(row["sentences"]):
        if n == row["corrupt_index"] and row["group"] == "invention":
            continue
        text = row["original"] if n == row["corrupt_index"] and row["group"] == "contradiction" else given["text"]
        note.append((given["section"] or "", text))
    dialogue = tuple(Utterance(speaker=u["speaker"], text=u["text"]) for u in row["utterances"])
    return Visit(row["encounter"], dialogue, tuple(note), (row.get("record") or {}).get("gender") or "")


def learn(learnt_from: Sequence[Visit]) -> Learned:
    """Fits both sets of weights; the same visits give the same weights."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression, Ridge

    found: list[Candidate] = []
    worth: list[float] = []
    part: list[str] = []
    for visit in learnt_from:
        said = {word for _, text in visit.note for word in plain_words(text)}
        for candidate in candidates(visit.dialogue, person_of(visit.dialogue, visit.sex)):
            own = own_words(candidate.words)
            found.append(candidate)
            worth.append(sum(w in said for w in own) / len(own) if own else 0.0)
            part.append(_nearest(own, visit.note))
    table = DictVectorizer()
    matrix = table.fit_transform([dict(features(c)) for c in found])
    often = np.asarray((matrix != 0).sum(axis=0)).ravel() >= _FEWEST
    matrix, names = matrix[:, often], table.get_feature_names_out()[often]
    ridge = Ridge(alpha=_STIFF).fit(matrix, worth)
    placed = [n for n, name in enumerate(part) if name]
    logistic = LogisticRegression(C=0.3, max_iter=2000).fit(matrix[placed], [PARTS.index(part[n]) for n in placed])
    keep = {str(n): round(float(w), 4) for n, w in zip(names, ridge.coef_, strict=True) if abs(w) >= 0.002}
    rows = {
        str(n): tuple(round(float(w), 3) for w in column)
        for n, column in zip(names, logistic.coef_.T, strict=True)
        if max(abs(w) for w in column) >= 0.05
    }
    bases = tuple(round(float(b), 3) for b in logistic.intercept_)
    return Learned(round(float(ridge.intercept_), 4), keep, bases, rows)


def _nearest(words: Sequence[str], note: Sequence[tuple[str, str]]) -> str:
    """The part of the note whose sentence shares most with these words; empty where none shares three tenths."""
    best, where = 0.0, ""
    for section, text in note:
        theirs = set(own_words(plain_words(text)))
        shared = len(theirs & set(words))
        if shared >= 2 and (score := 2 * shared / (len(theirs) + len(set(words)))) > best:
            best, where = score, section
    if best < 0.3:
        return ""
    return next((name for name, pattern in _PART_OF if pattern.search(where)), "subjective")


def pauses(talk: Iterable[str]) -> dict[str, Any]:
    """Weights for `agent.documents.pauses` from turns that were transcribed with their full stops."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    found: list[dict[str, int]] = []
    ends: list[bool] = []
    for text in talk:
        marked = re.findall(rf"{WORD.pattern}|[.?!]", text.lower())
        words = [w for w in marked if w not in ".?!"]
        stops, count = set(), 0
        for mark in marked:
            if mark in ".?!":
                stops.add(count)
            else:
                count += 1
        for n in range(1, len(words)):
            found.append(dict.fromkeys(around(words, n), 1))
            ends.append(n in stops)
    table = DictVectorizer()
    matrix = table.fit_transform(found)
    often = np.asarray((matrix != 0).sum(axis=0)).ravel() >= _FEWEST
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(matrix[:, often], ends)
    names = table.get_feature_names_out()[often]
    weights = {str(n): round(float(w), 3) for n, w in zip(names, fitted.coef_[0], strict=True) if abs(w) >= 0.05}
    return {"base": round(float(fitted.intercept_[0]), 3), "weights": weights}


def punctuated(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Every turn of the train parts that holds a full stop, once."""
    seen: set[str] = set()
    for row in rows:
        if row["split"] not in ("train", "day1", "day2") or row["encounter"] in seen:
            continue
        seen.add(row["encounter"])
        yield from (u["text"] for u in row["utterances"] if re.search(r"[.?!]", u["text"]))


def main(path: str) -> None:
    with Path(path).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    PAUSES.parent.mkdir(exist_ok=True)
    PAUSES.write_text(
        json.dumps(pauses(punctuated(rows)), separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
    )
    made = learn(visits(rows))
    held = {"base": made.base, "keep": made.keep, "part_base": made.part_base, "parts": made.parts}
    FILE.write_text(
        json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1])
