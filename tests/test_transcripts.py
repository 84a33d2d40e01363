"""Whole conversations, word for word: what was said, what was heard, what the desk answered and prepared.

`python -m tests.test_transcripts --update [name …]` writes what the desk says now into the files; read it aloud. It
also writes the patients' side of all of them into the product, which plays it before a publish; `--scripts`: only that.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.consequences import SCRIPTS
from agent.rehearsal_play import TURN
from tests.shared import read_quickly
from tests.transcripts.playing import play
from tests.understand.spoken import ALL

FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*/*.yaml"))
FOLDERS = (
    "happy corrections cancellations digressions handoff crisis languages negations identity consent two_requests "
    "not_understood messages voice forms after_visit"
).split()


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_quickly(path.read_text("utf-8"))
    return found


@pytest.mark.parametrize("path", FILES, ids=[f"{p.parent.name}/{p.stem}" for p in FILES])
def test_the_desk_says_what_was_read_and_approved(path: Path) -> None:
    script = read(path)
    played = play(script)
    assert plain(played.script) == script
    assert played.faults == []


def test_every_situation_has_its_transcripts_in_every_language_and_on_every_channel() -> None:
    scripts = [read(p) for p in FILES]
    assert {p.parent.name for p in FILES} == set(FOLDERS)
    ended = [s["finally"]["language"] for s in scripts]
    first = ended.count("en") + ended.count("es")
    assert first >= 70
    assert min(ended.count("en"), ended.count("es")) >= 0.4 * first
    assert all(ended.count(lang) >= 3 for lang in ALL)
    assert {s.get("channel", "sms") for s in scripts} == {"sms", "chat", "voice"}


def test_the_product_plays_the_same_conversations_before_a_publish() -> None:
    assert SCRIPTS.read_text("utf-8") == patients_side(), "run python -m tests.test_transcripts --scripts"


def patients_side() -> str:
    """What is done in each transcript, without what came of it: a line each."""
    rows = []
    for path in FILES:
        script = read(path)
        done = [{k: v for k, v in turn.items() if k in TURN} for turn in script["turns"]]
        kept = {k: v for k, v in script.items() if k not in ("turns", "tasks", "finally")}
        row = {"name": f"{path.parent.name}/{path.stem}", **kept, "turns": done}
        rows.append(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    return "".join(rows)


def plain(script: dict[str, Any]) -> dict[str, Any]:
    """As it looks once written to a file and read again."""
    found: dict[str, Any] = read_quickly(written(script))
    return found


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, everything else on one line."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def written(script: dict[str, Any]) -> str:
    """The YAML of a transcript."""
    return yaml.dump(script, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def update(names: list[str]) -> None:
    """Write what the desk says now."""
    SCRIPTS.write_text(patients_side(), "utf-8")
    for path in FILES:
        if not names or any(n in f"{path.parent.name}/{path.stem}" for n in names):
            played = play(read(path))
            path.write_text(written(played.script), "utf-8")
            for fault in played.faults:
                print(f"{path.parent.name}/{path.stem}: {fault}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--scripts"]:
        SCRIPTS.write_text(patients_side(), "utf-8")
    elif sys.argv[1:2] == ["--update"]:
        update(sys.argv[2:])
    else:
        sys.exit("usage: python -m tests.test_transcripts --scripts | --update [name …]")
