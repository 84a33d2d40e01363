"""What a text says, word by word: keys to compare by, values, and whether a word is asserted, denied or only asked."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from agent.documents.lexicon import (
    Phrases,
    allergens,
    drugs,
    findings,
    relations,
    sayings,
    words,
)
from agent.documents.polarity import clauses, polarity
from agent.documents.reading import role
from agent.documents.tokens import Token, fold, tokens
from agent.documents.values import Quantity, Rate, quantities, rates
from agent.model.note import Utterance

_ASKS = re.compile(
    r"\b(?:any|have you|are you|do you|did you|is there|does it|has it|was there|were you|can you|is it|any other|"
    r"what about|how about|do they|does he|does she)\b"
)
_WH = frozenset({"what", "how", "when", "where", "who", "why", "which"})
_AUX = frozenset("do did does are is was were have has had any can could would will am no".split())


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
    clause = clauses(all)
    return Said(
        text=text, words=all, keys=[frozenset(k) for k in keys], polarity=polarity(all, clause), clause=clause,
        quantities=quantities(all, text), rates=rates(all), meant=meant,
    )  # fmt: skip


def talk(dialogue: Sequence[Utterance]) -> Talk:
    """The dialogue taken apart, questions settled by their answers."""
    heard = Talk(turns=[said(u.text) for u in dialogue], roles=[role(u.speaker) for u in dialogue])
    for n, turn in enumerate(heard.turns):
        _settle(heard, n, turn, dialogue)
    return _indexed(heard)


def extended(heard: Talk, lines: Sequence[str]) -> Talk:
    """The same talk with more lines after it, of nobody who was there."""
    return _indexed(Talk([*heard.turns, *map(said, lines)], [*heard.roles, *("other" for _ in lines)]))


def _indexed(heard: Talk) -> Talk:
    for n, turn in enumerate(heard.turns):
        heard.starts.append(len(heard.words))
        heard.words += turn.words
        heard.values += [(Place(n, q.first, 1), q) for q in turn.quantities]
        heard.rates += [(Place(n, r.first, 1), r) for r in turn.rates]
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


def _settle(heard: Talk, n: int, turn: Said, dialogue: Sequence[Utterance]) -> None:
    """Words that were only asked about take the polarity of the answer."""
    if heard.roles[n] == "patient" and "?" not in turn.text[-2:]:
        return
    asked = _asked(turn)
    if not asked:
        return
    answer = _answer(heard, n, dialogue)
    last = asked[-1]
    tag = any(w.text in ("right", "correct") for w in turn.words[-3:])
    for k in asked:
        denied = turn.polarity[k] == -1
        if answer == 0:
            turn.polarity[k] = -1 if denied and tag else 0
        elif denied:
            turn.polarity[k] = -1 if answer == -1 or tag else 0
        else:
            turn.polarity[k] = answer if turn.clause[k] == turn.clause[last] or answer == 1 or len(asked) < 40 else 0


def _asked(turn: Said) -> list[int]:
    """The words of the questions of a turn."""
    found: list[int] = []
    spans: dict[int, list[int]] = defaultdict(list)
    for n, c in enumerate(turn.clause):
        spans[c].append(n)
    punctuated = any(w.text in ".?" for w in turn.words)
    for members in spans.values():
        first = next((turn.words[k].text for k in members if turn.words[k].stem not in _FILLERS), "")
        ends = turn.words[members[-1]].text == "?"
        if ends or (first in _AUX | _WH and not ends and not punctuated):
            found += members
        elif not punctuated:
            start = turn.words[members[0]].start
            piece = turn.text[start : turn.words[members[-1]].end].casefold()
            asks = list(_ASKS.finditer(piece))
            if asks:
                found += [k for k in members if turn.words[k].start >= start + asks[-1].start()]
    return found


_FILLERS = frozenset("okay ok and so um uh alright now all right well then but".split())


def _answer(heard: Talk, n: int, dialogue: Sequence[Utterance]) -> int:
    """1 yes, -1 no, 0 neither, by the next turn of somebody else (a word or two of the same speaker between)."""
    for k in range(n + 1, min(n + 3, len(heard.turns))):
        if dialogue[k].speaker == dialogue[n].speaker:
            continue
        first = [
            w.text for w in heard.turns[k].words if w.stem and w.text not in ("um", "uh", "well", "oh", "hmm", "so")
        ][:7]
        if not first:
            continue
        head = " ".join(first)
        if first[0] in words("refusing") or head.startswith(
            (
                "i don't",
                "i do not",
                "i haven't",
                "not ",
                "i have not",
                "i'm not",
                "doesn't",
                "i didn't",
                "don't",
                "haven't",
            )
        ):
            return -1
        if head.startswith("yeah no") or head.startswith("yes no"):
            return -1
        if first[0] in words("agreeing") or head.startswith(
            (
                "i do",
                "i have",
                "i am",
                "a little",
                "sometimes",
                "it does",
                "it is",
                "a bit",
                "maybe",
                "occasionally",
                "i did",
                "just a",
                "mm",
            )
        ):
            return 1
        return 0
    return 0
