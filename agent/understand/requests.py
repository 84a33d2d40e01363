"""Where one message may fall into two requests; what each request means is not decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from agent.understand.normalize import fold, fold_with_offsets

# Not after a short capitalised word or a title: "Dr. Shah", "Sra. Ruiz", "St. Mary".
_SENTENCE_END = re.compile(
    r"(?<=[.!?;。！？؟।])(?<!\b[A-Z]\.)(?<!\b[A-Z]\w\.)(?<!\b[A-Z]\w\w\.)(?<!\b[ds]r\.)(?<!\b[ds]ra\.)\s+"
    r"|\n+|(?<=[?？؟。！；])(?=\S)|(?<=[\u3400-\u9fff])，"
)
_FULL_STOP = re.compile(r"[.!?;。！？؟।；\n]")
_MARK = re.compile(r"[,;:،，、；：]\s*|\s[-–—+&/]+\s")
_UNSPACED = re.compile("[\u3400-\u9fff]")  # written without spaces: a connector may follow any character
_MOST_PARTS = 8
_MOST_PLACES = 12
_FEWEST_LETTERS = 3
_FEWEST_WORDS = 2


class Place(NamedTuple):
    """A place where a message may be cut: before character `at`; `ends`: a sentence ends there."""

    at: int
    ends: bool


class Joints:
    """How one language joins requests: `connectors` open a new one ("and also"), `joints` are smaller words that may
    join two requests or two halves of one ("and"); `x-` is written onto the next word, `-x` ends the one before.

    Accents and case make no difference. All work is linear in the length of the text."""

    def __init__(self, connectors: Iterable[str] = (), joints: Iterable[str] = ()) -> None:
        self.connectors, self.joints = tuple(connectors), tuple(joints)
        self._opens = _before(self.connectors)
        self._only_joins = {word.casefold() for connector in self.connectors for word in connector.split()}
        every = [fold(word) for word in (*self.connectors, *self.joints)]
        self._joins = _before([word for word in every if not word.startswith("-")])
        ends = "|".join(re.escape(word[1:]) for word in every if word.startswith("-"))
        self._ends = re.compile(rf"(?<=\w)(?:{ends})\s+") if ends else None

    def parts(self, text: str) -> list[str]:
        """The clauses of `text`: cut at ends of sentences and before connectors, in order, at most eight.

        Parts of fewer than three letters, or of a connector alone, are left out; a text that yields no part comes
        back whole."""
        found: list[str] = []
        for sentence in _SENTENCE_END.split(text):
            for part in self._opens.split(sentence) if self._opens else [sentence]:
                stripped = part.strip(" ,;-\t")
                if _letters(stripped) >= _FEWEST_LETTERS and stripped.casefold() not in self._only_joins:
                    found.append(stripped)
        return found[:_MOST_PARTS] or [text.strip()]

    def places(self, text: str) -> list[Place]:
        """Every place where `text` may be cut in two, in order, at most twelve; each leaves words on both sides."""
        folded = fold_with_offsets(text)
        marked = {found.end(): False for found in _MARK.finditer(text)}
        for pattern in (self._joins, self._ends):
            for found in pattern.finditer(folded.text) if pattern else ():
                marked[folded.raw_span(found.end(), found.end())[0]] = False
        for found in _SENTENCE_END.finditer(text):
            marked[found.end()] = bool(_FULL_STOP.search(text, max(0, found.start() - 1), found.end()))
        cuts = sorted(at for at in marked if 0 < at < len(text))
        pieces = [text[a:b] for a, b in pairwise([0, *cuts, len(text)])]
        said = list(accumulate(map(_said, pieces), _both))
        least, most = (_FEWEST_LETTERS, _FEWEST_WORDS), said[-1]
        full = [
            all(n >= few and whole - n >= few for n, whole, few in zip(part, most, least, strict=True)) for part in said
        ]
        return [Place(at, marked[at]) for at, ok in zip(cuts, full, strict=False) if ok][:_MOST_PLACES]


def _said(piece: str) -> tuple[int, int]:
    """Letters and words; where no spaces are written, every character is a word."""
    return _letters(piece), len(piece.split()) + len(_UNSPACED.findall(piece))


def _both(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _letters(part: str) -> int:
    return sum(char.isalpha() for char in part)


def _before(words: Sequence[str]) -> re.Pattern[str] | None:
    """What stands before one of `words`: spaces and commas."""
    longest_first = sorted(words, key=len, reverse=True)
    glued = "|".join(re.escape(one) for one in longest_first if _UNSPACED.match(one))
    onto = "|".join(re.escape(one[:-1]) for one in longest_first if one.endswith("-"))
    rest = [one for one in longest_first if not _UNSPACED.match(one) and not one.endswith("-")]
    spaced = "|".join(re.escape(one) for one in rest)
    patterns = [rf"[\s,]+(?=(?:{spaced})[\s,])"] if spaced else []
    patterns += [rf"[\s,]+(?=(?:{onto})\w)"] if onto else []
    patterns += [rf"[\s，、,]*(?=(?:{glued}))"] if glued else []
    return re.compile("|".join(patterns), re.I) if patterns else None
