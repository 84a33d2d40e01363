"""Tasks in the words of the people who decide them: labels, one-line summaries, times; English for now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice, clock, short_day, speak
from agent.model.message import Line
from agent.model.task import Task
from agent.web.console_unsent import UNSENT

LABELS = {
    "name": "Patient's name", "dob": "Date of birth", "phone": "Phone", "relation": "The visit is for",
    "opening": "Time asked for", "appointment": "Visit concerned", "appointment_type": "Kind of visit",
    "provider": "With", "location": "Where", "reason": "Reason", "date": "Day", "time": "Time of day",
    "message": "Message", "words": "Words that raised it", "category": "Looks like", "class": "How serious",
    "unsent": "Our text", "code": "The carrier's code", "why": "Why a person", "which": "Which visit",
    "insurance": "Insurance",
}  # fmt: skip
_TYPED = {
    "opening": "opening", "appointment": "opening", "dob": "dob", "date": "date", "time": "time", "phone": "phone",
    "provider": "provider", "location": "location", "appointment_type": "visit_type", "relation": "relation",
}  # fmt: skip
_QUESTIONS = {
    "name": "Is this the name?", "dob": "Is this the date of birth?", "phone": "Is this the phone number?",
    "opening": "Is this the time they chose?", "provider": "Do they want this provider?",
    "appointment_type": "Is this the kind of visit?", "relation": "Is the visit for this person?",
    "reason": "Is this the reason?", "date": "Is this the day?", "time": "Is this the time of day?",
    "location": "Is this the place?",
}  # fmt: skip
_MISSING = {
    "name": "What is the patient's name?", "dob": "What is the date of birth?",
    "phone": "How can the patient be reached?", "opening": "Which time?", "appointment": "Which visit is it about?",
    "appointment_type": "What kind of visit?", "message": "What do they need?",
}  # fmt: skip
_NEEDED: dict[str, tuple[str, ...]] = {
    "booking": ("name", "dob", "opening"), "reschedule": ("appointment", "opening"), "cancel": ("appointment",),
    "waitlist": ("name", "dob", "appointment_type"), "handoff": (), "urgent": ("name",),
}  # fmt: skip
_WHY = {
    "asked": "They asked for a person", "stuck": "The desk did not understand them",
    "our_fault": "Something went wrong on our side", "requested": "They asked for a person",
    "not_understood": "The desk did not understand them",
    "unreadable_in": "A message of theirs is damaged in the database and cannot be read: ask them again",
    "unreadable_out": "An answer to them is damaged in the database and was not sent: reach them another way",
    "provider_away": "The provider cannot see them that day",
    **UNSENT,
}  # fmt: skip
STATUS = {
    "requested": "open", "accepted": "taken", "in-progress": "in conversation", "on-hold": "waiting on patient",
    "completed": "done", "rejected": "declined", "cancelled": "withdrawn", "failed": "failed",
}  # fmt: skip
CHANNELS = {"sms": "Text", "chat": "Web chat", "voice": "Phone call"}
_SENT = {
    "queued": "on its way", "claimed": "being sent", "sent": "sent", "delivered": "delivered",
    "held": "goes out in a moment",
    "failed": "not delivered", "unknown": "unclear whether it arrived", "void": "withdrawn before it was sent",
    "blocked": "not sent: they wrote STOP, or had the most texts of an hour",
}  # fmt: skip
WHY_NOT = {
    "not_offered": "We don't offer this visit here", "other_clinic": "Needs another clinic or specialist",
    "call_us": "Please call us", "insurance": "Insurance must be checked first",
}  # fmt: skip


def english(desk: Desk, now: datetime) -> Voice:
    """The console's own voice."""
    return Voice(desk.content, desk.clinic, "en", "chat", now)


def spoken(voice: Voice, field: str, value: Any) -> str:
    """A proposal's value as staff read it; a value that no longer fits its kind is shown as it is."""
    if field in ("category", "class", "why") and isinstance(value, str):
        return _WHY.get(value, value.replace("_", " "))
    try:
        if field in _TYPED:
            return speak(voice, {"as": _TYPED[field], "value": value})
    except (KeyError, TypeError, ValueError):
        pass
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {v}" for k, v in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def label(field: str) -> str:
    return LABELS.get(field, field.replace("_", " ").capitalize())


def question(field: str) -> str:
    return _QUESTIONS.get(field, f"Is this right: {label(field).lower()}?")


def missing(task: Task) -> list[tuple[str, str]]:
    """(field, what to ask) for what a task of this kind needs and nobody has said."""
    if "outbound" in task.proposal:
        return []
    needed = list(_NEEDED.get(task.kind, ("name", "dob")))
    if task.channel == "chat" and task.kind != "urgent":
        needed.append("phone")
    return [(f, _MISSING.get(f, label(f))) for f in needed if task.proposal.get(f) in (None, "", [], {})]


def kind(voice: Voice, task: Task) -> str:
    policy = voice.content.tasks.get(task.kind)
    return voice.term(policy.title) if policy else task.kind


def what(voice: Voice, task: Task) -> str:
    """One line: what it is about, e.g. "Office visit · Tue, Mar 3, 10:30 AM · Dr. Okafor"."""
    p = task.proposal
    slot = next((p[n] for n in ("opening", "appointment") if isinstance(p.get(n), Mapping)), None)
    parts: list[str] = []
    if slot is not None:
        parts = [spoken(voice, "appointment_type", slot.get("visit_type") or p.get("appointment_type") or ""),
                 day_and_time(voice, slot), spoken(voice, "provider", slot.get("provider", ""))]  # fmt: skip
    elif task.kind in ("waitlist", "booking", "reschedule", "cancel"):
        parts = [spoken(voice, n, p[n]) for n in ("appointment_type", "date", "time", "provider", "reason") if p.get(n)]
    elif task.kind == "urgent":
        parts = [spoken(voice, "category", p.get("category") or task.reason), cut(f"“{p['words']}”", 60)
                 if p.get("words") else ""]  # fmt: skip
    else:
        parts = [
            spoken(voice, "why", p.get("why") or task.reason),
            cut(str(p.get("message") or p.get("unsent") or ""), 70),
        ]
    return " · ".join(x for x in parts if x)


def day_and_time(voice: Voice, opening: Mapping[str, Any]) -> str:
    try:
        local = datetime.fromisoformat(str(opening["local"]))
    except (KeyError, ValueError):
        return ""
    return f"{short_day(voice, local.date())}, {clock(voice, local.time())}"


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def due(task: Task, now: datetime) -> tuple[str, str]:
    """(relative words, how pressing: late soon later)."""
    left = task.due_at - now
    if left < timedelta(0):
        return f"overdue by {_span(-left)}", "late"
    return f"due in {_span(left)}", "soon" if left < timedelta(minutes=30) else "later"


def _span(much: timedelta) -> str:
    minutes = max(1, round(much.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 36 else f"{round(hours / 24)} days"


def at(voice: Voice, when: datetime) -> str:
    """A moment in the clinic's zone: the time today, else day and time."""
    zone = ZoneInfo(voice.clinic.zone)
    local = when.astimezone(zone)
    said = clock(voice, local.time())
    same = local.date() == voice.now.astimezone(zone).date()
    return said if same else f"{short_day(voice, local.date())}, {said}"


def sent(line: Line) -> str:
    """What became of an outgoing line."""
    return _SENT.get(line.state, line.state) if line.direction == "out" and not line.author.startswith("note:") else ""
