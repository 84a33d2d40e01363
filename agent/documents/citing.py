"""Where a sentence was said, or said otherwise: the turns to show a reader, the likeliest first."""

from collections import defaultdict
from math import log

from agent.documents.case import Case
from agent.documents.heard import sort_of
from agent.documents.linking import passage, thickest
from agent.model.note import Source

_SYNONYM = 0.7  # of a word that was said as such
_BESIDE = 0.25  # what a turn gains from its question or answer
_SORT = 1.5  # a turn that has a value of the same sort, near words of the sentence
_DOUBTED = 3.0  # a turn that a flag names


def cited(case: Case, most: int = 3) -> tuple[Source, ...]:
    """The passages of up to `most` turns. Weights were chosen on folds of the visits that the scorer learns from."""
    talk = case.talk
    words = _by_words(case)
    beside = {t: _BESIDE * max(words.get(t - 1, 0.0), words.get(t + 1, 0.0)) for t in words}
    scores = defaultdict(float, {t: s + beside[t] for t, s in words.items()})
    near = dict(scores)
    for sort in case.sentence.sorts():
        turns = talk.sorts.get(sort, [])
        for turn in turns:
            if max(near.get(turn - 1, 0), near.get(turn, 0), near.get(turn + 1, 0)) > 0:
                scores[turn] += _SORT * log(1 + len(talk.turns) / len(turns))
    doubts = {s.turn: s for flag in case.flags for s in reversed(flag.evidence) if not s.resource}
    for turn in doubts:
        scores[turn] += _DOUBTED
    best = sorted(scores, key=lambda t: (-scores[t], t))[:most]
    return tuple(source for turn in best if (source := doubts.get(turn) or _passage(case, turn)))


def _by_words(case: Case) -> dict[int, float]:
    """Each turn by the rare words and values of the sentence that it says."""
    scores: dict[int, float] = defaultdict(float)
    total = len(case.talk.turns)
    for word in case.link.words:
        stem = case.sentence.words[word.n].stem
        turns: dict[int, float] = {}
        for p in word.places:
            same = case.talk.turns[p.turn].words[p.word].stem == stem
            turns[p.turn] = max(turns.get(p.turn, 0.0), 1.0 if same else _SYNONYM)
        for turn, share in turns.items():
            scores[turn] += share * log(1 + total / len(turns))
    for value in {q.value for q in case.sentence.quantities}:
        found = {p.turn for p, other in case.talk.values if other.value == value}
        for turn in found:
            scores[turn] += log(1 + total / len(found))
    return scores


def _passage(case: Case, turn: int) -> Source | None:
    at = sorted(p.word for w in case.link.words for p in w.places if p.turn == turn)
    if not at:
        mine, said = case.sentence.sorts(), case.talk.turns[turn]
        at = [q.first for q in said.quantities if sort_of(q) in mine]
        at = at or [r.first for r in said.rates] or [a for _, a, _ in said.meant] or [0]
        at = at[:1]
    return passage(case.talk, turn, *thickest(at)) if case.talk.turns[turn].words else None
