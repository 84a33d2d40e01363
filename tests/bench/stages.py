"""Hearing one message, by stage, on the sentences that nothing is trained on; in the same run, the libraries that do
one stage each, on the same sentences. All times are of the processor, so that a busy machine changes them little."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import dateparser
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from rapidfuzz import fuzz, process

from agent.adapters.clinic_file import load_clinic
from agent.content.load import corpus
from agent.dialogue.safety import weighed
from agent.house import content_of
from agent.learning import ears_for, gate_for
from agent.measure.cases import cases
from agent.model.content import Content
from agent.settings import load_settings
from agent.understand.said import Said

NOW = datetime.fromisoformat("2026-11-26T10:00")


def measure() -> dict[str, Any]:
    settings = load_settings()
    content, clinic = content_of(), load_clinic(settings.clinic_file)
    models = settings.var / "models"
    texts = {lang: [case.text for case in cases(content, lang)] for lang in content.live}
    ears_for(content, clinic, models)  # what is missing is trained before anything is timed
    gate_for(content, models)
    began = time.process_time()
    ears, gate = ears_for(content, clinic, models), gate_for(content, models)
    found: dict[str, Any] = {"load, ears and gate, CPU s": _round(time.process_time() - began)}
    began = time.process_time()
    for lang, each in texts.items():
        ears.hear(each[0], now=NOW, lang=lang)
    found["load, the models of all languages, CPU s"] = _round(time.process_time() - began)
    found["model files, MB"] = _round(sum(file.stat().st_size for file in _used(content, models)) / 1e6)

    def whole(text: str, lang: str) -> None:
        heard = ears.hear(text, now=NOW)
        weighed(gate, text, lang, heard=heard, again=ears.weighed)

    def values(text: str, lang: str) -> None:
        said = Said(text, lang, NOW, None)
        ears._read_values(said)

    stages: dict[str, Callable[[str, str], object]] = {
        "language": lambda text, lang: ears._detector.detect(text),
        "gate": gate.read,
        "intents": ears._classifier.guess_all,
        "times": lambda text, lang: ears.times(text, lang, NOW),
        "values, times among them": values,
        "whole pipeline": whole,
    }
    for stage, work in stages.items():
        spent = {lang: _spent(work, lang, each) for lang, each in texts.items()}
        found[f"{stage}, median µs"] = _median([each for row in spent.values() for each in row])
        slowest = max(spent, key=lambda lang: statistics.median(spent[lang]))
        found[f"{stage}, slowest language"] = f"{slowest} {_median(spent[slowest])}"
    return found | _libraries(content, texts)


def _libraries(content: Content, texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Medians of libraries that were weighed for one stage, on every tenth sentence; none knows Haitian Creole."""
    some = {lang: each[::10] for lang, each in texts.items()}
    told = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    told.set_languages(list(texts))
    known = {lang: [text for text, _ in pairs] for lang, pairs in corpus(content).items()}
    relative = {"RELATIVE_BASE": NOW, "PREFER_DATES_FROM": "future"}
    works: dict[str, Callable[[str, str], object]] = {
        "language by py3langid": lambda text, lang: told.rank(text),
        "intents by the nearest example (rapidfuzz)": lambda text, lang: process.extractOne(
            text, known[lang], scorer=fuzz.token_sort_ratio
        ),
        "times by dateparser": lambda text, lang: dateparser.parse(text, languages=[lang], settings=relative),
    }
    out: dict[str, Any] = {}
    for name, work in works.items():
        spent = [each for lang, row in some.items() if lang != "ht" for each in _spent(work, lang, row)]
        out[f"{name}, median µs"] = _median(spent)
    return out


def _used(content: Content, models: Any) -> list[Any]:
    """The newest file of each kind and language."""
    names = ["language-*.npz", *(f"{kind}-{lang}-*" for kind in ("intents", "safety") for lang in content.live)]
    return [max(models.glob(name), key=lambda file: file.stat().st_mtime) for name in names]


def _spent(work: Callable[[str, str], object], lang: str, texts: Sequence[str]) -> list[float]:
    work(texts[0], lang)
    times = []
    for text in texts:
        began = time.thread_time()
        work(text, lang)
        times.append(time.thread_time() - began)
    return times


def _median(times: Sequence[float]) -> float:
    return _round(statistics.median(times) * 1e6)


def _round(value: float) -> float:
    return round(value, 2 if value < 10 else 1)
