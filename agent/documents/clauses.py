"""Cuts what was said into clauses that keep their place in the transcript, with or without punctuation."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.documents.pauses import ends_before
from agent.documents.reading import Role
from agent.documents.speakers import roles
from agent.model.note import Utterance

MOST_WORDS = 45  # of one clause; a talker who never stops is cut there
_LONG = 12  # words without a full stop: one may be missing
_FEW_MARKS = 0.04  # full stops for each word
_END = re.compile(r"[.?!]+(?=\s|$)|[。？！؟।]+|\n+")
_POINT = re.compile(r"\d ?\. ?\d$")  # "4 . 4" is a figure
_TITLES = re.compile(r"\b(?:dr|mr|mrs|ms|st|vs|prof|e\.g|i\.e|approx)$", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:[-'’./:][^\W_]+)*%?")
_JOINS = frozenset("and but so because then okay ok alright um uh although however".split())
_STARTS = frozenset(
    "i i'm i'll i've i'd you you're you've you'll we we're we'll we've we'd it it's it'll he he's she she's they "
    "they're there there's that's this that these those your my his her let's no".split()
)
# after these a pronoun is the object, or the clause goes on
_GOES_ON = frozenset(
    "that if when where what how why which who while since until before after as like than think know said say "
    "sure see "
    "for to of on in with at by from about and or but so because is are was were do does did have has had can could "
    "would should will a an the your my want tell hope believe feel mean let's make give told ask see like whether "
    "then let help notice take use hear remember love guess"
    .split()
)  # fmt: skip
_WHOSE = frozenset(
    "i you he she it we they the your my his her our their a an nothing nobody".split()
)  # "so that it …"
_ALONE = frozenset(  # these begin a new clause even where nobody wrote a full stop
    "i'm i'll i've i'd you're we're we'll it's there's there let's".split()
)


@dataclass(frozen=True)
class Clause:
    """Characters `start` to `end` of turn `turn`, as they were said; `asks` where it is a question."""

    turn: int
    start: int
    end: int
    text: str
    role: Role
    asks: bool = False


def clauses(dialogue: Sequence[Utterance]) -> list[Clause]:
    """Every clause with at least one word, in order."""
    found: list[Clause] = []
    bare = _unpunctuated(dialogue)
    for turn, (said, who) in enumerate(zip(dialogue, roles(dialogue), strict=True)):
        for start, end, mark in _sentences(said.text):
            for a, b in _pieces(said.text, start, end, bare):
                text = said.text[a:b]
                found.append(Clause(turn, a, b, text, who, "?" in mark or "？" in mark or "؟" in mark))
    return found


def _unpunctuated(dialogue: Sequence[Utterance]) -> bool:
    """True where full stops are too few to rely on."""
    words = sum(len(u.text.split()) for u in dialogue)
    marks = sum(len(_END.findall(u.text)) for u in dialogue)
    return marks < _FEW_MARKS * words


def _sentences(text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    for end in _END.finditer(text):
        if end[0].startswith(".") and _TITLES.search(text[max(0, end.start() - 6) : end.start()].rstrip()):
            continue
        if end[0] == "." and _POINT.search(text[max(0, end.start() - 2) : end.end() + 2]):
            continue
        if WORD.search(text, start, end.start()):
            yield start, end.start(), end[0]
        start = end.end()
    if WORD.search(text, start):
        yield start, len(text), ""


def _pieces(text: str, start: int, end: int, bare: bool) -> Iterator[tuple[int, int]]:
    words = list(WORD.finditer(text, start, end))
    stops = [0, *(_stops(words) if bare and len(words) > _LONG else ()), len(words)]
    for a, b in pairwise(stops):
        yield from _cut(words[a:b])


def _stops(words: Sequence[re.Match[str]]) -> list[int]:
    """Where a full stop is missing; pieces of less than three words stay with what follows."""
    kept: list[int] = []
    for n in ends_before([w[0].lower().replace("’", "'") for w in words]):
        if n - (kept[-1] if kept else 0) >= 3 and len(words) - n >= 2:
            kept.append(n)
    return kept


def _first(word: str) -> str:
    return re.split(r"['’]", word.lower(), maxsplit=1)[0]


def _cut(words: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    cuts, last = [0], 0
    for n in range(1, len(words)):
        here, before = words[n][0].lower().replace("’", "'"), words[n - 1][0].lower()
        long, rest = n - last, len(words) - n
        if long >= MOST_WORDS:
            cut = True
        elif long < 4 or rest < 3:
            cut = False
        elif here in _JOINS and n + 1 < len(words):
            after = words[n + 1][0].lower().replace("’", "'")
            purpose = here == "so" and after == "that" and n + 2 < len(words) and _first(words[n + 2][0]) in _WHOSE
            cut = (
                (after in _STARTS and not purpose)
                or after in ("yes", "yeah")
                or here in ("okay", "ok", "alright")
                or (after in _JOINS and rest > 4)
            )
        else:
            cut = here in _ALONE and before not in _GOES_ON and before not in _JOINS and long >= 5
        if cut:
            cuts.append(n)
            last = n
    for a, b in zip(cuts, [*cuts[1:], len(words)], strict=True):
        if a < b:
            yield words[a].start(), words[b - 1].end()
