"""Trains the ears from a Content, or loads what was trained from the same one; a composition root."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.content.load import corpus
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.understand.classifier import IntentClassifier
from agent.understand.hear import Ears
from agent.understand.language import UNKNOWN, LanguageDetector
from agent.understand.times import TimeGrammar


def training_key(content: Content) -> str:
    """The same sentences, the same models: a hash over everything the training reads."""
    parts = {k: content.rows.get(k, {}) for k in ("corpus", "two", "swaps", "languages")}
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(("3" + text).encode()).hexdigest()[:16]


def ears_for(content: Content, clinic: Clinic, cache: Path) -> Ears:
    """Load the trained models of this content from `cache`, or train and keep them (some seconds)."""
    key = training_key(content)
    intents, language = cache / f"intents-{key}.npz", cache / f"language-{key}.npz"
    ask_for = _asked_for(content)
    try:
        classifier = IntentClassifier.load(intents)
        detector = LanguageDetector.load(language, content.live, ask_for)
    except (OSError, ValueError):
        classifier = IntentClassifier.train(
            corpus(content), connectors=_rows(content, "two", "connectors"), swaps=_rows(content, "swaps", "swaps")
        )
        classifier.save(intents)
        detector = LanguageDetector.train(_sentences(content), content.live, ask_for)
        detector.save(language)
    grammars = {tag: TimeGrammar(rows) for tag, rows in content.rows.get("times", {}).items()}
    return Ears(content, clinic, classifier, detector, grammars)


def _rows(content: Content, kind: str, name: str) -> dict[str, Any]:
    return {tag: row[name] for tag, row in content.rows.get(kind, {}).items() if name in row}


def _languages(content: Content) -> Mapping[str, Any]:
    raw = content.rows.get("languages", {})
    found = raw.get("languages", raw)
    return found if isinstance(found, dict) else {}


def _asked_for(content: Content) -> dict[str, list[str]]:
    return {tag: row.get("ask_for") or [] for tag, row in _languages(content).items() if isinstance(row, dict)}


def _sentences(content: Content) -> dict[str, list[str]]:
    """Language -> sentences: the corpora, and the samples of languages that have none yet."""
    out: dict[str, list[str]] = {}
    for tag, pairs in corpus(content).items():
        out[tag] = [text for text, intent in pairs if intent != "language_switch"]
    for tag, row in _languages(content).items():
        if isinstance(row, dict) and row.get("sample"):
            out.setdefault(tag, []).extend(row["sample"])
    elsewhere = content.rows.get("languages", {}).get("elsewhere", [])
    out[UNKNOWN] = [str(x) for row in (elsewhere.values() if isinstance(elsewhere, dict) else [elsewhere]) for x in row]
    return out
