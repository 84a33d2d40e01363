"""Search over years of a patient's notes: words first, in any language, answered with dated quotations."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from functools import lru_cache
from heapq import nlargest
from math import log
from typing import Any, NamedTuple

import numpy as np
import Stemmer
from numpy.typing import NDArray

from agent.documents.heard import said
from agent.documents.lexicon import findings, sayings
from agent.documents.sentences import sentences
from agent.documents.tokens import fold, tokens
from agent.documents.tokens import stem as english

Indices = NDArray[np.int_]
Weights = NDArray[np.float64]
_K, _B = 1.2, 0.75  # BM25
_ALSO = 0.4  # weight of another word for the same thing
_LOOKED_INTO = 25  # best notes whose sentences are read
_LANGUAGES = {
    "en": "english", "es": "spanish", "fr": "french", "de": "german", "it": "italian", "pt": "portuguese",
    "ru": "russian",
    "ar": "arabic", "nl": "dutch", "pl": "polish", "tr": "turkish", "hi": "hindi", "el": "greek", "sv": "swedish",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\uac00-\ud7af]")
_ASKING = frozenset(
    "when did does do has have had was were is are the a an of in on to for and or she he they her his their him "
    "last first mention mentioned ever any about what which who how said say told complain complained report "
    "reported patient cuando cuándo que qué mencionó mencionado ella el la los las un una de en ha su quand elle "
    "il le les une des du wann hat sie er die der das ein eine von".split()
)
_NEWEST = frozenset(
    "last latest recent recently newest ultima última ultimo último vez dernière dernier letzte zuletzt".split()
)


class Note(NamedTuple):
    """A past note; `date` ISO 8601, `language` a tag such as es (English where unknown)."""

    id: str
    date: str
    text: str
    language: str = "en"


class Quote(NamedTuple):
    """A sentence that answers, at characters `start` to `end` of its note. `denied`: it says that it is not so;
    `partly`: it has some of the words alone ("chest pain" for knee pain)."""

    note: str
    date: str
    start: int
    end: int
    text: str
    score: float
    denied: bool
    partly: bool = False


class Search:
    """An index in memory; notes can be added at any time, and one added again replaces the older one."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self._notes: list[Note] = []
        self._places: dict[str, int] = {}
        self._lengths: list[int] = []  # 0: replaced by a newer one
        self._counts: dict[str, tuple[list[int], list[int]]] = {}  # key → notes, how often in each
        self._languages: set[str] = set()
        self._ready: dict[str, tuple[Indices, Weights]] = {}
        for note in notes:
            self.add(note)

    def add(self, note: Note) -> None:
        if note.id in self._places:
            self._lengths[self._places[note.id]] = 0
        counts = Counter(_keys(note.text, note.language))
        place = self._places[note.id] = len(self._notes)
        self._notes.append(note)
        self._languages.add(note.language)
        self._lengths.append(sum(counts.values()))
        for key, count in counts.items():
            holders, times = self._counts.setdefault(key, ([], []))
            holders.append(place)
            times.append(count)
        self._ready.clear()

    def find(self, question: str, most: int = 10, since: str = "", until: str = "") -> list[Quote]:
        """The best sentences, the best first; the newest first where the question asks for the last time."""
        wanted = self._wanted(question)
        scores: Weights = np.zeros(len(self._notes))
        for key, weight in wanted.items():
            if key in self._counts:
                places, weights = self._weights(key)
                scores[places] += weight * weights
        asked = {fold(w) for w in _WORD.findall(question)}
        newest = bool({fold(w) for w in _NEWEST} & asked)
        fitting = [
            int(n) for n in np.flatnonzero(scores > (0.5 if newest else 0.0) * scores.max(initial=0.0))
            if self._lengths[n] and (not since or self._notes[n].date >= since)
            and (not until or self._notes[n].date <= until)
        ]  # fmt: skip
        if newest:
            chosen = nlargest(_LOOKED_INTO, fitting, key=lambda n: self._notes[n].date)
        else:
            chosen = nlargest(_LOOKED_INTO, fitting, key=lambda n: (scores[n], self._notes[n].date))
        quotes = [q for n in chosen for q in self._quotes(self._notes[n], wanted, float(scores[n]))]
        best = max((q.score for q in quotes), default=0.0)
        quotes = [self._covered(q, question) for q in quotes if q.score >= 0.5 * best]
        quotes = [q for q in quotes if not q.partly] or quotes
        if newest:
            quotes.sort(key=lambda q: (q.date, q.score), reverse=True)
        else:
            quotes.sort(key=lambda q: (-q.score, q.date))
        return [q._replace(denied=_denied(q.text, wanted)) for q in quotes[:most]]

    def marked(self, quote: Quote, question: str) -> list[tuple[str, bool]]:
        """The quotation in pieces; True where a word answers the question."""
        language = self._notes[self._places[quote.note]].language
        wanted, pieces, last = self._wanted(question).keys(), list[tuple[str, bool]](), 0
        for found in _WORD.finditer(quote.text):
            if found[0].casefold() in _ASKING:
                continue
            for a, b in _hits(found[0], wanted, language):
                pieces += [
                    (quote.text[last : found.start() + a], False),
                    (quote.text[found.start() + a : found.start() + b], True),
                ]
                last = found.start() + b
        return [p for p in [*pieces, (quote.text[last:], False)] if p[0]]

    def _weights(self, key: str) -> tuple[Indices, Weights]:
        """BM25 of the notes that hold a key, worked out at its first use."""
        if key not in self._ready:
            holders, times = self._counts[key]
            places, n = np.array(holders), np.array(times, dtype=float)
            lengths = np.array([self._lengths[p] for p in holders], dtype=float)
            mean = sum(self._lengths) / max(1, len(self._notes))
            rare = log(1 + (len(self._notes) - len(holders) + 0.5) / (len(holders) + 0.5))
            self._ready[key] = places, rare * n * (_K + 1) / (n + _K * (1 - _B + _B * lengths / mean))
        return self._ready[key]

    def _covered(self, quote: Quote, question: str) -> Quote:
        language = self._notes[self._places[quote.note]].language
        have = set(_keys(quote.text, language))
        kept, also = _telling(question), _others(_telling(question))
        single = {other for word in kept.split() for other in _others(word)}
        whole = any(set(_keys(other, "en")) <= have for other in also if other not in single) or all(
            have & set(_keys(word, language)) or any(set(_keys(o, "en")) <= have for o in _others(word))
            for word in kept.split()
        )
        return quote._replace(partly=not whole)

    def _wanted(self, question: str) -> dict[str, float]:
        wanted: dict[str, float] = {}
        kept = _telling(question)
        for language in self._languages | {"en"}:
            wanted |= dict.fromkeys(_keys(kept, language), 1.0)
        for other in _others(kept):
            for key in _keys(other, "en"):
                wanted.setdefault(key, _ALSO)
        return wanted

    def _quotes(self, note: Note, wanted: dict[str, float], score: float) -> list[Quote]:
        found = []
        for piece in sentences(note.text):
            hits = set(_keys(piece.text, note.language)) & wanted.keys()
            if hits and not piece.header:
                here = sum(wanted[k] * log(1 + len(self._notes) / len(self._counts[k][0])) for k in hits)
                found.append(Quote(note.id, note.date, piece.start, piece.end, piece.text, here + 0.01 * score, False))
        return sorted(found, key=lambda q: -q.score)[:2]


def _telling(question: str) -> str:
    """The words that say what is looked for."""
    left_out = _ASKING | _NEWEST
    return " ".join(w for w in question.split() if w.casefold().strip("?!.,¿¡") not in left_out) or question


def _denied(text: str, wanted: dict[str, float]) -> bool:
    """Whether a word that was asked for itself is denied."""
    taken = said(text)
    return any(
        taken.polarity[n] == -1 and wanted.get("en:" + w.stem) == 1.0 for n, w in enumerate(taken.words) if w.stem
    )


def _keys(text: str, language: str) -> list[str]:
    """Stems of a text's words under their language; two letters at a time where a script has no spaces."""
    keys: list[str] = []
    for word in _WORD.findall(text):
        if _UNSPACED.search(word):
            keys += [word[n : n + 2] for n in range(max(1, len(word) - 1))]
        else:
            keys.append(_stem(word, language))
    return keys


def _hits(word: str, wanted: Set[str], language: str) -> list[tuple[int, int]]:
    """Where in a word what is looked for stands: all of it, or the letters alone where a script has no spaces."""
    if not _UNSPACED.search(word):
        return [(0, len(word))] if wanted & set(_keys(word, language)) else []
    found: list[tuple[int, int]] = []
    for n in range(max(1, len(word) - 1)):
        if word[n : n + 2] in wanted:
            if found and n <= found[-1][1]:
                found[-1] = (found[-1][0], n + 2)
            else:
                found.append((n, min(n + 2, len(word))))
    return found


@lru_cache(maxsize=200_000)
def _stem(word: str, language: str) -> str:
    if language.startswith("en") or language[:2] not in _LANGUAGES:
        return "en:" + english(word)
    return f"{language[:2]}:{fold(_stemmer(_LANGUAGES[language[:2]]).stemWord(word.casefold()))}"


@lru_cache(maxsize=20)
def _stemmer(name: str) -> Any:
    return Stemmer.Stemmer(name)


@lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    """Every meaning of the lexicon to the ways it is said."""
    found: dict[str, list[str]] = defaultdict(list)
    for phrases in (findings(), sayings()):
        for row in phrases.by_first.values():
            for phrase, meaning in row:
                found[meaning].append(" ".join(phrase))
    return found


def _others(question: str) -> list[str]:
    """Other words for what is asked: dyspnea is shortness of breath."""
    stems = [t.stem for t in tokens(question)]
    meanings = {m for n in range(len(stems)) if stems[n] for p in (findings(), sayings()) for m, _ in p.at(stems, n)}
    return [name for m in meanings for name in _names()[m]]
