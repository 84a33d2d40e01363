"""Which language a message is in, from its script and its n-grams, with the conversation's language as prior."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from agent.understand.asked import AskedLanguage
from agent.understand.name_shapes import capitalised
from agent.understand.ngrams import LinearModel, tokens
from agent.understand.normalize import MAX_CHARS, fold

UNKNOWN = "und"
"""ISO 639 code for "undetermined": not a language the catalogue knows."""
_SURE_ENOUGH = 0.5
_LIKELY = 0.35
"""A first message of hardly three words, in no other language more likely, is taken for a live one from here."""
_KNOWN_SHARE = 0.5
"""Of a short text's words, so many must be known to a language before it takes over from the prior."""
_STRANGE_SHARE = 0.2
"""Where fewer words than this are known to the likeliest language, the text is in none that is known here."""
_LONGEST_NAME = 3
"""Words: up to here a text in no known language may well be somebody's name."""
_ALMOST_SURE = 0.985
_DOUBTFUL, _MOST_NAMED = 0.9, 7
"""So many words, less surely another language's, may be the name of a place with small words around it."""
_SWITCH_FROM = {1: 0.98, 2: 0.85, 3: 0.75}
_LIVE_ODDS = {1: 4.0, 2: 3.0, 3: 2.0}
_PRIOR_ODDS = {1: 12.0, 2: 4.0, 3: 2.0}
_TELLING = 0.4
"""A word tells two live languages apart where their weights differ by this much."""
_MOST_SENTENCES = 900  # of one language, beside the short ones: more teach a language's letters no better
_MOST_PURE = 300  # of those without a Latin letter
_SHORT = 5  # words: of those every sentence counts, since a short message has little to be told by
_LOOSE, _MOST_FEATURES = 0.5, 60_000  # a word tells its language more surely than an errand
_SCRIPTS = (
    ("ru", re.compile(r"[\u0400-\u04ff]"), re.compile(r"[іїєґўљњђћџј]")),
    ("ar", re.compile(r"[\u0600-\u06ff\u0750-\u077f]"), re.compile(r"[پچژگٹڈڑےںھ]")),
    ("hi", re.compile(r"[\u0900-\u097f]"), None),
    ("zh", re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"), None),
)
"""Language, its letters, and letters that only its neighbours use (Ukrainian, Persian, Urdu, Japanese)."""
_NEVER_LATIN = frozenset({"zh", "ko"})
_ROMANISED_SHARE = 0.2
_LATIN = re.compile("[A-Za-z]")
_OPENING_MARKS, _MARKED = "¿¡", "es"  # no other language opens a question so


@dataclass(frozen=True)
class LanguageGuess:
    """A language code or `und`, how sure (0 to 1), and whether two live languages are mixed in the message."""

    lang: str
    confidence: float
    mixed: bool = False


def _lot(sentence: str) -> int:
    """Whether it is drawn hangs on itself alone: another sentence more changes one of them, not all."""
    return crc32(sentence.encode())


class LanguageDetector:
    """Tells the languages it was trained on apart, and says `und` for the rest; safe to share between threads.

    It may name a language that is not live (a draft the catalogue holds samples of): the caller decides.
    """

    def __init__(self, live: Sequence[str], model: LinearModel, asked: AskedLanguage | None = None) -> None:
        self._live, self._model, self._asked = tuple(live), model, asked

    @classmethod
    def train(
        cls,
        corpus: Mapping[str, Sequence[str]],
        live: Sequence[str],
        asked: AskedLanguage | None = None,
        seed: int = 7,
    ) -> LanguageDetector:
        """Train on language -> sentences, `und` for sentences of languages nobody here knows.

        Leave out sentences that ask for another language: they are often written in that one.
        """
        from agent.understand.fitting import Example, fit  # scikit-learn: only where something is trained

        examples: list[Example] = []
        for lang, sentences in corpus.items():
            every = sorted(dict.fromkeys(sentences), key=_lot)
            pure = [s for s in every if not _LATIN.search(s)]  # its letters tell; a mixed message needs its words
            mixed = [s for s in every if _LATIN.search(s)]
            longer = [s for s in mixed if len(s.split()) > _SHORT]
            drawn = longer[:_MOST_SENTENCES] + [s for s in mixed if len(s.split()) <= _SHORT] + pure[:_MOST_PURE]
            for source, sentence in enumerate(drawn, start=len(examples)):
                bare = fold(sentence)
                copies = [sentence] if bare == sentence.lower() else [sentence, bare]
                examples += [Example(copy, lang, source) for copy in copies]
        return cls(live, fit(examples, seed, keep_accents=True, loose=_LOOSE, most=_MOST_FEATURES).model, asked)

    def detect(self, text: str, prior: str | None = None) -> LanguageGuess:
        """The language of `text`. Short or ambiguous text keeps `prior`, the language of the conversation.

        Without a prior, text without a letter gives `und` with confidence 0. Never raises.
        """
        text = text[:MAX_CHARS]
        letters = _letters(text)
        if not letters:
            return LanguageGuess(prior, _SURE_ENOUGH) if prior else LanguageGuess(UNKNOWN, 0.0)
        scripted = _by_script(letters)
        if scripted is None and _MARKED in self._model.labels and any(mark in text for mark in _OPENING_MARKS):
            scripted = _MARKED
        if scripted is not None:
            return LanguageGuess(scripted, 0.95)
        return self._by_words(text, prior)

    def asked_language(self, text: str) -> str | None:
        """The language the writer asks for ("English please", "en español"), or None."""
        return self._asked.of(text) if self._asked is not None else None

    def save(self, path: Path) -> None:
        """Write the model as one .npz without pickles."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        with fresh.open("wb") as file:
            np.savez_compressed(file, **self._model.arrays("language"))  # type: ignore[arg-type]
        fresh.replace(path)

    @classmethod
    def load(cls, path: Path, live: Sequence[str], asked: AskedLanguage | None = None) -> LanguageDetector:
        """Read what `save` wrote. Raises OSError for a missing file, ValueError for anything else in it."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls(live, LinearModel.from_arrays("language", arrays), asked)
        except OSError:
            raise
        except Exception as broken:
            raise ValueError(f"{path}: not a saved language model ({type(broken).__name__})") from broken

    def _by_words(self, text: str, prior: str | None) -> LanguageGuess:
        found = tokens(text, keep_accents=True)
        words = [token for token in found if token[0].isalpha()]
        probabilities = self._model.probabilities_of(found)
        spelled = 2 * sum(len(word) == 1 and word.isascii() for word in words) > len(words) > 2  # "t o r r e s"
        if probabilities is None or spelled:
            return LanguageGuess(prior, _SURE_ENOUGH) if prior else LanguageGuess(UNKNOWN, 0.0)
        odds = [self._odds(lang, len(words), prior) for lang in self._model.labels]
        weighed = probabilities * np.asarray(odds, dtype=np.float32)
        best = int(weighed.argmax())
        while weighed[best] > 0 and self._is_foreign(self._model.labels[best], words, prior):
            weighed[best] = 0.0
            best = int(weighed.argmax())
        if not weighed[best] > 0:  # it is in none that it may be in
            return LanguageGuess(prior, _SURE_ENOUGH) if prior else LanguageGuess(UNKNOWN, _SURE_ENOUGH)
        lang, confidence = self._model.labels[best], float(weighed[best] / weighed.sum())
        if prior and lang != prior and self._keeps_prior(words, best, confidence, named=capitalised(text) is not None):
            stays = len(words) <= _LONGEST_NAME or self._known_share(words, prior) >= _STRANGE_SHARE
            return LanguageGuess(prior if stays else UNKNOWN, _SURE_ENOUGH)
        if (
            prior
            and confidence < (_SURE_ENOUGH if lang == prior else _DOUBTFUL)
            and self._names_a_place(words, lang, prior, confidence)
        ):
            return LanguageGuess(prior, _SURE_ENOUGH)
        few = len(words) <= _LONGEST_NAME
        if few and lang == prior:
            return LanguageGuess(prior, max(confidence, _SURE_ENOUGH))
        likely = few and lang in self._live and prior is None and self._known_share(words, lang) > _KNOWN_SHARE
        if confidence < (_LIKELY if likely else _SURE_ENOUGH):
            strange = len(words) > _LONGEST_NAME or lang == UNKNOWN  # three words may be noise
            return LanguageGuess(UNKNOWN, 1.0 - confidence if strange else _SURE_ENOUGH)
        strange = lang in self._live and confidence < _ALMOST_SURE and len(words) > 2
        if strange and self._known_share(words, lang) < _STRANGE_SHARE:
            return LanguageGuess(UNKNOWN, _SURE_ENOUGH)
        return LanguageGuess(lang, confidence, self._is_mixed(words))

    def _is_foreign(self, lang: str, words: Sequence[str], prior: str | None) -> bool:
        """A language of another script, and no letter of it here: nobody writes Chinese or Korean in Latin letters to
        us; of what may be Arabic, Hindi or Russian some words must be known, and one alone may be a name ("Ana")."""
        own = next((own for tag, own, _ in _SCRIPTS if tag == lang), None)
        if own is None or any(own.search(word) for word in words):
            return False
        if lang in _NEVER_LATIN or (len(words) == 1 and prior not in (None, lang)):
            return True
        return self._known_share(words, lang) < _ROMANISED_SHARE

    def _odds(self, lang: str, words: int, prior: str | None) -> float:
        live = _LIVE_ODDS.get(words, 1.0) if lang in self._live else 1.0
        return live * (_PRIOR_ODDS.get(words, 1.5) if lang == prior else 1.0)

    def _keeps_prior(self, words: Sequence[str], best: int, confidence: float, *, named: bool) -> bool:
        """A name or a stray word does not change the language: half the words must be known to the new one, and each
        of what is written as names are ("Jo March" is no German)."""
        if confidence < _SWITCH_FROM.get(len(words), _SURE_ENOUGH):
            return True
        share = self._known_share(words, self._model.labels[best])
        return len(words) in _SWITCH_FROM and share < (1.0 if named else _KNOWN_SHARE)

    def _names_a_place(self, words: Sequence[str], lang: str, prior: str, confidence: float) -> bool:
        """ "La farmacia CVS de Main Street": as many of few words are known to the language of the conversation."""
        if len(words) > _MOST_NAMED or any(own.search(word) for word in words for _, own, _ in _SCRIPTS):
            return False
        rival = self._known_share(words, lang) if confidence >= _SURE_ENOUGH else 0.0
        return self._known_share(words, prior) >= max(rival, _STRANGE_SHARE)

    def _known_share(self, words: Sequence[str], lang: str) -> float:
        """The share of `words` that speak for `lang`."""
        if lang not in self._model.labels:
            return 0.0
        label = self._model.labels.index(lang)
        column = self._model.words.column
        rows = [column(word) for word in words]
        known = sum(row is not None and bool(self._model.head.weights[row, label] > 0) for row in rows)
        return known / max(1, len(words))

    def _is_mixed(self, words: Sequence[str]) -> bool:
        """Two live languages each own two words or more, and a quarter of the words that tell."""
        labels = self._model.labels
        columns = [at for at, label in enumerate(labels) if label in self._live]
        rows = [row for word in words if (row := self._model.words.column(word)) is not None]
        if len(columns) < 2 or len(rows) < 4:
            return False
        every = self._model.head.rows(rows)[:, columns]
        weights = np.sort(every, axis=1)
        telling = weights[:, -1] - weights[:, -2] > _TELLING
        owners = every.argmax(axis=1)[telling]
        counts = sorted(np.bincount(owners, minlength=len(columns)).tolist())
        return bool(counts[-2] >= 2 and counts[-2] >= 0.25 * sum(counts))


def _letters(text: str) -> str:
    return "".join(char for char in fold(text, keep_accents=True) if char.isalpha())


def _by_script(letters: str) -> str | None:
    """The language of mostly non-Latin letters, `und` for a script or neighbour not known, None for Latin."""
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in set(letters) if not char.isascii())
    latin += sum(char.isascii() for char in letters)
    if latin * 2 > len(letters):
        return None
    for lang, own, foreign in _SCRIPTS:
        if len(own.findall(letters)) * 2 >= len(letters) - latin:
            return UNKNOWN if foreign and foreign.search(letters) else lang
        if foreign and lang == "zh" and foreign.search(letters):
            return UNKNOWN
    return UNKNOWN if latin * 2 < len(letters) else None
