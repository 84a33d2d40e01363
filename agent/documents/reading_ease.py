"""How easy a text is to read, by each language's own form of Flesch's reading ease; None where no measure is known."""

import re
from typing import NamedTuple

from agent.documents.reading_grade import grade

_FORMS = {  # ease = base - per_sentence · words in a sentence - per_word · syllables in a word
    "en": ("Flesch", 206.835, 1.015, 84.6),
    "es": ("Fernández-Huerta", 206.84, 1.02, 60.0),
    "fr": ("Kandel-Moles", 207.0, 1.015, 73.6),
    "de": ("Amstad", 180.0, 1.0, 58.5),
    "it": ("Franchina-Vacca", 217.0, 1.3, 60.0),
    "pt": ("Martins", 248.835, 1.015, 84.6),
    "ru": ("Oborneva", 206.835, 1.3, 60.1),
}
_VOWELS = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿаеёиоуыэюя]+", re.I)
_EACH_VOWEL = re.compile(r"[аеёиоуыэюя]", re.I)  # in Russian each vowel is a syllable
_HIATUS = re.compile(r"[aeoáéó](?=[aeoáéó])|[íú](?=[aeo])|[aeo](?=[íú])", re.I)  # two syllables in Romance tongues
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?…]+(?:\s|$)")
_EASY, _PLAIN = 70.0, 50.0


class Reading(NamedTuple):
    """`ease` 0 to 100, higher is easier; `measure` by name; `grade` the school year, for English alone."""

    ease: int
    measure: str
    level: str  # easy, plain or hard
    grade: float | None = None


def reading(text: str, language: str) -> Reading | None:
    """Of a whole text; None for a language without a measure, or without words."""
    form, words = _FORMS.get(language.split("-", maxsplit=1)[0]), _WORDS.findall(text)
    if form is None or not words:
        return None
    name, base, per_sentence, per_word = form
    sentences = max(1, len(_ENDS.findall(text)))
    syllables = sum(_syllables(word, language) for word in words)
    ease = base - per_sentence * len(words) / sentences - per_word * syllables / len(words)
    kept = round(min(100.0, max(0.0, ease)))
    level = "easy" if kept >= _EASY else "plain" if kept >= _PLAIN else "hard"
    return Reading(kept, name, level, grade(text) if language.startswith("en") else None)


def _syllables(word: str, language: str) -> int:
    if language == "ru":
        return max(1, len(_EACH_VOWEL.findall(word)))
    count = len(_VOWELS.findall(word))
    if language in ("es", "pt", "it"):
        count += len(_HIATUS.findall(word))
    if language in ("en", "fr") and word.lower().endswith("e") and not word.lower().endswith("le") and count > 1:
        count -= 1
    return max(1, count)
