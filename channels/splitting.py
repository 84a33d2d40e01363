"""How a text travels as SMS segments, and how a long one is cut; wording is not decided here."""

from typing import Literal

import regex

# GSM 03.38 default alphabet: one septet each; the second row costs two (an escape and the character).
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
ONE_SEGMENT = {"GSM-7": 160, "UCS-2": 70}
EACH_SEGMENT = {"GSM-7": 153, "UCS-2": 67}  # a header joins the parts of a longer text
MAX_UNITS = 1600  # Twilio refuses more: error 21617

Encoding = Literal["GSM-7", "UCS-2"]

# Where a long text may be cut, best first: after a line, after a sentence, at white space.
_CUTS = (
    regex.compile(r"\n+"),
    regex.compile(r"(?<=[.!?…؟।။])\s+|(?<=[。！？])"),
    regex.compile(r"\s+"),
)
_GRAPHEME = regex.compile(r"\X")


def encoding(text: str) -> Encoding:
    """GSM-7 when every character is in its alphabet; a single other one makes the whole text UCS-2."""
    return "GSM-7" if all(c in GSM_BASIC or c in GSM_EXTENDED for c in text) else "UCS-2"


def _cost(char: str, how: Encoding) -> int:
    """Septets, or UTF-16 code units, of one character."""
    if how == "GSM-7":
        return 2 if char in GSM_EXTENDED else 1
    return 2 if ord(char) > 0xFFFF else 1


def segments(text: str) -> int:
    """How many SMS segments carriers charge for; 0 for the empty text.

    A character of two units is never divided between segments, so that a long text may waste a unit at an edge.
    """
    how = encoding(text)
    costs = [_cost(c, how) for c in text]
    if sum(costs) <= ONE_SEGMENT[how]:
        return 1 if text else 0
    count, room = 1, EACH_SEGMENT[how]
    for cost in costs:
        if cost > room:
            count, room = count + 1, EACH_SEGMENT[how]
        room -= cost
    return count


def units(text: str) -> int:
    """UTF-16 code units: the strictest reading of Twilio's limit on a body."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def _fitting(text: str, limit: int) -> int:
    """How many leading characters of `text` fit into `limit` units (at least one)."""
    room = limit
    for at, char in enumerate(text):
        room -= 2 if ord(char) > 0xFFFF else 1
        if room < 0:
            return max(at, 1)
    return len(text)


def _cut(text: str, limit: int) -> int:
    """The place to cut a too long text: at a line, a sentence, a word, a grapheme; in this order."""
    fits = _fitting(text, limit)
    for pattern in _CUTS:
        ends: list[int] = [m.start() for m in pattern.finditer(text, 0, fits + 1) if fits // 2 <= m.start() <= fits]
        if ends:
            return ends[-1]
    words: list[int] = [m.start() for m in _CUTS[-1].finditer(text, 0, fits + 1) if 0 < m.start() <= fits]
    if words:
        return words[-1]
    edge = 0
    for match in _GRAPHEME.finditer(text):
        if match.end() > fits:
            break
        edge = match.end()
    return edge or fits  # one grapheme longer than a whole text can only be cut inside


def split(text: str, limit: int = MAX_UNITS) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units each, without white space at the cuts.

    Never cuts inside a grapheme, nor inside a word or link that would fit into a part of its own. Nothing but
    white space is lost. A blank text gives no part. `limit` must be 2 or more.
    """
    if limit < 2:
        raise ValueError("a part needs room for one character")
    parts: list[str] = []
    rest = text
    while units(rest) > limit:
        at = _cut(rest, limit)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    parts.append(rest)
    return [part for part in parts if part.strip()]
