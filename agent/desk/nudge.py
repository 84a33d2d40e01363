"""What time brings for staff: urgent work that nobody takes is rung again, owners who left give their work back, a
patient who waits for an answer goes to somebody else, and a patient whose request is late is told so."""

from datetime import datetime, timedelta

from agent.desk.desk import Desk
from agent.desk.due import open_now
from agent.desk.effects import carry_out
from agent.desk.hand_over import BACK, put_back, return_task
from agent.dialogue.closures import passed_on
from agent.dialogue.spoken import Voice
from agent.dialogue.wording import render
from agent.model.address import Address
from agent.model.effect import Say
from agent.model.message import Outbound
from agent.model.patient import StaffUser
from agent.model.task import OPEN, Task, is_urgent
from agent.ports import Tx

AGAIN = (2, 5, 10)  # minutes after which an urgent task that nobody has is rung again
ON_CALL = "on-call"  # the thread of texts to the person on call; no conversation of a patient
_URGENT_RETURN = timedelta(minutes=10)
_UNTOLD = frozenset({"urgent"})  # kinds whose patients get no word of lateness: they are told to call, at once


def rings(task: Task, now: datetime) -> int:
    """How often an unclaimed urgent task has been rung again by now."""
    if not is_urgent(task) or task.assignee is not None or task.status != "requested":
        return 0
    age = now - unowned_since(task)
    return sum(age >= timedelta(minutes=m) for m in AGAIN)


def unowned_since(task: Task) -> datetime:
    """When it came, or last came back, to the queue."""
    backs = [
        c.at for c in task.changes if c.what in ("gave back", BACK) or c.what.startswith(("handed", "transferred"))
    ]
    return backs[-1] if backs else task.created_at


def nudge(desk: Desk) -> int:
    """One round; returns how much there was to do. Safe in several processes at once: each thing is done once."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        tasks = tx.tasks.open(desk.clinic.id)
        staff = {u.id: u for u in tx.staff.all(desk.clinic.id)}
        seen = {id: _last_seen(tx, staff.get(id)) for id in {t.assignee for t in tasks if t.assignee}}
        waiting = _waiting_for_reply(desk, tx, now)
        alone = _unattended(desk, tx, staff, now)
    done = sum(_put_back(desk, id, line, now) for id, line in waiting)
    done += sum(put_back(desk, id, f"{name} is not here", urgent=False) for id, name in alone)
    done += _ring_again(desk, tasks, now)
    for task in tasks:
        if task.assignee and _left(desk, task, staff.get(task.assignee), seen[task.assignee], now):
            name = staff[task.assignee].name if task.assignee in staff else "the owner"
            done += return_task(desk, task.id, f"{name} is not here")
    if open_now(desk.clinic, now):
        done += sum(_tell_late(desk, t, now) for t in tasks if now > t.due_at)
    return done


def _ring_again(desk: Desk, tasks: list[Task], now: datetime) -> int:
    """What rings at the same moment, as when a doctor falls ill, is one text to the person on call."""
    with desk.store.begin(write=False) as tx:
        due = [t for t in tasks if rings(t, now) and f"ring {_steps(t, now)[-1]} {_base(t)}" not in tx.nudges.of(t.id)]
    if not due:
        return 0
    fresh: list[Task] = []
    with desk.store.begin() as tx:
        for task in due:
            steps = [m for m in _steps(task, now) if tx.nudges.first(task.id, f"ring {m} {_base(task)}", now)]
            if steps:
                fresh.append(task)
                desk.record(tx, "agent", "task:rung-again", task.id, now, data={"minutes": steps[-1]})
        if fresh:
            _text_on_call(desk, tx, fresh, now)
    if fresh:
        desk.bus.ring("outbox")
    for task in fresh:
        desk.bus.ring(f"console:{desk.clinic.id}", task.id)
    return len(fresh)


def _steps(task: Task, now: datetime) -> tuple[int, ...]:
    return AGAIN[: rings(task, now)]


def _base(task: Task) -> str:
    return f"{unowned_since(task):%Y%m%d%H%M%S}"


def _text_on_call(desk: Desk, tx: Tx, tasks: list[Task], now: datetime) -> None:
    """Numbers and age only, in the language of the staff: whoever finds that phone learns nothing of a patient."""
    oldest = min(tasks, key=unowned_since)
    minutes = int((now - unowned_since(oldest)).total_seconds() // 60)
    values = {
        "clinic": desk.clinic.name, "count": len(tasks), "number": oldest.number, "minutes": minutes,
        "link": f"{desk.settings.public_url.rstrip('/')}/console",
    }  # fmt: skip
    spoken = desk.clinic.language_of_staff
    say = Say(key="oncall.one" if len(tasks) == 1 else "oncall.many", values=values)
    text = render(Voice(desk.content, desk.clinic, spoken, "sms", now), say).text
    for number in filter(None, (n.strip() for n in desk.settings.on_call.split(","))):
        tx.outbox.add(
            Outbound(
                id=desk.new_id(), conversation=ON_CALL, channel="sms", to=Address(channel="sms", value=number),
                text=text, locale=spoken, urgent=True, created_at=now, due_at=now,
                expires_at=now + timedelta(minutes=30),
            )
        )  # fmt: skip


def _left(desk: Desk, task: Task, owner: StaffUser | None, seen: datetime | None, now: datetime) -> bool:
    last = task.changes[-1].at if task.changes else task.created_at
    return _gone(desk, owner, seen, last, _URGENT_RETURN if is_urgent(task) else None, now)


def _gone(
    desk: Desk, owner: StaffUser | None, seen: datetime | None, last: datetime, patience: timedelta | None,
    now: datetime,
) -> bool:  # fmt: skip
    """Is the owner no longer on the staff, away, or without a live session for too long? `last`: when something was
    done."""
    if owner is None or owner.disabled or owner.away:
        return True
    idle = timedelta(minutes=desk.settings.session_idle_minutes)
    here = seen is not None and now - seen <= idle
    return not here and now - max(last, seen or last) > (patience or timedelta(minutes=desk.settings.return_minutes))


def _last_seen(tx: Tx, person: StaffUser | None) -> datetime | None:
    sessions = tx.staff.sessions_of(person.id) if person else []
    return sessions[0].seen_at if sessions else None


def _waiting_for_reply(desk: Desk, tx: Tx, now: datetime) -> list[tuple[str, str]]:
    """(conversation, line) of patients whom the person who has them has left without an answer for too long."""
    patience, found = timedelta(minutes=desk.settings.reply_minutes), []
    for held in tx.conversations.with_staff(desk.clinic.id):
        last = tx.conversations.last_heard(held.id)
        if last is None or now - last[1] <= patience:
            continue
        if not tx.conversations.answered_since(held.id, last[0], now - patience):
            found.append((held.id, last[0]))
    return found


def _put_back(desk: Desk, id: str, line: str, now: datetime) -> bool:
    with desk.store.begin() as tx:
        if not tx.nudges.first(id, f"reply {line}", now):
            return False
    here = open_now(desk.clinic, now)  # after hours nobody is called in for it, and the patient hears when we open
    say = None if here else passed_on(desk.clinic, now)
    return put_back(desk, id, f"no answer for {desk.settings.reply_minutes} min", urgent=here, say=say)


def _unattended(desk: Desk, tx: Tx, staff: dict[str, StaffUser], now: datetime) -> list[tuple[str, str]]:
    """(conversation, whose it was) where the owner has gone: whoever writes there next would write to nobody."""
    found = []
    for held in tx.conversations.with_staff(desk.clinic.id):
        owner, heard = staff.get(held.assignee or ""), tx.conversations.last_heard(held.id)
        if heard is not None and _gone(desk, owner, _last_seen(tx, owner), heard[1], None, now):
            found.append((held.id, owner.name if owner else "the owner"))
    return found


def _tell_late(desk: Desk, task: Task, now: datetime) -> bool:
    """Once: that it is late, who has it, and how to reach a person."""
    if task.conversation is None or task.kind in _UNTOLD or task.status == "on-hold" or "outbound" in task.proposal:
        return False
    with desk.store.begin(write=False) as tx:
        if "late" in tx.nudges.of(task.id):
            return False
    with desk.store.begin() as tx:
        held = tx.conversations.get(task.conversation, lock=True)
        current = tx.tasks.get(task.id, lock=True)
        if held is None or current is None or current.status not in OPEN or held.mode == "staff":
            return False
        if not tx.nudges.first(task.id, "late", now):
            return False
        carry_out(desk, tx, held, (Say(key="decision.late", values={"number": str(task.number)}),), now)
        desk.record(tx, "agent", "task:late", task.id, now)
    desk.bus.ring("outbox", task.conversation)
    desk.bus.ring(f"thread:{task.conversation}")
    return True


__all__ = ["AGAIN", "ON_CALL", "nudge", "rings", "unowned_since"]
