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
_GRAVE = re.compile(
    r"\b(?:\d+ ?(?:mg|mcg|units|mL|puffs)|allerg\w*|prescribe\w*|order(?:ed|ing)?|refer(?:red|ring)?|"
    r"concerned (?:about|for)|"
    r"diagnos\w*|this is an? |emergency|911|i think|consistent with|increase|decrease|"
    r"stop(?:ped|ping)? (?:the|your|taking)|"
    r"follow[- ]?up)\b",
    re.IGNORECASE,
)
_DO = re.compile(
    r"(?:please )?(?:check|take|keep|use|drink|call|avoid|continue|start|stop|apply|rest|go|come|try|eat|wear|"
    r"return|no) ",
    re.I,
)
_HANGS = re.compile(r"\b(?:if|when|until) (?:it|that|they)\b", re.I)
_NONE = re.compile(r"no ", re.I)
_BONUS = 0.06  # for what a reader misses most
_ALWAYS = 1.0  # for what a reader must not miss
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
    """How many words a visit note has for a talk of so many: three fifths of a short one, about 430 of a long
    one."""
    return round(min(max(0.62 * words, 120), 290 + 0.1 * words, 520))


def chosen(found: Sequence[Candidate], weights: Learned, most: int) -> list[Chosen]:
    """At most about `most` words, in the order of the talk."""
    ranked = sorted(
        (
            (
                weights.worth(c)
                - _PENALTY * bool(_DANGLES.search(c.text))
                + _BONUS * bool(_GRAVE.search(c.text))
                + _ALWAYS * c.grave,
                n,
            )
            for n, c in enumerate(found)
        ),
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
        if len(candidate.words) < 2 or not own:
            continue
        if not candidate.grave and sum(w not in seen for w in own) < _NEW * len(own):
            continue
        kept.append((n, worth))
        count += len(candidate.words)
        seen.update(own)
    leads = {n - 1: worth for n, worth in kept if n and _hangs(found, n)}
    have = {n for n, _ in kept}
    kept += [(n, worth) for n, worth in leads.items() if n not in have]
    part = {n: _part(found, n + 1 if n in leads else n, weights) for n, _ in kept}
    return [Chosen(found[n], part[n], min(max(worth, 0.0), 1.0)) for n, worth in sorted(kept)]


def _hangs(found: Sequence[Candidate], n: int) -> bool:
    """ "Call me if it is over 300" never stands without the sentence before it, and beside it."""
    here, before = found[n], found[n - 1]
    told = here.role == before.role == "clinician" and here.turn == before.turn
    return told and bool(_HANGS.search(here.text))


def _part(found: Sequence[Candidate], n: int, weights: Learned) -> str:
    """What the clinician tells the patient to do is plan, wherever it was said; "No "
    "crackles." goes with the findings."""
    candidate = found[n]
    if candidate.role == "clinician" and _NONE.match(candidate.text):
        before = n - 1
        if before >= 0 and found[before].turn == candidate.turn and found[before].role == "clinician":
            return _part(found, before, weights)
    told = candidate.role == "clinician" and candidate.place > 0.3 and _DO.match(candidate.text)
    return "plan" if told else weights.part(candidate)


def own_words(words: Iterable[str]) -> list[str]:
    """Without the words that every sentence has."""
    return [w for w in words if w not in _EMPTY]
