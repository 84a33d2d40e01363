"""Words made comparable, whatever their script, case, accents and typing errors; knows nothing of clinics."""

import re

from anyascii import anyascii
from rapidfuzz import fuzz

NO_SPACES = "\u0e00"  # from Thai on, the scripts of our languages put no spaces between words


def plain(text: str) -> str:
    """Lower-case ASCII words with single spaces: "Dra. Castellanos" -> "dra castellanos"."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(text).casefold().replace("'", "")))


def closeness(phrase: str, text: str) -> float:
    """How surely `text` contains `phrase`: 100 as whole words, below that how alike the likest stretch is."""
    if any(c >= NO_SPACES for c in phrase) and phrase.casefold() in text.casefold():
        return 100.0
    wanted, words = plain(phrase), plain(text).split()
    if not wanted or not words:
        return 0.0
    if f" {wanted} " in f" {' '.join(words)} ":
        return 100.0
    size = wanted.count(" ") + 1
    stretches = [" ".join(words[i : i + n]) for n in (size, size + 1) for i in range(max(1, len(words) - n + 1))]
    return min(99.0, max(fuzz.ratio(wanted, stretch) for stretch in stretches))
