"""Notes what hearing asked of all that is trained: which language each text was told to be in, and the languages whose
models were looked at. Whoever knows that can tell whether other training would have led to the same."""

from bisect import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agent.understand.classifier import IntentClassifier
from agent.understand.hear import BEYOND_A_WORD, FOREIGN, IN_A_FORM, Ears
from agent.understand.language import LanguageDetector, LanguageGuess
from agent.understand.ngrams import LinearModel

_FALLBACK = "en"
_BOUNDS = sorted((FOREIGN, BEYOND_A_WORD, IN_A_FORM))  # all that is asked of how sure a language is
Told = tuple[str, int]  # a language, and which of the bounds it reaches


@dataclass
class Notes:
    """`told`: (text, the conversation's language or "") -> what it was told to be in; `models`: languages whose model
    was looked at."""

    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    models: set[str] = field(default_factory=set)


def noted(ears: Ears, notes: Notes) -> Ears:
    """Ears that hear as these do, and write down in `notes` what they asked for."""
    own = ears._classifier
    classifier = IntentClassifier(_Models(own._models, notes), own._joints, own._one_errand)
    detector = _Detector(ears._detector, notes)
    return Ears(ears._content, ears._clinic, classifier, detector, ears._grammars, ears)


def told_by(ears: Ears, text: str, prior: str) -> Told:
    """What these ears tell a text to be in."""
    return _told(ears._detector.detect(text, prior or None))


def begun_in(ears: Ears, text: str) -> tuple[tuple[str, ...], bool]:
    """All that hearing a message on its own takes from telling languages apart: the languages whose words and models
    it is then heard with, and whether it is foreign beyond doubt."""
    language, sure, asked = ears._language(text, None, None)
    live = ears._content.live
    if asked in live and asked is not None:
        return (asked, language), False
    if language in live:
        return (language, asked or ""), False
    return (language, asked or "", ears._clinic.default_language, _FALLBACK), sure >= FOREIGN


def _told(guess: LanguageGuess) -> Told:
    return guess.lang, bisect(_BOUNDS, guess.confidence)


class _Detector(LanguageDetector):
    def __init__(self, of: LanguageDetector, notes: Notes) -> None:
        super().__init__(of._live, of._model, of._asked)
        self._notes = notes

    def detect(self, text: str, prior: str | None = None) -> LanguageGuess:
        guess = super().detect(text, prior)
        self._notes.told[text, prior or ""] = _told(guess)
        return guess


class _Models(Mapping[str, LinearModel]):
    def __init__(self, of: Mapping[str, LinearModel], notes: Notes) -> None:
        self._of, self._notes = of, notes

    def __getitem__(self, lang: str) -> LinearModel:
        self._notes.models.add(lang)
        return self._of[lang]

    def __contains__(self, lang: object) -> bool:
        return lang in self._of

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)
