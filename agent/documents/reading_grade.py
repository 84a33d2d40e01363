"""How hard English words are to read: the Flesch-Kincaid grade (8 is about what a thirteen-year-old reads)."""

import re

_VOWELS = re.compile(r"[aeiouy]+", re.I)


def grade(text: str) -> float:
    """Of one or more sentences; 0 where there are no words."""
    words = re.findall(r"[A-Za-z']+", text)
    sentences = max(len(re.findall(r"[.!?](?:\s|$)", text)), 1)
    if not words:
        return 0.0
    syllables = sum(_syllables(word) for word in words)
    return round(0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59, 1)


def _syllables(word: str) -> int:
    count = len(_VOWELS.findall(word))
    return max(count - (word.lower().endswith("e") and not word.lower().endswith("le") and count > 1), 1)
