"""Hearing one message, by stage, on the sentences that nothing is trained on."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from agent.adapters.clinic_file import load_clinic
from agent.house import content_of
from agent.learning import ears_for, gate_for
from agent.settings import load_settings


def measure() -> dict[str, Any]:
    settings = load_settings()
    content, clinic = content_of(), load_clinic(settings.clinic_file)
    ears = ears_for(content, clinic, settings.var / "models")
    gate = gate_for(content, settings.var / "models")
    now = datetime.now(UTC).replace(tzinfo=None)
    found: dict[str, Any] = {}
    for lang in content.live:
        texts = [str(t) for row in content.rows["corpus"][lang].values() for t in row.get("tests", ())]
        found[f"{lang}: gate, median µs"] = _median(lambda t, lang=lang: gate.read(t, lang), texts)
        found[f"{lang}: times, median µs"] = _median(lambda t, lang=lang: ears.times(t, lang, now), texts)
        found[f"{lang}: all of hearing, median µs"] = _median(lambda t: ears.hear(t, now=now), texts)
    return found


def _median(work: Callable[[str], Any], texts: list[str]) -> float:
    times = []
    for text in texts:
        began = time.perf_counter()
        work(text)
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1e6, 1)
