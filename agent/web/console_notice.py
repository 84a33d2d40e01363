"""Was a visit given up or moved later before its start than the clinic asks for? Staff see it on the card."""

from datetime import datetime, timedelta

from agent.model.clinic import Clinic
from agent.model.task import Task


def short_notice(clinic: Clinic, task: Task) -> int:
    """The hours of notice that the clinic asks for, where the patient came later than that; else 0."""
    concerned = task.proposal.get("appointment")
    if task.kind not in ("cancel", "reschedule") or not isinstance(concerned, dict):
        return 0
    hours = clinic.notice_hours(str(concerned.get("visit_type", "")))
    start = datetime.fromisoformat(str(concerned["start"]))
    return hours if task.created_at > start - timedelta(hours=hours) else 0
