"""`python -m tests.understand.public_times FILE`: our dates and times against public sets.

FILE holds JSON lines `{text, lang, now, expected}`, `expected` being one value as Duckling's corpora write it (`kind`,
`value` or `start` and `end`, `grain`, `direction`) or the list of Recognizers-Text's specs (`kind`, `values`). A row
counts where every expected value is found and nothing else. Prints each language's share, of the rows within a year and
of all, twice: strictly, and then with what is only notation taken as the same. That is: a last day that is included and
our end one day later; Duckling's end of a range of hours or minutes, one of them later than ours; an open beginning and
our today or now; an open end and our end of that day; a bare time, which says no day, of today or, if that is past, of
tomorrow. `--half 0` or `1` counts only the rows where the SHA-256 of the id begins with an even or an odd byte: one
half to be read while the rows are written, one to be counted."""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from agent.verbs.times import found

Moment = tuple[str, ...]
OPEN = ".."
_LENGTHS = {"Week": relativedelta(weeks=1), "Month": relativedelta(months=1), "Year": relativedelta(years=1)}
_GRAINS = {"Hour": timedelta(hours=1), "Minute": timedelta(minutes=1), "Second": timedelta(seconds=1)}
_DAY, _YEAR = timedelta(days=1), timedelta(days=366)
_LAST_SECOND = "T23:59:59"
_UNDATED = frozenset({"duration", "set"})
_CORPUS_NOW = {"duckling/VI/Corpus.hs": "2017-02-02T03:55:00"}
"""A corpus that was written at another moment than its rows say: its own "now" is this one."""


def read(line: str) -> dict[str, Any]:
    """One row, at the moment that its corpus was written for."""
    row: dict[str, Any] = json.loads(line)
    return row | {"now": _CORPUS_NOW.get(row.get("source", ""), row["now"])}


def ours(row: dict[str, Any], notation: bool = False) -> list[set[Moment]]:
    """What we hear, each a moment or the two ends of a stretch; with `notation` in every way that it may be written."""
    said = found({"id": "", **{key: row[key] for key in ("text", "lang", "now")}})["expressions"]
    heard = [
        [e["value"]] if isinstance(e["value"], str) else list(e["value"]) for e in said if e["kind"] not in _UNDATED
    ]
    return [set(_ways(value, row)) if notation else {_moment(value, row["now"])} for value in heard]


def _ways(value: list[str], row: dict[str, Any]) -> Iterator[Moment]:
    now, plain = _at(row["now"]), _moment(value, row["now"])
    yield plain
    if ":" in value[0] and "-" not in value[0] and (plain[0] == OPEN or _at(plain[0]) < now):
        yield tuple(each if each == OPEN else (_at(each) + _DAY).isoformat() for each in plain)
    if len(plain) == 1:
        return
    start, end = plain
    starts, ends = {start}, {end}
    if start in (now.isoformat(), now.date().isoformat() + "T00:00:00"):
        starts.add(OPEN)
    if end != OPEN and "-" in value[1] and "T" not in value[1]:
        ends.add((_at(end) - _DAY).isoformat())
    elif end != OPEN:
        expected = row["expected"]
        grain = expected.get("grain") if isinstance(expected, dict) else None
        ends.add((_at(end) + _GRAINS.get(grain, timedelta())).isoformat())
        if "T00:00" in end:
            ends.add(OPEN)
    yield from ((first, last) for first in starts for last in ends)


def theirs(row: dict[str, Any]) -> list[set[Moment]]:
    """For each expected expression the values of which any will do; empty where nothing can be compared."""
    expected, now = row["expected"], row["now"]
    if isinstance(expected, list):
        return [{m for value in e["values"] if (m := _recognized(value, now))} for e in expected]
    if expected["kind"] == "value":
        start, length = expected["value"], _LENGTHS.get(expected["grain"])
        return [{_moment([start] if length is None else [start, (_at(start) + length).isoformat()], now)}]
    if expected["kind"] == "open_interval":
        after = expected["direction"] == "After"
        return [{_moment([expected["value"], OPEN] if after else [OPEN, expected["value"]], now)}]
    return [{_moment([expected["start"], expected["end"]], now)}]


def _recognized(value: dict[str, Any], now: str) -> Moment | None:
    if "start" in value or "end" in value:
        return _moment([value.get("start", OPEN), value.get("end", OPEN)], now)
    plain = str(value.get("value", ""))
    return _moment([plain], now) if plain[:1].isdigit() else None


def _moment(ends: list[str], now: str) -> Moment:
    """ISO dates and times, whatever part was said: a bare time is today's, a bare date its beginning; the last second
    of a day is the first of the next."""
    return tuple(end if end == OPEN else _whole(end.replace(" ", "T"), now[:10]).isoformat() for end in ends)


def _whole(text: str, day: str) -> datetime:
    text = f"{day}T{text}" if ":" in text and "-" not in text else text
    text = text.replace("T24:00", _LAST_SECOND)
    return _at(text) + timedelta(seconds=text.endswith(_LAST_SECOND))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def is_right(heard: list[set[Moment]], wanted: list[set[Moment]]) -> bool:
    """Whether each expected value was heard, and as many as were expected."""
    return len(heard) == len(wanted) and all(any(not h.isdisjoint(w) for h in heard) for w in wanted)


def is_near(row: dict[str, Any]) -> bool:
    now = _at(row["now"])
    return all(abs(_at(m) - now) <= _YEAR for each in theirs(row) for value in each for m in value if m != OPEN)


def half(row: dict[str, Any]) -> int:
    return hashlib.sha256(row["id"].encode()).digest()[0] % 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--half", type=int, choices=(0, 1))
    given = parser.parse_args()
    shares: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for line in given.file.read_text(encoding="utf-8").splitlines():
        row = read(line)
        wanted = theirs(row)
        if any(not each for each in wanted) or given.half not in (None, half(row)):
            continue  # nothing that could be compared: a season
        right = is_right(ours(row), wanted), is_right(ours(row, notation=True), wanted)
        shares[row["lang"]].append((is_near(row), *right))
    shares["all"] = [each for rows in shares.values() for each in rows]
    for lang, rows in sorted(shares.items()):
        near = [right for close, *right in rows if close]
        print(f"{lang:<4} within a year {_shares(near)} of {len(near):>4}, all {_shares([r for _, *r in rows])}"
              f" of {len(rows):>4}")  # fmt: skip
    return 0


def _shares(rows: list[list[bool]]) -> str:
    """The share that is right strictly, and by notation."""
    return " ".join(f"{sum(column) / len(rows):.2f}" for column in zip(*rows, strict=True)) or "   -    -"


if __name__ == "__main__":
    sys.exit(main())
