"""What the desk does in any flow: greet, take an alarm seriously, admit that it did not understand, small courtesies."""

from typing import Any

from agent.dialogue.advance import hand_over
from agent.dialogue.draft import Draft
from agent.model.effect import NotifyStaff, OpenTask
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding

ALARMS = frozenset({"emergency", "self_harm"})
_COURTESIES = {"greeting": "greeting.hello", "thanks": "courtesy.welcome", "goodbye": "courtesy.goodbye"}


def greet(draft: Draft) -> None:
    """The first line of a conversation says that this is software and how to reach a person."""
    if not draft.conversation.greeted:
        draft.say("greeting.disclosure")
        draft.change(greeted=True)


def alarm(draft: Draft, finding: SafetyFinding) -> bool:
    """Answer a safety finding; True when the turn must not go on asking questions."""
    inbound = draft.inbound
    assert inbound is not None
    draft.happened(
        "SafetyRaised", cls=finding.cls, category=finding.category, urgency=finding.urgency, tier=finding.tier
    )
    if finding.cls == "distress" or (finding.cls == "clinical_question" and finding.urgency == "routine"):
        _to_person(draft, inbound, finding)
        return False
    draft.effects.append(
        OpenTask(
            kind="urgent",
            proposal={"category": finding.category, "class": finding.cls, "words": inbound.text},
            evidence=_words(inbound, finding),
            priority="stat" if finding.urgency == "emergency" else "asap",
            reason=finding.category,
        )
    )
    draft.happened("TaskOpened", kind="urgent")
    if finding.urgency != "emergency" and finding.cls not in ALARMS:
        draft.say("safety.safeguard" if finding.tier == "S" else "safety.urgent", urgent=True, values=numbers(draft))
        return False
    draft.say(_wording(draft, finding), urgent=True, values=numbers(draft))
    return True


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
    distress = finding.cls == "distress"
    draft.effects.append(
        OpenTask(
            kind="handoff" if distress else "message",
            proposal={"category": finding.category, "class": finding.cls, "message": inbound.text},
            evidence=_words(inbound, finding),
            priority="urgent",
            reason=finding.cls,
        )
    )
    draft.happened("TaskOpened", kind="handoff" if distress else "message")
    key = "safety.distress" if distress else "safety.clinical"
    values: dict[str, Any] = {**numbers(draft), "kind": "handoff" if distress else "message"}
    draft.say(key, values=values)


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


def courtesy(draft: Draft, intent: str) -> bool:
    """Answer a greeting, thanks or goodbye; True when that was all that was asked for."""
    key = _COURTESIES.get(intent)
    if key is None:
        return False
    just_greeted = any(e.name == "Said" and e.data.get("key") == "greeting.disclosure" for e in draft.events)
    if key == "greeting.hello" and just_greeted:
        if draft.top is None:
            draft.say("greeting.offer")
        return True
    draft.say(key)
    return True


def not_understood(draft: Draft) -> None:
    """Once: ask again in other words. Twice in a row: a person."""
    conversation = draft.conversation
    if conversation.mode == "waiting_staff":
        draft.effects.append(NotifyStaff(why="patient_wrote"))
        if not any(k.get("key") == "handoff.added" for k in conversation.last_keys):
            draft.say("handoff.added")
        return
    count = conversation.misunderstood + 1
    draft.change(misunderstood=count)
    if count >= 2:
        draft.change(misunderstood=0)
        hand_over(draft, "not_understood")
        return
    frame = draft.top
    if frame is not None and frame.asked:
        draft.put(frame.model_copy(update={"tries": frame.tries + 1}))
        draft.say("pattern.sorry")
    else:
        draft.say("pattern.not_understood")


def consent(draft: Draft, inbound: Inbound) -> bool:
    """STOP, START and HELP; True when the message was one of them."""
    if inbound.kind == "stop":
        draft.happened("OptedOut", how=inbound.provider.get("stop_word", "words"))
        if inbound.provider.get("stop_word") in ("CANCEL", "END", "QUIT"):
            draft.effects.append(
                OpenTask(
                    kind="message",
                    proposal={"message": inbound.text, "why": "stop_or_visit"},
                    evidence=({"field": "message", "quote": inbound.text, "inbound": inbound.id, "sure": False},),
                    priority="urgent",
                    reason="stop_or_visit",
                )
            )
            draft.happened("TaskOpened", kind="message")
        if not inbound.provider_said_stop:
            draft.say("consent.stopped")
        return True
    if inbound.kind == "start":
        draft.happened("OptedIn")
        if not inbound.provider_said_stop:
            draft.say("consent.started")
        return True
    if inbound.kind == "help":
        if not inbound.provider_said_stop:
            draft.say("consent.help")
        return True
    return False
