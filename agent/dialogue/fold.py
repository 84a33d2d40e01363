"""Folds a message to plain words that remember where they stood; no word lists, no language, no decisions here."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from agent.understand.han import simplified


class Word(NamedTuple):
    """A folded word: text[start:end] of the original; clause and sentence count from 0 (clauses end at commas)."""

    text: str
    start: int
    end: int
    clause: int
    sentence: int


_EMOJI = {
    **dict.fromkeys("💊💉", "emojipill"),
    **dict.fromkeys("🔫", "emojigun"),
    **dict.fromkeys("🩸", "emojiblood"),
    **dict.fromkeys("🔪🗡", "emojiknife"),
    **dict.fromkeys("💀☠⚰🪦", "emojidead"),
    **dict.fromkeys("😭😢😰😱😨", "emojicry"),
    **dict.fromkeys("🚑🆘🚨", "emojisos"),
    **dict.fromkeys("🔥", "emojifire"),
}
_SENTENCE = frozenset(".!?;…\n\r¡¿。！？；؟।")
_CLAUSE = frozenset(",:()،、，")
_APOSTROPHES = frozenset("'’‘ʼ`´′")
# Letters that look Latin, folded only inside a word that also holds Latin letters (a Russian word stays Russian).
_LOOKALIKE = str.maketrans("авекмнорстухіјѕԁԛԝһɡɩοαετνιρκυχγӏ", "abekmhopctyxijsdqwhgioaetvipkuxyl")
# Letters that are written for one another: Arabic ta marbuta and alif maqsura, Persian kaf and ya, Indic nasals.
_ALIKE = {"ة": "ه", "ى": "ي", "ک": "ك", "ی": "ي", "ٱ": "ا", "ँ": "ं"}
_OTHER = re.compile("[\u0370-\u03ff\u0400-\u052f\u0261\u0269]")
_LATIN = re.compile("[a-z]")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f`]")  # left to the slower path
_ASCII_WORD = re.compile(r"[a-z0-9](?:'?[a-z0-9])*|[.!?;\n\r]+|[,:()]+")


def fold(text: str) -> list[Word]:
    """The words of `text` in order: lower case, without accents, lookalikes, zero-width characters or apostrophes."""
    plain = text.isascii() and not _UNSEEN.search(text)
    return _fold_ascii(text) if plain else _fold_any(text)


def _fold_ascii(text: str) -> list[Word]:
    words: list[Word] = []
    clause = sentence = 0
    for found in _ASCII_WORD.finditer(text.lower()):
        piece = found.group()
        first = piece[0]
        if first in _SENTENCE:
            sentence, clause = sentence + 1, clause + 1
        elif first in _CLAUSE:
            clause += 1
        else:
            words.append(Word(piece.replace("'", ""), found.start(), found.end(), clause, sentence))
    return words


def _fold_any(text: str) -> list[Word]:
    words: list[Word] = []
    letters: list[str] = []
    start = clause = sentence = 0
    end = 0

    def close() -> None:
        if letters:
            words.append(Word(_latin("".join(letters)), start, end, clause, sentence))
            letters.clear()

    for at, char in enumerate(simplified(text)):
        folded = _character(char)
        if folded is None:  # invisible: neither a letter nor a gap
            continue
        if folded == "'":
            if not letters:
                continue
            nearby = text[at + 1 : at + 2]
            if nearby and (_character(nearby) or " ").isalnum():
                continue
            folded = " "
        if folded.startswith("emoji") or _alone(folded):
            close()
            words.append(Word(folded, at, at + 1, clause, sentence))
        elif folded.isalnum() or (letters and unicodedata.category(folded[0])[0] == "M"):
            if not letters:
                start = at
            letters.append(folded)
            end = at + 1
        else:
            close()
            if folded in _SENTENCE:
                sentence, clause = sentence + 1, clause + 1
            elif folded in _CLAUSE:
                clause += 1
    close()
    return words


def _latin(word: str) -> str:
    if word.isascii() or not _LATIN.search(word) or not _OTHER.search(word):
        return word
    return word.translate(_LOOKALIKE)


def _alone(folded: str) -> bool:
    """Scripts written without spaces: every character is a word."""
    return len(folded) == 1 and ("\u3040" <= folded <= "\u30ff" or "\u3400" <= folded <= "\u9fff")


@lru_cache(maxsize=4096)
def _character(char: str) -> str | None:
    """The folded character; "'" for any apostrophe, None for one that nobody sees."""
    if char in _APOSTROPHES:
        return "'"
    if char in _EMOJI:
        return _EMOJI[char]
    if char in _SENTENCE or char in _CLAUSE:
        return char
    category = unicodedata.category(char)
    if category in ("Cf", "Cc") and char not in "\t\n\r\x0b\x0c":
        return None
    if _accent(char):
        return None
    if "\uac00" <= char <= "\ud7a3":  # Hangul syllables stay whole
        return char
    plain = (
        unicodedata.normalize("NFKD", char.lower())
        .replace("ı", "i")
        .replace("ø", "o")
        .replace("ł", "l")
        .replace("đ", "d")
        .replace("ß", "ss")
    )
    kept = "".join(_ALIKE.get(c, c) for c in plain if not _accent(c))
    kept = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)
    return kept if kept and (len(kept) == 1 or kept.isalnum()) else " "


def _accent(char: str) -> bool:
    """Marks that may be dropped: Latin, Greek, Cyrillic and Arabic ones (hamza too) and the dot below of Indic
    letters, not the vowel signs of Indic scripts."""
    return "\u0300" <= char <= "\u036f" or "\u064b" <= char <= "\u0655" or char in "\u0670\u0640\u093c\ufe0f\ufe0e"
