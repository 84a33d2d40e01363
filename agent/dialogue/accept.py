"""Takes or refuses each proposed command, with a reason that is kept; deterministic."""

from agent.dialogue import evolve, family
from agent.dialogue.advance import hand_over
from agent.dialogue.draft import Draft, action_value, value_of
from agent.dialogue.valid import fits
from agent.model.command import (
    AskAnswer,
    CancelFlow,
    ChangeLanguage,
    Clarify,
    Command,
    CorrectSlot,
    Handoff,
    Repeat,
    SetSlot,
    SpeakSlower,
    SpeakUsual,
    StartFlow,
)
from agent.model.conversation import Frame, SlotValue
from agent.model.effect import Say
from agent.model.wish import dates_of, suits

_IN_ORDER = "pattern.one_by_one"
WHICH = "which"  # the flow that asks which of several things is meant


def accept(draft: Draft, command: Command) -> bool:
    """True when the command changed or answered something."""
    refusal = _apply(draft, command)
    if refusal is None:
        draft.happened("CommandAccepted", do=command.do, source=command.source, **_named(command))
        return True
    draft.happened("CommandRefused", do=command.do, source=command.source, why=refusal, **_named(command))
    return False


def _named(command: Command) -> dict[str, str]:
    if isinstance(command, SetSlot | CorrectSlot):
        return {"slot": command.slot}
    if isinstance(command, StartFlow | AskAnswer):
        return {"flow": command.flow}
    return {}


def _apply(draft: Draft, command: Command) -> str | None:
    """None when applied, else why not."""
    match command:
        case StartFlow():
            return _start(draft, command)
        case AskAnswer():
            return _answer(draft, command)
        case SetSlot() | CorrectSlot():
            return _set(draft, command)
        case CancelFlow():
            return _cancel(draft)
        case Clarify():
            return _clarify(draft, command)
        case Repeat():
            return _repeat(draft)
        case SpeakSlower():
            return _slower(draft)
        case SpeakUsual():
            return _usual(draft)
        case ChangeLanguage():
            return _language(draft, command)
        case Handoff():
            hand_over(draft, command.why)
            return None
        case _:
            return "cannot_handle"


def _start(draft: Draft, command: StartFlow) -> str | None:
    flow = draft.content.flows.get(command.flow)
    if flow is None or flow.kind == "answer":
        return "no_such_flow"
    _no_longer_which(draft)
    frames = draft.conversation.frames
    if frames and frames[-1].flow == command.flow:
        return None  # "I said I need an appointment": the question that stands open is the way on
    open_already = next((f for f in frames if f.flow == command.flow), None)
    if open_already is not None:
        draft.change(frames=(*(f for f in frames if f.run != open_already.run), open_already))
        return None
    if not evolve.make_room(draft):
        return "too_many_flows"
    frames = draft.conversation.frames
    started = {e.data["run"] for e in draft.events if e.name == "FlowStarted"}
    second = bool(frames) and frames[-1].run in started
    below = sum(f.run in started for f in frames) if second else 0
    begun = evolve.begin(draft, command.flow, below=below)
    if second:
        _say_in_order(draft, flow.title)
        draft.put(begun)
    return None


def _say_in_order(draft: Draft, title: str) -> None:
    """ "First this, then that"; with a third, one sentence, too."""
    said = next((e for e in draft.effects if isinstance(e, Say) and e.key == _IN_ORDER), None)
    titles = [title]
    if said is not None:
        draft.effects.remove(said)
        titles = [*said.values["second"]["value"], title]
    draft.say(_IN_ORDER, draft.conversation.frames[-1], values={"second": {"as": "keys", "value": titles}})


def _answer(draft: Draft, command: AskAnswer) -> str | None:
    flow = draft.content.flows.get(command.flow)
    if flow is None or flow.kind != "answer":
        return "no_such_answer"
    _no_longer_which(draft)
    if any(f.flow == command.flow for f in draft.conversation.frames):
        return "already_open"
    evolve.begin(draft, command.flow)
    return None


def _owner(draft: Draft, slot: str) -> Frame | None:
    """The topmost open flow that has this slot. Past a request that lacks it only to one begun in this very turn:
    what is said to the second request must not change the first."""
    begun = {e.data["run"] for e in draft.events if e.name == "FlowStarted"}
    past = False
    for frame in reversed(draft.conversation.frames):
        if draft.slot(frame, slot) and (not past or frame.run in begun):
            return frame
        past = past or draft.flow(frame).kind == "task"
    return None


def _set(draft: Draft, command: SetSlot | CorrectSlot) -> str | None:
    if isinstance(command, SetSlot) and command.of:
        family.bring_on_top(draft, command.of)
    frame = _owner(draft, command.slot)
    if frame is None:
        return "no_open_slot"
    spec = draft.slot(frame, command.slot)
    assert spec is not None
    if command.value is not None and command.source not in spec.propose:
        return "source_may_not"  # nobody proposes anything by leaving a question open
    if command.quote and draft.inbound is not None and command.quote not in draft.inbound.text:
        return "quote_not_said"
    if spec.ask_before_filling and frame.asked != command.slot:
        return "not_asked"
    held = frame.slots.get(command.slot)
    if command.value is None and frame.asked != command.slot:
        return "not_asked"
    if command.value is not None and not fits(draft, frame, command.slot, command.value):
        return "bad_value"
    joined = [*held.value, *(v for v in command.value if v not in held.value)] if held and spec.adds else command.value
    if held is not None and held.value == joined:
        return "same_value"
    value = SlotValue(
        value=joined,
        source=command.source,
        quote=command.quote,
        span=command.span,
        inbound=draft.inbound.id if draft.inbound else None,
        confidence=command.confidence,
    )
    if frame.flow == WHICH:
        flow = str(command.value)
        return _answer(draft, AskAnswer(flow=flow)) and _start(draft, StartFlow(flow=flow))
    evolve.fill(draft, frame.run, command.slot, value)
    if command.value is None and frame.keys:
        draft.say("voice.keys.left")
    if command.slot == "avoid":
        _ask_for_another_day(draft, frame, joined)
    for other in draft.conversation.frames:  # "where are you in Brooklyn, and do you take Cigna?": two questions
        if other.run != frame.run and draft.flow(other).kind == "answer" and draft.slot(other, command.slot):
            evolve.fill(draft, other.run, command.slot, value)
    return None


def _ask_for_another_day(draft: Draft, frame: Frame, avoid: list[str]) -> None:
    """The one day that was wished for does not suit after all."""
    days = dates_of(value_of(frame, "date"))
    if days is not None and days[0] == days[1] and not suits(days[0], avoid):
        evolve.forget(draft, frame.run, ("date",))


def _no_longer_which(draft: Draft) -> None:
    """The desk was asking what is wanted; now it knows."""
    frame = draft.top
    if frame is not None and frame.flow == WHICH:
        evolve.end(draft, frame, "answered")


def _cancel(draft: Draft) -> str | None:
    frame = draft.top
    if frame is None:
        return "nothing_open"
    draft.say(draft.flow(frame).dropped, frame)
    evolve.end(draft, frame, "cancelled")
    return None


def _clarify(draft: Draft, command: Clarify) -> str | None:
    flows = [f for f in command.flows if f in draft.content.flows]
    if len(flows) < 2 or WHICH not in draft.content.flows:
        return "nothing_to_choose"
    if not evolve.make_room(draft):
        return "too_many_flows"
    frame = evolve.begin(draft, WHICH)
    evolve.fill(draft, frame.run, "flows", action_value(flows))
    return None


def _repeat(draft: Draft) -> str | None:
    if not draft.conversation.last_keys:
        return "nothing_said"
    for said in draft.conversation.last_keys:
        draft.effects.append(Say.model_validate(said))
    draft.asked_now = True
    return None


def _slower(draft: Draft) -> str | None:
    """The last words once more, and slowly from here on; a voice that is slow already says so."""
    if draft.conversation.channel != "voice":
        return "not_on_a_call"
    already = draft.conversation.pace == "slow"
    draft.say("voice.slower.most" if already else "voice.slower")
    if not already:
        draft.change(pace="slow")
        draft.happened("PaceChanged", pace="slow")
    _repeat(draft)
    return None


def _usual(draft: Draft) -> str | None:
    """The last words once more, as fast as at the start of the call."""
    if draft.conversation.channel != "voice":
        return "not_on_a_call"
    slow = draft.conversation.pace == "slow"
    draft.say("voice.usual" if slow else "voice.usual.already")
    if slow:
        draft.change(pace="usual")
        draft.happened("PaceChanged", pace="usual")
    _repeat(draft)
    return None


def _language(draft: Draft, command: ChangeLanguage) -> str | None:
    if command.locale == draft.conversation.locale and not command.asked:
        return "same_language"
    if command.locale not in draft.content.live:
        return "language_not_live"
    if draft.conversation.locale_asked and not command.asked:
        return "asked_for_another"
    draft.change(locale=command.locale, locale_asked=draft.conversation.locale_asked or command.asked)
    draft.happened("LanguageChanged", locale=command.locale, asked=command.asked)
    if command.asked:
        draft.say("pattern.language")
    return None
