"""ICD-10-CM codes that a person may consider, each with the words that it rests on; none is ever chosen here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agent.content.read_yaml import read_yaml
from agent.documents.clauses import Clause, clauses
from agent.model.note import Utterance

FILE = Path(__file__).parent / "codes.yaml"
MOST = 8
_NOT = re.compile(
    r"\b(?:no|not|never|without|denies|deny|don't|doesn't|didn't|haven't|hasn't|isn't|negative for|rule out|"
    r"ruled out|any|"
    r"mother|father|mom|dad|brother|sister|aunt|uncle|grand\w+|wife|husband|son|daughter|family|friend|if)\b",
    re.IGNORECASE,
)
_BEFORE = 60  # characters in which a "no" or a relative counts


@dataclass(frozen=True)
class Row:
    """One code and the words that suggest it."""

    code: str
    title: str
    says: re.Pattern[str]
    ask: str


@dataclass(frozen=True)
class Coded:
    """A candidate: the quote is characters `start` to `end` of turn `turn`; `ask`: what would make it more exact."""

    code: str
    title: str
    quote: str
    turn: int
    start: int
    end: int
    ask: str


def codes_for(dialogue: Sequence[Utterance]) -> list[Coded]:
    """In the order of the table, each code once, at most MOST. Denied, asked and family conditions are left out."""
    said = [c for c in clauses(dialogue) if not c.asks]
    found: dict[str, Coded] = {}
    for row in table():
        hit = next(_hits(row, said), None)
        if hit is not None and not any(_inside(hit, other) for other in found.values()):
            found[row.code] = hit
    return list(found.values())[:MOST]


def _hits(row: Row, said: Sequence[Clause]) -> Iterator[Coded]:
    for clause in said:
        for match in row.says.finditer(clause.text):
            if not _NOT.search(clause.text[max(0, match.start() - _BEFORE) : match.start()]):
                quote = " ".join(clause.text.split())
                yield Coded(row.code, row.title, quote, clause.turn, clause.start, clause.end, row.ask)


def _inside(hit: Coded, other: Coded) -> bool:
    """The general word within a more exact one that is listed above it ("carpal tunnel" in "right carpal tunnel")."""
    same = (hit.turn, hit.start) == (other.turn, other.start)
    return same and hit.code[:3] == other.code[:3]


@cache
def table() -> tuple[Row, ...]:
    rows = read_yaml(FILE, FILE.name)
    return tuple(
        Row(
            str(row["code"]), row["title"],
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, row['says']))})(?!\w)", re.IGNORECASE), row.get("ask", ""),
        )
        for row in rows
    )  # fmt: skip
