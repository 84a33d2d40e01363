"""Plays test messages to the ears and the safety gate and writes down what was heard."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from agent.dialogue.gate import SafetyGate
from agent.dialogue.safety import route, weighed
from agent.measure.cases import Case
from agent.understand.hear import Ears

NOW = datetime.fromisoformat("2026-03-09T10:00")
"""A fixed Monday: the same messages give the same figures."""


class Heard(NamedTuple):
    """One case and what the desk made of it, its language not told."""

    case: Case
    lang: str
    intent: str
    confidence: float
    also: tuple[str, ...]
    values: dict[str, Any]
    safety: str
    urgency: str
    route: str


def listen(cases: Iterable[Case], ears: Ears, gate: SafetyGate, default: str) -> Iterator[Heard]:
    """Hear each case as a first message. `default`: the language assumed where none can be told."""
    for case in cases:
        heard = ears.hear(case.text, now=NOW)
        lang = heard.lang if heard.lang != "und" else default
        finding = weighed(gate, case.text, lang, heard=heard, again=ears.weighed)
        yield Heard(
            case, heard.lang, heard.intent, heard.confidence, heard.also, dict(heard.entities), finding.cls,
            finding.urgency, route(finding, heard),
        )  # fmt: skip
