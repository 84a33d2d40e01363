"""A medicine that a recogniser took for other words: "oh zem pick", "flow vent", "allo pure in all"."""

import re
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from agent.documents.heard import Talk
from agent.documents.lexicon import drugs

_MOST_PIECES = 4  # words that one name is heard as
_ALIKE = 0.85  # of letters that tell sounds apart
_LEAST = 5  # such letters; shorter names are found in anything
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("x", "ks"), ("z", "s"), ("oo", "u"), ("ee", "i"), ("ow", "o"),
    ("y", "i"), ("th", "t"), ("h", ""), ("e", ""), ("w", ""),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")


def in_pieces(talk: Talk, name: str) -> bool:
    """Whether any name of this medicine (generic) sounds like some words of the talk put together."""
    spans = _spans(tuple(tuple(w.text for w in turn.words if w.stem.isalpha()) for turn in talk.turns))
    return any(
        process.extractOne(each, spans.get(each[0], ()), scorer=Levenshtein.normalized_similarity, score_cutoff=_ALIKE)
        for each in map(_sound, _names().get(name, ()))
        if len(each) >= _LEAST
    )


@cache
def _names() -> dict[str, list[str]]:
    """Generic name to all its names, each in one piece."""
    found: dict[str, list[str]] = {}
    for rows in drugs().by_first.values():
        for phrase, generic in rows:
            found.setdefault(generic, []).append("".join(phrase))
    return found


@lru_cache(maxsize=4)
def _spans(turns: tuple[tuple[str, ...], ...]) -> dict[str, set[str]]:
    """How words in a row sound together, by the first sound."""
    found: dict[str, set[str]] = {}
    for words in turns:
        for n in range(len(words)):
            for many in range(2, _MOST_PIECES + 1):
                if len(heard := _sound("".join(words[n : n + many]))) >= _LEAST:
                    found.setdefault(heard[0], set()).add(heard)
    return found


@lru_cache(maxsize=20_000)
def _sound(letters: str) -> str:
    for written, heard in _SOUNDS:
        letters = letters.replace(written, heard)
    return _TWICE.sub(r"\1", letters)
