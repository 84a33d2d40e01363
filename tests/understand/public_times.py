"""`python -m tests.understand.public_times FILE`: our dates and times against public sets, strictly.

FILE holds JSON lines `{text, lang, now, expected}`, `expected` being one value as Duckling's corpora write it (`kind`,
`value` or `start` and `end`, `grain`) or the list of Recognizers-Text's specs (`kind`, `values`). A row counts where
every expected value is found and nothing else. Prints each language's share of the rows within a year, and of all."""

import json
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from agent.verbs.times import found

Moment = tuple[str, ...]
_LENGTHS = {"Week": relativedelta(weeks=1), "Month": relativedelta(months=1), "Year": relativedelta(years=1)}
OPEN = ".."
_YEAR = timedelta(days=366)
_UNDATED = frozenset({"duration", "set"})


def ours(row: dict[str, Any]) -> set[Moment]:
    """What we hear: each a moment, or the two ends of a stretch."""
    said = found({"id": "", **{key: row[key] for key in ("text", "lang", "now")}})["expressions"]
    day = row["now"][:10]
    values = [[e["value"]] if isinstance(e["value"], str) else e["value"] for e in said if e["kind"] not in _UNDATED]
    return {tuple(_moment(end, day) for end in value) for value in values}


def theirs(row: dict[str, Any]) -> list[set[Moment]]:
    """For each expected expression the values of which any will do; empty where nothing can be compared."""
    expected, day = row["expected"], row["now"][:10]
    if isinstance(expected, list):
        return [{m for value in e["values"] if (m := _recognized(value, day))} for e in expected]
    if expected["kind"] == "value":
        start, length = expected["value"], _LENGTHS.get(expected["grain"])
        return [{(start,) if length is None else (start, (_at(start) + length).isoformat())}]
    return [{(expected.get("start", OPEN), expected.get("end", OPEN))}]


def _recognized(value: dict[str, Any], day: str) -> Moment | None:
    if "start" in value or "end" in value:
        return _moment(value.get("start", OPEN), day), _moment(value.get("end", OPEN), day)
    plain = str(value.get("value", ""))
    return (_moment(plain, day),) if plain[:1].isdigit() else None


def _moment(text: str, day: str) -> str:
    """An ISO date and time, whatever part of it was said: a bare time is today's, a bare date its beginning."""
    if text == OPEN:
        return text
    text = text.replace(" ", "T")
    text = f"{day}T{text}" if ":" in text and "-" not in text else text
    return _at(text).isoformat()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("T24:00", "T23:59:59")).replace(tzinfo=None)


def _near(row: dict[str, Any]) -> bool:
    now = _at(row["now"])
    return all(abs(_at(m) - now) <= _YEAR for each in theirs(row) for value in each for m in value if m != OPEN)


def main() -> int:
    shares: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        wanted = theirs(row)
        if any(not each for each in wanted):
            continue  # nothing that could be compared: a season
        heard = ours(row)
        right = len(heard) == len(wanted) and all(any(_same(h, w) for h in heard for w in each) for each in wanted)
        shares[row["lang"]].append((right, _near(row)))
    shares["all"] = [each for rows in shares.values() for each in rows]
    for lang, rows in sorted(shares.items()):
        near = [right for right, close in rows if close]
        print(f"{lang:<4} within a year {sum(near) / max(len(near), 1):.2f} of {len(near):>4}, all "
              f"{sum(right for right, _ in rows) / len(rows):.2f} of {len(rows):>4}")  # fmt: skip
    return 0


def _same(heard: Moment, wanted: Moment) -> bool:
    return tuple(heard) == tuple(m if m == OPEN else _at(m).isoformat() for m in wanted)


if __name__ == "__main__":
    sys.exit(main())
