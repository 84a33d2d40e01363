"""Check content, clinic facts and settings; one line for each defect."""

import argparse
import sys
from pathlib import Path

from agent.actions import ACTIONS
from agent.content import ContentFault, load_content
from agent.settings import ROOT, load_settings
from agent.verbs.lines import clinic_from


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "root", nargs="?", type=Path, default=ROOT, help="folder with intents/, workflows/ and locales/"
    )
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the configured clinic")
    parser.add_argument("--settings", action="store_true", help="also print the settings, secrets redacted")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    if given.settings:
        for name, value in settings.printed().items():
            print(f"{name} = {value}")
    clinic = clinic_from(given.clinic)
    try:
        content = load_content(given.root, frozenset(ACTIONS))
    except ContentFault as e:
        print(e, file=sys.stderr)
        return 1
    missing = [t for t in clinic.languages if t not in content.live]
    for why in [*settings.refusals(), *(f"the clinic lists {t}, which is not live" for t in missing)]:
        print(why, file=sys.stderr)
    if settings.refusals() or missing:
        return 1
    print(
        f"content {content.revision}: {len(content.flows)} flows, live: {', '.join(content.live)}; clinic {clinic.id}"
    )
    return 0
