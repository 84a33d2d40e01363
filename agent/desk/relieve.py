"""A conversation waits for a person no longer once its last open hand-off is decided; the desk answers again."""

from datetime import datetime

from agent.model.conversation import Conversation
from agent.model.event import Event
from agent.model.patient import StaffUser
from agent.model.task import OPEN, Task
from agent.ports import Tx


def relieved(tx: Tx, held: Conversation | None, task: Task, by: StaffUser, now: datetime) -> Conversation | None:
    """The conversation after `task` is decided. Else the desk would go on saying that a person will answer, while
    nothing lies in anybody's queue. What the patient was doing is still there."""
    if held is None or held.mode != "waiting_staff" or task.kind != "handoff":
        return held
    if any(t.kind == "handoff" and t.status in OPEN and t.id != task.id for t in tx.tasks.of(held.id)):
        return held
    frames = tuple(f.model_copy(update={"tries": 0}) for f in held.frames)
    update = {"mode": "agent", "assignee": None, "misunderstood": 0, "frames": frames}
    saved = tx.conversations.save(held.model_copy(update=update), now)
    tx.conversations.append(held.id, [Event(name="StaffReturned", data={"staff": by.id})], None, now)
    return saved


def waits_again(tx: Tx, held: Conversation | None, task: Task, now: datetime) -> None:
    """The decision was taken back: the hand-off is open, and the patient waits for a person as before."""
    if held is None or held.mode != "agent" or task.kind != "handoff":
        return
    tx.conversations.save(held.model_copy(update={"mode": "waiting_staff"}), now)
    tx.conversations.append(held.id, [Event(name="HandedOff", data={"why": task.reason})], None, now)
