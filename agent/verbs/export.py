"""Write out what was published in /admin as files, or phrases the desk misunderstood as examples and tests."""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

from agent.adapters.clinic_edits import edited_text
from agent.adapters.clinic_file import ClinicFileError, load_clinic
from agent.adapters.ids import new_ids
from agent.content import ContentFault
from agent.content.items import written
from agent.house import store_of, utc_now
from agent.model.edit import Items
from agent.model.fault import Busy
from agent.model.second_look import SecondLook
from agent.settings import Settings, load_settings
from agent.verbs.lines import wrong

EPILOG = """
--content writes each file that differs from what came with the product, into DIR (`.`: into the files themselves, to be
committed); `frontdesk publish` then takes them from there.
--misheard: details about people are replaced by marks such as [NAME_1]: write other words in their place first.
Paste the examples into intents/<language>/<intent>.yaml, the regression tests into <language>/_regressions.yaml:
`frontdesk evaluate --gate` fails while one of these is misheard.
"""
_MOST = 10_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--content", metavar="DIR", type=Path, help="what was published, as files below DIR")
    kinds.add_argument("--misheard", metavar="DIR", type=Path, help="folder for one file per language")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    clinic = load_clinic(settings.clinic_file)
    try:
        store = store_of(settings, utc_now, new_ids(utc_now))
        with store.begin(write=False) as tx:
            head = tx.content.head(clinic.id)
            serving = tx.content.revision(clinic.id, head) if head else None
            looks = tx.looks.by_verdict(clinic.id, "wrong", _MOST)
    except Busy:
        wrong("the database is away: start it, or set FRONTDESK_DATABASE_URL")
    store.close()
    if given.content is not None:
        return export_content(settings, serving.items if serving is not None else {}, given.content)
    by_language: dict[str, list[SecondLook]] = defaultdict(list)
    for look in reversed([look for look in looks if look.example != "declined"]):
        by_language[look.lang].append(look)
    given.misheard.mkdir(parents=True, exist_ok=True)
    for lang, each in by_language.items():
        (given.misheard / f"{lang}.yaml").write_text(proposals(each), encoding="utf-8")
        print(f"{given.misheard / f'{lang}.yaml'}: {len(each)} phrases")
    if not by_language:
        print("nothing was misheard")
    return 0


def export_content(settings: Settings, items: Items, folder: Path) -> int:
    """The files as they are published; a clinic file keeps its place below the content folder, or its bare name."""
    try:
        texts = written(settings.content, items)
        facts = {key: item for key, item in items.items() if key.startswith("clinic/")}
        if facts:
            file = settings.clinic_file.resolve()
            inside = file.is_relative_to(settings.content.resolve())
            name = str(file.relative_to(settings.content.resolve())) if inside else file.name
            texts[name] = edited_text(settings.clinic_file, facts)
    except (ContentFault, ClinicFileError) as broken:
        print(broken, file=sys.stderr)
        return 1
    for name, text in sorted(texts.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    if not texts:
        print("nothing was published over the files")
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
