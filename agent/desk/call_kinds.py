"""What the desk calls about. Another kind is a name in `About`, a module with its `Kind`, a row here, and a flow that
asks first whether it is they and notes the answer on the call (`agent.actions.our_calls`)."""

from datetime import datetime
from typing import Any

from agent.desk import bulk_calls, check_in_calls, missed_calls, reminder_calls, vacancy_calls
from agent.desk.call_kind import COMES_BACK, Kind
from agent.desk.desk import Desk
from agent.model.conversation import Conversation
from agent.model.outgoing_call import About
from agent.ports import Tx

KINDS: dict[About, Kind] = {
    "reminder": reminder_calls.KIND,
    "check_in": check_in_calls.KIND,
    "vacancy": vacancy_calls.KIND,
    "missed": missed_calls.KIND,
    "bulk": bulk_calls.KIND,
}


def to_put(desk: Desk, tx: Tx, talk: Conversation, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """For somebody who rings us: the flow, and what it is begun with, of what this number was called about lately and
    nobody has answered; None where there is nothing."""
    for row in tx.outgoing_calls.lately(talk.id, now - COMES_BACK):
        kind = KINDS.get(row.about)
        if kind is None or kind.back is None or not row.tries or row.outcome == "wrong":
            continue
        found = kind.back(desk, tx, row, now)
        if found is not None and talk.address.value in found.patient.phones:
            return found.flow or kind.flow, {**found.slots, "back": True}
    return None
