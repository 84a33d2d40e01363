"""What time brings: holds that ran out, sends of unknown outcome; nothing is forgotten in silence."""

from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.send import reconcile
from agent.model.effect import Say
from agent.model.task import OPEN, Change


def sweep(desk: Desk) -> int:
    """Free expired holds, tell the patient and keep the task open and urgent; then settle unknown sends."""
    now = desk.clock()
    count = 0
    with desk.store.begin() as tx:
        for gone in tx.appointments.sweep(now):
            count += 1
            desk.record(tx, "agent", "hold:expired", gone.id, now)
            if not gone.conversation:
                continue
            for task in tx.tasks.of(gone.conversation):
                if task.appointment != gone.id or task.status not in OPEN:
                    continue
                change = Change(at=now, by="agent", what="the held time ran out")
                tx.tasks.save(task.model_copy(update={"priority": "urgent", "changes": (*task.changes, change)}))
                conversation = tx.conversations.get(gone.conversation)
                if conversation is not None:
                    say = Say(key="decision.expired", values={"number": str(task.number)})
                    carry_out(desk, tx, conversation, (say,), now)
    if count:
        desk.bus.ring("outbox")
        desk.bus.ring(f"console:{desk.clinic.id}")
    return count + reconcile(desk)
