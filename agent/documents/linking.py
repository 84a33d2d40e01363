"""Which words of a sentence were said, and where: coverage and the best passage."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import log
from typing import NamedTuple

from rapidfuzz.distance import OSA

from agent.documents.heard import Place, Said, Talk
from agent.documents.lexicon import usual, words
from agent.model.note import Source

UNKNOWN = 0.33  # share of true sentences whose word, unknown to words/unsaid.txt, nobody said
_AS_GOOD = 0.85  # of the best passage
_MOST_PASSAGES = 40
_SLIP = 7  # letters of a word that a slip of the keyboard leaves to be known
_REACH = 30  # words of talk that are one passage
_SKIP = frozenset(
    "a an the of to and or in on at is are was were be been being for with by as it its this that these those has "
    "have had he she his her him they their them there who which will would can could should do does did not no "
    "any some from also into than then so such about after before during due if but all both other i we you my "
    "your our us when while up out over per via vs patient patients pt reports report reported states stated "
    "state denies denied deny endorses note notes noted today positive negative left right complains complain mr mrs "
    "ms miss fh fhx dh dhx shx pmh pmhx".split()
)


class Word(NamedTuple):
    """A word of the sentence that carries meaning; `weight` is how telling its absence would be."""

    n: int
    weight: float
    places: tuple[Place, ...]


@dataclass(slots=True)
class Link:
    """How a sentence lies in the talk."""

    words: list[Word]
    coverage: float  # share of the weight that was said anywhere
    passage: float  # share that was said in the best passage
    first: int = 0  # the best passage, in numbers of words of the whole talk
    last: int = -1
    passages: list[tuple[int, int]] = field(default_factory=list)  # all that say nearly as much

    @property
    def missing(self) -> list[Word]:
        return [w for w in self.words if not w.places]


def link(sentence: Said, talk: Talk) -> Link:
    """Compare every telling word with the talk."""
    found = [
        Word(n, weight(w.stem), _places(sentence.keys[n], talk))
        for n, w in enumerate(sentence.words)
        if w.stem
        and not w.stem[0].isdigit()
        and w.text not in _SKIP
        and len(w.stem) > 1
        and w.text not in words("negations")
    ]
    total = sum(w.weight for w in found) or 1.0
    result = Link(words=found, coverage=sum(w.weight for w in found if w.places) / total, passage=0.0)
    _best_passage(result, talk, total)
    return result


def weight(stem: str) -> float:
    """The surprise, in nats, of a word in a true sentence that nobody said."""
    table = usual()
    meant = slip_of(stem, _usual_long()) or stem if _unknown(stem) else stem
    return -log(min(0.97, max(0.02, table.get(meant, UNKNOWN))))


@cache
def _usual_long() -> frozenset[str]:
    return frozenset(w for w in usual() if len(w) >= _SLIP)


def _places(keys: frozenset[str], talk: Talk) -> tuple[Place, ...]:
    exact = [p for key in keys if key[1:2] != ":" for p in talk.places.get(key, ())]
    meant = [p for key in keys if key[1:2] == ":" and key[0] != "p" for p in talk.places.get(key, ())]
    if exact or meant:
        return tuple({(p.turn, p.word): p for p in [*exact, *meant]}.values())
    near = tuple(p for key in keys if key[0:2] == "p:" for p in talk.places.get(key, ()))
    if near or any(key[1:2] == ":" and key[0] != "p" for key in keys):
        return near
    stem = next((k for k in keys if k[1:2] != ":"), "")
    return tuple(talk.places.get(slip_of(stem, _long(talk)), ())) if _unknown(stem) else ()


def _long(talk: Talk) -> frozenset[str]:
    return frozenset(k for k in talk.places if len(k) >= _SLIP and k[1:2] != ":")


def _unknown(stem: str) -> bool:
    return len(stem) >= _SLIP and stem.isalpha() and stem not in usual()


@lru_cache(maxsize=4096)
def slip_of(stem: str, known: frozenset[str]) -> str:
    """The long word that an unknown one stands for, by a slip of the keyboard: a letter lost, wrong or moved."""
    alike = (w for w in known if w[0] == stem[0] and abs(len(w) - len(stem)) <= 1)
    return min((w for w in alike if OSA.distance(w, stem, score_cutoff=1) <= 1), default="")


def _best_passage(found: Link, talk: Talk, total: float) -> None:
    """The stretches of `_REACH` words that say most of the sentence, the best first."""
    hits = sorted((talk.near(p), n, w.weight) for n, w in enumerate(found.words) for p in w.places)
    counts: dict[int, int] = defaultdict(int)
    now = 0.0
    first = 0
    every: list[tuple[float, int, int]] = []
    for at, n, weight in hits:
        if not counts[n]:
            now += weight
        counts[n] += 1
        while hits[first][0] < at - _REACH:
            counts[hits[first][1]] -= 1
            if not counts[hits[first][1]]:
                now -= hits[first][2]
            first += 1
        every.append((now, hits[first][0], at))
    if every:
        best = max(e[0] for e in every)
        _, found.first, found.last = next(e for e in every if e[0] >= best - 1e-9)
        found.passage = best / total
        found.passages = [(a, b) for value, a, b in every if value >= _AS_GOOD * best][:_MOST_PASSAGES]


def thickest(at: list[int]) -> tuple[int, int]:
    """The first and last of the words that lie closest together."""
    best = max(range(len(at)), key=lambda k: sum(at[k] <= x <= at[k] + _REACH for x in at))
    inside = [x for x in at if at[best] <= x <= at[best] + _REACH]
    return inside[0], inside[-1]


def passage(talk: Talk, turn: int, first: int, last: int, widest: int = _REACH // 2) -> Source:
    """Words `first` to `last` of a turn as a source, widened to their clauses, by `widest` words at most."""
    said = talk.turns[turn]
    a, b = first, last
    while a > 0 and said.clause[a - 1] == said.clause[first] and first - a < widest:
        a -= 1
    while b + 1 < len(said.words) and said.clause[b + 1] == said.clause[last] and b - last < widest:
        b += 1
    return Source(turn=turn, start=said.words[a].start, end=said.words[b].end)
