"""Trains the note check's scorer and its table of unsaid words: `python -m agent.measure.notes_train ROWS.jsonl`.

A row: id, corpus, encounter, type, utterances, record, sentences with `corrupt`. A quarter of the encounters is held
out by a hash of its name and never read."""

import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from agent.documents import lexicon
from agent.documents.cases import case_of
from agent.documents.heard import Said, said
from agent.documents.scorer import read, score
from agent.documents.verify import person_of
from agent.measure.notes_plant import INVENTIONS, SWAPS, plant
from agent.measure.notes_words import Row, Tables, Visit, denials, shares, signs, total, unsaid, visits

Features = dict[str, float]
Matrix = NDArray[np.float64]
_FOLDS = 5
_PER_KIND = 60.0  # the weight that the planted errors of a kind have together
_TREES = {"n_estimators": 60, "min_samples_leaf": 4, "max_features": 0.3}
_SHOWN_AMBER, _SHOWN_RED = 0.05, 0.02  # share of true sentences above which flags are shown, and stay red


def held_out(row: Row) -> bool:
    """Whether the row's encounter is kept for measuring: a quarter of them."""
    return _hash(row) % 4 == 0


def _hash(row: Row) -> int:
    return int(hashlib.sha256(f"{row['corpus']}{row['encounter']}".encode()).hexdigest(), 16)


def _fold(row: Row) -> int:
    return _hash(row) // 4 % _FOLDS


class Examples:
    """Features with their truth, weight and fold; natural ones and planted ones apart."""

    def __init__(self) -> None:
        self.features: list[Features] = []
        self.wrong: list[int] = []
        self.weights: list[float] = []
        self.folds: list[int] = []
        self.natural: list[bool] = []

    def add(self, features: Features, wrong: int, weight: float, fold: int, *, natural: bool) -> None:
        self.features.append(features)
        self.wrong.append(wrong)
        self.weights.append(weight)
        self.folds.append(fold)
        self.natural.append(natural)


def examples(found: Sequence[Visit], log: bool) -> Examples:
    """Every sentence of every row, and errors planted in the true notes; the words of a visit's own note never count
    in the table of unsaid words that its features are made with."""
    seen, missing, by_visit = unsaid(found)
    with_sign = signs(found)
    every, denied = total(c[0] for c in with_sign.values()), total(c[1] for c in with_sign.values())
    result, planted = Examples(), []
    chance = random.Random(5)  # noqa: S311 (repeatable, no secret)
    for k, visit in enumerate(found):
        table = shares(seen - by_visit[k][0], missing - by_visit[k][1])
        with Tables(table, denials(every - with_sign[k][0], denied - with_sign[k][1])):
            times = Counter(s["text"] for row in visit.rows if row["group"] != "omission" for s in row["sentences"])
            for row in visit.rows:
                if row["group"] == "omission":
                    continue
                for sentence, case in zip(row["sentences"], visit.cases(row), strict=True):
                    wrong = int(sentence["corrupt"])
                    weight = 1.0 if wrong else 1.0 / times[sentence["text"]]
                    result.add(case.features, wrong, weight, _fold(row), natural=True)
            planted += list(_planted(visit, chance))
        if log and sys.stderr.isatty():
            sys.stderr.write(f"\r{k + 1} of {len(found)} visits")
    counts = Counter(kind for kind, _, _ in planted)
    for kind, features, fold in planted:
        result.add(features, 1, min(1.0, _PER_KIND / counts[kind]), fold, natural=False)
    return result


def _planted(visit: Visit, chance: random.Random) -> Iterator[tuple[str, Features, int]]:
    row = next((r for r in visit.rows if r["type"] == "control"), None) or next(
        (r for r in visit.rows if r["group"] == "contradiction"), None
    )
    if row is None:
        return
    true = [row["original"] if s["corrupt"] else s["text"] for s in row["sentences"]]
    taken = {text: said(text) for text in true}
    for kind in [*SWAPS, *INVENTIONS]:
        seen: set[str] = set()
        for _ in range(4 if len(true) > 12 else 2):
            made = plant(true, kind, chance)
            if made is None or made[0][made[1]] in seen:
                break
            texts, at = made
            seen.add(texts[at])
            parts: list[Said] = [taken.get(t) or said(t) for t in texts]
            case = case_of(at, parts, visit.talk, person_of(visit.chart), visit.talk, visit.chart)
            yield kind, case.features, _fold(row)


def train(rows: Sequence[Row], *, log: bool = True) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """The scorer as a JSON object, and the tables of words by the names of their files."""
    found = visits([row for row in rows if not held_out(row)])
    seen, missing, _ = unsaid(found)
    all = examples(found, log)
    names = sorted({name for f in all.features for name in f})
    x = np.array([[f.get(n, 0.0) for n in names] for f in all.features])
    y, w, folds = np.array(all.wrong), np.array(all.weights), np.array(all.folds)
    natural = np.array(all.natural)
    scores = np.zeros(len(y))
    for fold in range(_FOLDS):
        model = read(_fit(x[folds != fold], y[folds != fold], w[folds != fold], names))
        for n in np.flatnonzero((folds == fold) & natural):
            scores[n] = score(all.features[n], model)
    result = _fit(x, y, w, names)
    result["knots"] = knots(scores[natural], y[natural])
    true = np.sort(scores[natural & (y == 0)])
    for name, share in (("amber", _SHOWN_AMBER), ("red", _SHOWN_RED)):
        limit = float(true[int(len(true) * (1 - share))])
        result[name] = round(
            float(np.interp(limit, [k[0] for k in result["knots"]], [k[1] for k in result["knots"]])), 4
        )
    with_sign = signs(found).values()
    denied = denials(total(c[0] for c in with_sign), total(c[1] for c in with_sign))
    return result, {"unsaid.txt": shares(seen, missing), "denied.txt": denied}


def knots(scores: Matrix, wrong: NDArray[np.int_]) -> list[tuple[float, float]]:
    """Score to share wrong: isotonic, thinned to twelve rising points."""
    rising = IsotonicRegression(y_min=0.0005, y_max=0.97, out_of_bounds="clip").fit(scores, wrong)
    places = np.quantile(scores, [0.02, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.95, 0.97, 0.98, 0.987, 0.993, 0.997, 0.9995])
    window = [(p, float(np.mean(rising.predict(np.linspace(p - 0.25, p + 0.25, 21))))) for p in places]
    points: list[tuple[float, float]] = []
    for place, share in window:
        if not points or place > points[-1][0] + 1e-6:
            points.append((round(float(place), 4), round(max(share, points[-1][1] + 1e-5 if points else 0.0005), 5)))
    return points


def _fit(x: Matrix, y: NDArray[np.int_], w: Matrix, names: Sequence[str]) -> dict[str, Any]:
    mean, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread < 1e-9] = 1.0
    line = LogisticRegression(C=0.05, max_iter=3000).fit((x - mean) / spread, y, sample_weight=w)
    weights = line.coef_[0] / spread
    forest = ExtraTreesClassifier(**_TREES, random_state=0).fit(x, y, sample_weight=w)
    return {
        "names": list(names),
        "weights": [round(float(v), 5) for v in weights],
        "bias": round(float(line.intercept_[0] - weights @ mean), 5),
        "trees": [_nodes(tree.tree_) for tree in forest.estimators_],
        "knots": [(0.0, 0.5)],
        "amber": 0.5,
        "red": 0.5,
    }


def _nodes(tree: Any) -> list[list[float]]:
    """Feature, limit or share wrong, and the right branch of each node: scikit-learn has the left one next."""
    leaf = tree.children_left < 0
    shares = tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)
    return [
        [int(f) for f in np.where(leaf, -1, tree.feature)],
        [round(float(v), 4) for v in np.where(leaf, shares, tree.threshold)],
        [int(r) for r in np.where(leaf, 0, tree.children_right)],
    ]


def main(path: str) -> None:
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    model, tables = train(rows)
    (lexicon.WORDS / "scorer.json").write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    for name, table in tables.items():
        lines = "".join(f"{word} {share:.2f}\n" for word, share in table.items())
        (lexicon.WORDS / name).write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
