"""Clinic facts as sentences: hours, addresses, parking, insurance, approved answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from agent.dialogue.hours import hours_text, spans_text
from agent.dialogue.spoken import Voice, day, listed, phone


def facts_text(voice: Voice, facts: Mapping[str, Any]) -> str:
    """What `action_clinic_facts` found, for its topic. Never empty: without an approved answer it says so."""
    topic = str(facts.get("topic") or "")
    told = _BY_TOPIC.get(topic, _approved)(voice, facts)
    return told or voice.term("facts.none", phone=_desk(voice))


def _hours(voice: Voice, facts: Mapping[str, Any]) -> str:
    if facts.get("day"):
        return _on_day(voice, facts, date.fromisoformat(str(facts["day"])))
    lines = [
        voice.term(
            "facts.hours",
            location=str(p["name"]),
            hours=hours_text(voice, p["hours"]),
            address=str(p["address"]),
            phone=phone(str(p["phone"]), voice.clinic.country),
        )
        for p in facts.get("locations", ())
    ]
    for closure in facts.get("closures", ()):
        if not closure.get("hours"):
            when = day(voice, date.fromisoformat(str(closure["day"])))
            lines.append(voice.term("facts.closure", day=when, name=str(closure.get("name") or "")))
    return "\n".join(lines)


def _on_day(voice: Voice, facts: Mapping[str, Any], asked: date) -> str:
    """ "Friday, December 25: closed (Christmas Day)", "Saturday, December 26: Brooklyn 9:00 AM–1:00 PM":
    of the day that was asked about."""
    names = [str(c.get("name") or "") for c in facts.get("closures", ()) if c["day"] <= asked.isoformat() <= c["until"]]
    why = f" ({names[0]})" if names and names[0] else ""
    places, closed = facts["locations"], voice.term("term.closed")
    told = [f"{p['name']} {spans_text(voice, p['then']) or closed}" for p in places]
    when, what = day(voice, asked), voice.almanac.semicolon.join(told) if any(p["then"] for p in places) else closed
    return f"{when[:1].upper()}{when[1:]}: {what}{why}"


def _directions(voice: Voice, facts: Mapping[str, Any]) -> str:
    return "\n".join(
        voice.term(
            "facts.directions",
            location=str(p["name"]),
            address=str(p["address"]),
            directions=str(p.get("directions") or ""),
            parking=str(p.get("parking") or ""),
        ).strip()
        for p in facts.get("locations", ())
    )


def _insurance(voice: Voice, facts: Mapping[str, Any]) -> str:
    plans = [str(x) for x in facts.get("insurance", ())]
    return voice.term("facts.insurance", plans=listed(voice, plans), phone=_desk(voice)) if plans else ""


def _approved(voice: Voice, facts: Mapping[str, Any]) -> str:  # noqa: ARG001
    return str(facts.get("answer") or "")


def _desk(voice: Voice) -> str:
    return phone(voice.clinic.phone, voice.clinic.country)


_BY_TOPIC = {"hours": _hours, "directions": _directions, "insurance": _insurance}
