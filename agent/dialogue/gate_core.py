"""The core of the safety phrases, sealed when the product is made: a clinic may add to it, and never take from it."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from agent.dialogue.gate import SafetyGate

SEAL = Path(__file__).with_name("core.json")
_RAISED = frozenset({"urgent", "emergency"})
_QUIET = frozenset({"clinical_question", "distress"})  # a person reads these; nobody is woken


def sealed(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """What one language's safety file holds, category by category, each phrase and each test as a short hash."""
    return {
        str(name): sorted({_hash(tier, phrase) for tier, lines in category["phrases"].items() for phrase in lines})
        + sorted({_hash("test", text) for text in category.get("tests") or ()})
        for name, category in row["categories"].items()
    }


def taken(lang: str, row: Mapping[str, Any]) -> list[str]:
    """One line for each category of which phrases or tests of the core are gone; a language without a core has none."""
    here = sealed(row)
    gone = {name: len(set(core) - set(here.get(name, ()))) for name, core in _core().get(lang, {}).items()}
    return [
        f"categories: {name}: {count} phrases or tests of the core are gone: put them back; a clinic adds its own"
        for name, count in gone.items()
        if count
    ]


def silenced(lang: str, row: Mapping[str, Any], gate: SafetyGate) -> list[str]:
    """One line for each test of a category that rings no longer, because of an idiom or a denial that hides it."""
    out = []
    for name, category in row["categories"].items():
        for text in category.get("tests") or ():
            found = gate.read(str(text), lang)
            if found.urgency not in _RAISED and (category["class"] not in _QUIET or found.cls == "none"):
                out.append(
                    f"categories: {name}: tests: {text!r} rings no longer: an idiom, a denial or a time hides it"
                )
    return out


@cache
def _core() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(SEAL.read_text(encoding="utf-8"))
    return found


def _hash(kind: str, text: object) -> str:
    return hashlib.sha256(f"{kind} {text}".encode()).hexdigest()[:8]
