"""A person takes a conversation, answers in it, gives it back; the desk is silent in between."""

from datetime import datetime

from agent.desk.desk import Desk
from agent.desk.drafts import reviewed
from agent.desk.effects import carry_out
from agent.desk.enclosures import enclose
from agent.desk.rows_of_words import reply_of_person
from agent.desk.watching import person_came
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.event import Event
from agent.model.fault import Conflict, Refused
from agent.model.message import Line
from agent.model.patient import StaffUser
from agent.model.task import OPEN, Change
from agent.ports import Tx


def take(desk: Desk, id: str, by: StaffUser) -> Conversation:
    """The person owns the conversation and its open hand-off tasks. Raises Conflict when a colleague has it."""
    now = desk.clock()
    with desk.store.begin() as tx:
        saved = _taken(desk, tx, _load(desk, tx, id), by, now)
    return _rung(desk, saved)


def reply(
    desk: Desk, id: str, by: StaffUser, text: str, *, enclosed: str = "", draft: str = "", read: bool = False
) -> str:  # fmt: skip
    """Words of a named person, in the patient's channel; whoever replies owns the conversation. `enclosed`: a document
    to send along (a Choice's value); `draft`: the machine's draft that they were made of, and whether the person says
    to have `read` it, without which its very words are refused. The row's id."""
    text = text.strip()
    if not text and not enclosed:
        raise Refused("write something first")
    if len(text) > desk.settings.max_text:
        raise Refused("at most %(most)s characters", most=desk.settings.max_text)
    now = desk.clock()
    with desk.store.begin() as tx:
        held = _taken(desk, tx, _load(desk, tx, id), by, now)
        message = reply_of_person(desk, held, text, by.id, now)
        drafted = reviewed(tx, id, by, text, draft, read)
        if enclosed:
            message = enclose(desk, tx, held, message, enclosed, by, now)
        tx.outbox.add(message)
        tx.conversations.append(
            id, [Event(name="StaffReplied", data={"staff": by.id, "outbound": message.id})], None, now
        )
        data: dict[str, object] = {"outbound": message.id}
        if drafted is not None:
            tx.drafts.save(drafted.model_copy(update={"outbound": message.id}))
            data |= {"draft": drafted.id, "edited": drafted.edited}
        desk.record(tx, f"staff:{by.id}", "conversation:replied", id, now, data=data)
    _rung(desk, held)
    return message.id


def _taken(desk: Desk, tx: Tx, held: Conversation, by: StaffUser, now: datetime) -> Conversation:
    if held.mode == "staff" and held.assignee not in (None, by.id):
        raise Conflict("a colleague has this conversation")
    if held.mode == "staff" and held.assignee == by.id:
        return held
    taken = held.model_copy(update={"mode": "staff", "assignee": by.id})
    say = Say(key="handoff.joined", values={"staff": by.name})
    carry_out(desk, tx, taken, (say,), now, author=f"staff:{by.id}")
    saved = tx.conversations.save(taken, now)
    tx.conversations.append(held.id, [Event(name="StaffTook", data={"staff": by.id})], None, now)
    for task in tx.tasks.of(held.id):
        if task.kind == "handoff" and task.status in OPEN:
            change = Change(at=now, by=by.name, what="took the conversation")
            update = {"status": "in-progress", "assignee": by.id, "changes": (*task.changes, change)}
            tx.tasks.save(task.model_copy(update=update))
            person_came(desk, task, now)
    desk.record(tx, f"staff:{by.id}", "conversation:taken", held.id, now)
    return saved


def note(desk: Desk, id: str, by: StaffUser, text: str) -> None:
    """A note for colleagues; the patient never sees it."""
    now = desk.clock()
    with desk.store.begin() as tx:
        held = _load(desk, tx, id)
        line = Line(id=desk.new_id(), direction="out", author=f"note:{by.id}", text=text.strip(), at=now)
        tx.conversations.note(id, line)
        desk.record(tx, f"staff:{by.id}", "conversation:noted", id, now)
    _rung(desk, held)


def give_back(desk: Desk, id: str, by: StaffUser) -> Conversation:
    """The desk answers again; the hand-off tasks are done. What the patient was doing is still there."""
    now = desk.clock()
    with desk.store.begin() as tx:
        held = _load(desk, tx, id)
        if held.mode != "staff":
            raise Conflict("nobody has taken this conversation")
        frames = tuple(f.model_copy(update={"tries": 0}) for f in held.frames)
        given = held.model_copy(update={"mode": "agent", "assignee": None, "misunderstood": 0, "frames": frames})
        carry_out(desk, tx, given, (Say(key="handoff.returned"),), now, author=f"staff:{by.id}")
        saved = tx.conversations.save(given, now)
        tx.conversations.append(id, [Event(name="StaffReturned", data={"staff": by.id})], None, now)
        for task in tx.tasks.of(id):
            if task.kind == "handoff" and task.status in OPEN:
                change = Change(at=now, by=by.name, what="gave the conversation back")
                update = {
                    "status": "completed",
                    "decided_by": by.name,
                    "decided_at": now,
                    "changes": (*task.changes, change),
                }
                tx.tasks.save(task.model_copy(update=update))
        desk.record(tx, f"staff:{by.id}", "conversation:returned", id, now)
    return _rung(desk, saved)


def _load(desk: Desk, tx: Tx, id: str) -> Conversation:
    held = tx.conversations.get(id, lock=True)
    if held is None or held.clinic != desk.clinic.id:
        raise Refused("there is no such conversation")
    return held


def _rung(desk: Desk, held: Conversation) -> Conversation:
    desk.bus.ring("outbox", held.id)
    desk.bus.ring(f"thread:{held.id}")
    desk.bus.ring(f"console:{desk.clinic.id}", held.id)
    return held
