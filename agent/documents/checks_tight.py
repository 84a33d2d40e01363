"""Checks of the few words that say most of a sentence, or of one part of it, at once: whether just there they are
denied, asserted or only thought possible. `checks_sense` looks at wider passages, `checks_nuance` at single words."""

from collections import defaultdict
from collections.abc import Iterator
from math import log
from typing import NamedTuple

from agent.documents.asking import AUX, WH
from agent.documents.case import Case
from agent.documents.checks_values import distance, same_value
from agent.documents.heard import Place
from agent.documents.lexicon import words

_WIDE = 12  # words that are one place
_AS_GOOD = 0.8  # of the best place
_BESIDE = 0.3  # what the rest of the sentence counts for a part
_MOST = 60  # places of a word; a commoner one tells nothing about where
_PARTS = frozenset({",", ";", "and", "or", ":"})
_TURNED = 0.5  # of the sentence, said with the other sign wherever it is said
_VALUE = 15  # words between a value and what it is said of
_WHERE = frozenset({"left", "right", "exam", "examination"})
_NEXT = 3  # words between a hedge and what it is said of
_STRONG = frozenset(
    "possible possibly probable probably likely may might maybe suspect suspected perhaps questionable question "
    "potential potentially possibility concern concerned worried rule could".split()
)


def is_title(case: Case) -> bool:
    """A word or two that claim nothing: "Neck", "Opioid assessment"."""
    said = case.sentence
    if said.text.strip().rstrip(":").casefold() in words("headers"):
        return True
    bare = sum(bool(w.stem) for w in said.words) <= 2 and not (said.quantities or said.rates)
    names = any(name[:2] in ("d:", "f:", "a:", "r:") for name, *_ in said.meant)
    return bare and not names and -1 not in said.polarity and not set(":.") & set(said.text)


_BEFORE_IT = frozenset({"okay", "ok", "alright", "and", "so", "well", "now", "um", "uh", ".", ",", "right", "all"})
_TO_YOU = frozenset((verb, "you") for verb in ("have", "are", "do", "did", "were", "can", "could"))


def is_question(case: Case) -> bool:
    """One that was copied from the talk: "Have you had any fever?"; "? pneumonia" is a doubt."""
    said = [w.text for w in case.sentence.words]
    start = next((n for n, text in enumerate(said) if text not in _BEFORE_IT), len(said))
    said = said[start:]
    asks = said[:1] and said[0] in AUX | WH and "." not in said[:-1]
    return bool(asks) and (said[-1] == "?" or tuple(said[:2]) in _TO_YOU)


class Item(NamedTuple):
    """A telling word of the sentence: its number, how telling it is in this talk, where it was said, and whether it is
    more than a place ("no edema of the legs" denies no legs)."""

    n: int
    weight: float
    places: tuple[Place, ...]
    signs: bool


class Spot(NamedTuple):
    """A few words of the talk: what they say of the sentence, and the shares of that said with either sign."""

    score: float
    against: float
    agrees: float
    places: tuple[Place, ...]


def check_tight(case: Case) -> tuple[list[Spot], float]:
    """Gives the places that say most of the sentence, and how much of it they say."""
    items = _items(case)
    total = sum(i.weight for i in items)
    if not total or not any(i.places for i in items):
        return [], 0.0
    best = _best(case, items, items)
    share = max(s.score for s in best) / total
    case.features["tight"] = share
    _signs(case, best, share)
    parts = [p for p in _parts(case, items) if any(i.places for i in p)]
    if len(parts) > 1:
        mine = "neg" if -1 in case.sentence.polarity else "pos"
        case.features[f"part_against_{mine}"] = max(_against(_best(case, part, items)) for part in parts)
    _thought(case, items, best)
    _values(case, best, share)
    return best, share


def _values(case: Case, best: list[Spot], share: float) -> None:
    """Whether a value of the sentence is said where the rest of it is, or another of its sort."""
    spots = sorted({case.talk.near(p) for s in best for p in s.places})
    for q in case.sentence.quantities:
        mine = {o.value for o in case.sentence.quantities if o.kind == q.kind}
        agrees = rival = False
        for place, other in case.talk.values:
            if other.kind == q.kind or "count" in (q.kind, other.kind):
                if distance(spots, case.talk.near(place)) > _VALUE:
                    continue
                if same_value(q, other):
                    agrees = True
                elif other.kind == q.kind and other.unit == q.unit and other.value not in mine:
                    rival = True
        name = "amount" if q.kind in ("count", "measure", "grade", "age") else q.kind
        if agrees:
            case.mark(f"{name}_here", share)
        elif rival:
            case.mark(f"{name}_other_here", share)
        else:
            case.mark(f"{name}_not_here", share)


def _items(case: Case) -> list[Item]:
    """The telling words and the sides; of a title before a colon only where it is."""
    turns, sentence = len(case.talk.turns), case.sentence.words
    title = next((n for n, w in enumerate(sentence[:5]) if w.text == ":" and n + 3 < len(sentence)), -1)
    said: list[tuple[int, tuple[Place, ...]]] = [
        (w.n, w.places) for w in case.link.words if sentence[w.n].stem.isalpha() and sentence[w.n].stem != "question"
    ]
    if said:
        said += [(n, tuple(case.said(w.stem))) for n, w in enumerate(sentence) if w.text in ("left", "right")]
    return [
        Item(n, log(1 + turns / max(1, len({p.turn for p in places}))), places, not _site(sentence[n].text))
        for n, places in sorted(said)
        if len(places) <= _MOST and (n > title or _site(sentence[n].text))
    ]


def _site(word: str) -> bool:
    return word in words("body") or word.rstrip("s") in words("body") or word in _WHERE


def _parts(case: Case, items: list[Item]) -> Iterator[list[Item]]:
    """The items between commas and "and"s."""
    part: list[Item] = []
    last = 0
    for item in items:
        if part and any(w.text in _PARTS for w in case.sentence.words[last : item.n]):
            yield part
            part = []
        part.append(item)
        last = item.n
    if part:
        yield part


def _best(case: Case, items: list[Item], all: list[Item]) -> list[Spot]:
    """The places that say most of the items, each within one clause of the talk."""
    inside = {i.n for i in items}
    hits: dict[tuple[int, int], list[tuple[int, Item, Place]]] = defaultdict(list)
    for item in all:
        for p in item.places:
            hits[p.turn, case.talk.turns[p.turn].clause[p.word]].append((p.word, item, p))
    spots = []
    for group in hits.values():
        group.sort(key=lambda h: h[0])
        if any(h[1].n in inside for h in group):
            spots.append(_densest(case, group, inside))
    most = max((s.score for s in spots), default=0.0)
    return [s for s in spots if s.score >= _AS_GOOD * most]


def _densest(case: Case, group: list[tuple[int, Item, Place]], inside: set[int]) -> Spot:
    best, first = (0.0, 0, 0), 0
    for last in range(len(group)):
        while group[first][0] < group[last][0] - _WIDE:
            first += 1
        seen = {h[1].n: h[1].weight for h in group[first : last + 1]}
        score = sum(w if n in inside else _BESIDE * w for n, w in seen.items())
        if score > best[0] and seen.keys() & inside:
            best = (score, first, last)
    signs: dict[int, set[int]] = defaultdict(set)
    weights = {}
    places = []
    for _, item, place in group[best[1] : best[2] + 1]:
        if item.n in inside and item.signs:
            signs[item.n].add(place.polarity)
            weights[item.n] = item.weight
            places.append(place)
    said = sum(weights.values()) or 1.0
    mine = case.sentence.polarity
    agrees = sum(w for n, w in weights.items() if mine[n] in signs[n])
    against = sum(w for n, w in weights.items() if -mine[n] in signs[n] and mine[n] not in signs[n] and mine[n])
    return Spot(best[0], against / said, agrees / said, tuple(places or [h[2] for h in group[best[1] : best[2] + 1]]))


def _against(spots: list[Spot]) -> float:
    return sum(s.against for s in spots) / len(spots)


def _signs(case: Case, best: list[Spot], share: float) -> None:
    mine = "neg" if -1 in case.sentence.polarity else "pos"
    mean = _against(best)
    case.features[f"tight_against_{mine}"] = mean
    case.features[f"tight_least_{mine}"] = min(s.against for s in best)
    case.features[f"tight_last_{mine}"] = best[-1].against
    case.features[f"tight_share_{mine}"] = mean * share
    if mean * share >= _TURNED:
        case.mark("turned_round")
        if not any(f.kind == "negation" for f in case.flags) and "?" not in case.sentence.text:
            places = [p for s in best if s.against for p in s.places]
            case.flag("negation", "Said the other way round in the visit: is it so, or not?", places)
    case.features[f"tight_agrees_{mine}"] = sum(s.agrees for s in best) / len(best)


def _thought(case: Case, items: list[Item], best: list[Spot]) -> None:
    """A word that the best places have right after a hedge, and the sentence has without one."""
    weight = {(p.turn, p.word): (i.n, i.weight) for i in items for p in i.places}
    sentence, hedges = case.sentence.words, words("hedges")
    thought: dict[int, list[bool]] = defaultdict(list)
    for spot in best:
        for p in spot.places:
            turn = case.talk.turns[p.turn]
            before = {w.text for w in turn.words[max(0, p.word - _NEXT) : p.word]}
            thought[weight[p.turn, p.word][0]].append(bool(before & _STRONG))
    most = 0.0
    for n, seen in thought.items():
        here = {w.text for w in sentence[max(0, n - _NEXT - 1) : n + 2]}
        if not here & (hedges | _STRONG) and "?" not in here:
            most = max(most, sum(seen) / len(seen))
    if most:
        case.features["tight_thought"] = most
