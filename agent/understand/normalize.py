"""Folding of text before anything compares it: case, accents, lookalikes, invisible characters; no meaning here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from agent.understand.han import simplified

MAX_CHARS = 2_000
"""Characters of one message that understanding reads; what follows is kept by the desk, not read here."""
_KEPT = 8_192  # folded characters remembered

_LETTERS = {
    "đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th",
    "ى": "ي", "ٱ": "ا", "ة": "ه", "ک": "ك", "ی": "ي", "ँ": "ं",
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ʻ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‑": "-", "−": "-", "⁄": "/", "、": ",", "。": ".", "،": ",", "؟": "?", "।": ".",
}  # fmt: skip
# Letters of other scripts that are drawn like Latin ones (Unicode confusables, the lower-case core).
_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕһԁԛԝкмнтвьгпзο" + "αινρτυκεωχ",
        "aeopcyxijshdqwkmhtbbrn3o" + "aivptukewx",
        strict=True,
    )
)
_FOREIGN = re.compile("[\u0370-\u052f]")
_NUKTA = "\u093c"  # the dot below Devanagari letters, mostly left out
_SKIN_TONES = frozenset(chr(code) for code in range(0x1F3FB, 0x1F400))
_ARABIC_MARKS = frozenset(chr(code) for code in (*range(0x064B, 0x0660), 0x0670, 0x0640))


@dataclass(frozen=True)
class Folded:
    """Folded text, and for each of its characters the index of the raw character it came from."""

    text: str
    starts: tuple[int, ...]
    raw_length: int

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Turn a span [start, end) of the folded text into one of the raw text; empty spans stay empty."""
        if start >= end or start >= len(self.starts):
            return (self.raw_length, self.raw_length) if start >= len(self.starts) else (self.starts[start],) * 2
        after = self.starts[end] if end < len(self.starts) else self.raw_length
        return self.starts[start], max(after, self.starts[min(end, len(self.starts)) - 1] + 1)


def fold(text: str, *, keep_accents: bool = False) -> str:
    """Lower-case `text`, drop accents (Latin) and invisible characters, undo lookalikes; emoji stay.

    Digits of any script become ASCII, traditional Han characters simplified. Devanagari vowel signs and Hangul are
    left whole. Never raises.
    """
    if text.isascii():
        return text.lower()
    plain = simplified(text).translate(_ACCENTED if keep_accents else _BARE)
    return _fold_clusters(text, keep_accents).text if _JOINS in plain else _undo_lookalikes(plain)


def fold_with_offsets(text: str, *, keep_accents: bool = False) -> Folded:
    """`fold`, together with where each character came from, so that a match can be quoted from the raw text."""
    if text.isascii():
        return Folded(text.lower(), tuple(range(len(text))), len(text))
    return _fold_clusters(text, keep_accents)


def _fold_clusters(text: str, keep_accents: bool) -> Folded:
    out: list[str] = []
    starts: list[int] = []
    for start, cluster in _clusters(simplified(text)):
        folded = _fold_cluster(cluster, keep_accents)
        out.append(folded)
        starts.extend([start] * len(folded))
    return Folded(_undo_lookalikes("".join(out)), tuple(starts), len(text))


def _clusters(text: str) -> list[tuple[int, str]]:
    """Cut into a character with the marks that follow it, so that each piece can be normalised alone."""
    found: list[tuple[int, str]] = []
    start = 0
    for index in range(1, len(text) + 1):
        if index < len(text) and _joins_previous(text[index]) and index - start < 16:
            continue
        found.append((start, text[start:index]))
        start = index
    return found


def _joins_previous(char: str) -> bool:
    return not char.isascii() and (bool(unicodedata.combining(char)) or "\u1160" <= char <= "\u11ff")


@lru_cache(maxsize=_KEPT)
def _fold_cluster(cluster: str, keep_accents: bool) -> str:
    spread = unicodedata.normalize("NFKD", cluster).casefold()
    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFKD", spread):
        if _is_invisible(char):
            continue
        if char == _NUKTA:
            continue
        if unicodedata.combining(char):
            if keep_accents or not _drops_mark(base, char):
                kept.append(char)
            continue
        base = char
        kept.append(_letter(char))
    return unicodedata.normalize("NFC", "".join(kept))


class _Characters(dict[int, str]):
    """What `str.translate` makes of each character that stands alone, learnt as it is met; _JOINS where it may not."""

    def __init__(self, keep_accents: bool) -> None:
        super().__init__()
        self._keep_accents = keep_accents

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if len(self) >= _KEPT:
            self.clear()
        self[code] = folded = _JOINS if _joins_previous(char) else _fold_cluster(char, self._keep_accents)
        return folded


_JOINS = "\uffff"  # no character of any text that is read
_BARE, _ACCENTED = _Characters(False), _Characters(True)


def _letter(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    digit = unicodedata.decimal(char, -1)
    return str(digit) if digit >= 0 else char


def _is_invisible(char: str) -> bool:
    """Zero-width characters, bidi controls, variation selectors, skin tones, tatweel, lone surrogates."""
    if char in _SKIN_TONES or char in _ARABIC_MARKS:
        return True
    if "\ufe00" <= char <= "\ufe0f" or char in "\u115f\u3164\u034f":
        return True
    category = unicodedata.category(char)
    return category in ("Cf", "Cs", "Co") or (category == "Cc" and char not in "\t\n\r")


def _drops_mark(base: str, mark: str) -> bool:
    """Accents go from Latin letters, dots from Cyrillic (ё), hamza and vowels from Arabic; й keeps its breve."""
    if "a" <= base <= "\u024f" or not base:
        return True
    if "\u0400" <= base <= "\u04ff":
        return mark != "\u0306"
    return "\u0600" <= base <= "\u06ff"


def _undo_lookalikes(text: str) -> str:
    """In mostly Latin text, words written with lookalike letters of another script become Latin (same length)."""
    foreign = len(_FOREIGN.findall(text))
    if not foreign or sum("a" <= char <= "z" for char in text) < foreign:
        return text
    return " ".join(_latinised(word) for word in text.split(" "))


def _latinised(word: str) -> str:
    mapped = "".join(_LOOKALIKES.get(char, char) for char in word)
    return word if any("\u0370" <= char <= "\u052f" for char in mapped) else mapped


def words(text: str) -> int:
    """How long a message is: words, or where none are written with spaces, a word for two characters."""
    unspaced = sum("\u3040" <= c <= "\u9fff" for c in text)
    return len(text.split()) if unspaced * 2 < len(text) else max(1, unspaced // 2)
