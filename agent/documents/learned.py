"""What the drafter learned from public visits: how likely words reach a note, and in which part of it.

The weights are data (`learned/visit.json`, made by `python -m agent.documents.learn`): no model is called and nothing
but sums is computed here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from agent.documents.candidates import Candidate

FILE = Path(__file__).parent / "learned" / "visit.json"
PARTS = ("subjective", "exam", "results", "plan")


@dataclass(frozen=True)
class Learned:
    """`keep`: weight of each feature; `parts`: weight of each feature for each of PARTS."""

    base: float
    keep: dict[str, float]
    part_base: tuple[float, ...]
    parts: dict[str, tuple[float, ...]]

    def worth(self, candidate: Candidate) -> float:
        """About the share of the sentence's own words that a clinician's note would have too."""
        return self.base + sum(self.keep.get(name, 0.0) * value for name, value in features(candidate))

    def part(self, candidate: Candidate) -> str:
        """The part of the note that it belongs to."""
        sums = list(self.part_base)
        for name, value in features(candidate):
            for n, weight in enumerate(self.parts.get(name, ())):
                sums[n] += weight * value
        return PARTS[sums.index(max(sums))]


def features(candidate: Candidate) -> Iterator[tuple[str, float]]:
    """Words, pairs of words, who speaks and when: name and value."""
    words, who = candidate.words, candidate.role[0]
    for word in dict.fromkeys(words):
        yield word, 1.0
    for pair in dict.fromkeys(pairwise(words)):
        yield " ".join(pair), 1.0
    yield f"#{who}", 1.0
    yield "#length", min(len(words), 30) / 10
    yield f"#place{int(candidate.place * 8)}", 1.0
    yield f"#{who}{int(candidate.place * 4)}", 1.0
    if words:
        yield f"^{words[0]}", 1.0
    if len(words) < 4:
        yield "#short", 1.0
    if candidate.answer:
        yield "#answer", 1.0
    if candidate.asks:
        yield "#asks", 1.0
    if any(word[0].isdigit() for word in words):
        yield "#digit", 1.0


@cache
def learned(path: Path = FILE) -> Learned:
    """Read once."""
    held = json.loads(path.read_text(encoding="utf-8"))
    parts = {name: tuple(weights) for name, weights in held["parts"].items()}
    return Learned(held["base"], held["keep"], tuple(held["part_base"]), parts)
