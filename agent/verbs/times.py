"""Date and time expressions in single messages: JSON lines in, JSON lines out."""

import argparse
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from agent.content.read_yaml import read_yaml
from agent.settings import ROOT
from agent.understand.times import TimeGrammar
from agent.verbs.foreign_times import foreign_times
from agent.verbs.lines import each_line, text_of
from agent.verbs.moments import wall_clock, zone_from

EPILOG = """
In: {"id", "text", "lang", "now"}. Out: {"id", "expressions": [{"start", "end", "text", "kind", "value"}]}.
`kind` is date, time, datetime, daterange, timerange, datetimerange, duration or set; `value` is ISO 8601, or [from, to)
for ranges. Offsets count characters. `now` without an offset is the writer's wall clock; with one it is read as it
stands, or in the zone of --tz or of the --clinic. A language without its own rows is read by dateparser alone.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--tz", metavar="ZONE", help="IANA zone for a `now` with an offset; default: the clinic's own")
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the demo clinic")


def run(given: argparse.Namespace) -> int:
    zone: ZoneInfo | None = None
    if given.tz or given.clinic:
        from agent.verbs.lines import clinic_from

        zone = zone_from(given.tz, clinic_from(given.clinic).zone if given.clinic else "UTC")
    return each_line(lambda line: found(line, zone))


def found(line: dict[str, Any], zone: ZoneInfo | None = None) -> dict[str, Any]:
    """One line's answer, in the shape of the contract. Raises ValueError for a line that cannot be read."""
    text, lang = text_of(line), line.get("lang") or "en"
    if not isinstance(lang, str):
        raise ValueError("lang must be a string")
    now, tag = wall_clock(line.get("now"), zone), lang.replace("_", "-").split("-")[0].lower()
    grammar = grammar_of(tag)
    said = grammar.find(text, now) if grammar is not None else foreign_times(text, tag, now)
    return {
        "id": line.get("id"),
        "expressions": [
            {"start": e.start, "end": e.end, "text": e.text, "kind": e.kind, "value": e.value} for e in said
        ],
    }


@cache
def grammar_of(tag: str) -> TimeGrammar | None:
    """The grammar of intents/<tag>/_times.yaml; None where nobody has written one."""
    path = ROOT / "intents" / tag / "_times.yaml"
    return TimeGrammar(read_yaml(path, path.name)) if tag.isalpha() and path.is_file() else None
