"""What the engine hears in single messages, without any model: JSON lines in, JSON lines out."""

import argparse
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.dialogue.gate import SafetyGate
from agent.dialogue.safety import combined, route
from agent.house import content_of
from agent.learning import ears_for
from agent.model.safety import SafetyFinding
from agent.settings import load_settings
from agent.understand.hear import Ears
from agent.verbs.lines import clinic_from, each_line, text_of

_SHOWN = (
    "date",
    "time",
    "provider",
    "reason",
    "appointment_type",
    "relation",
    "name",
    "dob",
    "phone",
    "insurance_name",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--now", help="the moment to count from, ISO 8601; default: now")
    parser.add_argument("--tz", help="IANA zone of the clinic; default: the clinic's own")
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the demo clinic")


def run(given: argparse.Namespace) -> int:
    clinic = clinic_from(given.clinic)
    content = content_of()
    ears = ears_for(content, clinic, load_settings().var / "models")
    gate = SafetyGate(dict(content.rows.get("safety", {})))
    now = local_now(given.now, given.tz or clinic.zone)
    return each_line(lambda line: understood(ears, gate, line, now, clinic.default_language))


def local_now(text: str | None, zone: str) -> datetime:
    """Naive wall time in the zone."""
    try:
        at = datetime.fromisoformat(text) if text else datetime.now(UTC)
        here = ZoneInfo(zone)
    except (ValueError, KeyError) as e:
        raise SystemExit(f"--now or --tz: {e}") from None
    return at.replace(tzinfo=None) if at.tzinfo is None else at.astimezone(here).replace(tzinfo=None)


def understood(ears: Ears, gate: SafetyGate, line: dict[str, Any], now: datetime, default: str) -> dict[str, Any]:
    """One line's answer, in the shape of the contract."""
    text = text_of(line)
    lang = line.get("lang") if isinstance(line.get("lang"), str) else None
    heard = ears.hear(text[:2000], now=now, lang=lang)
    finding = combined(gate.read(text, heard.lang or default), heard, len(text.split()))
    entities = {k: v for k, v in heard.entities.items() if k in _SHOWN}
    return {
        "id": line.get("id"),
        "lang": heard.lang,
        "lang_confidence": round(heard.lang_confidence, 4),
        "intent": heard.intent,
        "confidence": round(heard.confidence, 4),
        "alternatives": [{"intent": i, "confidence": round(p, 4)} for i, p in heard.alternatives[:3]],
        "also": list(heard.also),
        "entities": entities,
        "safety": shown(finding),
        "route": route(finding, heard),
    }


def shown(finding: SafetyFinding) -> dict[str, Any]:
    return {
        "class": finding.cls,
        "urgency": finding.urgency,
        "confidence": round(finding.confidence, 4),
        "evidence": [{"start": e.start, "end": e.end, "text": e.text, "rule": e.rule} for e in finding.evidence],
    }
