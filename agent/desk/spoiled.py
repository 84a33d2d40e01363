"""A stored message that cannot be read holds up no other one: it is set aside, and a person is told."""

from contextlib import suppress

from structlog import get_logger

from agent.desk.desk import Desk
from agent.desk.effects import Done, open_task
from agent.model.effect import OpenTask
from agent.model.fault import Spoiled
from agent.ports import Tx


def set_aside(desk: Desk, spoiled: Spoiled, inbound: str | None = None, outbound: str | None = None) -> None:
    """End the message whose own row, or whose conversation, does not open. `inbound` or `outbound`: its id, where its
    own row did. Raises `spoiled` when there is no such message: then something else is broken."""
    now = desk.clock()
    incoming = inbound or (spoiled.row if spoiled.table == "inbox" else None)
    outgoing = outbound or (spoiled.row if spoiled.table == "outbox" else None)
    get_logger().error("row_spoiled", kind=spoiled.table)

    with desk.store.begin() as tx:
        conversation = tx.inbox.spoil(incoming) if incoming else tx.outbox.spoil(outgoing) if outgoing else None
        if conversation is None:
            raise spoiled
        message = incoming or outgoing or ""
        desk.record(tx, "agent", "message:unreadable", message, now, why=spoiled.table)
        with suppress(Spoiled):  # where its conversation does not open either, the log and the audit tell
            _tell(desk, tx, conversation, message, came_in=incoming is not None)
    desk.bus.ring(f"console:{desk.clinic.id}", conversation)


def _tell(desk: Desk, tx: Tx, conversation: str, message: str, *, came_in: bool) -> None:
    held = tx.conversations.get(conversation)
    if held is None:
        return
    why = "unreadable_in" if came_in else "unreadable_out"
    task = OpenTask(kind="callback", proposal={"why": why}, priority="urgent", reason=why, run=message)
    open_task(desk, tx, held, task, desk.clock(), Done())
