"""One turn: (conversation, message, proposals) in, (conversation, events, effects) out. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.dialogue import (
    accept,
    alarms,
    beside,
    consent,
    evolve,
    family,
    forms,
    keypad,
    leaving,
    patterns,
    people,
    tongues,
)
from agent.dialogue.advance import advance, after_action, hand_over
from agent.dialogue.draft import Draft
from agent.model.clinic import Clinic
from agent.model.command import (
    CannotHandle,
    ChangeLanguage,
    Clarify,
    Command,
    CorrectSlot,
    Handoff,
    SetSlot,
    StartFlow,
)
from agent.model.content import Content
from agent.model.conversation import Conversation, SlotValue
from agent.model.effect import Effect, RunAction, Say
from agent.model.event import Event
from agent.model.flow import Flow
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding

# not said again to somebody who asks for the last words
_SAID_ONCE = frozenset({"greeting.disclosure", "pattern.sorry", "pattern.language", "text.offer", "voice.slower",
                        "voice.slower.most", "voice.usual", "voice.usual.already"})  # fmt: skip


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
    spoken = inbound.kind != "start"  # the carrier's keyword, in no language
    languages = [c for c in heard.commands if isinstance(c, ChangeLanguage)] if spoken else []
    others: list[Command] = [c for c in heard.commands if not isinstance(c, ChangeLanguage)]
    for drifted in (c for c in languages if not c.asked):
        accept.accept(draft, drifted)
    if inbound.kind == "left":
        return freeze(draft)
    if consent.consent(draft, inbound, heard):
        if finding.urgency == "emergency":  # "stop texting me, I can't breathe"
            alarms.alarm(draft, finding)
        return freeze(draft)
    if finding.cls == "none" and leaving.no_more_calls(draft, heard):
        return freeze(draft)
    others = consent.perhaps_no_more(draft, inbound, heard) or others
    if conversation.mode != "staff":
        patterns.greet(draft)
    answered = [accept.accept(draft, c) for c in languages if c.asked]
    finding = beside.as_answered(draft, inbound, finding, others)
    others, ended = _left_to_person(draft, finding, others)
    finding = finding if ended else beside.as_reason(draft, finding, others, heard.words)
    stop = finding.cls != "none" and alarms.alarm(draft, finding)
    if conversation.mode == "staff":
        return freeze(draft)
    if stop:
        _keep_request(draft, others)
        return freeze(draft)
    if finding.cls == "clinical_question":  # it is with a nurse: what was meant is no question any more
        others = [c for c in others if not isinstance(c, Clarify)]
    if finding.cls == "distress" and not any(isinstance(c, StartFlow | SetSlot) for c in others):
        return freeze(draft)  # somebody will read it; this is no moment for our question
    return _answer(draft, inbound, heard, others, any(answered) or finding.cls != "none")


def _left_to_person(draft: Draft, finding: SafetyFinding, commands: list[Command]) -> tuple[list[Command], bool]:
    """What an alarm gives to a person is asked about no more: the commands without the flows that do not begin then,
    and whether an open one has ended."""
    if finding.cls == "none":
        return commands, False
    ends, flows = (
        {"any"} | ({"rules"} if finding.evidence or finding.urgency != "routine" else set()),
        draft.content.flows,
    )
    kept = [c for c in commands if not (isinstance(c, StartFlow) and _ends(flows.get(c.flow), ends))]
    if draft.top is None or not _ends(draft.flow(draft.top), ends):
        return kept, False
    evolve.end(draft, draft.top, "alarm")
    return kept, True


def _ends(flow: Flow | None, ends: set[str]) -> bool:
    return flow is not None and flow.ends_on_alarm in ends


def _answer(draft: Draft, inbound: Inbound, heard: Understanding, commands: list[Command], already: bool) -> Decision:
    """No alarm: what the desk itself does with the message."""
    already = patterns.cut_off(draft, inbound) or already
    commands, answered = forms.with_photo(draft.content, draft.top, inbound, commands)
    unable = {c.why for c in commands if isinstance(c, CannotHandle)}
    if "unsupported_language" in unable and not already:
        patterns.unspoken(draft, heard.lang)
        return freeze(draft)
    if any(isinstance(c, Handoff) for c in commands):
        for c in commands:
            accept.accept(draft, c)
        return freeze(draft)
    if tongues.unheard(draft) and any(e.name == "LanguageChanged" for e in draft.events):
        for c in sorted(commands, key=_order):
            accept.accept(draft, c)
    if keypad.instead_of_words(draft, inbound):
        return walk(draft)
    if inbound.kind == "joined":
        patterns.courtesy(draft, "greeting")
    elif tongues.more(draft, inbound) or keypad.menu(draft, inbound):
        pass
    elif "stale_button" in unable:
        patterns.stale(draft)
    elif not inbound.text.strip() and inbound.payload is None and not answered:
        if inbound.media:
            patterns.picture(draft, inbound)
        else:
            patterns.not_understood(draft, heard_nothing=True)
    elif already and not commands and draft.top is None and heard.intent == "language_switch":
        draft.say("greeting.offer")
    else:
        _apply(draft, heard, commands, already)
    return walk(draft)


def resume(decision: Decision, slots: dict[str, Any], followup: str | None = None, failed: str | None = None,
           identity: str | None = None, patient: str | None = None) -> Decision:  # fmt: skip
    """Go on with a turn after its pending action has answered (or failed: then a person takes over, truthfully)."""
    draft = decision.draft
    assert draft is not None
    draft.pending = None
    if identity:
        draft.change(identity=identity, patient=patient if identity == "verified" else draft.conversation.patient)
        draft.happened("IdentityChanged", identity=identity)
        if identity == "verified":
            people.proven(draft)
    if failed:
        draft.happened("ActionFailed", action=failed)
        hand_over(draft, "stuck")
        return freeze(draft)
    after_action(draft, slots, followup)
    return walk(draft)


def begin_for_staff(conversation: Conversation, flow: str, slots: dict[str, Any], content: Content, clinic: Clinic,
                    now: datetime) -> Decision:  # fmt: skip
    """Open a flow at a staff member's decision (for example to offer other times); its question comes first."""
    draft = Draft(conversation, None, content, clinic, now)
    frame = evolve.begin(draft, flow)
    for name, value in slots.items():
        evolve.fill(draft, frame.run, name, SlotValue(value=value, source="staff"))
    return walk(draft)


def _apply(draft: Draft, heard: Understanding, commands: list[Command], already: bool) -> None:
    in_order = sorted(commands, key=_order)
    done = [accept.accept(draft, c) for c in in_order]
    polite = draft.pending is None and not any(done) and patterns.courtesy(draft, heard.intent)
    if any(done) or already or polite:
        draft.change(misunderstood=0)
    else:
        patterns.not_understood(draft, agrees=heard.intent == "affirm")


def _order(command: Command) -> int:
    """Requests first, then whom they are for, so that a name said beside it is that person's."""
    if isinstance(command, StartFlow):
        return 0
    return 1 if isinstance(command, SetSlot) and command.slot == "relation" else 2


def _keep_request(draft: Draft, commands: list[Command]) -> None:
    """In an emergency nothing is asked, but what was said is kept."""
    wanted = sorted((c for c in commands if isinstance(c, StartFlow | SetSlot | CorrectSlot)), key=_order)
    kept = [accept.accept(draft, c) for c in wanted]
    if any(kept) or draft.top is not None:
        draft.say("safety.kept")


def walk(draft: Draft) -> Decision:
    """Go on with the topmost flow as far as it goes without a person or the clinic's systems."""
    if draft.conversation.mode != "staff" and not draft.handed and not draft.asked_now:
        advance(draft)
    if draft.pending is not None:
        return Decision(draft.conversation, (), (), draft.pending, draft)
    return freeze(draft)


def freeze(draft: Draft) -> Decision:
    """What the draft has come to."""
    said = tuple(e for e in draft.effects if isinstance(e, Say))
    if said:
        kept = tuple(s.model_dump(mode="json") for s in said if s.key not in _SAID_ONCE)
        draft.change(last_keys=kept or draft.conversation.last_keys)
    return Decision(draft.conversation, tuple(draft.events), family.said_once(draft))
