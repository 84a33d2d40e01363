"""Reads workflows/intake/*.json, forms and the ValueSets beside them; tells each flaw of a form with file and line."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from agent.content.faults import Fault
from agent.content.sources import Sources
from agent.intake.check import assembled, check
from agent.intake.read import LARGEST, Flaw, Read, read
from agent.intake.valuesets import is_value_set
from agent.model.form import Form

PATTERN = "workflows/intake/*.json"


def read_forms(sources: Sources, live: tuple[str, ...]) -> tuple[dict[str, Form], list[Fault]]:
    """The forms by name, and what is wrong with them; missing translations are notices: English stands in."""
    names = sources.names(PATTERN)
    texts = {name: text for name in names if (text := _text(sources, name)) is not None}
    faults = [
        Fault(name, 0, "this file cannot be read as UTF-8", "Save it anew.") for name in names if name not in texts
    ]
    sets = _value_sets(texts)
    texts = {name: text for name, text in texts.items() if name not in sets}
    beside = {str(held.get("url")): held for held in sets.values()}
    reads = {Path(name).stem: read(text, Path(name).stem, beside) for name, text in texts.items()}
    reads = {stem: Read(found.form, list(found.flaws), found.subs) for stem, found in reads.items()}
    forms = assembled(reads)
    of = {Path(name).stem: (name, text) for name, text in texts.items()}
    for stem, found in reads.items():
        name, text = of[stem]
        faults += [_fault(name, text, flaw) for flaw in found.flaws]
        if stem in forms and all(f.minor for f in found.flaws):
            for flaw in check(forms[stem], live):
                if not flaw.link or _line(text, flaw.link):  # else it is told where the sub-form itself is read
                    faults.append(_fault(name, text, flaw))
    return forms, faults


def _value_sets(texts: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """Files that are no forms but ValueSets, which forms name by their url."""
    found: dict[str, Mapping[str, Any]] = {}
    for name, text in texts.items():
        if '"ValueSet"' in text and len(text) <= LARGEST:
            with suppress(ValueError, RecursionError):
                if is_value_set(held := json.loads(text)):
                    found[name] = held
    return found


def _text(sources: Sources, name: str) -> str | None:
    if name in sources.edited:
        return sources.edited[name]
    try:
        return (sources.root / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _fault(name: str, text: str, flaw: Flaw) -> Fault:
    what = f"{flaw.link}: {flaw.what}" if flaw.link else flaw.what
    return Fault(name, _line(text, flaw.link), what, flaw.fix, notice=flaw.minor)


def _line(text: str, link: str) -> int:
    """Where the item stands, from 1; 0 where it does not."""
    at = text.find(f'"linkId": {json.dumps(link)}') if link else -1
    at = text.find(f'"linkId":{json.dumps(link)}') if link and at < 0 else at
    return text.count("\n", 0, at) + 1 if at >= 0 else 0
