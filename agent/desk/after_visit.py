"""What a turn means for somebody who was here lately: the answer to a check-in, and an alarm beside instructions."""

from datetime import datetime

from agent.desk.check_in_calls import FLOW, TO_ANSWER
from agent.desk.check_ins import visit_of
from agent.desk.desk import Desk
from agent.desk.effects import Done
from agent.desk.leaflets import nearest, told
from agent.dialogue.turn import Decision
from agent.model.conversation import Conversation, Frame
from agent.model.effect import Effect, OpenTask
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding
from agent.ports import Tx
from agent.understand.passages import Hit

_BESIDE = ("name", "appointment")  # what a check-in knows of whom it asked


def for_nurse(
    desk: Desk,
    tx: Tx,
    before: Conversation,
    decision: Decision,
    inbound: Inbound,
    finding: SafetyFinding,
    now: datetime,
) -> tuple[Effect, ...]:
    """The decision's effects; a task of an alarm is a nurse's where the patient was here lately, and carries the
    nearest passage of their instructions and the visit that they were asked about."""
    if finding.cls in ("none", "distress"):
        return decision.effects
    frame = answered(before, decision)
    asked_about = tx.appointments.get(visit_of(frame)) if frame is not None else None
    known = [asked_about.patient] if asked_about and asked_about.patient else _patients(desk, tx, before)
    hits = [nearest(tx, desk.passages, desk.clinic.id, p, inbound.text, before.locale, now, asked_about) for p in known]
    hit = max((h for h in hits if h is not None), key=lambda h: h.score, default=None)
    if hit is None and frame is None:
        return decision.effects
    worse = frame is not None and desk.passages.alarming(inbound.text, before.locale)
    return tuple(_with(e, frame, hit, worse) if isinstance(e, OpenTask) else e for e in decision.effects)


def answered(before: Conversation, decision: Decision) -> Frame | None:
    """The question after a visit that this turn has answered, in words or with an alarm."""
    ended = {e.data["run"] for e in decision.events if e.name == "FlowEnded" and e.data.get("flow") == FLOW}
    return next((f for f in before.frames if f.run in ended), None)


def follow_up(desk: Desk, tx: Tx, frame: Frame, done: Done, now: datetime, *, alarm: bool) -> None:
    """What came of the answer stands with the question: the task, if any; an alarm counts as an answer. "No, not I" on
    the telephone ends the question too, and answers nothing."""
    row = tx.check_ins.get(visit_of(frame), str(frame.slots["rule"].value), lock=True)
    if row is None or (row.state != "answered" and not (alarm and row.state in TO_ANSWER)):
        return
    task = next((t.id for t in done.tasks), row.task)
    answer = {"state": "answered", "answered_at": row.answered_at or now, "task": task}
    tx.check_ins.save(row.model_copy(update=answer))
    desk.record(tx, "agent", "check-in:answered", row.appointment, now, why=row.rule)


def _patients(desk: Desk, tx: Tx, talk: Conversation) -> list[str]:
    """Who may be writing; only staff see what follows from it."""
    if talk.patient:
        return [talk.patient]
    if talk.channel == "chat":
        return []
    return [p.id for p in tx.patients.by_phone(desk.clinic.id, talk.address.value)]


def _with(task: OpenTask, frame: Frame | None, hit: Hit | None, worse: bool) -> OpenTask:
    more = {n: frame.slots[n].value for n in _BESIDE if n in frame.slots} if frame is not None else {}
    if hit is not None:
        more["nearest"] = told(hit)
    alarming = worse or (hit is not None and hit.passage.nurse)
    urgent = {"priority": "urgent"} if alarming and task.priority == "routine" else {}
    role = {"role": "nurse"} if task.kind == "message" else {}
    return task.model_copy(update={"proposal": {**task.proposal, **more}, **urgent, **role})
