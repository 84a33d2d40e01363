"""Check content, clinic facts and settings; one line for each defect."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from agent.content import Fault, read_content
from agent.model.clinic import Clinic
from agent.proof import prove
from agent.settings import ROOT, load_settings
from agent.verbs.lines import clinic_from

EPILOG = """
Prints every setting, secrets redacted. Each defect is one line on standard error (file, line, what is wrong, how to
mend it); then the exit status is 1.
Notices are told without failing, unless --strict is given: unused messages, translations older than their English,
safety and consent messages that nobody has reviewed.
"""
_MOST_NAMED = 6


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument(
        "root", nargs="?", type=Path, help="folder with intents/, workflows/ and locales/; default: FRONTDESK_CONTENT"
    )
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the configured clinic")
    parser.add_argument("--settings", action="store_true", help="print the settings and check nothing")
    parser.add_argument("--strict", action="store_true", help="notices fail as well")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    for name, value in settings.printed().items():
        print(f"{name} = {value}")
    if given.settings:
        return 0
    clinic = clinic_from(given.clinic)
    faults, notices, summary = checked(given.root or settings.content, clinic)
    for line in (*(str(f) for f in faults), *settings.refusals(), *(f"notice: {n}" for n in gathered(notices))):
        print(line, file=sys.stderr)
    if faults or settings.refusals() or (given.strict and notices):
        return 1
    print(summary)
    return 0


def checked(root: Path, clinic: Clinic) -> tuple[list[Fault], list[Fault], str]:
    """Every defect below `root`, every notice, and one line about what was read."""
    from agent.actions import ACTIONS
    from agent.web import console_catalogue

    reading = read_content(root, frozenset(ACTIONS), thorough=True)
    faults, content = list(reading.faults), reading.content
    if reading.whole:
        faults += prove(reading, clinic)
        missing = [t for t in clinic.languages if t not in content.live]
        faults += [Fault(clinic.id, 0, f"the clinic lists {t}, which is not live", "Take it out.") for t in missing]
        formless = [v for v in clinic.visit_types if v.form and v.form not in content.forms]
        faults += [
            Fault(clinic.id, 0, f"{v.id} offers the form {v.form}, which is not there", "Mend it.") for v in formless
        ]
    if root.resolve() == ROOT:
        faults += console_catalogue.faults(root)
    said = (
        f"content {content.revision}: {len(content.flows)} flows, live: {', '.join(content.live)}; clinic {clinic.id}"
    )
    return faults, list(reading.notices), said


def gathered(notices: Iterable[Fault]) -> list[str]:
    """Notices about many messages of one file as one line, the first few named."""
    groups: dict[tuple[str, str], list[Fault]] = {}
    for notice in notices:
        groups.setdefault((notice.file, notice.what.partition(": ")[2]), []).append(notice)
    out = []
    for (file, what), alike in groups.items():
        named = [n.what.partition(": ")[0] for n in alike]
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        out.append(str(alike[0]) if len(alike) == 1 else f"{file}: {what}: {', '.join(named[:_MOST_NAMED])}{more}")
    return out
