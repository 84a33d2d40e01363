"""What a text says, word by word: keys to compare by, values, and whether a word is asserted, denied or only asked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from agent.documents.asking import settle
from agent.documents.lengths import implied
from agent.documents.lexicon import (
    Phrases,
    allergens,
    drugs,
    findings,
    relations,
    sayings,
)
from agent.documents.polarity import clauses, polarity
from agent.documents.rates import Rate, rates
from agent.documents.reading import role
from agent.documents.tokens import Token, fold, tokens
from agent.documents.values import Quantity, quantities
from agent.model.note import Utterance


@dataclass(frozen=True, slots=True)
class Said:
    """A text taken apart. `keys[n]` is all that word n may be compared by; `polarity[n]` is 1 asserted, -1 denied,
    0 asked."""

    text: str
    words: list[Token]
    keys: list[frozenset[str]]
    polarity: list[int]
    clause: list[int]
    quantities: list[Quantity]
    rates: list[Rate]
    meant: list[tuple[str, int, int]]  # (drug: finding: relation: allergen: meaning, first word, last word)

    def drugs(self) -> list[tuple[str, int, int]]:
        return self.of("d")

    def of(self, sort: str) -> list[tuple[str, int, int]]:
        """Meanings of one sort (d f r a), each with its first and last word."""
        return [(name[2:], a, b) for name, a, b in self.meant if name.startswith(f"{sort}:")]

    def sorts(self) -> set[str]:
        """The sorts of value in it: a dose, days, a frequency, a side, a relative, a medicine."""
        found = {sort_of(q) for q in self.quantities} | {
            name[:2] for name, *_ in self.meant if name[:2] in ("r:", "d:")
        }
        if self.rates:
            found.add("rate")
        if any(w.text in ("left", "right") for w in self.words):
            found.add("side")
        return found


def sort_of(value: Quantity) -> str:
    return "dose" if value.kind == "dose" else f"{value.kind} {value.unit}"


class Place(NamedTuple):
    """A word of the dialogue."""

    turn: int
    word: int
    polarity: int


@dataclass(slots=True)
class Talk:
    """The whole dialogue: each turn taken apart, and where each key, value and frequency is said."""

    turns: list[Said]
    roles: list[str]
    places: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    starts: list[int] = field(default_factory=list)  # number of the first word of each turn
    words: list[Token] = field(default_factory=list)  # of all turns
    values: list[tuple[Place, Quantity]] = field(default_factory=list)
    rates: list[tuple[Place, Rate]] = field(default_factory=list)
    sorts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # of values, to the turns with them

    def near(self, place: Place) -> int:
        """The word's number in the whole talk."""
        return self.starts[place.turn] + place.word


def said(text: str) -> Said:
    """A sentence of a note, or one turn by itself."""
    all = tokens(text)
    stems = [w.stem for w in all]
    keys: list[set[str]] = [{w.stem} if w.stem else set() for w in all]
    meant: list[tuple[str, int, int]] = []
    whole = [fold(w.text).removesuffix("'s") if w.stem else "" for w in all]
    for sort, phrases in _sorts():
        _mark(sort, phrases, whole if sort == "d:" else stems, keys, meant)
    _kin(all, keys, meant)
    for n, word in enumerate(all):
        if len(word.stem) >= 6 and word.stem.isalpha():
            keys[n].add("p:" + word.stem[:5])
    clause, often = clauses(all), rates(all)
    values = [q for q in quantities(all, text) if not any(_inside(q, r) for r in often)]
    return Said(
        text=text, words=all, keys=[frozenset(k) for k in keys], polarity=polarity(all, clause), clause=clause,
        quantities=values, rates=often, meant=meant,
    )  # fmt: skip


def _inside(value: Quantity, rate: Rate) -> bool:
    """The "two" of "two times a day", the "six hours" of "every six hours"."""
    return value.kind in ("count", "duration") and rate.first <= value.first and value.last <= rate.last


def talk(dialogue: Sequence[Utterance]) -> Talk:
    """The dialogue taken apart, questions settled by their answers."""
    heard = Talk(turns=[said(u.text) for u in dialogue], roles=[role(u.speaker) for u in dialogue])
    settle(heard.turns, heard.roles, [u.speaker for u in dialogue])
    for turn, spoken in zip(heard.turns, dialogue, strict=True):
        _of_speaker(turn, spoken.speaker)
    return _indexed(heard)


def _of_speaker(turn: Said, speaker: str) -> None:
    """Who speaks is there ("s:mother"), and what kin of a parent is to a child: a mother's brother is an uncle."""
    for name in _named_kin(speaker):
        if turn.keys:
            turn.keys[0] |= {"s:" + name}
        for n, keys in enumerate(turn.keys):
            turn.keys[n] |= {"r:" + _KIN[name, key[2:]] for key in keys if (name, key[2:]) in _KIN and key[0] == "r"}


@lru_cache(maxsize=256)
def _named_kin(speaker: str) -> frozenset[str]:
    return frozenset(name for name, *_ in said(speaker).of("r"))


def extended(heard: Talk, lines: Sequence[str]) -> Talk:
    """The same talk with more lines after it, of nobody who was there."""
    return _indexed(Talk([*heard.turns, *map(said, lines)], [*heard.roles, *("other" for _ in lines)]))


def _indexed(heard: Talk) -> Talk:
    for n, turn in enumerate(heard.turns):
        heard.starts.append(len(heard.words))
        heard.words += turn.words
        heard.values += [(Place(n, q.first, 1), q) for q in [*turn.quantities, *implied(turn.words)]]
        heard.rates += [(Place(n, r.first, 1), r) for r in turn.rates]
        for sort in turn.sorts():
            heard.sorts[sort].append(n)
        for k, keys in enumerate(turn.keys):
            place = Place(n, k, turn.polarity[k])
            for key in keys:
                heard.places[key].append(place)
    return heard


def _sorts() -> tuple[tuple[str, Phrases], ...]:
    return (
        ("d:", drugs()),
        ("f:", findings()),
        ("=:", sayings()),
        ("r:", relations()),
        ("a:", allergens()),
    )


def _mark(
    sort: str, phrases: Phrases, stems: list[str], keys: list[set[str]], meant: list[tuple[str, int, int]]
) -> None:
    covered = -1
    for n, word in enumerate(stems):
        if not word:
            continue
        for meaning, length in phrases.at(stems, n):
            if sort in ("d:", "f:") and n <= covered and length < 2:
                continue  # inside a longer name
            for k in range(n, n + length):
                keys[k].add(sort + meaning)
            meant.append((sort + meaning, n, n + length - 1))
            if sort != "=:":
                covered = max(covered, n + length - 1)
                break


_KIN = {
    ("mother", "mother"): "grandmother", ("father", "mother"): "grandmother", ("mother", "father"): "grandfather",
    ("father", "father"): "grandfather", ("mother", "sister"): "aunt", ("father", "sister"): "aunt",
    ("mother", "brother"): "uncle", ("father", "brother"): "uncle",
}  # fmt: skip


def _kin(all: list[Token], keys: list[set[str]], meant: list[tuple[str, int, int]]) -> None:
    """My dad's mom is a grandmother; my mom and her sister: an aunt; maternal side and parents' parents likewise."""
    kin = sorted((a, name[2:]) for name, a, b in meant if name.startswith("r:"))
    for (a, one), (b, other) in pairwise(kin):
        between = [w.text for w in all[a + 1 : b]]
        joined = all[a].text.endswith("'s") or between in ([":", "s"], ["and", "her"], ["and", "his"], ["or"], ["side"])
        if b - a <= 3 and joined and (one, other) in _KIN:
            name = "r:" + _KIN[one, other]
            keys[b].add(name)
            meant.append((name, b, b))
