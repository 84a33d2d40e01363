"""Chooses which candidates a draft keeps: the likeliest first, none twice, as many words as such a visit's note has."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.documents.candidates import Candidate
from agent.documents.learned import Learned

_EMPTY = frozenset(
    "the a an of to and in is it that was for on with he she his her him i we you they this be has have had as at "
    "but or "
    "are do does not so there my your if will would can just about patient patients".split()
)
_DANGLES = re.compile(
    r"\b(?:to|of|for|with|and|or|but|if|that|which|in|on|at|the|a|an|is|are|was|were|because|so|we|i|she|he|his|"
    r"her|patient's|they|it|"
    r"do|does|some|any|very|from|my|your|when|where|how|what|into|like|than|then|have|has|not|until)[.,]?$",
    re.IGNORECASE,
)
_NEW = 0.34  # of a sentence's own words must not stand in the draft yet
_LEAST = 0.24  # worth; below it a sentence makes a note worse
_PENALTY = 0.12  # for a sentence that breaks off


@dataclass(frozen=True)
class Chosen:
    """A candidate with its part of the note and its worth, 0..1."""

    candidate: Candidate
    part: str
    worth: float


def budget(words: int) -> int:
    """How many words a visit note has for a talk of so many: 45 % of a short one, about 430 of a long one."""
    return round(min(max(0.45 * words, 80), 290 + 0.1 * words, 520))


def chosen(found: Sequence[Candidate], weights: Learned, most: int) -> list[Chosen]:
    """At most about `most` words, in the order of the talk."""
    ranked = sorted(
        ((weights.worth(c) - (_PENALTY if _DANGLES.search(c.text) else 0.0), n) for n, c in enumerate(found)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    kept: list[tuple[int, float]] = []
    seen: set[str] = set()
    count = 0
    for worth, n in ranked:
        candidate = found[n]
        if worth < _LEAST or count >= most:
            break
        own = own_words(candidate.words)
        if len(candidate.words) < 2 or not own or sum(w not in seen for w in own) < _NEW * len(own):
            continue
        kept.append((n, worth))
        count += len(candidate.words)
        seen.update(own)
    return [Chosen(found[n], weights.part(found[n]), min(max(worth, 0.0), 1.0)) for n, worth in sorted(kept)]


def own_words(words: Iterable[str]) -> list[str]:
    """Without the words that every sentence has."""
    return [w for w in words if w not in _EMPTY]
