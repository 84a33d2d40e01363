"""What the engine hears in single messages, without any model: JSON lines in, JSON lines out."""

import argparse
from datetime import datetime
from typing import Any

from agent.dialogue.gate import SafetyGate
from agent.dialogue.safety import route, weighed
from agent.learning import ears_for, gate_for
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding
from agent.settings import load_settings
from agent.understand.hear import Ears
from agent.understand.times import wanted
from agent.verbs.foreign_times import foreign_times
from agent.verbs.lines import clinic_from, content_from, each_line, text_of
from agent.verbs.moments import now_from, zone_from

EPILOG = """
In: {"id", "text", "lang"?, "channel"?}. Out: lang, lang_confidence, intent, confidence, alternatives, also, entities,
safety {class, urgency, confidence, evidence} and route (answer, ask, handoff or emergency).
Entities: `date` an ISO date or [from, to], both included; `time` HH:MM, [HH:MM, HH:MM] or morning, afternoon, evening;
`provider` and `appointment_type` are ids of the clinic file ("any" for whoever is free), with the provider's name in
`provider_name`; `dob` an ISO date; `phone` in E.164; `name`, `relation` and `reason` where said. A language that is not
live yet is named in `lang`; its message goes to a person (route handoff) and is still read for danger.
"""
SHOWN = ("date", "time", "provider", "reason", "appointment_type", "relation", "name", "dob", "phone")
_ANY_LANGUAGE = ("provider", "dob", "phone")  # read from figures and the clinic's own names, whatever the language
_READ = 2000  # characters that are read for values and intents; the gate reads more
_NOT_READ = 0.2  # how sure one may be of a message in a language that nobody has taught the desk
UNDETERMINED = "und"


class Listener:
    """Hears single messages for one clinic at one moment."""

    def __init__(self, ears: Ears, gate: SafetyGate, content: Content, clinic: Clinic, now: datetime) -> None:
        self._ears, self._gate, self._content, self._clinic, self._now = ears, gate, content, clinic, now
        self._names = {p.id: p.name for p in clinic.providers}

    def understood(self, line: dict[str, Any]) -> dict[str, Any]:
        """One line's answer, in the shape of the contract. Raises ValueError for a line that cannot be read."""
        text = text_of(line)
        heard = self._ears.hear(text[:_READ], now=self._now, lang=self._told(line.get("lang")))
        lang = heard.lang if heard.lang != UNDETERMINED else self._clinic.default_language
        if self._is_foreign(heard.lang):
            return self._foreign(line.get("id"), text, heard, self._gate.read(text, lang))
        finding = weighed(self._gate, text, lang, heard=heard, again=self._ears.weighed)
        return self._shown(line.get("id"), heard, heard.entities, finding, route(finding, heard))

    def _told(self, lang: Any) -> str | None:
        """A language that the line names and the desk knows of; anything else is found out from the text."""
        if not isinstance(lang, str):
            return None
        tag = lang.replace("_", "-").split("-")[0].lower()
        return tag if tag in self._content.languages else None

    def _is_foreign(self, lang: str) -> bool:
        return lang in self._content.languages and lang not in self._content.live

    def _foreign(self, id: Any, text: str, heard: Understanding, finding: SafetyFinding) -> dict[str, Any]:
        """Nothing has been taught in this language: a person reads it, and only what needs no words is taken."""
        entities = {k: v for k, v in heard.entities.items() if k in _ANY_LANGUAGE}
        wish = wanted(foreign_times(text[:_READ], heard.lang, self._now), self._now)
        if wish.dates is not None and "dob" not in entities:
            first, last = (d.isoformat() for d in wish.dates)
            entities["date"] = first if first == last else [first, last]
        if wish.times is not None:
            start, end = (t.strftime("%H:%M") for t in wish.times)
            entities["time"] = start if start == end else [start, end]
        unread = heard.model_copy(update={"intent": "out_of_scope", "confidence": 0.0, "alternatives": (), "also": ()})
        if finding.cls == "none":
            finding = finding.model_copy(update={"confidence": _NOT_READ})
        to = "emergency" if finding.urgency == "emergency" else "handoff"
        return self._shown(id, unread, entities, finding, to)

    def _shown(
        self, id: Any, heard: Understanding, entities: dict[str, Any], finding: SafetyFinding, to: str
    ) -> dict[str, Any]:
        shown = {k: v for k, v in entities.items() if k in SHOWN}
        if shown.get("provider") in self._names:
            shown["provider_name"] = self._names[shown["provider"]]
        return {
            "id": id,
            "lang": heard.lang,
            "lang_confidence": round(heard.lang_confidence, 4),
            "intent": heard.intent,
            "confidence": round(heard.confidence, 4),
            "alternatives": [{"intent": i, "confidence": round(p, 4)} for i, p in heard.alternatives[:3]],
            "also": list(heard.also),
            "entities": shown,
            "safety": safety_shown(finding),
            "route": to,
        }


def safety_shown(finding: SafetyFinding) -> dict[str, Any]:
    """The finding as the contract writes it."""
    return {
        "class": finding.cls,
        "urgency": finding.urgency,
        "confidence": round(finding.confidence, 4),
        "evidence": [{"start": e.start, "end": e.end, "text": e.text, "rule": e.rule} for e in finding.evidence],
    }


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--now", metavar="ISO8601", help="the moment to count from; default: now")
    parser.add_argument("--tz", metavar="ZONE", help="IANA zone of the clinic; default: the clinic's own")
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the demo clinic")


def run(given: argparse.Namespace) -> int:
    clinic, content = clinic_from(given.clinic), content_from()
    now = now_from(given.now, zone_from(given.tz, clinic.zone))
    return each_line(listener(content, clinic, now).understood)


def listener(content: Content, clinic: Clinic, now: datetime) -> Listener:
    """A listener with the trained models of this content; trains them where they are not yet (some seconds)."""
    models = load_settings().var / "models"
    ears = ears_for(content, clinic, models)
    return Listener(ears, gate_for(content, models), content, clinic, now)
