"""Copies of training sentences as people really send them: slips, courtesies, other names; no new meaning."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from agent.understand.fitting import Example, with_typos
from agent.understand.ngrams import tokens

_DIALOGUE = frozenset({"greeting", "thanks", "goodbye", "affirm", "deny"})
_SHORT = 4  # words: longer greetings carry a request of their own
_SWAPPED_COPIES = 1
_UNSPACED = re.compile("[\u3400-\u9fff]")
_MARKS = "\u0900-\u0903\u093a-\u094f"  # Devanagari vowel signs, which \w leaves out


class Swaps:
    """Replaces words by others of their own group: days by days, doctors by doctors."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._group = {term.lower(): tuple(group) for group in groups for term in group}
        longest_first = sorted(self._group, key=lambda term: (-len(term), term))
        joined = "|".join(filter(None, (_any_of(longest_first, spaced) for spaced in (True, False))))
        self._pattern = re.compile(joined, re.I) if joined else None

    def swapped(self, text: str, chance: random.Random) -> str:
        """`text` with each known word replaced by a chosen one of its group (perhaps itself)."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: chance.choice(self._group[found[0].lower()]), text)


def rehearsed(pairs: Sequence[tuple[str, str]], seed: int, groups: Sequence[Sequence[str]] = ()) -> list[Example]:
    """Each (text, intent) as it stands, with typos, with swapped words, and (requests only) inside courtesies.

    The courtesies are the corpus's own greetings and thanks, so that a new language needs no code.
    """
    swaps = Swaps(groups)
    hellos = _short_texts(pairs, "greeting")
    thanks = _short_texts(pairs, "thanks")
    examples: list[Example] = []
    for source, (text, intent) in enumerate(pairs):
        # Each sentence draws for itself: adding one leaves the copies of all others as they were.
        chance = random.Random(f"{seed} {text}")  # noqa: S311 (repeatable training, no secret)
        copies = [text, with_typos(text, chance)]
        swapped = (swaps.swapped(text, chance) for _ in range(_SWAPPED_COPIES))
        copies += [copy for copy in swapped if copy != text]
        if intent not in _DIALOGUE:
            copies.append(_wrapped(swaps.swapped(text, chance), hellos, thanks, chance))
        examples += [Example(copy, intent, source) for copy in copies]
    return examples


def _any_of(terms: Sequence[str], spaced: bool) -> str:
    """Those terms that begin in a script with spaces, or without, as one pattern; with spaces, whole words only."""
    fitting = [term for term in terms if bool(_UNSPACED.match(term[0])) != spaced]
    bounded = (re.escape(t) + ("" if _UNSPACED.match(t[-1]) else rf"(?![\w{_MARKS}])") for t in fitting)
    either = f"(?:{'|'.join(bounded)})" if fitting else ""
    return rf"(?<![\w{_MARKS}]){either}" if spaced and either else either


def _short_texts(pairs: Sequence[tuple[str, str]], intent: str) -> list[str]:
    return [text for text, label in pairs if label == intent and len(tokens(text)) <= _SHORT]


def _wrapped(text: str, hellos: Sequence[str], thanks: Sequence[str], chance: random.Random) -> str:
    """Greeting before, thanks after, or both."""
    where = chance.randrange(3)
    before = f"{chance.choice(hellos)} " if hellos and where != 1 else ""
    after = f" {chance.choice(thanks)}" if thanks and where != 0 else ""
    return before + with_typos(text, chance, 0.1) + after
