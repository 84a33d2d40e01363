"""Cutting one message into the requests it may hold; what each request means is not decided here."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Not after a short capitalised word or a title: "Dr. Shah", "Sra. Ruiz", "St. Mary".
_SENTENCE_END = re.compile(
    r"(?<=[.!?;。！？؟।])(?<!\b[A-Z]\.)(?<!\b[A-Z]\w\.)(?<!\b[A-Z]\w\w\.)(?<!\b[ds]r\.)(?<!\b[ds]ra\.)\s+"
    r"|\n+|(?<=[?？؟。！；])(?=\S)|(?<=[\u3400-\u9fff])，"
)
_UNSPACED = re.compile("[\u3400-\u9fff]")  # written without spaces: a connector may follow any character
_MOST_PARTS = 8
_FEWEST_LETTERS = 3


def split_at(text: str, connectors: Sequence[str]) -> list[str]:
    """Split `text` at ends of sentences and before `connectors` ("and also"), in order, at most eight parts.

    A connector opens the next part, since it may carry meaning ("y cuánto debo"). Parts of fewer than three
    letters, or of a connector alone, are left out; a text that yields no part comes back whole. Linear in the
    length of the text.
    """
    pattern = _connector_pattern(tuple(connectors))
    only_joins = {word.casefold() for connector in connectors for word in connector.split()}
    parts: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        for part in pattern.split(sentence) if pattern else [sentence]:
            stripped = part.strip(" ,;-\t")
            letters = sum(char.isalpha() for char in stripped)
            if letters >= _FEWEST_LETTERS and stripped.casefold() not in only_joins:
                parts.append(stripped)
    return parts[:_MOST_PARTS] or [text.strip()]


def _connector_pattern(connectors: tuple[str, ...]) -> re.Pattern[str] | None:
    if not connectors:
        return None
    longest_first = sorted(connectors, key=len, reverse=True)
    spaced = "|".join(re.escape(one) for one in longest_first if not _UNSPACED.match(one))
    glued = "|".join(re.escape(one) for one in longest_first if _UNSPACED.match(one))
    patterns = [rf"[\s,]+(?=(?:{spaced})[\s,])"] if spaced else []
    patterns += [rf"[\s，、,]*(?=(?:{glued}))"] if glued else []
    return re.compile("|".join(patterns), re.I)
