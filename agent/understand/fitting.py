"""Training of the linear models with scikit-learn, imported only here and only when something is trained."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agent.understand.ngrams import Block, Halves, Head, LinearModel, char_grams, key, tokens, word_grams

_FOLDS = 2
_KEYS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "ko", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
    "й": "цф", "ц": "йу", "у": "цк", "к": "уе", "е": "кн", "н": "ег", "г": "нш", "ш": "гщ", "щ": "шз", "з": "щх",
    "ф": "ыя", "ы": "фв", "в": "ыа", "а": "вп", "п": "ар", "р": "по", "о": "рл", "л": "од", "д": "лж", "ж": "дэ",
    "я": "чф", "ч": "яс", "с": "чм", "м": "си", "и": "мт", "т": "иь", "ь": "тб", "б": "ью", "ю": "б",
}  # fmt: skip


@dataclass(frozen=True)
class Fitted:
    """A trained estimator beside its exported form; `predict` takes the features `transform` gives."""

    model: LinearModel
    transform: Any
    estimator: Any


@dataclass(frozen=True)
class Example:
    """One training sentence; copies made from the same sentence share its `source` and stay in one fold."""

    text: str
    label: str
    source: int


def fit(
    examples: Sequence[Example],
    seed: int,
    *,
    alarms: Sequence[Example] = (),
    keep_accents: bool = False,
    two_scripts: bool = False,
    loose: float = 0.2,
    most: int = 100_000,
) -> Fitted:
    """Fit LinearSVC on word and character TF-IDF and calibrate it by temperature on out-of-fold scores.

    `alarms` train a second head on the same features. `loose`: how closely the sentences are followed (C). `most`:
    n-grams that are kept, those that tell labels apart best. Every label needs at least two sources. Raises ValueError
    otherwise (scikit-learn's own words).
    """
    # scikit-learn and scipy carry no type stubs: imported as Any, and only here (1 s, 110 MB).
    sparse = importlib.import_module("scipy.sparse")
    text_features = importlib.import_module("sklearn.feature_extraction.text")
    svm = importlib.import_module("sklearn.svm")
    calibration = importlib.import_module("sklearn.calibration")
    selection = importlib.import_module("sklearn.feature_selection")
    preprocessing = importlib.import_module("sklearn.preprocessing")

    def cut(text: str) -> list[str]:
        return tokens(text, keep_accents=keep_accents, two_scripts=two_scripts)

    found = [cut(example.text) for example in examples]
    options = {"sublinear_tf": True, "norm": "l2", "lowercase": False, "dtype": np.float64}
    words = text_features.TfidfVectorizer(analyzer=word_grams, **options)
    chars = text_features.TfidfVectorizer(analyzer=char_grams, min_df=2, **options)
    every = [words.fit_transform(found), chars.fit_transform(found)]
    telling = selection.chi2(sparse.hstack(every).tocsr(), [example.label for example in examples])[0]
    kept = _kept(words, chars, np.nan_to_num(telling), most)

    def joined(blocks: Sequence[Any]) -> Any:
        chosen = [preprocessing.normalize(block[:, some]) for block, some in zip(blocks, kept, strict=True)]
        return sparse.hstack(chosen).tocsr()

    def transform(texts: Sequence[str]) -> Any:
        said = [cut(text) for text in texts]
        return joined([words.transform(said), chars.transform(said)])

    matrix = joined(every)

    def again(texts: Sequence[str]) -> Any:
        """As `transform`, but what was cut before is taken from there."""
        known = {example.text: at for at, example in enumerate(examples)}
        new = list(dict.fromkeys(text for text in texts if text not in known))
        known |= {text: len(examples) + at for at, text in enumerate(new)}
        rows = sparse.vstack([matrix, transform(new)]).tocsr() if new else matrix
        return rows[[known[text] for text in texts]]

    held_out: list[Any] = []

    class Watched(svm.LinearSVC):  # type: ignore[misc,name-defined]
        """Keeps the scores that the calibration makes of each fold and throws away."""

        def decision_function(self, X: Any) -> Any:  # noqa: N803 (the library's name)
            held_out.append(super().decision_function(X))
            return held_out[-1]

    def fitted(on: Any, rows: Sequence[Example]) -> Any:
        estimator = calibration.CalibratedClassifierCV(
            Watched(C=loose, tol=5e-2, class_weight="balanced", random_state=seed),
            method="temperature",
            cv=list(_folds(rows, seed)),
            ensemble=False,
        )
        return estimator.fit(on, np.asarray([row.label for row in rows]))

    estimator = fitted(matrix, examples)
    head = _exported(estimator)
    held = _sure(head, zip(_folds(examples, seed), held_out, strict=True), examples)
    model = LinearModel(
        words=_block(words, kept[0]),
        chars=_block(chars, kept[1]),
        head=head,
        held=held,
        alarm=_exported(fitted(again([row.text for row in alarms]), alarms)) if alarms else None,
        keep_accents=keep_accents,
        two_scripts=two_scripts,
    )
    return Fitted(model, transform, estimator)


def _sure(head: Head, folds: Iterable[tuple[Any, Any]], examples: Sequence[Example]) -> Halves:
    """How sure each sentence was guessed by a model that had not seen it; copies of a sentence do not count."""
    found: list[Halves] = []
    for (_, rows), scores in folds:
        both = np.stack([-scores, scores], axis=1) / 2 if scores.ndim == 1 else scores
        own = [at for at, row in enumerate(rows) if not row or examples[row].source != examples[row - 1].source]
        found.append(head.spread(both[own]).max(axis=1).astype(np.float16))
    return np.concatenate(found)


def _exported(estimator: Any) -> Head:
    (calibrated,) = estimator.calibrated_classifiers_
    (scaling,) = calibrated.calibrators
    weights, bias = calibrated.estimator.coef_, calibrated.estimator.intercept_
    if len(estimator.classes_) == 2:  # scikit-learn keeps one row for two labels
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    labels = [str(label) for label in estimator.classes_]
    return Head.of(labels, weights.T, np.asarray(bias, dtype=np.float32), float(scaling.beta_))


def _kept(words: Any, chars: Any, telling: Any, most: int) -> list[Any]:
    """The columns of words and of characters that are kept, each in the order of their keys, of two with the same key
    the first."""
    best = np.sort(np.argsort(-telling, kind="stable")[:most])
    count = len(words.idf_)
    chosen = []
    for vectorizer, columns in ((words, best[best < count]), (chars, best[best >= count] - count)):
        chosen.append(columns[np.unique(_keys(vectorizer, columns), return_index=True)[1]])
    return chosen


def _keys(vectorizer: Any, columns: Any) -> Any:
    terms = vectorizer.get_feature_names_out()
    return np.fromiter((key(str(terms[at])) for at in columns), dtype=np.uint32, count=len(columns))


def _block(vectorizer: Any, columns: Any) -> Block:
    return Block(_keys(vectorizer, columns), np.asarray(vectorizer.idf_[columns], dtype=np.float32))


def _folds(examples: Sequence[Example], seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """Two splits that spread each label evenly and keep all copies of a sentence on one side."""
    by_label: dict[str, list[int]] = {}
    for example in examples:
        sources = by_label.setdefault(example.label, [])
        if not sources or sources[-1] != example.source:
            sources.append(example.source)
    shuffle = random.Random(seed)  # noqa: S311 (repeatable training, no secret)
    fold_of: dict[int, int] = {}
    for sources in by_label.values():
        unique = sorted(set(sources))
        shuffle.shuffle(unique)
        fold_of.update({source: at % _FOLDS for at, source in enumerate(unique)})
    for fold in range(_FOLDS):
        held = [at for at, example in enumerate(examples) if fold_of[example.source] == fold]
        kept = [at for at, example in enumerate(examples) if fold_of[example.source] != fold]
        if held:
            yield kept, held


def with_typos(text: str, chance: random.Random, rate: float = 0.3) -> str:
    """`text` with one slip (swap, drop, double, neighbouring key) in about `rate` of its words of 4+ letters."""
    return " ".join(
        _slip(word, chance) if len(word) >= 4 and word.isalpha() and chance.random() < rate else word
        for word in text.split(" ")
    )


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    near = _KEYS.get(word[at].lower(), word[at])
    return word[:at] + chance.choice(near) + word[at + 1 :]
