"""Who may do what in the console, as one table; the words of a refusal are for the pages."""

from collections.abc import Iterable
from typing import Any, Literal

from agent.model.patient import StaffUser
from agent.model.task import Task, is_urgent

ROLES = ("front-desk", "nurse", "clinician", "admin", "auditor", "read-only")
WORKS = ("front-desk", "nurse", "clinician", "admin")  # those who change anything for a patient
Deed = Literal["see", "take", "decide"]

_DECIDES: dict[str, frozenset[str]] = {  # role -> whose tasks it decides
    "front-desk": frozenset({"front-desk"}),
    "nurse": frozenset({"front-desk", "nurse"}),
    "clinician": frozenset({"clinician", "nurse"}),
    "admin": frozenset({"front-desk", "nurse", "clinician", "admin"}),
}
_OWN = ("/console/account", "/console/sign-out", "/console/live", "/console/count")  # everybody's
_AUDIT = ("/console/audit", "/console/reports")


def opens(user: StaffUser, method: str, path: str) -> bool:
    """May somebody of this role knock at this door at all? What is behind it may refuse still."""
    role, reads = user.role, method in ("GET", "HEAD")
    if role not in ROLES:
        return False
    if _under(path, _OWN) or (path == "/console" and reads):
        return True
    if _under(path, ("/console/audit",)):
        return role in ("admin", "auditor")
    if _under(path, ("/console/people", "/admin")):
        return role == "admin"
    if _under(path, ("/console/record",)):
        return role in WORKS
    if _under(path, ("/console/notes", "/console/search", "/console/visits")):
        return role == "clinician"
    if _under(path, ("/console/instructions",)):
        return role in ("nurse", "clinician") or (reads and role in WORKS)
    if role == "auditor":
        return _under(path, _AUDIT)
    if role == "read-only":
        stops = path == "/console/sends/stop" or (_under(path, ("/console/bulk",)) and path.endswith("/stop"))
        return reads or stops or path == "/console/wrongs/report"
    return True


def may(user: StaffUser, deed: Deed, task: Task) -> bool:
    """Everybody who works here sees every task of their locations; each role decides its own, a nurse the urgent ones
    too; anybody who works may take an urgent one in hand."""
    if user.role not in ROLES or user.role == "auditor" or not in_scope(user, task):
        return False
    if deed == "see":
        return True
    if user.role not in WORKS:
        return False
    if task.role in _DECIDES[user.role] or (user.role == "nurse" and task.kind == "urgent"):
        return True
    return deed == "take" and is_urgent(task)


def takes_over(user: StaffUser, task: Task) -> bool:
    """A colleague to whom this task can be handed."""
    return not user.disabled and not user.away and (may(user, "decide", task) or may(user, "take", task))


def in_scope(user: StaffUser, task: Task) -> bool:
    """A person of some locations sees their tasks, and those that belong to no place."""
    place = place_of(task)
    return not user.locations or not place or place in user.locations


def sees_talk(user: StaffUser, tasks: Iterable[Task]) -> bool:
    """A conversation is seen unless everything that came of it belongs to other places."""
    held = list(tasks)
    return not held or any(in_scope(user, t) for t in held)


def place_of(task: Task) -> str:
    """The location that a task is about; empty where it is about none."""
    held: list[Any] = [task.proposal.get(n) for n in ("opening", "appointment")]
    return next((str(x["location"]) for x in held if isinstance(x, dict) and x.get("location")), "") or str(
        task.proposal.get("location") or ""
    )


def may_audit(user: StaffUser) -> bool:
    return user.role in ("admin", "auditor")


def may_resume(user: StaffUser) -> bool:
    """Let texts go again; to stop them is anybody's."""
    return user.role == "admin"


def _under(path: str, roots: Iterable[str]) -> bool:
    return any(path == r or path.startswith(f"{r}/") for r in roots)


__all__ = ["ROLES", "WORKS", "Deed", "in_scope", "is_urgent", "may", "may_audit", "may_resume", "opens", "place_of",
           "sees_talk", "takes_over"]  # fmt: skip
