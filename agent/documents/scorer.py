"""How likely a sentence is wrong: a logistic regression and a forest over its features, from words/scorer.json."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from math import exp, log
from typing import Any, NamedTuple

from agent.documents.lexicon import WORDS

_LEAF = -1
_FOREST = 1.3  # what the forest's log odds count beside the line's
_SUREST = 0.002  # no mean of the trees is nearer to 0 or 1


class Tree(NamedTuple):
    """Nodes in the order of a walk that goes left first: a split goes on at the next node, or at `right` where the
    feature is above `value`; a leaf has feature -1, and its value is a share wrong."""

    feature: array[int]
    value: array[float]
    right: array[int]


class Scorer(NamedTuple):
    """Trained by agent/measure/notes_train.py."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    trees: tuple[Tree, ...]
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
        trees=tuple(Tree(array("h", f), array("d", v), array("i", r)) for f, v, r in row["trees"]),
        knots=tuple((x, y) for x, y in row["knots"]),
        amber=row["amber"],
        red=row["red"],
    )


def score(features: Mapping[str, float], by: Scorer) -> float:
    """The mean of the two models' log odds."""
    values = [features.get(name, 0.0) for name in by.names]
    line = by.bias + sum(w * v for w, v in zip(by.weights, values, strict=True) if v)
    if not by.trees:
        return line / 2
    share = sum(_leaf(tree, values) for tree in by.trees) / len(by.trees)
    share = min(1 - _SUREST, max(_SUREST, share))
    return (line + _FOREST * log(share / (1 - share))) / 2


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


def _leaf(tree: Tree, values: Sequence[float]) -> float:
    feature, value, right = tree
    n = 0
    while (f := feature[n]) != _LEAF:
        n = n + 1 if values[f] <= value[n] else right[n]
    return value[n]
