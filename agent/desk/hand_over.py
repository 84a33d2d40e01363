"""Work passes from one person to another, or back to the queue; it is never without owner or status."""

from datetime import datetime

from agent.desk.decide import load, noted, rung
from agent.desk.desk import Desk
from agent.desk.due import due_at, policy_of
from agent.desk.effects import Done, carry_out, open_task
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask, Say
from agent.model.fault import Conflict, Refused
from agent.model.message import Line
from agent.model.patient import StaffUser
from agent.model.task import OPEN, Change, Task
from agent.ports import Tx

MOST_NOTE = 500  # characters
BACK = "back to the queue"


def hand_over(
    desk: Desk, task_id: str, version: int, by: StaffUser, to: str | None, role: str | None, note: str
) -> Task:
    """To a colleague (`to`, a staff id), who owns it then, or to everybody of a role. Raises Refused for a colleague
    who is away, unknown or disabled."""
    now, note = desk.clock(), _note(note)
    with desk.store.begin() as tx:
        task, _ = load(desk, tx, task_id, version)
        whom = _colleague(desk, tx, to, by) if to else None
        if whom is None and not role:
            raise Refused("choose a colleague or a role")
        update = {"assignee": whom.id if whom else None, "role": task.role if whom else role}
        if task.status != "on-hold":
            update["status"] = "accepted" if whom else "requested"
        what = f"handed over to {whom.name if whom else role}"
        saved = tx.tasks.save(noted(task.model_copy(update=update), by, what, now, note))
        desk.record(tx, f"staff:{by.id}", "task:handed-over", task.id, now, data={"to": whom.id if whom else role})
    return rung(desk, saved)


def transfer(desk: Desk, id: str, by: StaffUser, to: str | None, role: str | None, summary: str) -> Conversation:
    """A conversation passes to a colleague or a role with a summary that only staff see. Until somebody takes it the
    desk answers only that a person will, and it stands in the queue as theirs."""
    now, summary = desk.clock(), _note(summary)
    if not summary:
        raise Refused("write in a sentence what it is about")
    with desk.store.begin() as tx:
        held = tx.conversations.get(id, lock=True)
        if held is None or held.clinic != desk.clinic.id:
            raise Refused("there is no such conversation")
        if held.mode == "staff" and held.assignee not in (None, by.id):
            raise Conflict("a colleague has this conversation")
        whom = _colleague(desk, tx, to, by) if to else None
        if whom is None and not role:
            raise Refused("choose a colleague or a role")
        what = f"transferred to {whom.name if whom else role}"
        saved = to_queue(desk, tx, held, by.name, what, now, why=summary, whom=whom, role=role)
        tx.conversations.note(
            id, Line(id=desk.new_id(), direction="out", author=f"note:{by.id}", text=summary, at=now)
        )  # fmt: skip
        desk.record(tx, f"staff:{by.id}", "conversation:transferred", id, now, data={"to": whom.id if whom else role})
    ring(desk, saved)
    return saved


def go_away(desk: Desk, by: StaffUser, user: str) -> int:
    """Absence, or the end of a shift: whatever they have goes back to the queue, urgent where a patient waits for an
    answer or the matter is. Returns how much that was."""
    person = _marked(desk, by, user, away=True)
    return give_up_all(desk, person, f"{person.name} is away")


def come_back(desk: Desk, by: StaffUser, user: str) -> None:
    _marked(desk, by, user, away=False)


def _marked(desk: Desk, by: StaffUser, user: str, *, away: bool) -> StaffUser:
    with desk.store.begin() as tx:
        person = tx.staff.get(user)
        if person is None or person.clinic != desk.clinic.id:
            raise Refused("there is no such person")
        tx.staff.save(person.model_copy(update={"away": away}))
        desk.record(tx, f"staff:{by.id}", "staff:away" if away else "staff:back", user, desk.clock())
    return person


def give_up_all(desk: Desk, person: StaffUser, why: str) -> int:
    """Every open task and every conversation of theirs, each in a transaction of its own."""
    with desk.store.begin(write=False) as tx:
        tasks = [t for t in tx.tasks.open(desk.clinic.id) if t.assignee == person.id]
        talks = [c for c in tx.conversations.with_staff(desk.clinic.id) if c.assignee == person.id]
        waits = {c.id for c in talks if _waits(tx, c, desk.clock())}
    for held in talks:
        put_back(desk, held.id, why, urgent=held.id in waits)
    return len(talks) + sum(return_task(desk, t.id, why) for t in tasks)


def _waits(tx: Tx, held: Conversation, now: datetime) -> bool:
    """Whether the patient has written since a person last did; that somebody has joined is no answer."""
    last = tx.conversations.last_heard(held.id)
    return last is not None and not tx.conversations.answered_since(held.id, last[0], now)


def return_task(desk: Desk, id: str, why: str) -> bool:
    """Back to the queue, without owner; False where it is decided or has no owner by now."""
    now = desk.clock()
    with desk.store.begin() as tx:
        seen = tx.tasks.get(id)
        if seen is not None and seen.conversation:
            tx.conversations.get(seen.conversation, lock=True)
        task = tx.tasks.get(id, lock=True)
        if task is None or task.status not in OPEN or task.assignee is None:
            return False
        saved = tx.tasks.save(_returned(task, why, now))
        desk.record(tx, "agent", "task:returned", id, now)
    rung(desk, saved)
    return True


def put_back(desk: Desk, id: str, why: str, *, urgent: bool = True, say: Say | None = None) -> bool:
    """A conversation whose person does not answer waits for another one; False where nobody has it by now. `say`: what
    the patient is told."""
    now = desk.clock()
    with desk.store.begin() as tx:
        held = tx.conversations.get(id, lock=True)
        if held is None or held.mode != "staff":
            return False
        saved = to_queue(desk, tx, held, "agent", BACK, now, why=why, priority="urgent" if urgent else "")
        if say is not None:
            carry_out(desk, tx, saved, (say,), now)
        desk.record(tx, "agent", "conversation:put-back", id, now)
    ring(desk, saved)
    if say is not None:
        desk.bus.ring("outbox", id)
    return True


def to_queue(
    desk: Desk, tx: Tx, held: Conversation, by: str, what: str, now: datetime, *, why: str = "",
    whom: StaffUser | None = None, role: str | None = None, priority: str = "",
) -> Conversation:  # fmt: skip
    """The conversation waits for a person, under one open hand-off task. Where a person had it, the time in which
    somebody comes begins anew."""
    saved = tx.conversations.save(held.model_copy(update={"mode": "waiting_staff", "assignee": None}), now)
    open_ones = [t for t in tx.tasks.of(held.id) if t.kind == "handoff" and t.status in OPEN]
    if not open_ones:
        wanted = OpenTask(kind="handoff", reason="requested", run=desk.new_id())
        open_ones = [open_task(desk, tx, saved, wanted, now, Done())]
    for task in open_ones:
        update = {
            "status": "accepted" if whom else "requested", "assignee": whom.id if whom else None,
            "role": role or task.role, "priority": priority or task.priority,
            "changes": (*task.changes, Change(at=now, by=by, what=what, why=why)),
        }  # fmt: skip
        given = task.model_copy(update=update)
        if held.mode == "staff":
            policy = policy_of(desk.clinic, desk.content.tasks[task.kind], task.kind, task.reason)
            given = given.model_copy(update={"due_at": due_at(desk.clinic, policy, given.priority, now)})
        tx.tasks.save(given)
    return saved


def ring(desk: Desk, held: Conversation) -> None:
    desk.bus.ring(f"thread:{held.id}")
    desk.bus.ring(f"console:{desk.clinic.id}", held.id)


def _returned(task: Task, why: str, now: datetime) -> Task:
    status = task.status if task.status == "on-hold" else "requested"
    change = Change(at=now, by="agent", what=BACK, why=why)
    return task.model_copy(update={"assignee": None, "status": status, "changes": (*task.changes, change)})


def _colleague(desk: Desk, tx: Tx, id: str, by: StaffUser) -> StaffUser:
    found = tx.staff.get(id)
    if found is None or found.clinic != desk.clinic.id or found.disabled or found.id == by.id:
        raise Refused("there is no such colleague")
    if found.away:
        raise Refused("%(name)s is away; choose somebody else", name=found.name)
    return found


def _note(text: str) -> str:
    text = text.strip()
    if len(text) > MOST_NOTE:
        raise Refused("at most %(most)s characters", most=MOST_NOTE)
    return text
