"""How likely a sentence is wrong: a logistic regression and small trees over its features, from words/scorer.json."""

import json
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from math import exp
from typing import Any, NamedTuple

from agent.documents.lexicon import WORDS


class Node(NamedTuple):
    """A split on a feature; a leaf has feature -1 and adds `value`."""

    feature: int
    limit: float
    left: int
    right: int
    value: float


class Scorer(NamedTuple):
    """Trained by agent/measure/notes_train.py."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    trees: tuple[tuple[Node, ...], ...]
    start: float
    knots: tuple[tuple[float, float], ...]  # score → share wrong, rising
    amber: float  # shares from which a flag is shown
    red: float


@cache
def scorer() -> Scorer:
    return read(json.loads((WORDS / "scorer.json").read_text(encoding="utf-8")))


def read(row: Mapping[str, Any]) -> Scorer:
    return Scorer(
        names=tuple(row["names"]),
        weights=tuple(row["weights"]),
        bias=row["bias"],
        trees=tuple(tuple(Node(*node) for node in tree) for tree in row["trees"]),
        start=row["start"],
        knots=tuple((x, y) for x, y in row["knots"]),
        amber=row["amber"],
        red=row["red"],
    )


def score(features: Mapping[str, float], by: Scorer) -> float:
    """The mean of the two models' log odds."""
    values = [features.get(name, 0.0) for name in by.names]
    line = by.bias + sum(w * v for w, v in zip(by.weights, values, strict=True) if v)
    return (line + by.start + sum(_leaf(tree, values) for tree in by.trees)) / 2


def share_wrong(features: Mapping[str, float], by: Scorer) -> float:
    """The calibrated chance, 0 to 1, that the sentence is wrong, in notes with one wrong sentence in about forty."""
    x = score(features, by)
    xs = [k[0] for k in by.knots]
    n = bisect_right(xs, x)
    if n == 0:
        return by.knots[0][1] * exp(min(0.0, x - xs[0]) / 4)
    if n == len(xs):
        top = by.knots[-1][1]
        return 1 - (1 - top) * exp(min(0.0, xs[-1] - x) / 4)
    (x0, y0), (x1, y1) = by.knots[n - 1], by.knots[n]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def _leaf(tree: tuple[Node, ...], values: list[float]) -> float:
    node = tree[0]
    while node.feature >= 0:
        node = tree[node.left if values[node.feature] <= node.limit else node.right]
    return node.value
