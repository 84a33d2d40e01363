"""Word and character n-grams and the linear model that scores them, as plain arrays; training is elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from agent.understand.devanagari import coarse
from agent.understand.normalize import MAX_CHARS, fold

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]

_MARKS = "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"  # Devanagari vowel signs are part of a word
_TOKEN = re.compile(
    rf"[\u3400-\u9fff]|(?:[^\W_]|[{_MARKS}])+|[^\w\s{_MARKS}" + r".,;:!?¿¡'\"()\[\]{}/\\<>=+*&%$#@|~^-]|\?"
)
_DIGITS = re.compile(r"\d")
_LONGEST_TOKEN = 32


def tokens(text: str, *, keep_accents: bool = False, two_scripts: bool = False) -> list[str]:
    """Words, single Han characters, emoji and question marks of folded `text`; every digit reads as 0.

    `two_scripts`: a language written in Devanagari and in Latin letters, both brought to one spelling."""
    folded = fold(text[:MAX_CHARS], keep_accents=keep_accents)[:MAX_CHARS].replace("'", "")
    if two_scripts:
        folded = coarse(folded)
    return [token[:_LONGEST_TOKEN] for token in _TOKEN.findall(_DIGITS.sub("0", folded))]


def word_grams(words: Sequence[str]) -> list[str]:
    """Single words and pairs of neighbours, with the ends of the message marked."""
    padded = ["^", *words, "$"]
    return [*words, *(f"{left} {right}" for left, right in pairwise(padded))]


def char_grams(words: Sequence[str], shortest: int = 2, longest: int = 5) -> list[str]:
    """Runs of `shortest` to `longest` characters inside each word, its borders marked by a space."""
    found: list[str] = []
    for word in words:
        padded = f" {word} "
        size = len(padded)
        for length in range(shortest, min(longest, size) + 1):
            found += [padded[at : at + length] for at in range(size - length + 1)]
    return found


@dataclass(frozen=True)
class Block:
    """One vocabulary: n-gram to column, and the inverse document frequency of each column."""

    vocabulary: Mapping[str, int]
    idf: Floats

    def weigh(self, grams: Iterable[str]) -> tuple[list[int], list[float]]:
        """Columns and L2-normed weights (sublinear tf times idf) of the known n-grams of one message."""
        counts: dict[int, int] = {}
        get = self.vocabulary.get
        for gram in grams:
            column = get(gram)
            if column is not None:
                counts[column] = counts.get(column, 0) + 1
        idf = self.idf
        columns = list(counts)
        weights = idf[columns].tolist() if columns else []
        for at, count in enumerate(counts.values()):
            if count > 1:
                weights[at] *= 1.0 + log(count)
        norm = sqrt(sum(weight * weight for weight in weights)) or 1.0
        return columns, [weight / norm for weight in weights]


@dataclass(frozen=True)
class Head:
    """Labels scored on n-grams: `weights` has one row per n-gram and one column per label, `bias` one value per
    label. Probabilities are softmax(inverse_temperature * scores)."""

    labels: tuple[str, ...]
    weights: Halves
    bias: Floats
    inverse_temperature: float

    def probabilities(self, columns: Sequence[int], values: Sequence[float]) -> Floats:
        """Of one message, given the columns of its n-grams and their weights."""
        row = np.asarray(values, dtype=np.float32)
        return self.spread(row @ self.weights[columns].astype(np.float32) + self.bias)

    def spread(self, scores: NDArray[np.floating]) -> Floats:
        """Probabilities from scores; labels are the last axis."""
        spread = np.exp((scores - scores.max(axis=-1, keepdims=True)) * self.inverse_temperature)
        probabilities: Floats = (spread / spread.sum(axis=-1, keepdims=True)).astype(np.float32)
        return probabilities

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """Everything as arrays without objects (for .npz, which is then read back with pickles refused)."""
        return {
            f"{prefix}/labels": _packed(self.labels),
            f"{prefix}/weights": self.weights,
            f"{prefix}/bias": self.bias,
            f"{prefix}/scale": np.asarray([self.inverse_temperature]),
        }

    @classmethod
    def from_arrays(cls, prefix: str, arrays: Mapping[str, NDArray[np.generic]]) -> Head:
        """Undo `arrays`. Raises KeyError where a part is missing."""
        return cls(
            labels=tuple(_unpacked(arrays[f"{prefix}/labels"])),
            weights=np.asarray(arrays[f"{prefix}/weights"], dtype=np.float16),
            bias=np.asarray(arrays[f"{prefix}/bias"], dtype=np.float32),
            inverse_temperature=float(arrays[f"{prefix}/scale"][0]),
        )


@dataclass(frozen=True)
class LinearModel:
    """Scores of every label for one message, and (where it was trained to) of how alarming it is.

    N-grams are counted words first, then characters. `held`: how sure each training sentence was guessed while it was
    held out (empty in a file of before it was kept). Weights are in half precision (fifteen languages are held at
    once); the sums are single.
    """

    words: Block
    chars: Block
    head: Head
    alarm: Head | None = None
    held: Halves = field(default_factory=lambda: np.zeros(0, dtype=np.float16))
    keep_accents: bool = False
    two_scripts: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """What `probabilities` are of."""
        return self.head.labels

    def tokens(self, text: str) -> list[str]:
        """`text` cut as this model was trained."""
        return tokens(text, keep_accents=self.keep_accents, two_scripts=self.two_scripts)

    def halves(self, pieces: Sequence[Sequence[str]]) -> tuple[Floats, Floats]:
        """About how probable each label is before and after each cut between `pieces` of tokens: two tables with one
        row per cut. Each n-gram counts as often as it occurs, which `probabilities_of` dampens. Linear in the text."""
        before, after = self.head.bias[None, :], self.head.bias[None, :]
        for block, first, grams in ((self.words, 0, word_grams), (self.chars, len(self.words.idf), char_grams)):
            rows = [[at for gram in grams(piece) if (at := block.vocabulary.get(gram)) is not None] for piece in pieces]
            columns = [at for row in rows for at in row]
            ends = np.cumsum([len(row) for row in rows])
            idf = block.idf[columns]
            weights = self.head.weights[first:][columns].astype(np.float32) * idf[:, None]
            zero = np.zeros((1, weights.shape[1]), dtype=np.float32)
            sums = np.concatenate([zero, np.cumsum(weights, axis=0)])[ends]
            squares = np.concatenate([[0.0], np.cumsum(idf * idf)])[ends]
            before = before + sums[:-1] / np.sqrt(np.maximum(squares[:-1], 1e-6))[:, None]
            after = after + (sums[-1] - sums[:-1]) / np.sqrt(np.maximum(squares[-1] - squares[:-1], 1e-6))[:, None]
        return self.head.spread(before), self.head.spread(after)

    def probabilities(self, text: str) -> Floats | None:
        """Probability of each label, in the order of `labels`; None where nothing in `text` is known."""
        return self.probabilities_of(self.tokens(text))

    def probabilities_of(self, found: Sequence[str]) -> Floats | None:
        """The same, of a message already cut into tokens."""
        columns, values = self.features(found)
        return self.head.probabilities(columns, values) if columns else None

    def features(self, found: Sequence[str]) -> tuple[list[int], list[float]]:
        """Columns and weights of the known n-grams of a message cut into tokens, for either head."""
        columns, values = self.words.weigh(word_grams(found))
        more_columns, more_values = self.chars.weigh(char_grams(found))
        offset = len(self.words.idf)
        return columns + [column + offset for column in more_columns], values + more_values

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """As `Head.arrays`."""
        return {
            f"{prefix}/words": _packed(self.words.vocabulary),
            f"{prefix}/words_idf": self.words.idf,
            f"{prefix}/chars": _packed(self.chars.vocabulary),
            f"{prefix}/chars_idf": self.chars.idf,
            f"{prefix}/switches": np.asarray([self.keep_accents, self.two_scripts, self.alarm is not None]),
            f"{prefix}/held": self.held,
            **self.head.arrays(f"{prefix}/head"),
            **(self.alarm.arrays(f"{prefix}/alarm") if self.alarm is not None else {}),
        }

    @classmethod
    def from_arrays(cls, prefix: str, arrays: Mapping[str, NDArray[np.generic]]) -> LinearModel:
        """Undo `arrays`. Raises KeyError where a part is missing."""

        def block(name: str) -> Block:
            terms = _unpacked(arrays[f"{prefix}/{name}"])
            idf = np.asarray(arrays[f"{prefix}/{name}_idf"], dtype=np.float32)
            return Block({term: column for column, term in enumerate(terms)}, idf)

        keep_accents, two_scripts, alarm = (bool(x) for x in arrays[f"{prefix}/switches"])
        held = arrays[f"{prefix}/held"] if f"{prefix}/held" in arrays else np.zeros(0)
        return cls(
            words=block("words"),
            chars=block("chars"),
            head=Head.from_arrays(f"{prefix}/head", arrays),
            alarm=Head.from_arrays(f"{prefix}/alarm", arrays) if alarm else None,
            held=np.asarray(held, dtype=np.float16),
            keep_accents=keep_accents,
            two_scripts=two_scripts,
        )


def _packed(terms: Iterable[str]) -> NDArray[np.generic]:
    return np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)


def _unpacked(packed: NDArray[np.generic]) -> list[str]:
    return packed.tobytes().decode().split("\n")
