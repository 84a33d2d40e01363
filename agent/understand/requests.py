"""Cutting one message into the requests it may hold; what each request means is not decided here."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SENTENCE_END = re.compile(r"(?<=[.!?;。！？؟।])\s+|\n+|(?<=[?？؟])(?=\S)")
_MOST_PARTS = 8
_FEWEST_LETTERS = 3


def split_at(text: str, connectors: Sequence[str]) -> list[str]:
    """Split `text` at ends of sentences and at `connectors` ("and also"), in order, at most eight parts.

    The connector itself is dropped. Parts with fewer than three letters join nothing and are left out; a text
    that yields no part comes back whole. Linear in the length of the text.
    """
    pattern = _connector_pattern(tuple(connectors))
    parts: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        for part in pattern.split(sentence) if pattern else [sentence]:
            stripped = part.strip(" ,;-\t")
            if sum(char.isalpha() for char in stripped) >= _FEWEST_LETTERS:
                parts.append(stripped)
    return parts[:_MOST_PARTS] or [text.strip()]


def _connector_pattern(connectors: tuple[str, ...]) -> re.Pattern[str] | None:
    if not connectors:
        return None
    longest_first = sorted(connectors, key=len, reverse=True)
    return re.compile(r"[\s,]+(?:" + "|".join(re.escape(one) for one in longest_first) + r")(?=[\s,])", re.I)
