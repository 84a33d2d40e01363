"""Write out what an editor of the content needs: phrases the desk misunderstood, as examples and regression tests."""

import argparse
import json
from collections import defaultdict
from pathlib import Path

from agent.adapters.clinic_file import load_clinic
from agent.adapters.ids import new_ids
from agent.house import store_of, utc_now
from agent.model.fault import Busy
from agent.model.second_look import SecondLook
from agent.settings import load_settings
from agent.verbs.lines import wrong

EPILOG = """
Details about people are replaced by marks such as [NAME_1]: write other words in their place before using an example.
Paste the examples into intents/<language>/<intent>.yaml, the regression tests into <language>/_regressions.yaml:
`frontdesk evaluate --gate` fails while one of these is misheard.
"""
_MOST = 10_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--misheard", metavar="DIR", type=Path, required=True, help="folder for one file per language")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    clinic = load_clinic(settings.clinic_file)
    try:
        store = store_of(settings, utc_now, new_ids(utc_now))
        with store.begin(write=False) as tx:
            looks = tx.looks.by_verdict(clinic.id, "wrong", _MOST)
    except Busy:
        wrong("the database is away: start it, or set FRONTDESK_DATABASE_URL")
    store.close()
    by_language: dict[str, list[SecondLook]] = defaultdict(list)
    for look in reversed(looks):
        by_language[look.lang].append(look)
    given.misheard.mkdir(parents=True, exist_ok=True)
    for lang, each in by_language.items():
        (given.misheard / f"{lang}.yaml").write_text(proposals(each), encoding="utf-8")
        print(f"{given.misheard / f'{lang}.yaml'}: {len(each)} phrases")
    if not by_language:
        print("nothing was misheard")
    return 0


def proposals(looks: list[SecondLook]) -> str:
    """The phrases as YAML: examples by intent, then regression tests."""
    by_intent: dict[str, list[SecondLook]] = defaultdict(list)
    for look in looks:
        by_intent[str(look.meant)].append(look)
    lines = ["# Proposed from the console; details about people are marks to be replaced.", "examples:"]
    for intent, each in sorted(by_intent.items()):
        lines.append(f"  {intent}:")
        lines += [f"    - {_quoted(look.text)} # heard as {look.heard}, {look.confidence:.2f}" for look in each]
    lines.append("regressions:")
    lines += [f"  - {{text: {_quoted(look.text)}, intent: {look.meant}}}" for look in looks]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)  # JSON's quotes are YAML's
