"""Walks the steps of the topmost flow until it must wait for a person or for the clinic's systems."""

from typing import Any

from agent.dialogue import alarms, evolve, people
from agent.dialogue.asking import ask
from agent.dialogue.closures import BY_HOURS, opens_next, passed_on
from agent.dialogue.conditions import holds
from agent.dialogue.draft import Draft, action_value, is_empty, value_of
from agent.dialogue.evidence import evidence, person
from agent.dialogue.leaving import to_text
from agent.dialogue.spelling import put_letters
from agent.model.conversation import Frame
from agent.model.effect import NotifyStaff, OpenTask, RunAction, Say, WithdrawTask
from agent.model.flow import Step


def advance(draft: Draft) -> None:
    """At most `max_steps` steps; stops at a question, at a pending action, or when no flow is open."""
    while draft.pending is None and (frame := draft.top) is not None:
        draft.steps += 1
        if draft.steps > draft.max_steps:
            draft.happened("ActionFailed", why="too_many_steps", flow=frame.flow, step=frame.step)
            hand_over(draft, "stuck")
            return
        step = draft.step(frame)
        if step.when is not None and not holds(draft, frame, step.when):
            _go_on(draft, frame, step, branch=False)
        elif step.collect:
            if _collect(draft, frame, step):
                return
        elif step.action and not (step.fills and not is_empty(value_of(frame, step.fills))):
            draft.pending = RunAction(action=step.action, run=frame.run)
        elif step.form:
            draft.pending = RunAction(action=f"form:{step.form}", run=frame.run)
        elif step.offer:
            draft.pending = RunAction(action=f"offer:{step.offer}", run=frame.run)
        elif step.alarm:
            alarms.alarm_by_answer(draft, frame)
            draft.asked_now = True
            _go_on(draft, frame, step)
        else:
            _do(draft, frame, step)


def after_action(draft: Draft, slots: dict[str, Any], followup: str | None) -> None:
    """Take an action's answer into the waiting flow and go past its step."""
    frame = draft.top
    if frame is None:
        return
    step = draft.step(frame)
    allowed = {n for n, s in draft.flow(frame).slots.items() if "action" in s.propose or "staff" in s.propose}
    for name, value in slots.items():
        if name in allowed:
            evolve.fill(draft, frame.run, name, action_value(value))
    draft.happened("ActionAnswered", action=step.action, run=frame.run)
    frame = draft.top
    assert frame is not None
    if followup:
        draft.put(frame.model_copy(update={"step": followup}))
    else:
        _go_on(draft, frame, step)


def hand_over(draft: Draft, why: str, *, say: str | None = None, **about: Any) -> None:
    """Give the conversation to people; the open flows are kept for them to see. `say`: another message than usual."""
    if draft.conversation.mode == "waiting_staff":
        draft.effects.append(NotifyStaff(why="patient_wrote"))
        added = passed_on(draft.clinic, draft.now)
        draft.say(added.key, values=added.values)
        draft.asked_now = draft.handed = True
        return
    frame, inbound = draft.top, draft.inbound
    known, words = person(draft)
    proposal: dict[str, Any] = {**known, "why": why, **about}
    said = words if frame is None else (*evidence(frame.slots), *(w for w in words if w["field"] not in frame.slots))
    if frame is not None:
        proposal["flow"] = frame.flow
    if inbound is not None and inbound.text:
        proposal["message"] = inbound.text
    run = inbound.id if inbound is not None else draft.now.isoformat()
    draft.effects.append(OpenTask(kind="handoff", proposal=proposal, evidence=said, reason=why, run=run))
    draft.change(mode="waiting_staff")
    draft.happened("TaskOpened", kind="handoff")
    draft.happened("HandedOff", why=why)
    usual = "handoff.stuck" if why in ("stuck", "not_understood") else "handoff.asked"
    values: dict[str, Any] = {"kind": "handoff"}
    opens = opens_next(draft.clinic, draft.now)
    if say is None and opens is not None:
        usual, values = f"{usual}.closed", {**values, "opens": {"as": "due", "value": opens.isoformat()}}
    draft.say(say or usual, values=values)
    draft.asked_now = draft.handed = True


def _collect(draft: Draft, frame: Frame, step: Step) -> bool:
    """True when the flow now waits for an answer."""
    assert step.collect is not None
    if step.collect in frame.slots:
        _go_on(draft, frame, step)
        return False
    fact = people.known(draft, frame, step.collect)
    if fact is not None:
        evolve.fill(draft, frame.run, step.collect, fact)
        return False
    ask(draft, frame, step)
    return True


def _do(draft: Draft, frame: Frame, step: Step) -> None:
    for name, value in step.set.items():
        evolve.fill(draft, frame.run, name, action_value(value))
    if step.forget:
        evolve.forget(draft, frame.run, step.forget)
    if step.spells:
        put_letters(draft, frame, step.spells)
    frame = next(f for f in draft.conversation.frames if f.run == frame.run)
    if step.withdraw:
        draft.effects.append(WithdrawTask(task=str(value_of(frame, step.withdraw))))
    if step.task:
        _open_task(draft, frame, step)
    if step.say:
        said = passed_on(draft.clinic, draft.now, step.say) if step.say in BY_HOURS else Say(key=step.say)
        draft.say(said.key, frame, values=said.values)
    if step.handoff:
        hand_over(draft, step.handoff)
    if step.over_to_text:
        to_text(draft, frame)
        return
    if step.start:
        _go_over(draft, frame, step.start)
        return
    _go_on(draft, frame, step)


def _open_task(draft: Draft, frame: Frame, step: Step) -> None:
    proposal = {n: value_of(frame, n) for n in step.from_ if not is_empty(value_of(frame, n))}
    supersedes = value_of(frame, step.supersedes) if step.supersedes else None
    hold = value_of(frame, "hold")
    draft.effects.append(
        OpenTask(
            kind=step.task or "message",
            proposal=proposal,
            evidence=evidence(frame.slots, step.from_),
            priority=step.priority or "routine",
            reason=str(value_of(frame, step.joins)) if step.joins else frame.flow,
            run=None if step.joins else frame.run,
            supersedes=supersedes,
            appointment=hold,
            role=step.role,
        )
    )
    draft.happened("TaskOpened", kind=step.task, run=frame.run)


def _go_over(draft: Draft, frame: Frame, flow: str) -> None:
    evolve.end(draft, frame, "went_over")
    fresh = evolve.begin(draft, flow)
    wanted = draft.content.flows[flow].slots
    taken = {k: v for k, v in frame.slots.items() if k in wanted}
    draft.put(fresh.model_copy(update={"slots": taken}))
    for name, value in taken.items():
        draft.happened("SlotFilled", slot=name, run=fresh.run, source=value.source)


def _go_on(draft: Draft, frame: Frame, step: Step, *, branch: bool = True) -> None:
    """To the step that `next` names, else the following one; past the last the flow ends."""
    frame = next(f for f in draft.conversation.frames if f.run == frame.run)
    if branch:
        if step.end:
            _finish(draft, frame)
            return
        for b in step.next:
            if b.if_ is None or holds(draft, frame, b.if_):
                _enter(draft, frame, b.then)
                return
    ids = [s.id for s in draft.flow(frame).steps]
    at = ids.index(step.id) + 1
    if at < len(ids):
        _enter(draft, frame, ids[at])
    else:
        _finish(draft, frame)


def _enter(draft: Draft, frame: Frame, step: str) -> None:
    draft.put(frame.model_copy(update={"step": step}))


def _finish(draft: Draft, frame: Frame) -> None:
    kind, quiet = draft.flow(frame).kind, draft.flow(frame).quiet
    evolve.end(draft, frame)
    below = draft.top
    alike = below is not None and below.flow == frame.flow  # the next of a family: their question says whose it is
    if below is not None and kind != "answer" and not quiet and not alike and not draft.asked_now:
        draft.say("pattern.back_to", below)
