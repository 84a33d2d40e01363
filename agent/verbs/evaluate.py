"""Measure understanding on the sentences that nothing is trained on, per language."""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from agent.content.read_yaml import read_yaml
from agent.dialogue.gate import SafetyGate
from agent.learning import ears_for
from agent.model.content import Content
from agent.settings import ROOT, load_settings
from agent.understand.hear import Ears
from agent.verbs.lines import clinic_from, content_from

EPILOG = """
accuracy and macro-F1 of the intent, share of messages in the right language, expected calibration error (ECE, ten
bins), share of messages with two requests in which both are heard, and of the safety gate: recall on urgent sentences
and false alarms on alarming and on plain errands (tests/dialogue/safety_heldout_<language>.yaml, where they are).
"""
_NOW = datetime.fromisoformat("2026-03-09T10:00")  # a fixed Monday: the same sentences give the same figures
_BINS = 10
_ALARM = ("urgent", "emergency")
_COLUMNS = ("sentences", "accuracy", "macro_f1", "language", "ece", "two_requests", "urgent_recall", "false_alarming",
            "false_plain")  # fmt: skip


class Heard(NamedTuple):
    """One test sentence: what it means and what was heard."""

    text: str
    lang: str
    intent: str
    heard_lang: str
    heard: str
    confidence: float


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--misses", action="store_true", help="also print each sentence that was misheard")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(given: argparse.Namespace) -> int:
    content, clinic = content_from(), clinic_from(None)
    ears = ears_for(content, clinic, load_settings().var / "models")
    gate = SafetyGate(dict(content.rows.get("safety", {})))
    figures: dict[str, dict[str, float]] = {}
    misses: list[Heard] = []
    for lang in content.rows.get("corpus", {}):
        heard = list(listened(content, ears, lang))
        misses += [h for h in heard if h.heard != h.intent or h.heard_lang != lang]
        two = {"two_requests": two_requests(content, ears, lang)}
        figures[lang] = scores(heard) | two | alarms(gate, lang, ROOT / "tests" / "dialogue")
    if given.json:
        told: dict[str, Any] = {"languages": figures}
        if given.misses:
            told["misses"] = [h._asdict() for h in misses]
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(table(figures))
    for h in misses if given.misses else ():
        print(json.dumps(h._asdict(), ensure_ascii=False))
    return 0


def listened(content: Content, ears: Ears, lang: str) -> Iterator[Heard]:
    """Every `tests` sentence of a language, heard without being told its language."""
    for intent, row in content.rows["corpus"][lang].items():
        for test in row.get("tests") or ():
            text = str(test["text"] if isinstance(test, Mapping) else test)
            heard = ears.hear(text, now=_NOW)
            yield Heard(text, lang, intent, heard.lang, heard.intent, heard.confidence)


def scores(heard: Sequence[Heard]) -> dict[str, float]:
    """Accuracy, macro-F1 over the intents that are tested, language identification and ECE."""
    count = max(len(heard), 1)
    right: dict[str, int] = defaultdict(int)
    meant: dict[str, int] = defaultdict(int)
    guessed: dict[str, int] = defaultdict(int)
    bins: dict[int, list[Heard]] = defaultdict(list)
    for h in heard:
        meant[h.intent] += 1
        guessed[h.heard] += 1
        right[h.intent] += h.heard == h.intent
        bins[min(int(h.confidence * _BINS), _BINS - 1)].append(h)
    f1 = [2 * right[i] / (meant[i] + guessed[i]) for i in meant]
    gaps = (abs(sum(h.confidence - (h.heard == h.intent) for h in some)) for some in bins.values())
    return {
        "sentences": len(heard),
        "accuracy": round(sum(right.values()) / count, 4),
        "macro_f1": round(sum(f1) / max(len(f1), 1), 4),
        "language": round(sum(h.heard_lang == h.lang for h in heard) / count, 4),
        "ece": round(sum(gaps) / count, 4),
    }


def two_requests(content: Content, ears: Ears, lang: str) -> float:
    """Share of the messages with two requests in which both are heard."""
    tests = content.rows.get("two", {}).get(lang, {}).get("tests") or ()
    both = 0
    for test in tests:
        heard = ears.hear(str(test["text"]), now=_NOW)
        both += {heard.intent, *heard.also} >= set(test["intents"])
    return round(both / max(len(tests), 1), 4)


def alarms(gate: SafetyGate, lang: str, folder: Path) -> dict[str, float]:
    """How many urgent sentences the gate hears, how many errands it takes for one; empty without held-out sentences."""
    path = folder / f"safety_heldout_{lang}.yaml"
    if not path.is_file():
        return {}
    rows = read_yaml(path, path.name)

    def rate(kind: str) -> float:
        said = [str(t) for t in rows.get(kind) or ()]
        return round(sum(gate.read(t, lang).urgency in _ALARM for t in said) / max(len(said), 1), 4)

    return {
        "urgent_recall": rate("urgent"),
        "false_alarming": rate("routine_alarming"),
        "false_plain": rate("routine_plain"),
    }


def table(figures: Mapping[str, Mapping[str, float]]) -> str:
    """One row per language; a dash where there is nothing to measure on."""
    rows = [["language", *(c.replace("_", " ") for c in _COLUMNS)]]
    for lang, found in figures.items():
        cells = [found.get(c) for c in _COLUMNS]
        rows.append([lang, *("–" if c is None else f"{c:.0f}" if c > 1 else f"{c:.3f}" for c in cells)])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)
