"""Date and time expressions in single messages: JSON lines in, JSON lines out."""

import argparse
from datetime import datetime
from typing import Any

from agent.content.read_yaml import read_yaml
from agent.settings import ROOT
from agent.understand.times import TimeGrammar
from agent.verbs.lines import clinic_from, each_line, text_of
from agent.verbs.understand import local_now


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tz", help="IANA zone for a `now` with an offset; default: the clinic's own")
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the demo clinic")


def run(given: argparse.Namespace) -> int:
    zone = given.tz or (clinic_from(given.clinic).zone if given.clinic else None)
    grammars: dict[str, TimeGrammar | None] = {}
    return each_line(lambda line: found(line, zone, grammars))


def found(line: dict[str, Any], zone: str | None, grammars: dict[str, TimeGrammar | None]) -> dict[str, Any]:
    text = text_of(line)
    lang = str(line.get("lang") or "en").split("-")[0]
    if lang not in grammars:
        path = ROOT / "intents" / lang / "_times.yaml"
        ours = path.is_file() and lang.isalpha()
        grammars[lang] = TimeGrammar(read_yaml(path, path.name)) if ours else None
    grammar = grammars[lang]
    if grammar is None:
        raise ValueError(f"no time grammar for {lang}")
    now = _wall_clock(line.get("now"), zone)
    return {
        "id": line.get("id"),
        "expressions": [
            {"start": e.start, "end": e.end, "text": e.text, "kind": e.kind, "value": e.value}
            for e in grammar.find(text, now)
        ],
    }


def _wall_clock(given: Any, zone: str | None) -> datetime:
    """The writer's wall clock: a `now` with an offset is read as it stands, unless --tz says where the clinic is."""
    if not given:
        return local_now(None, zone or "UTC")
    at = datetime.fromisoformat(str(given))
    return local_now(str(given), zone) if at.tzinfo is not None and zone else at.replace(tzinfo=None)
