"""One turn: (conversation, message, proposals) in, (conversation, events, effects) out. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.dialogue import accept, patterns
from agent.dialogue.advance import advance, after_action
from agent.dialogue.draft import Draft
from agent.model.clinic import Clinic
from agent.model.command import ChangeLanguage, Command, CorrectSlot, Handoff, SetSlot, StartFlow
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.effect import Effect, RunAction, Say
from agent.model.event import Event
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding


@dataclass(frozen=True)
class Decision:
    """What came of a turn so far. `pending` is an action whose answer the turn waits for (see `resume`)."""

    conversation: Conversation
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]
    pending: RunAction | None = None
    draft: Draft | None = field(default=None, repr=False, compare=False)


def take_turn(
    conversation: Conversation,
    inbound: Inbound,
    heard: Understanding,
    finding: SafetyFinding,
    content: Content,
    clinic: Clinic,
    now: datetime,
    max_steps: int = 50,
    max_frames: int = 5,
) -> Decision:
    """Decide one inbound message. Never raises for anything a person may write."""
    if conversation.mode == "closed":
        conversation = conversation.model_copy(update={"mode": "agent", "frames": ()})
    draft = Draft(conversation, inbound, content, clinic, now, max_steps, max_frames)
    draft.change(turns=conversation.turns + 1)
    draft.happened(
        "MessageHeard", inbound=inbound.id, intent=heard.intent, confidence=round(heard.confidence, 3), lang=heard.lang
    )
    languages = [c for c in heard.commands if isinstance(c, ChangeLanguage)]
    others = [c for c in heard.commands if not isinstance(c, ChangeLanguage)]
    answered = [accept.accept(draft, c) for c in languages if not c.asked]
    if patterns.consent(draft, inbound):
        return _freeze(draft)
    if conversation.mode != "staff":
        patterns.greet(draft)
    answered += [accept.accept(draft, c) for c in languages if c.asked]
    asks_visit = any(isinstance(c, StartFlow) for c in others) or (
        draft.top is not None and draft.top.asked == "reason"
    )
    if finding.cls == "clinical_question" and finding.urgency == "routine" and asks_visit:
        finding = SafetyFinding.model_validate(
            {**finding.model_dump(), "cls": "none"}
        )  # it is the reason for the visit
    stop = finding.cls != "none" and patterns.alarm(draft, finding)
    if conversation.mode == "staff":
        return _freeze(draft)
    if stop:
        _keep_request(draft, others)
        return _freeze(draft)
    if any(isinstance(c, Handoff) for c in others):
        for c in others:
            accept.accept(draft, c)
        return _freeze(draft)
    _apply(draft, heard, others, any(answered) or finding.cls != "none")
    return _walk(draft)


def resume(decision: Decision, slots: dict[str, Any], followup: str | None = None, failed: str | None = None,
           identity: str | None = None, patient: str | None = None) -> Decision:  # fmt: skip
    """Go on with a turn after its pending action has answered (or failed: then a person takes over, truthfully)."""
    draft = decision.draft
    assert draft is not None
    draft.pending = None
    if identity:
        draft.change(identity=identity, patient=patient if identity == "verified" else draft.conversation.patient)
        draft.happened("IdentityChanged", identity=identity)
    if failed:
        draft.happened("ActionFailed", action=failed)
        from agent.dialogue.advance import hand_over

        hand_over(draft, "stuck")
        return _freeze(draft)
    after_action(draft, slots, followup)
    return _walk(draft)


def begin_for_staff(conversation: Conversation, flow: str, slots: dict[str, Any], content: Content, clinic: Clinic,
                    now: datetime) -> Decision:  # fmt: skip
    """Open a flow at a staff member's decision (for example to offer other times); its question is the first message."""
    from agent.dialogue import evolve
    from agent.model.conversation import SlotValue

    draft = Draft(conversation, None, content, clinic, now)
    frame = evolve.begin(draft, flow)
    for name, value in slots.items():
        evolve.fill(draft, frame.run, name, SlotValue(value=value, source="staff"))
    return _walk(draft)


def _apply(draft: Draft, heard: Understanding, commands: list[Command], already: bool) -> None:
    in_order = sorted(commands, key=lambda c: not isinstance(c, StartFlow))
    done = [accept.accept(draft, c) for c in in_order]
    polite = draft.pending is None and not any(done) and patterns.courtesy(draft, heard.intent)
    if any(done) or already or polite:
        draft.change(misunderstood=0)
    else:
        patterns.not_understood(draft)


def _keep_request(draft: Draft, commands: list[Command]) -> None:
    """In an emergency nothing is asked, but what was said is kept."""
    kept = [accept.accept(draft, c) for c in commands if isinstance(c, StartFlow | SetSlot | CorrectSlot)]
    if any(kept) or draft.top is not None:
        draft.say("safety.kept")


def _walk(draft: Draft) -> Decision:
    if draft.conversation.mode != "staff" and not _only_handed_over(draft):
        advance(draft)
    if draft.pending is not None:
        return Decision(draft.conversation, (), (), draft.pending, draft)
    return _freeze(draft)


def _only_handed_over(draft: Draft) -> bool:
    return any(e.name == "HandedOff" for e in draft.events) or (draft.asked_now and draft.pending is None)


def _freeze(draft: Draft) -> Decision:
    said = tuple(e for e in draft.effects if isinstance(e, Say) and not e.urgent)
    if said:
        skip = {"greeting.disclosure", "pattern.sorry", "pattern.language"}
        kept = tuple(s.model_dump(mode="json") for s in said if s.key not in skip)
        draft.change(last_keys=kept or draft.conversation.last_keys)
    return Decision(draft.conversation, tuple(draft.events), tuple(draft.effects))
