"""A note as sentences with their places and sections."""

import re
from typing import NamedTuple

from agent.documents.lexicon import words

_ABBREVIATIONS = frozenset(
    "dr mr mrs ms st vs e.g i.e eg ie no approx p.o b.i.d t.i.d q.i.d q.d h.s p.r.n a.m p.m hx h.o pt etc jr sr "
    "inc dept fig al sig u.s mt".split()
)
_END = re.compile(r"(?:[.!?。！？؟।]+[\"'”’)\]]*)(?=\s+\S|$)|[。！？]")
_BULLET = re.compile(r"^\s*(?:[-*•–▪]\s+|\d{1,2}[.)]\s+)?")
_HEADER = re.compile(r"^\s*(?:#+\s*)?(?:\*\*)?([^\W\d_][\w &/,'’()-]{1,48}?)(?:\*\*)?\s*:?\s*(?:\*\*)?\s*$")
_LEAD = re.compile(r"^([A-Za-z][A-Za-z &/]{1,40}):\s")
_NEXT = re.compile(r"[A-Z0-9\"“'(\[¿¡-]|[^\W\da-z_]")


class Piece(NamedTuple):
    """Characters `start` to `end` of the note; a header is not a claim."""

    start: int
    end: int
    text: str
    section: str
    header: bool = False


def sentences(note: str) -> list[Piece]:
    """Every sentence in order; whitespace, bullets and numbering between them belong to none."""
    found: list[Piece] = []
    section, at = "", 0
    for line in note.split("\n"):
        start = at
        at += len(line) + 1
        if not line.strip():
            continue
        head = _HEADER.match(line)
        name = head[1].strip() if head else ""
        if head and _is_header(line, name):
            section = name.casefold()
            found.append(_piece(note, start, start + len(line), section, header=True))
            continue
        lead = _LEAD.match(line)
        here = lead[1].casefold() if lead and lead[1].casefold() in words("headers") else section
        first = start + len(_BULLET.match(line)[0])  # type: ignore[index]
        for a, b in _split(line, first - start):
            found.append(_piece(note, start + a, start + b, here))
    return [p for p in found if any(c.isalnum() for c in p.text)]


def _is_header(line: str, name: str) -> bool:
    return (
        name.casefold() in words("headers")
        or line.rstrip(" *").endswith(":")
        or (name.isupper() and len(name) > 3 and len(name.split()) <= 5)
    )


def _split(line: str, first: int) -> list[tuple[int, int]]:
    spans, start = [], first
    for m in _END.finditer(line, first):
        after = line[m.end() :].lstrip()
        word = line[start : m.start()].rsplit(None, 1)[-1:] or [""]
        last = word[0].casefold().strip("([\"'")
        goes_on = last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()) or not _NEXT.match(after)
        if m[0].startswith(".") and after and goes_on:
            continue
        if m[0] == "?" and after[:1].islower():
            continue
        spans.append((start, m.end()))
        start = len(line) - len(after)
    if line[start:].strip():
        spans.append((start, len(line)))
    return spans


def _piece(note: str, start: int, end: int, section: str, *, header: bool = False) -> Piece:
    while start < end and note[start].isspace():
        start += 1
    while end > start and note[end - 1].isspace():
        end -= 1
    return Piece(start, end, note[start:end], section, header)
