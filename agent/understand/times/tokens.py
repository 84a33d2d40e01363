"""Cuts a text into words, numbers and signs with their places in it; knows no language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

NUMERIC = r"""
  (?P<noise>[$€£]\s?\d[\d.,]*|\d[\d.,]{0,12}\s?[%$€£]|\d[\d.,]{1,12}\s?°|\d\s?°\s?C\b
     |https?://\S+|(?<!\S)[\w.+-]{1,64}@[\w.-]{1,200}
     |\+\d[\d ().-]{7,20}\d|(?<!\d)0\d(?:[ .-]?\d\d){4}(?!\d)|\(\d{3}\)[ ]?\d{3}[ .-]?\d{4}
     |(?<![\w.])\d{3}[ .-]\d{3}[ .-]\d{4}(?!\w)|(?<!\w)\d{3}[.-]\d{4}(?!\w)
     |(?!20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d))\d{8,})
 |(?P<iso>(?<!\d)20\d{6}(?!\d)|(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?)
 |(?P<dmy>(?<![\d/])\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?:\d{4}|\d{2})(?!\d))
 |(?P<slash>(?<![\d/])\d{1,2}/\d{1,2}(?![\d/]))
 |(?P<clock>(?<![\d:])\d{1,2}(?::\d{2}(?::\d{2})?|[hH]\d{2})(?![\d:])|\d{1,2}[hH](?![^\W_]))
 |(?P<dotted>(?<![\d.])\d{1,2}\.\d{2}(?![\d.]\d))
 |(?P<digits>\d+)
 |(?P<letters>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u0963\u200c\u200d])*)
 |(?P<sign>[^\s,،\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff])
"""
PIECE = re.compile(NUMERIC, re.VERBOSE)
ACCENTS = re.compile("[\u0300-\u036f\u200c\u200d]")
STROKES = str.maketrans({"\u0111": "d", "\u0142": "l", "\u00f8": "o", "\u0131": "i"})
"""Letters whose stroke, or missing dot, is left out on a plain keyboard and is no accent to Unicode."""

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3001: ","}
"""Full-width signs, letters and figures, one for one, so that every place in the text stays where it is."""


class Piece(NamedTuple):
    """One piece of text as it was cut: its sort, folded text, and offsets."""

    sort: str
    folded: str
    start: int
    end: int


class Token:
    """One or more pieces read as something: `keys` maps each class it may belong to onto its value. `weak`
    words mean a time only beside another; `joins` ties tens to ones ("treinta y uno")."""

    __slots__ = ("end", "joins", "keys", "start", "weak")

    def __init__(self, start: int, end: int, keys: dict[str, Any], weak: bool = False, joins: bool = False) -> None:
        self.start = start
        self.end = end
        self.keys = keys
        self.weak = weak
        self.joins = joins


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """Lower case without accents, so that "MIÉRCOLES" and "miercoles" meet. Only Latin, Greek and Cyrillic
    accents go: a Devanagari vowel sign is a letter, not an ornament."""
    lowered = "'" if word == "\u2019" else word.casefold()
    if lowered.isascii():
        return lowered
    bare = ACCENTS.sub("", unicodedata.normalize("NFD", lowered))
    return unicodedata.normalize("NFC", bare).translate(STROKES)


@lru_cache(maxsize=4096)
def marked(word: str) -> str:
    """Lower case with its marks in one spelling, for languages where a mark makes another word."""
    return unicodedata.normalize("NFC", "'" if word == "\u2019" else word.casefold())


def cut(text: str, folded: Callable[[str], str] = fold) -> list[Piece]:
    """Every piece of the text but spaces, commas and marks of direction, in order, in linear time; figures of any
    script as 0 to 9."""
    pieces = []
    for found in PIECE.finditer(text if text.isascii() else text.translate(WIDE)):
        sort = found.lastgroup or "sign"
        if sort == "sep":
            sort = "dmy"
        piece = folded(found.group())
        if sort not in ("letters", "sign") and not piece.isascii():
            piece = "".join(str(unicodedata.decimal(letter, letter)) for letter in piece)
        pieces.append(Piece(sort, piece, found.start(), found.end()))
    return pieces
