"""The words of medicine and of talk that the check knows, read once from the files in words/."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from agent.content.read_yaml import read_yaml
from agent.documents.tokens import fold, stem, tokens

WORDS = Path(__file__).parent / "words"
ALLERGY = frozenset({"allerg", "allergi"})  # stems of allergic and of allergy
Phrase = tuple[str, ...]  # stems


class Phrases(NamedTuple):
    """What phrases stand for, by their first stem, the longest first."""

    by_first: dict[str, list[tuple[Phrase, str]]]

    def at(self, stems: list[str], n: int) -> list[tuple[str, int]]:
        """(meaning, length) of every phrase that begins at `n`."""
        found = []
        for phrase, meaning in self.by_first.get(stems[n], ()):
            if tuple(stems[n : n + len(phrase)]) == phrase:
                found.append((meaning, len(phrase)))
        return found


@cache
def rows(name: str) -> Any:
    return read_yaml(WORDS / f"{name}.yaml", f"{name}.yaml")


@cache
def drugs() -> Phrases:
    """Names of medicines to their generic name."""
    more = rows("more_drugs")
    names: dict[str, str] = {}
    for line in (WORDS / "drugs.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            generic, _, others = line.partition(": ")
            for name in [generic, *filter(None, others.split(", "))]:
                names[name] = generic
    for generic, others in more["names"].items():
        names[generic] = generic
        names.update(dict.fromkeys(others, generic))
    for group, words in more["class_words"].items():
        names.update(dict.fromkeys(words, group))
    for name in more["not_drugs"]:
        names.pop(name, None)
    return _phrases(names, whole=True)


@cache
def drug_families() -> dict[str, frozenset[str]]:
    """A class or a member of one to all that may be meant by it."""
    found: dict[str, set[str]] = {}
    for group, members in rows("more_drugs")["classes"].items():
        found.setdefault(group, set()).update(members)
        for member in members:
            found.setdefault(member, set()).add(group)
    return {name: frozenset(others) for name, others in found.items()}


@cache
def findings() -> Phrases:
    """Symptoms and findings to the name a note gives them."""
    return _phrases({name: f for f, others in rows("findings").items() for name in [f, *others]})


@cache
def sayings() -> Phrases:
    """Other words for the same thing to its first name; a word may stand for several."""
    by_first: dict[str, list[tuple[Phrase, str]]] = {}
    for group in rows("talk")["same"]:
        for name in group:
            _add(by_first, name, group[0])
    return Phrases(by_first)


@cache
def relations() -> Phrases:
    talk = rows("talk")
    names = {name: name for name in talk["relations"]} | {g: g for g in talk["relation_groups"]}
    return _phrases(names | {k: str(v) for k, v in talk["relation_words"].items()})


@cache
def covering(relation: str) -> frozenset[str]:
    """The relations that a word for one may cover or be covered by: a parent is a mother or a father."""
    groups = rows("talk")["relation_groups"]
    return frozenset({relation, *groups.get(relation, ()), *(g for g, all in groups.items() if relation in all)})


@cache
def allergens() -> Phrases:
    return _phrases({name: name for name in rows("talk")["allergens"]})


@cache
def words(name: str) -> frozenset[str]:
    """A plain list of talk.yaml, as lower-case words."""
    return frozenset(str(w) for w in rows("talk")[name])


@cache
def stems(name: str) -> frozenset[str]:
    return frozenset(stem(w) for w in words(name))


@cache
def poles() -> dict[str, frozenset[str]]:
    """A word's stem to the directions that it may say: up, down, go, halt, better, worse."""
    found: dict[str, set[str]] = {}
    for pole, all in rows("talk")["poles"].items():
        for word in all:
            found.setdefault(stem(word), set()).add(pole)
    return {word: frozenset(pole) for word, pole in found.items()}


@cache
def usual() -> dict[str, float]:
    """How often a word (its stem) stands in true sentences of notes though nobody said it, 0 to 1."""
    return _table("unsaid.txt")


@cache
def denied() -> dict[str, float]:
    """How often a word (its stem) is denied where it stands in true sentences of notes, 0 to 1."""
    return _table("denied.txt")


def _table(name: str) -> dict[str, float]:
    found = {}
    for line in (WORDS / name).read_text(encoding="utf-8").splitlines():
        word, _, share = line.partition(" ")
        if share:
            found[word] = float(share)
    return found


def _phrases(names: dict[str, str], *, whole: bool = False) -> Phrases:
    """With `whole`, words are compared as they are written, not by their stems."""
    by_first: dict[str, list[tuple[Phrase, str]]] = {}
    for name, meaning in names.items():
        _add(by_first, name, meaning, whole)
    return Phrases(by_first)


def _add(by_first: dict[str, list[tuple[Phrase, str]]], name: str, meaning: str, whole: bool = False) -> None:
    phrase = tuple(fold(t.text) if whole else t.stem for t in tokens(name) if t.stem)
    if phrase:
        row = by_first.setdefault(phrase[0], [])
        row.append((phrase, meaning))
        row.sort(key=lambda each: -len(each[0]))
