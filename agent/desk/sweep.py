"""What time brings: holds that ran out, sends of unknown outcome; nothing is forgotten in silence."""

from datetime import datetime

from agent.desk.bulk_out import bulk_out
from agent.desk.bulk_rules import by_rules
from agent.desk.by_text import pick_up
from agent.desk.check_ins import check_in
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.planted import end_old
from agent.desk.reminders import remind
from agent.desk.send import reconcile
from agent.desk.vacancies import fill
from agent.model.calendar import Appointment
from agent.model.effect import Say
from agent.model.task import OPEN, Change


def sweep(desk: Desk) -> int:
    """Free expired holds, tell the patient and keep the task open and urgent; then settle unknown sends, forget
    idempotency keys of yesterday, remind of visits, ask after them, prepare recalls, text whom bulk sends are for,
    offer free times to the waitlist, take up by text what a broken call began, and end planted errors that stood too
    long."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        due = tx.appointments.lapsed(now)
    count = sum(_free(desk, hold, now) for hold in due)
    if count:
        desk.bus.ring("outbox")
        desk.bus.ring(f"console:{desk.clinic.id}")
    with desk.store.begin() as tx:
        tx.keys.sweep(now)
    count += reconcile(desk) + remind(desk) + check_in(desk) + by_rules(desk) + bulk_out(desk)
    return count + fill(desk) + pick_up(desk) + end_old(desk)


def _free(desk: Desk, hold: Appointment, now: datetime) -> bool:
    """One hold in a transaction of its own, locked in the order in which decisions lock: conversation, task, time.
    False where somebody has booked it or given it up meanwhile."""
    with desk.store.begin() as tx:
        conversation = tx.conversations.get(hold.conversation, lock=True) if hold.conversation else None
        tasks = [t for t in tx.tasks.of(hold.conversation) if t.appointment == hold.id] if hold.conversation else []
        open_ones = [t for t in (tx.tasks.get(t.id, lock=True) for t in tasks) if t is not None and t.status in OPEN]
        if not tx.appointments.sweep(now, hold.id):
            return False
        desk.record(tx, "agent", "hold:expired", hold.id, now)
        for task in open_ones:
            change = Change(at=now, by="agent", what="the held time ran out")
            tx.tasks.save(task.model_copy(update={"priority": "urgent", "changes": (*task.changes, change)}))
            if conversation is not None:
                say = Say(key="decision.expired", values={"number": str(task.number)})
                carry_out(desk, tx, conversation, (say,), now)
    return True
