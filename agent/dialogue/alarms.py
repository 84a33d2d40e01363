"""Takes an alarm seriously: emergency wording, an urgent task with the person's own words, or somebody to read them."""

from typing import Any

from agent.dialogue import evolve, forms
from agent.dialogue.closures import opens_next
from agent.dialogue.draft import Draft, value_of
from agent.dialogue.evidence import person
from agent.model.conversation import Frame, SlotValue
from agent.model.effect import OpenTask
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding

ALARMS = frozenset({"emergency", "self_harm"})
ASKER = "asker"  # a flow, see workflows/patterns


def alarm(draft: Draft, finding: SafetyFinding, words: str = "") -> bool:
    """Answer a safety finding; True when the turn must not go on asking questions. `words`: what was said, where the
    message alone does not tell."""
    inbound = draft.inbound
    assert inbound is not None
    draft.happened(
        "SafetyRaised", cls=finding.cls, category=finding.category, urgency=finding.urgency, tier=finding.tier
    )
    draft.change(alarmed=finding.cls)
    if finding.cls == "distress" or (finding.cls == "clinical_question" and finding.urgency == "routine"):
        _to_person(draft, inbound, finding)
        return False
    (who, said), values = person(draft), {**numbers(draft), "kind": "urgent"}
    draft.effects.append(
        OpenTask(
            kind="urgent",
            proposal={"category": finding.category, "class": finding.cls, "words": words or inbound.text, **who},
            evidence=(*_words(inbound, finding), *said),
            priority="stat" if finding.urgency == "emergency" else "asap",
            reason=finding.category,
        )
    )
    draft.happened("TaskOpened", kind="urgent")
    if finding.urgency != "emergency" and finding.cls not in ALARMS:
        draft.say("safety.safeguard" if finding.tier == "S" else "safety.urgent", urgent=True, values=values)
        if finding.cls == "clinical_question" and finding.tier != "S" and not who.get("name"):
            _ask_who(draft, finding.category, "urgent")
        return False
    draft.say(_wording(draft, finding), urgent=True, values=values)
    if draft.conversation.channel == "voice" and opens_next(draft.clinic, draft.now) is None:
        draft.say("safety.connect")  # somebody is there to talk to
    return True


def alarm_by_answer(draft: Draft, frame: Frame) -> None:
    """An answer to a form, harmless as words ("2"), says that somebody thinks of harming themselves: as good as said.
    Staff read it beside its question, in English."""
    asked, said = forms.asked_in(draft.content, value_of(frame, "item")), value_of(frame, "answer") or {}
    words = ""
    if asked is not None:
        chosen = [forms.value_text(asked[1], value, "en", None) for value in said.get("values", ())]
        own = [draft.inbound.text.strip()] if draft.inbound is not None and not chosen else []
        words = " — ".join([forms.words(asked[1].text, "en"), *chosen, *own])
    finding = SafetyFinding(cls="self_harm", urgency="emergency", tier="E2", category="self_harm", confidence=1.0)
    alarm(draft, finding, words)


def _wording(draft: Draft, finding: SafetyFinding) -> str:
    if finding.cls == "self_harm":
        return "safety.self_harm" if numbers(draft).get("crisis") else "safety.self_harm.no_line"
    if finding.tier == "S":
        return "safety.safeguard"
    return "safety.emergency"


def numbers(draft: Draft) -> dict[str, Any]:
    """The emergency and crisis numbers of the clinic's country; unknown country: the local number, unnamed."""
    known = draft.content.emergency.get(draft.clinic.country, {})
    local = {"as": "key", "value": "term.local_emergency_number"}
    values: dict[str, Any] = {"emergency": known.get("emergency", local)}
    if "crisis" in known:
        values["crisis"] = known["crisis"]
    return values


def _to_person(draft: Draft, inbound: Inbound, finding: SafetyFinding) -> None:
    distress, (who, said) = finding.cls == "distress", person(draft)
    draft.effects.append(
        OpenTask(
            kind="handoff" if distress else "message",
            proposal={"category": finding.category, "class": finding.cls, "message": inbound.text, **who},
            evidence=(*_words(inbound, finding), *said),
            priority="urgent" if distress else "routine",
            reason=finding.cls,
            role=None if distress else "nurse",  # as the words say that follow
        )
    )
    draft.happened("TaskOpened", kind="handoff" if distress else "message")
    if distress and draft.conversation.mode == "agent":
        draft.change(mode="waiting_staff")
        draft.happened("HandedOff", why="distress")
    key = "safety.distress" if distress else "safety.clinical"
    values: dict[str, Any] = {**numbers(draft), "kind": "handoff" if distress else "message"}
    draft.say(key, values=values)
    if not distress and not who.get("name"):
        _ask_who(draft, finding.cls)


def _ask_who(draft: Draft, about: str, urgent: str = "") -> None:
    """A nurse has the question of somebody unknown: who are they, and where can they be reached? `urgent`: the task is
    of that kind, where it is not a message."""
    if draft.top is not None or draft.conversation.mode != "agent" or ASKER not in draft.content.flows:
        return
    flows = draft.content.flows
    if any(e.name == "FlowEnded" and flows[e.data["flow"]].kind == "pattern" for e in draft.events):
        return  # it answers what the clinic asked of somebody whom it knows
    frame = evolve.begin(draft, ASKER)
    evolve.fill(draft, frame.run, "about", SlotValue(value=about, source="staff"))
    if urgent:
        evolve.fill(draft, frame.run, "urgent", SlotValue(value=True, source="staff"))


def _words(inbound: Inbound, finding: SafetyFinding) -> tuple[dict[str, Any], ...]:
    spans = [(e.start, e.end) for e in finding.evidence] or [(0, len(inbound.text))]
    return tuple(
        {
            "field": "words",
            "quote": inbound.text[a:b],
            "inbound": inbound.id,
            "span": (a, b),
            "source": "patient",
            "confidence": finding.confidence,
            "sure": True,
        }
        for a, b in spans
    )
