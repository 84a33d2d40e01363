"""Trains the note check's scorer and its table of unsaid words: `python -m agent.measure.notes_train ROWS.jsonl`.

A row: id, corpus, encounter, type, utterances, record, sentences with `corrupt`. A quarter of the encounters is held
out by a hash of its name and never read."""

import hashlib
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from agent.documents import lexicon
from agent.documents.case import Case
from agent.documents.cases import case_of, cases
from agent.documents.heard import Said, Talk, said, talk
from agent.documents.linking import UNKNOWN
from agent.documents.record import Chart, chart
from agent.documents.scorer import read, score
from agent.documents.verify import person_of
from agent.measure.notes_plant import INVENTIONS, SWAPS, plant
from agent.model.note import Utterance

Row = dict[str, Any]
Features = dict[str, float]
Matrix = NDArray[np.float64]
_SHRINK, _FEWEST = 4, 2  # unsaid words: pulled towards UNKNOWN by four sightings, kept from two
_FOLDS = 5
_PER_KIND = 60.0  # the weight that the planted errors of a kind have together
_TREES = {
    "n_estimators": 250,
    "max_depth": 4,
    "learning_rate": 0.08,
    "subsample": 0.6,
    "min_samples_leaf": 12,
    "max_features": 0.25,
}
_SHOWN_AMBER, _SHOWN_RED = 0.05, 0.02  # share of true sentences above which flags are shown, and stay red


def held_out(row: Row) -> bool:
    """Whether the row's encounter is kept for measuring: a quarter of them."""
    return _hash(row) % 4 == 0


def _hash(row: Row) -> int:
    return int(hashlib.sha256(f"{row['corpus']}{row['encounter']}".encode()).hexdigest(), 16)


def _fold(row: Row) -> int:
    return _hash(row) // 4 % _FOLDS


def dialogue_of(row: Row) -> list[Utterance]:
    return [Utterance(speaker=u["speaker"], text=u["text"]) for u in row["utterances"]]


class Visit:
    """The rows of one encounter, the talk taken apart once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.talk: Talk = talk(dialogue_of(rows[0]))
        self.chart: Chart = chart(rows[0].get("record"))

    def cases(self, row: Row) -> list[Case]:
        taken = [said(s["text"]) for s in row["sentences"]]
        return cases(taken, self.talk, person_of(self.chart), record=self.chart)


def visits(rows: Sequence[Row]) -> list[Visit]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["corpus"], row["encounter"]].append(row)
    return [Visit(group) for group in groups.values()]


def unsaid(found: Sequence[Visit]) -> tuple[Counter[str], Counter[str], dict[int, tuple[Counter[str], Counter[str]]]]:
    """How often each stem stands in a true sentence, how often unsaid, over all and by visit."""
    by_visit: dict[int, tuple[Counter[str], Counter[str]]] = {}
    for k, visit in enumerate(found):
        seen: set[str] = set()
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for row in visit.rows:
            if row["group"] == "omission" or row["type"] == "control_paraphrase":
                continue
            for sentence, case in zip(row["sentences"], visit.cases(row), strict=True):
                if sentence["corrupt"] or sentence["text"] in seen:
                    continue
                seen.add(sentence["text"])
                for word in case.link.words:
                    stem = case.sentence.words[word.n].stem
                    counts[0][stem] += 1
                    counts[1][stem] += not word.places
        by_visit[k] = counts
    return _sum(c[0] for c in by_visit.values()), _sum(c[1] for c in by_visit.values()), by_visit


def _sum(counters: Iterator[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def shares(seen: Counter[str], missing: Counter[str]) -> dict[str, float]:
    return {
        word: round((missing[word] + _SHRINK * UNKNOWN) / (n + _SHRINK), 2)
        for word, n in sorted(seen.items())
        if n >= _FEWEST and not word[0].isdigit()
    }


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
    result, planted = Examples(), []
    chance = random.Random(5)  # noqa: S311 (repeatable, no secret)
    for k, visit in enumerate(found):
        table = shares(seen - by_visit[k][0], missing - by_visit[k][1])
        with _Unsaid(table):
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


class _Unsaid:
    """The table of unsaid words for a while."""

    def __init__(self, table: dict[str, float]) -> None:
        self.table = table

    def __enter__(self) -> None:
        from agent.documents import checks_values, linking

        self.before = lexicon.usual
        for module in (linking, checks_values):
            module.usual = lambda: self.table  # type: ignore[attr-defined]

    def __exit__(self, *_: object) -> None:
        from agent.documents import checks_values, linking

        for module in (linking, checks_values):
            module.usual = self.before  # type: ignore[attr-defined]


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


def train(rows: Sequence[Row], *, log: bool = True) -> tuple[dict[str, Any], dict[str, float]]:
    """The scorer as a JSON object and the table of unsaid words."""
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
    return result, shares(seen, missing)


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
    forest = GradientBoostingClassifier(**_TREES, random_state=0).fit(x, y, sample_weight=w)
    start = float(forest.init_.class_prior_[1])
    return {
        "names": list(names),
        "weights": [round(float(v), 5) for v in weights],
        "bias": round(float(line.intercept_[0] - weights @ mean), 5),
        "start": round(float(np.log(start / (1 - start))), 5),
        "trees": [_nodes(tree[0].tree_, _TREES["learning_rate"]) for tree in forest.estimators_],
        "knots": [(0.0, 0.5)],
        "amber": 0.5,
        "red": 0.5,
    }


def _nodes(tree: Any, rate: float) -> list[list[float]]:
    return [
        [
            int(tree.feature[n]),
            round(float(tree.threshold[n]), 5),
            int(tree.children_left[n]),
            int(tree.children_right[n]),
            0,
        ]
        if tree.children_left[n] >= 0
        else [-1, 0, 0, 0, round(rate * float(tree.value[n][0][0]), 5)]
        for n in range(tree.node_count)
    ]


def main(path: str) -> None:
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    model, table = train(rows)
    (lexicon.WORDS / "scorer.json").write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    lines = "".join(f"{word} {share:.2f}\n" for word, share in table.items())
    (lexicon.WORDS / "unsaid.txt").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
