"""Finds the passage of approved instructions that a question is about, by words alone: stems, headings, near spellings.

A word of the question that a passage does not have counts against it: a wrong quotation is worse than none.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import Stemmer
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from agent.model.instructions import Passage, Sheet
from agent.understand.feelings import Feelings
from agent.understand.normalize import fold
from agent.understand.shelf import Shelf as Languages
from agent.understand.words import phrase

CLOSE = 0.75  # of a question's words that a passage must have to be quoted
LEAD = 0.15  # and so much more than any other passage of another text
NEAR = 0.3  # enough to be shown to a nurse beside the patient's words
_BODY = 0.6  # a word that stands in the passage but in no heading
_TYPO, _TYPO_LETTERS = 86.0, 5
_MOST_WORDS = 40  # of a question that are read
_STEMMERS = {
    "en": "english", "es": "spanish", "fr": "french", "de": "german", "it": "italian", "pt": "portuguese",
    "ru": "russian", "hi": "hindi", "pl": "polish",
}  # fmt: skip
_ARABIC = re.compile("(?:[وف])?(?:ال|بال|كال|لل)?(.{3,}?)(?:ه|ات|ها|ين|ون)?")  # article, joined words, endings
_HAN = re.compile("[\u3400-\u9fff]+")
_HANGUL = re.compile("[\uac00-\ud7af]")
Floats = NDArray[np.float64]


class Hit(NamedTuple):
    """A passage and how much of the question it covers, 0 to 1; `lead` over the next passage."""

    sheet: Sheet
    language: str
    passage: Passage
    score: float
    lead: float = 1.0

    @property
    def close(self) -> bool:
        return self.score >= CLOSE and self.lead >= LEAD and not self.passage.nurse


class _Row(NamedTuple):
    sheet: Sheet
    language: str
    passage: Passage


class Small:
    """Each language's words that questions are made of and that say nothing of their subject."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        self._words = Languages(rows, lambda tag: self._of(tag, rows[tag].get("asking_words", ())))
        han = sorted((str(w) for w in rows.get("zh", {}).get("asking_words", ())), key=len, reverse=True)
        self._han = re.compile("|".join(re.escape(fold(w)) for w in han)) if han else None

    @staticmethod
    def _of(tag: str, words: Iterable[object]) -> frozenset[str]:
        bare = {w for each in words for w in _words(str(each))}
        return frozenset(bare | {_stem(w, tag) for w in bare})

    def content(self, text: str, language: str) -> list[str]:
        """The words of a question that say what it is about, each once."""
        folded = fold(text)
        if self._han is not None and _HAN.search(folded):
            folded = self._han.sub(" ", folded)
        small = self._words.get(language, frozenset())
        found = (w for w in _words(folded) if w not in small and _stem(w, language) not in small)
        return list(dict.fromkeys(found))[:_MOST_WORDS]


class Index:
    """The passages of some sheets in every language they have; immutable."""

    def __init__(self, sheets: Iterable[Sheet], small: Small) -> None:
        self._small = small
        self.rows: list[_Row] = []
        held: dict[str, dict[int, float]] = {}
        places: dict[str, list[int]] = {}
        self._names: set[tuple[str, str, str, tuple[str, ...]]] = set()
        for sheet in sheets:
            for tag, text in sheet.texts.items():
                self._names |= {(sheet.id, tag, name, tuple(small.content(name, tag))) for name in text.about}
                for passage in text.passages():
                    at = len(self.rows)
                    self.rows.append(_Row(sheet, tag, passage))
                    for key in self._keys(passage.text, tag):
                        held.setdefault(key, {}).setdefault(at, _BODY)
                    for key in {k for asked in passage.asked for k in self._keys(asked, tag)}:
                        held.setdefault(key, {})[at] = 1.0
                    places.setdefault(sheet.id, []).append(at)
        self._held = {k: (np.fromiter(v, int), np.fromiter(v.values(), float)) for k, v in held.items()}
        self._places = {sheet: np.array(found) for sheet, found in places.items()}
        self._vocabulary: dict[str, list[str]] = {}  # by first letter, which slips seldom change
        for key in sorted(k for k in held if len(k) >= _TYPO_LETTERS and ":" not in k):
            self._vocabulary.setdefault(key[0], []).append(key)
        self._languages = np.array([row.language for row in self.rows])
        self._sheets = np.array([row.sheet.id for row in self.rows])

    def find(
        self, question: str, language: str, *, only: Collection[str] | None = None, most: int = 5
    ) -> list[Hit]:  # fmt: skip
        """The passages that have words of the question, the best first: of the question's language; English ones where
        no passage of that is close. `only`: ids of the sheets looked into."""
        own = self._of(question, language, language, only, most)
        if language == "en" or any(hit.close or hit.passage.nurse for hit in own[:1]):
            return own
        english = self._of(question, language, "en", only, most)
        return own if not english or (own and own[0].score >= english[0].score) else english

    def named(self, question: str, language: str) -> set[str]:
        """The sheets whose visit or treatment stands in the question: of several names the longest."""
        found: dict[str, int] = {}
        for sheet, tag, name in self._named(question, language):
            found[sheet] = max(found.get(sheet, 0), len(self._small.content(name, tag)))
        longest = max(found.values(), default=0)
        return {sheet for sheet, size in found.items() if size == longest}

    def _named(self, question: str, language: str) -> list[tuple[str, str, str]]:
        """The names of sheets that stand in the question whole: (sheet, language, name)."""
        said = {k for w in _words(fold(question)) for k in (*_keys_of(w, language), *_keys_of(w, "en"))}
        return [
            (sheet, tag, name)
            for sheet, tag, name, words in self._names
            if tag in (language, "en") and words and all(said & set(_keys_of(w, tag)) for w in words)
        ]

    def names(self, word: str, language: str, sheets: Collection[str]) -> bool:
        """Does this word name the visit or treatment of one of the sheets?"""
        keys = {*_keys_of(word, language), *_keys_of(word, "en")}
        return any(
            sheet in sheets and any(keys & set(_keys_of(w, tag)) for w in words) for sheet, tag, _, words in self._names
        )

    def needs_nurse(self, question: str, language: str, only: Collection[str] | None = None) -> Hit | None:
        """A passage that is for a nurse alone, one of whose headings stands in the question whole."""
        folded = set(_words(fold(question)))
        stems = {k for w in folded for k in _keys_of(w, language)}
        text = fold(question)
        for row in self.rows:
            if row.passage.nurse and (only is None or row.sheet.id in only) and row.language in (language, "en"):
                for asked in row.passage.asked:
                    wanted = _words(fold(asked))
                    there = all(set(_keys_of(w, row.language)) & (stems | folded) for w in wanted)
                    if wanted and (there or (_HAN.search(asked) and fold(asked) in text)):
                        return Hit(*row, 1.0)
        return None

    def _of(
        self, question: str, spoken: str, written: str, only: Collection[str] | None, most: int
    ) -> list[Hit]:  # fmt: skip
        if not self.rows:
            return []
        size = len(self.rows)
        got, of = np.zeros(size), np.zeros(size)
        naming = self._naming(question, spoken)
        for word in self._small.content(question, spoken):
            of_name = np.zeros(size, bool)
            held = np.zeros(size)
            for key, weight in self._spelt(word, spoken, written):
                for sheet in naming.get(key, ()):
                    of_name[self._places[sheet]] = True
                if key in self._held:
                    places, strength = self._held[key]
                    held[places] = np.maximum(held[places], strength * weight)
            counts = ~of_name | (held >= 1.0)  # "the bandage" of a sheet that is about bandages still says something
            of += counts
            got += np.where(counts, held, 0.0)
        inside = self._languages == written
        if only is not None:
            inside &= np.isin(self._sheets, list(only))
        scores: Floats = np.where(inside & (of > 0), got / np.maximum(of, 1), 0.0)
        best = [int(n) for n in np.argsort(-scores, kind="stable")[: most + 1] if scores[n] > 0]
        hits = [Hit(*self.rows[n], float(scores[n])) for n in best]
        return [h._replace(lead=_lead(hits, at)) for at, h in enumerate(hits)][:most]

    def _naming(self, question: str, language: str) -> dict[str, set[str]]:
        """Words that only name the visit or treatment, to the sheets that they name."""
        found: dict[str, set[str]] = {}
        for sheet, tag, name in self._named(question, language):
            for word in self._small.content(name, tag):
                for key in _keys_of(word, tag):
                    found.setdefault(key, set()).add(sheet)
        return found

    def _spelt(self, word: str, spoken: str, written: str) -> list[tuple[str, float]]:
        keys = dict.fromkeys((*_keys_of(word, spoken), *_keys_of(word, written)), 1.0)
        if not any(k in self._held for k in keys) and len(word) >= _TYPO_LETTERS:
            near = process.extractOne(word, self._vocabulary.get(word[0], ()), scorer=fuzz.ratio, score_cutoff=_TYPO)
            if near is not None:
                keys[near[0]] = 0.9
        return list(keys.items())

    def _keys(self, text: str, language: str) -> set[str]:
        return {k for w in self._small.content(text, language) for k in _keys_of(w, language)}


class Shelf:
    """Several indexes looked into as one: a patient's own sheets beside everybody's."""

    def __init__(self, *indexes: Index) -> None:
        self._indexes = indexes

    def find(self, question: str, language: str, only: Collection[str] | None = None, most: int = 5) -> list[Hit]:
        """See `Index.find`."""
        found = [h for each in self._indexes for h in each.find(question, language, only=only, most=most)]
        found.sort(key=lambda h: -h.score)
        return [h._replace(lead=_lead(found, at)) for at, h in enumerate(found)][:most]

    def named(self, question: str, language: str) -> set[str]:
        """See `Index.named`."""
        return {sheet for each in self._indexes for sheet in each.named(question, language)}

    def names(self, word: str, language: str, sheets: Collection[str]) -> bool:
        """See `Index.names`."""
        return any(each.names(word, language, sheets) for each in self._indexes)

    def needs_nurse(self, question: str, language: str, only: Collection[str] | None = None) -> Hit | None:
        """See `Index.needs_nurse`."""
        return next((h for each in self._indexes if (h := each.needs_nurse(question, language, only))), None)


class Passages:
    """Indexes of the sheets in force, kept until another stamp is seen. Safe to share between threads."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        self.small, self._rows = Small(rows), rows
        self._kept: dict[str, tuple[str, Index]] = {}

    def alarming(self, text: str, language: str) -> bool:
        """Does somebody who was here say that they are worse, or name a fever, pus, blood, in any of our languages?"""
        tags = [tag for tag in dict.fromkeys((language, "en")) if tag in self._rows]
        return any(Feelings(self._rows[tag]).alarming(text) for tag in tags)

    def only_denies(self, text: str, language: str) -> bool:
        """Do they say nothing but that one such sign is not there?"""
        return language in self._rows and Feelings(self._rows[language]).only_denies(text)

    def index(self, clinic: str, stamp: str, load: Callable[[], Sequence[Sheet]]) -> Index:
        held = self._kept.get(clinic)
        if held is None or held[0] != stamp:
            held = self._kept[clinic] = stamp, Index(load(), self.small)
        return held[1]


def _lead(hits: Sequence[Hit], at: int) -> float:
    """How much further a hit is than the next one with other words."""
    own = hits[at]
    others = [h.score for h in hits if h.passage.text != own.passage.text]
    return own.score - max(others, default=0.0)


def _words(text: str) -> list[str]:
    """Folded words; of writing without spaces two characters at a time."""
    found: list[str] = []
    runs = _HAN.findall(text)
    for run in runs:
        found += [run[n : n + 2] for n in range(max(1, len(run) - 1))]
    return [*found, *(w for w in phrase(_HAN.sub(" ", text)) if w)]


def _keys_of(word: str, language: str) -> tuple[str, ...]:
    """As it stands, and as its stem."""
    return word, f"{language}:{_stem(word, language)}"


@lru_cache(maxsize=4096)
def _stem(word: str, language: str) -> str:
    if _HANGUL.search(word):
        return word[:2]  # what follows are endings
    if language == "ar" and (light := _ARABIC.fullmatch(word)):
        return str(light[1])
    name = _STEMMERS.get(language)
    return fold(str(_stemmer(name).stemWord(word))) if name else word


@lru_cache(maxsize=16)
def _stemmer(name: str) -> Any:
    return Stemmer.Stemmer(name)
