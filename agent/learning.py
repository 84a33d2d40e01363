"""Trains the ears from a Content, or loads what was trained from the same one; a composition root."""

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.content.load import corpus
from agent.dialogue.gate import SafetyGate
from agent.dialogue.gate_rows import Machine, compiled, restored, state
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.understand.classifier import DANGER, PERSON, ROUTINE, IntentClassifier
from agent.understand.hear import Ears
from agent.understand.language import UNKNOWN, LanguageDetector
from agent.understand.requests import Joints
from agent.understand.shelf import Shelf
from agent.understand.times import TimeGrammar
from agent.understand.train_one import Job, shares, train_apart

_FORM = "12"  # counts up when training itself changes
_AT_ONCE = 2  # processes that train


def ears_for(content: Content, clinic: Clinic, cache: Path, languages: tuple[str, ...] = ()) -> Ears:
    """Load the trained models of this content from `cache`, or train and keep what is missing (seconds a language).

    `languages`: only these, for measuring one of them; empty means all that have sentences. Raises OSError where the
    cache cannot be written."""
    times = content.rows.get("times", {})
    grammars = Shelf(times, lambda lang: TimeGrammar(times[lang]))
    with ThreadPoolExecutor(1) as beside:  # it trains here, the classifier in processes of its own
        detector = beside.submit(_detector, content, cache)
        classifier = _classifier(content, cache, languages)
    return Ears(content, clinic, classifier, detector.result(), grammars)


def gate_for(content: Content, cache: Path) -> SafetyGate:
    """The safety gate of this content, its phrases compiled once and kept in `cache`."""

    def machine(lang: str, row: Mapping[str, Any]) -> Machine:
        file = cache / f"safety-{lang}-{_key(row)}.json"
        try:
            return restored(lang, row, json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            made = compiled(lang, row)
            with _alone(cache):
                fresh = file.with_name(file.name + ".new")
                fresh.write_text(json.dumps(state(made)), encoding="utf-8")
                fresh.replace(file)
            return made

    rows = content.rows.get("safety", {})
    return SafetyGate({tag: rows[tag] for tag in rows if tag in content.written}, machine)


def _classifier(content: Content, cache: Path, languages: tuple[str, ...]) -> IntentClassifier:
    """Each language has a file of its own: an edit of one trains that one anew."""
    pairs = corpus(content)
    swaps = _rows(content, "swaps", "swaps")
    tags = [tag for tag in pairs if not languages or tag in languages]
    both = {tag for tag, row in _languages(content).items() if isinstance(row, dict) and row.get("script") == "Deva"}
    alarms = {tag: _alarms(content, tag, pairs[tag]) for tag in tags}
    files = {tag: cache / f"intents-{tag}-{_key(pairs[tag], swaps.get(tag), alarms[tag])}.npz" for tag in tags}

    def job(tag: str) -> Job:
        like = tuple(tuple(str(word) for word in group) for group in swaps.get(tag, ()))
        return Job(lang=tag, pairs=pairs[tag], alarms=alarms[tag], swaps=like, two_scripts=tag in both, file=files[tag])

    def missing() -> list[str]:
        return [tag for tag in tags if not _readable(files[tag])]

    if missing():
        with _alone(cache), ThreadPoolExecutor(_AT_ONCE) as workers:
            list(workers.map(train_apart, shares([job(tag) for tag in missing()], _AT_ONCE)))
    two = content.rows.get("two", {})
    joints = {
        tag: Joints(map(str, row.get("connectors", ())), map(str, row.get("joints", ()))) for tag, row in two.items()
    }
    one_errand = {frozenset((a, b)) for a, info in content.intents.items() for b in info.one_errand_with}
    return IntentClassifier(Shelf(files, lambda tag: IntentClassifier.load(files[tag]).model(tag)), joints, one_errand)


def _alarms(content: Content, tag: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Sentences by how alarming they are: the corpus by its intents, and the example messages of the safety phrases."""
    by_class = {"emergency": DANGER, "self_harm": DANGER, "clinical_question": PERSON, "distress": PERSON}
    found = [(text, by_class.get(intent, ROUTINE)) for text, intent in pairs]
    row = content.rows.get("safety", {}).get(tag, {})
    for category in row.get("categories", {}).values():
        found += [(str(text), by_class.get(category["class"], PERSON)) for text in category.get("tests", ())]
    found += [(str(text), ROUTINE) for text in row.get("hard_negatives", ())]
    labels = {label for _, label in found}
    return list(dict.fromkeys(found)) if len(labels) == 3 else []


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One process at a time makes models in this folder; the others wait, and find them made."""
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / ".lock", "w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _readable(file: Path) -> bool:
    try:
        IntentClassifier.check(file)
    except (OSError, ValueError):
        return False
    return True


def _detector(content: Content, cache: Path) -> LanguageDetector:
    ask_for, sentences, refusing = _asked_for(content), _sentences(content), _refusing(content)
    file = cache / f"language-{_key(sentences)}.npz"
    try:
        return LanguageDetector.load(file, content.live, ask_for, refusing)
    except (OSError, ValueError):
        detector = LanguageDetector.train(sentences, content.live, ask_for, refusing)
        with _alone(cache):
            detector.save(file)
        return detector


def _key(*parts: Any) -> str:
    """The same sentences, the same model: a hash over everything its training reads."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256((_FORM + text).encode()).hexdigest()[:16]


def _rows(content: Content, kind: str, name: str) -> dict[str, Any]:
    return {tag: row[name] for tag, row in content.rows.get(kind, {}).items() if name in row}


def _languages(content: Content) -> Mapping[str, Any]:
    raw = content.rows.get("languages", {})
    found = raw.get("languages", raw)
    return found if isinstance(found, dict) else {}


def _asked_for(content: Content) -> dict[str, list[str]]:
    return {tag: row.get("ask_for") or [] for tag, row in _languages(content).items() if isinstance(row, dict)}


def _refusing(content: Content) -> list[str]:
    rows = _languages(content).values()
    return [str(words) for row in rows if isinstance(row, dict) for words in row.get("refusing") or ()]


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
