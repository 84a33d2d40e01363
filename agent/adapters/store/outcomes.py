"""What becomes of an outbound message after a mark or a status callback: pure rules, no rows."""

from datetime import datetime

from agent.model.fault import Conflict
from agent.model.message import Outbound

RANK = {"accepted": 0, "scheduled": 1, "queued": 2, "sending": 3, "sent": 4, "delivered": 6, "read": 7}
FINAL = frozenset({"undelivered", "failed", "canceled"})
_FINAL_RANK = 5  # above sent, below delivered: a delivery that is known cannot fail any more


def after_mark(
    id: str, message: Outbound | None, state: str, *, provider_id: str | None, failure: str | None, due_at: datetime
) -> Outbound:
    """The message with the new state. Raises Conflict when it does not exist or must not be queued again."""
    if message is None:
        raise Conflict(f"no outbound {id}")
    if state == "queued" and message.state not in ("queued", "claimed"):
        raise Conflict(f"outbound {id} is {message.state}: never queued again")
    known = message.provider_ids
    changed: dict[str, object] = {"state": state, "failure": failure}
    if state == "queued":
        changed["due_at"] = due_at
    if provider_id and provider_id not in known:
        changed["provider_ids"] = (*known, provider_id)
    if message.state in ("delivered", "failed") and state in ("sent", "unknown"):
        changed |= {"state": message.state, "failure": message.failure}  # the callback was faster than we were
    return message.model_copy(update=changed)


def after_callback(message: Outbound, status: str, error: str | None) -> Outbound | None:
    """The message when the provider's status tells something newer, else None. Order of arrival does not matter."""
    if status not in RANK and status not in FINAL:
        return None
    if _rank(status) <= _rank(message.delivery):
        return None
    changed: dict[str, object] = {"delivery": status}
    if status in FINAL:
        changed |= {"state": "failed", "failure": error or status}
    elif RANK[status] >= RANK["delivered"]:
        changed |= {"state": "delivered", "failure": None}
    elif message.state in ("unknown", "claimed"):
        changed |= {"state": "sent", "failure": None}
    return message.model_copy(update=changed)


def _rank(status: str | None) -> int:
    if status is None:
        return -1
    return _FINAL_RANK if status in FINAL else RANK[status]
