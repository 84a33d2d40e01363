"""Who may do what in the console; the words of a refusal are for the pages."""

from typing import Literal

from agent.model.patient import StaffUser
from agent.model.task import Task

ROLES = ("front-desk", "clinician", "admin")
Deed = Literal["see", "take", "decide"]


def may(user: StaffUser, deed: Deed, task: Task) -> bool:
    """Everybody on the staff sees every task; each role decides its own; anybody may take an urgent one in hand."""
    if user.role not in ROLES:
        return False
    if deed == "see" or user.role in ("admin", task.role):
        return True
    return deed == "take" and is_urgent(task)


def may_audit(user: StaffUser) -> bool:
    return user.role == "admin"


def may_resume(user: StaffUser) -> bool:
    """Let texts go again; to stop them is anybody's."""
    return user.role == "admin"


def is_urgent(task: Task) -> bool:
    return task.kind == "urgent" or task.priority != "routine"
