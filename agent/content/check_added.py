"""Safety phrases that a clinic adds: plain words in a file of their own, laid over those that come with the product, so
that nothing can be taken from these."""

import re
from collections.abc import Mapping
from typing import Any, get_args

from agent.content.faults import Fault, instead_of
from agent.content.read_yaml import Document
from agent.model.content import Content
from agent.model.safety import Tier

TIERS = (*get_args(Tier), "routine")
MOST_WORDS, MOST_LETTERS, FEWEST_LETTERS, MOST_PHRASES = 12, 120, 4, 500
_SIGNS = re.compile(r"[\[\](){}|~@#*\\^$+?<>`]|\.\.\.")
_HIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def with_added(row: Any, added: Any) -> Any:
    """The safety rows of a language with the clinic's own phrases and tests; what has no form is passed over."""
    more = added.get("categories") if isinstance(added, Mapping) else None
    own = row.get("categories") if isinstance(row, Mapping) else None
    if not isinstance(more, Mapping) or not isinstance(own, Mapping):
        return row
    categories = dict(own)
    for name, extra in more.items():
        if name in own and isinstance(own[name], Mapping) and isinstance(extra, Mapping):
            categories[name] = _laid_over(own[name], extra)
    return {**row, "categories": categories}


def _laid_over(category: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    phrases = dict(category.get("phrases") or {})
    for tier, lines in (extra.get("phrases") or {}).items() if isinstance(extra.get("phrases"), Mapping) else ():
        if tier in TIERS and isinstance(lines, list):
            known = list(phrases.get(tier) or ())
            phrases[tier] = known + [x for x in lines if isinstance(x, str) and not said_wrong(x) and x not in known]
    tests = extra.get("tests")
    told = [x for x in tests if isinstance(x, str)] if isinstance(tests, list) else []
    return {**category, "phrases": phrases, "tests": [*(category.get("tests") or ()), *told]}


def said_wrong(phrase: str) -> str:
    """Why a phrase cannot be added, for whoever wrote it; empty when it can."""
    if not phrase.strip():
        return "it is empty"
    if len(phrase) > MOST_LETTERS or len(phrase.split()) > MOST_WORDS:
        return f"it is longer than {MOST_WORDS} words or {MOST_LETTERS} letters: write only the words that matter"
    if found := _HIDDEN.search(phrase):
        return f"it holds an invisible character (U+{ord(found[0]):04X}): type it anew"
    if found := _SIGNS.search(phrase):
        return f"it holds {found[0]}: write plain words, as a patient would; each way of saying it on its own line"
    letters = [c for c in phrase if c.isalnum()]
    if len(letters) < (FEWEST_LETTERS if phrase.isascii() else 2):
        return "it is too short: it would ring in the middle of other words"
    return ""


def check_added(content: Content, document: Document, tag: str) -> list[Fault]:
    """Every defect of a language's `_added.yaml`."""
    data = document.data
    if set(data) - {"categories"} or not isinstance(data.get("categories"), Mapping):
        return [document.fault("this file holds `categories:` and nothing else", "See docs/content.md.")]
    known = content.rows["safety"].get(tag, {}).get("categories", {})
    faults: list[Fault] = []
    for name, extra in data["categories"].items():
        place = ("categories", name)
        if name not in known:
            faults.append(document.fault(f"there is no category {name}", instead_of(str(name), known), *place))
            continue
        if not isinstance(extra, Mapping) or set(extra) - {"phrases", "tests"}:
            faults.append(document.fault("a category holds phrases and tests", "Take the rest out.", *place))
            continue
        faults += _phrases(document, extra.get("phrases") or {}, name)
        tests = extra.get("tests") or []
        if not isinstance(tests, list) or not all(isinstance(x, str) and x.strip() for x in tests):
            faults.append(document.fault("tests must be a list of sentences", "Quote each.", *place, "tests"))
        elif extra.get("phrases") and not tests:
            what = f"{name}: phrases without a test: nobody would see when they ring no longer"
            faults.append(document.fault(what, "Write a message that must ring.", *place))
    return faults


def _phrases(document: Document, phrases: Any, name: str) -> list[Fault]:
    place = ("categories", name, "phrases")
    if not isinstance(phrases, Mapping):
        return [document.fault("phrases stand by how urgent they are", f"Use {', '.join(TIERS)}.", *place)]
    faults: list[Fault] = []
    for tier, lines in phrases.items():
        if tier not in TIERS:
            faults.append(document.fault(f"{tier} is no tier", instead_of(str(tier), TIERS), *place, tier))
        elif not isinstance(lines, list) or len(lines) > MOST_PHRASES:
            faults.append(document.fault(f"{tier} must be a list, not too long", "One phrase a line.", *place, tier))
        else:
            for at, line in enumerate(lines):
                why = said_wrong(line) if isinstance(line, str) else "it is not text: put it in quotes"
                if why:
                    faults.append(document.fault(f"{str(line)[:60]!r}: {why}", "Mend it.", *place, tier, at))
    return faults
