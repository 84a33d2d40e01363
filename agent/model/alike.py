"""Names that sound alike though written otherwise: in another script, by another country's habits, from hearing."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

_FEWEST = 3  # consonants that a word has at least to be compared where both are written in Latin letters
_MOST = 8  # consonants that are compared
_EAST = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3]")  # a sign is a syllable there, and a name is written in one piece
_HAN = re.compile(r"[\u3400-\u9fff]")
_BETWEEN = re.compile(r"[\s\d.,·/_-]+")
_APOSTROPHES = re.compile("['’ʼ`´]")
_SOUNDS = [  # the first that fits, from the left; more than one class: any of them may be meant
    (r"shch|szcz|tsch|tch|sch|sh|sz|ch|cz|zh|dzh|rz|ts|dz|s|z|c(?=[eiy])", "s"),
    (r"kh|x(?=[aeiou])", "k|"),
    (r"j", "s|k|"),
    (r"gh", "k|"),
    (r"gu(?=[aeio])", "k|kf"),
    (r"ph|f|v", "f"),
    (r"w|(?<![aeiouqg])u(?=[aeio])", "f|"),
    (r"th|t|d", "t"),
    (r"c|q|k|g", "k"),
    (r"x", "ks"),
    (r"b|p", "p"),
    (r"l", "l"),
    (r"m(?=[kgtdsc])", "m|n"),
    (r"m", "m"),
    (r"n", "n"),
    (r"r", "r"),
]
_SOUND = re.compile("|".join(f"({pattern})" for pattern, _ in _SOUNDS))
_KOREAN = {  # family names as their bearers write them
    "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho", "윤": "yoon",
    "장": "jang", "임": "lim", "오": "oh", "서": "seo", "신": "shin", "권": "kwon", "황": "hwang", "안": "ahn",
    "유": "yoo", "류": "ryu", "전": "jun", "고": "ko", "문": "moon", "노": "noh", "우": "woo", "허": "hur",
}  # fmt: skip


def alike(asked: str, name: str) -> bool:
    """Does every word of what is asked for sound like a word of the name?"""
    known, words = list(_words(name)), list(_syllables(asked))
    return bool(words) and all(any(_same(word, of) for of in known) for word in words)


def likeness(said: str, name: str) -> float:
    """How alike the two sound, 0 to 1: of the consonants that are left of each, the share that agrees in order; 0 where
    the first differs. Chinese and Korean do not keep l and r apart."""
    east = bool(_EAST.search(said))
    (_, heard), (_, there) = (_skeletons(_latin(each, east)) for each in (said, name))
    pairs = [(x, y) for x, y in product(heard, there) if len(x) > 1 and x[:1] == y[:1]]
    return max((Levenshtein.normalized_similarity(x, y) for x, y in pairs), default=0.0)


def _latin(text: str, east: bool) -> str:
    """In one piece; in Chinese q is a ch, x an sh, and an er that ends a syllable an l."""
    latin = re.sub(r"[^a-z]", "", anyascii(text).lower())
    if not east:
        return latin
    if _HAN.search(text):
        latin = re.sub(r"(?<=.)er", "l", latin).replace("q", "ch").replace("x", "sh")
    return latin.replace("l", "r")


def _same(word: str, of: str) -> bool:
    if of.startswith((anyascii(word).lower(), _KOREAN.get(word, "?"))):
        return True
    if _EAST.match(word):
        return False
    if _is_latin(word) and _is_latin(of) and _spelt(word) & _spelt(of):
        return True
    (first, heard), (other, there) = _skeletons(word), _skeletons(of)
    least = _FEWEST if _is_latin(word) and _is_latin(of) else 1
    if all(len(x) < 2 for x in heard) and first != other:
        return False
    return any(
        len(x) >= least and (x == y or (len(x) >= _FEWEST and y.startswith(x))) for x, y in product(heard, there)
    )


@lru_cache(maxsize=20_000)
def _spelt(word: str) -> frozenset[str]:
    """How else a short name may be written: Aisha is Aysha and Ayesha, Noor is Nour, Sarah is Sara. Vowels that stand
    together count whole, and by their first one in words of more syllables."""
    latin = re.sub(r"[^a-z]", "", anyascii(word).lower())
    latin = re.sub(r"(?<=[aeiou])h$", "", latin).replace("oo", "u").replace("ou", "u").replace("ee", "i")
    parts = re.findall(r"[aeiouy]+|[^aeiouy]+", latin)
    heard = ["".join(_SOUNDS[f.lastindex - 1][1][:1] for f in _SOUND.finditer(p) if f.lastindex) for p in parts]
    vowels = [p[:1] in tuple("aeiouy") for p in parts]
    if not any(heard) or len(latin) < _FEWEST:
        return frozenset()
    whole = "".join(p.replace("y", "i") if v else h for p, h, v in zip(parts, heard, vowels, strict=True))
    first = "".join(p[0].replace("y", "i") if v else h for p, h, v in zip(parts, heard, vowels, strict=True))
    found = {whole, first} if sum(vowels) > 1 else {whole}
    return frozenset(re.sub(r"(.)\1+", r"\1", x) for x in found)


def _is_latin(word: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in word if c.isalpha())


def _syllables(text: str) -> Iterator[str]:
    for word in _BETWEEN.split(_APOSTROPHES.sub("", text)):
        yield from word if _EAST.search(word) else (word,) if word else ()


def _words(name: str) -> Iterator[str]:
    """Each word in small letters, and of what is joined by a hyphen (El-Amin) the parts and the whole."""
    for word in name.split():
        parts = [anyascii(p).lower() if _EAST.match(p) else p.lower() for p in _syllables(word)]
        yield from parts
        if len(parts) > 1:
            yield "".join(parts)


@lru_cache(maxsize=20_000)
def _skeletons(word: str) -> tuple[bool, frozenset[str]]:
    """Whether it begins with a vowel, and what is left without vowels and doublings, which scripts and ears keep least:
    Щепаньска and Szczepańska are spnsk, فاطمة and Fatima ftm."""
    latin = re.sub(r"[^a-z]", "", anyascii(word).lower())
    classes = [_SOUNDS[found.lastindex - 1][1] for found in _SOUND.finditer(latin) if found.lastindex]
    read = ("".join(x) for x in product(*(c.split("|") for c in classes[:_MOST])))
    return latin[:1] in tuple("aeiouy"), frozenset(re.sub(r"(.)\1+", r"\1", x) for x in read)
