"""One sentence before its checks: what it says, the talk, the rest of the note, the record; and what the checks add."""

from dataclasses import dataclass, field
from typing import Literal

from agent.documents.heard import Place, Said, Talk
from agent.documents.linking import Link, passage
from agent.documents.record import Entry
from agent.model.note import Flag, Source

Tier = Literal["red", "amber"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who the visit is about, as far as known from the record or else from the note's and the talk's own words."""

    names: frozenset[str] = frozenset()  # lower case
    sex: str = ""  # male, female
    ages: frozenset[float] = frozenset()
    drugs: frozenset[str] = frozenset()
    known: bool = False  # from a record


@dataclass(slots=True)
class Case:
    """`features` are what the scorer reads; `flags` what a person reads."""

    sentence: Said
    link: Link
    talk: Talk
    others: list[Said]  # the other sentences of the note
    person: Person
    spoken: Talk  # the talk without what the record adds to it
    features: dict[str, float] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)

    def mark(self, name: str, value: float = 1.0) -> None:
        self.features[name] = max(self.features.get(name, 0.0), value)

    def flag(self, kind: str, detail: str, places: list[Place] | None = None, tier: Tier = "amber") -> None:
        seen: dict[int, Source] = {}
        for p in places or ():
            if p.turn not in seen and len(seen) < 3:
                seen[p.turn] = passage(self.talk, p.turn, p.word, p.word)
        self.flags.append(Flag(kind=kind, detail=detail, evidence=tuple(seen.values()), tier=tier))

    def said(self, key: str) -> list[Place]:
        return self.talk.places.get(key, [])

    def near(self, place: Place, first: int, last: int, reach: int) -> bool:
        """Whether a word lies within `reach` words of the stretch `first` to `last` of the whole talk."""
        return first - reach <= self.talk.near(place) <= last + reach

    def text(self, first: int, last: int) -> str:
        return self.sentence.text[self.sentence.words[first].start : self.sentence.words[last].end]

    def conflict(self, kind: str, detail: str, *entries: Entry) -> None:
        """A red flag with the resources that contradict the sentence."""
        self.mark("record_conflict")
        evidence = tuple(Source(resource=e.ref) for e in entries[:3])
        self.flags.append(Flag(kind=kind, detail=detail, evidence=evidence, tier="red"))

    def ask(self, kind: str, detail: str, places: list[Place], entries: list[Entry]) -> None:
        """An amber flag with what was said and the resources that say otherwise: no sign that the sentence is wrong."""
        self.flag(kind, detail, places)
        by_record = tuple(dict.fromkeys(Source(resource=e.ref) for e in entries))
        self.flags[-1] = self.flags[-1].model_copy(update={"evidence": (*self.flags[-1].evidence, *by_record[:3])})

    def agree(self, *kinds: str) -> None:
        """The record has just this value: that nobody said it is no doubt."""
        self.flags = [f for f in self.flags if f.kind not in kinds or any(s.resource for s in f.evidence)]
        self.mark("record_agrees")
        for kind in kinds:
            name = "rate" if kind == "frequency" else kind
            for feature in [f for f in self.features if f.startswith(name + "_")]:
                del self.features[feature]
