"""Word and character n-grams and the linear model that scores them, as plain arrays; training is elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from agent.understand.devanagari import coarse
from agent.understand.normalize import MAX_CHARS, fold

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Steps = NDArray[np.int8]
Keys = NDArray[np.uint32]
Columns = NDArray[np.intp]

_MARKS = "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"  # Devanagari vowel signs are part of a word
_TOKEN = re.compile(
    rf"[\u3400-\u9fff]|(?:[^\W_]|[{_MARKS}])+|[^\w\s{_MARKS}" + r".,;:!?¿¡'\"()\[\]{}/\\<>=+*&%$#@|~^-]|\?"
)
_DIGITS = re.compile(r"\d")
_LONGEST_TOKEN = 32
_STEPS = 127


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


def key(gram: str) -> int:
    """What stands for an n-gram in a model: 32 bits instead of a string, of which fifteen languages hold a million."""
    return crc32(gram.encode("utf-8", "replace"))


@dataclass(frozen=True)
class Block:
    """One vocabulary: the key of each column's n-gram, rising, and the inverse document frequency of each column."""

    keys: Keys
    idf: Floats

    def column(self, gram: str) -> int | None:
        """Where an n-gram stands; None where it is not known."""
        wanted = key(gram)
        at = int(np.searchsorted(self.keys, np.uint32(wanted)))
        return at if at < len(self.keys) and int(self.keys[at]) == wanted else None

    def __contains__(self, gram: object) -> bool:
        return isinstance(gram, str) and self.column(gram) is not None

    def columns(self, grams: Sequence[str]) -> tuple[Columns, NDArray[np.bool_]]:
        """The columns of the known ones of `grams`, in their order, and which are known."""
        said = "\n".join(grams).encode("utf-8", "replace").split(b"\n") if grams else ()  # as `key`, without its calls
        wanted = np.fromiter(map(crc32, said), dtype=np.uint32, count=len(grams))
        at = np.searchsorted(self.keys, wanted)
        at[at == len(self.keys)] = 0
        known = self.keys[at] == wanted if len(self.keys) else np.zeros(len(grams), dtype=bool)
        return at[known], known

    def weigh(self, grams: Sequence[str]) -> tuple[Columns, Floats]:
        """Columns and L2-normed weights (sublinear tf times idf) of the known n-grams of one message."""
        columns, counts = np.unique(self.columns(grams)[0], return_counts=True)
        weights = (self.idf[columns] * (1.0 + np.log(counts))).astype(np.float32)
        norm = float(np.sqrt(weights @ weights)) or 1.0
        return columns, weights / np.float32(norm)


@dataclass(frozen=True)
class Head:
    """Labels scored on n-grams. `weights` has one row per n-gram and one column per label, in `steps` of a size per
    label (255 are enough: no message shows it); `bias` one value per label. Probabilities are
    softmax(inverse_temperature * scores)."""

    labels: tuple[str, ...]
    weights: Steps
    steps: Floats
    bias: Floats
    inverse_temperature: float

    @classmethod
    def of(cls, labels: Sequence[str], weights: NDArray[np.floating], bias: Floats, inverse_temperature: float) -> Head:
        """From exact weights."""
        steps = (np.maximum(np.abs(weights).max(axis=0, initial=0), 1e-6) / _STEPS).astype(np.float32)
        return cls(tuple(labels), np.rint(weights / steps).astype(np.int8), steps, bias, inverse_temperature)

    def rows(self, columns: Columns | Sequence[int]) -> Floats:
        """The weights of some n-grams, a row each."""
        found: Floats = self.weights[columns] * self.steps
        return found

    def probabilities(self, columns: Columns, values: Floats) -> Floats:
        """Of one message, given the columns of its n-grams and their weights."""
        return self.spread((values @ self.weights[columns].astype(np.float32)) * self.steps + self.bias)

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
            f"{prefix}/steps": self.steps,
            f"{prefix}/bias": self.bias,
            f"{prefix}/scale": np.asarray([self.inverse_temperature]),
        }

    @classmethod
    def from_arrays(cls, prefix: str, arrays: Mapping[str, NDArray[np.generic]]) -> Head:
        """Undo `arrays`. Raises KeyError where a part is missing."""
        return cls(
            labels=tuple(_unpacked(arrays[f"{prefix}/labels"])),
            weights=np.asarray(arrays[f"{prefix}/weights"], dtype=np.int8),
            steps=np.asarray(arrays[f"{prefix}/steps"], dtype=np.float32),
            bias=np.asarray(arrays[f"{prefix}/bias"], dtype=np.float32),
            inverse_temperature=float(arrays[f"{prefix}/scale"][0]),
        )


@dataclass(frozen=True)
class LinearModel:
    """Scores of every label for one message, and (where it was trained to) of how alarming it is.

    N-grams are counted words first, then characters. `held`: how sure each training sentence was guessed while it was
    held out (empty in a file of before it was kept).
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

    def favouring(self, label: str, by: float) -> LinearModel:
        """The same, but for so much more on the score of one label, where it has that label."""
        more = np.asarray([by * (each == label) for each in self.labels], dtype=np.float32)
        return replace(self, head=replace(self.head, bias=self.head.bias + more))

    def tokens(self, text: str) -> list[str]:
        """`text` cut as this model was trained."""
        return tokens(text, keep_accents=self.keep_accents, two_scripts=self.two_scripts)

    def halves(self, pieces: Sequence[Sequence[str]]) -> tuple[Floats, Floats]:
        """About how probable each label is before and after each cut between `pieces` of tokens: two tables with one
        row per cut. Each n-gram counts as often as it occurs, which `probabilities_of` dampens. Linear in the text."""
        before, after = self.head.bias[None, :], self.head.bias[None, :]
        for block, first, grams in ((self.words, 0, word_grams), (self.chars, len(self.words.idf), char_grams)):
            said = [grams(piece) for piece in pieces]
            columns, known = block.columns([gram for each in said for gram in each])
            ends = np.concatenate([[0], np.cumsum(known)])[np.cumsum([len(each) for each in said])]
            idf = block.idf[columns]
            weights = self.head.rows(columns + first) * idf[:, None]
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
        return self.head.probabilities(columns, values) if len(columns) else None

    def features(self, found: Sequence[str]) -> tuple[Columns, Floats]:
        """Columns and weights of the known n-grams of a message cut into tokens, for either head."""
        columns, values = self.words.weigh(word_grams(found))
        more_columns, more_values = self.chars.weigh(char_grams(found))
        more_columns = more_columns + len(self.words.idf)
        return np.concatenate([columns, more_columns]), np.concatenate([values, more_values])

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """As `Head.arrays`."""
        return {
            f"{prefix}/words_keys": self.words.keys,
            f"{prefix}/words_idf": self.words.idf,
            f"{prefix}/chars_keys": self.chars.keys,
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
            idf = np.asarray(arrays[f"{prefix}/{name}_idf"], dtype=np.float32)
            return Block(np.asarray(arrays[f"{prefix}/{name}_keys"], dtype=np.uint32), idf)

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
