"""A conversation with the pure dialogue: real content, no store; actions answer what the test says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from agent.dialogue.turn import Decision, resume, take_turn
from agent.model.address import Address
from agent.model.clinic import Clinic
from agent.model.command import Command
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask, Say
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding
from tests import shared

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a Monday morning in New York
Answers = Mapping[str, Mapping[str, Any]]


@cache
def house() -> tuple[Clinic, Content]:
    return shared.clinic(), shared.content()


def conversation(**more: Any) -> Conversation:
    address = Address(channel="sms", value="+12125550123")
    return Conversation(id="c", clinic="linden", channel="sms", address=address, **more)


def opening(provider: str = "okafor", day: str = "2026-11-25", at: str = "10:00") -> dict[str, Any]:
    return {
        "id": f"{provider}@{day}T{at}", "provider": provider, "provider_name": "", "location": "brooklyn",
        "location_name": "Brooklyn", "visit_type": "physical", "start": f"{day}T{at}:00+00:00",
        "local": f"{day}T{at}:00", "zone": "America/New_York",
    }  # fmt: skip


OPENINGS = {"openings": [opening(), opening("patel", at="11:00")], "openings_note": "none", "openings_seen": []}
ANSWERS: Answers = {
    "action_match_visit_type": {"appointment_type": "physical", "type_options": []},
    "action_find_openings": OPENINGS,
    "action_hold_opening": {"hold": "a-1"},
    "action_pending_request": {"pending_task": None},
    "action_request_status": {"pending_task": None, "pending_state": None},
    "action_identify": {"identity_result": "unmatched"},
    "action_clinic_facts": {"facts": {"topic": "prepare", "answer": "Bring your card."}},
}


def turn(
    before: Conversation, *commands: Command, text: str = "words", intent: str = "out_of_scope",
    answers: Answers = ANSWERS, finding: SafetyFinding | None = None, **inbound: Any,
) -> Decision:  # fmt: skip
    """One message with the commands that somebody proposed for it, actions answered, to its end."""
    clinic, content = house()
    message = Inbound.model_validate(
        {
            "id": f"m{before.turns}", "clinic": "linden", "channel": before.channel, "sender": before.address,
            "text": text, "provider_id": f"p{before.turns}", "received_at": NOW, **inbound,
        }
    )  # fmt: skip
    heard = Understanding(lang=before.locale, intent=intent, confidence=0.9, commands=commands)
    decision = take_turn(before, message, heard, finding or SafetyFinding(), content, clinic, NOW)
    while decision.pending is not None:
        decision = resume(decision, dict(answers.get(decision.pending.action, {})))
    return decision


def said(decision: Decision) -> list[str]:
    """The keys of what was said, in order."""
    return [e.key for e in decision.effects if isinstance(e, Say)]


def tasks(decision: Decision) -> list[str]:
    return [e.kind for e in decision.effects if isinstance(e, OpenTask)]


def slots(decision: Decision) -> dict[str, Any]:
    """What the topmost flow holds."""
    return {k: v.value for k, v in decision.conversation.frames[-1].slots.items()}
