"""How a conversation changes: slots filled and forgotten, flows begun and ended. Each change leaves its event."""

from agent.dialogue import people
from agent.dialogue.draft import Draft, action_value
from agent.model.conversation import Frame, SlotValue

_KEPT = ("offered", "vacancy")  # patterns: for their answer a time is held
_ARRANGED = "staff_arranges"  # worked out from the kind of visit wherever a flow has this slot


def begin(draft: Draft, flow: str, *, below: int = 0) -> Frame:
    """Open a flow on top, or below so many, to follow after them."""
    chosen = draft.content.flows[flow]
    top = draft.top
    if top is not None and chosen.kind != "answer" and draft.flow(top).fades and not below:
        end(draft, top, "faded")
    seed = draft.inbound.id if draft.inbound else draft.now.isoformat()
    frames, count = draft.conversation.frames, len(draft.events)
    while any(f.run == f"{seed}.{count}" for f in frames):  # two of one moment, of staff or of a sweep
        count += 1
    run = f"{seed}.{count}"
    frame = Frame(run=run, flow=flow, step=chosen.steps[0].id)
    if below and frames:
        frames = (*frames[:-below], frame, *frames[-below:])
    else:
        frames = (*frames, frame)
    draft.change(frames=frames)
    draft.happened("FlowStarted", flow=flow, run=run)
    return frame


def end(draft: Draft, frame: Frame, how: str = "done") -> None:
    """Close a flow; what it held dies with it."""
    draft.change(frames=tuple(f for f in draft.conversation.frames if f.run != frame.run))
    draft.happened("FlowEnded", flow=frame.flow, run=frame.run, how=how)


def make_room(draft: Draft) -> bool:
    """May one more flow begin? Of too many, the oldest question that the clinic itself asked gives way: whoever has
    answered five reminders with silence may still ask for something."""
    frames = draft.conversation.frames
    full = len(frames) >= draft.max_frames
    asked = [f for f in frames if draft.flow(f).kind == "pattern" and f.flow not in _KEPT] if full else []
    for frame in asked[: len(frames) - draft.max_frames + 1]:
        end(draft, frame, "crowded out")
    return len(draft.conversation.frames) < draft.max_frames


_ASKED_FIRST = frozenset({"another_provider"})  # with whom is asked before when, whenever it is said


def fill(draft: Draft, run: str, slot: str, value: SlotValue) -> None:
    """Put a value in a slot; what was worked out from an older value is forgotten and worked out anew."""
    frame = next(f for f in draft.conversation.frames if f.run == run)
    old = frame.slots.get(slot)
    slots = {**frame.slots, slot: value}
    gone: list[str] = []
    if old is None or old.value != value.value:
        gone = _dependents(draft, frame, slot)
    slots = {k: v for k, v in slots.items() if k not in gone}
    update: dict[str, object] = {"slots": slots}
    if (gone or slot in _ASKED_FIRST) and value.source != "action":
        update["step"] = draft.flow(frame).steps[0].id
        update["asked"] = None
    draft.put(frame.model_copy(update=update))
    draft.happened("SlotFilled", slot=slot, run=run, source=value.source)
    for name in gone:
        draft.happened("SlotForgotten", slot=name, run=run)
    spec, frame = draft.slot(frame, slot), next(f for f in draft.conversation.frames if f.run == run)
    if spec and spec.remember and value.value is not None:
        people.remember(draft, frame, slot, value)
        people.somebody_else(draft, frame, slot, value)
    if slot == "relation":
        _ask_who_again(draft, run, people.now_for(draft, frame))
    if slot == "appointment_type" and _ARRANGED in draft.flow(frame).slots:
        fill(draft, run, _ARRANGED, action_value(_arranged_by_staff(draft, value.value)))


def forget(draft: Draft, run: str, names: tuple[str, ...]) -> None:
    frame = next(f for f in draft.conversation.frames if f.run == run)
    held = [n for n in names if n in frame.slots]
    if held:
        slots = {k: v for k, v in frame.slots.items() if k not in held}
        asked = None if frame.asked in held else frame.asked
        draft.put(frame.model_copy(update={"slots": slots, "asked": asked}))
        for name in held:
            draft.happened("SlotForgotten", slot=name, run=run)


def _arranged_by_staff(draft: Draft, visit_type: object) -> bool:
    """Some kinds of visit the clinic arranges itself (a procedure): the desk must not offer times for them."""
    return any(v.id == visit_type and not v.desk_may_prepare for v in draft.clinic.visit_types)


def _ask_who_again(draft: Draft, run: str, names: tuple[str, ...]) -> None:
    """What was carried over from another person goes, and the flow is walked anew."""
    if names:
        forget(draft, run, names)
        frame = next(f for f in draft.conversation.frames if f.run == run)
        draft.put(frame.model_copy(update={"step": draft.flow(frame).steps[0].id, "asked": None}))


def _dependents(draft: Draft, frame: Frame, slot: str) -> list[str]:
    """Held slots that were worked out from `slot`, directly or through one another."""
    specs, gone, todo = draft.flow(frame).slots, set[str](), [slot]
    while todo:
        cause = todo.pop()
        for name, spec in specs.items():
            if cause in spec.requires and name in frame.slots and name not in gone:
                gone.add(name)
                todo.append(name)
    return sorted(gone)
