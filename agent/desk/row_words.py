"""What a message says of a row: its number, who has it and by when; and words that would say nothing in their place."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from agent.dialogue.wording import placeholders
from agent.model.effect import Say
from agent.model.task import Task
from agent.ports import Tx

_NAMES = frozenset({"number", "due", "role"})
_ASKED = frozenset({"pending_number", "pending_due", "pending_role", "pending_decided"})


def of_task(task: Task) -> dict[str, Any]:
    """Values for {number}, {due} and {role}."""
    return {
        "number": str(task.number),
        "due": {"as": "due", "value": task.due_at.isoformat()},
        "role": {"as": "key", "value": f"role.{task.role}"},
    }


def asked_about(tx: Tx, say: Say, zone: str) -> dict[str, Any]:
    """The same of the request that the flow of these words asks about, and {pending_…} for each; empty without one.
    `zone`: the clinic's, in which staff decided."""
    id = next(
        (held["value"] for slot in ("pending_task", "task") if isinstance(held := say.values.get(slot), dict)), ""
    )
    task = tx.tasks.get(str(id)) if id else None
    if task is None:
        return {}
    values = of_task(task)
    pending = {f"pending_{name}": value for name, value in values.items()}
    if task.decided_at is not None:
        pending["pending_decided"] = {
            "as": "date",
            "value": task.decided_at.astimezone(ZoneInfo(zone)).date().isoformat(),
        }
    return {"number": values["number"], **pending}


def hollow(text: str, values: Mapping[str, Any]) -> frozenset[str]:
    """Placeholders of `text` that a row must fill, and that none fills: such a sentence must not go out."""
    return frozenset(name for name in placeholders(text) & (_NAMES | _ASKED) if not values.get(name))
