"""Tasks in the words of the people who decide them: labels, one-line summaries, times."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice, clock, short_day, speak
from agent.model.message import Line
from agent.model.task import Task
from agent.model.wording import N_
from agent.web.console_reasons import REASONS
from agent.web.console_tongue import current, each, minutes_or_more, tr

LABELS = {
    "name": N_("Patient's name"),
    "dob": N_("Date of birth"),
    "phone": N_("Phone"),
    "relation": N_("The visit is for"),
    "opening": N_("Time asked for"),
    "appointment": N_("Visit concerned"),
    "appointment_type": N_("Kind of visit"),
    "provider": N_("With"),
    "location": N_("Where"),
    "reason": N_("Reason"),
    "date": N_("Day"),
    "time": N_("Time of day"),
    "message": N_("Message"),
    "words": N_("Words that raised it"),
    "category": N_("Looks like"),
    "class": N_("Treated as"),
    "unsent": N_("Our text"),
    "code": N_("The carrier's code"),
    "why": N_("Why a person"),
    "which": N_("Which visit"),
    "insurance": N_("Insurance"),
    "request": N_("Their words"),
    "feeling": N_("How they are"),
    "nearest": N_("Nearest passage of the instructions"),
    "patient_name": N_("Patient's name"),
    "call_window": N_("Call them"),
    "medicine": N_("Medicine"),
    "how_taken": N_("How it is taken"),
}
_TYPED = {
    "opening": "opening",
    "appointment": "opening",
    "dob": "dob",
    "date": "date",
    "time": "time",
    "phone": "phone",
    "provider": "provider",
    "location": "location",
    "appointment_type": "visit_type",
    "relation": "relation",
    "call_window": "window",
}
_QUESTIONS = {
    "name": N_("Is this the name?"),
    "dob": N_("Is this the date of birth?"),
    "phone": N_("Is this the phone number?"),
    "opening": N_("Is this the time they chose?"),
    "provider": N_("Do they want this provider?"),
    "appointment_type": N_("Is this the kind of visit?"),
    "relation": N_("Is the visit for this person?"),
    "reason": N_("Is this the reason?"),
    "date": N_("Is this the day?"),
    "time": N_("Is this the time of day?"),
    "location": N_("Is this the place?"),
}
_MISSING = {
    "name": N_("What is the patient's name?"),
    "dob": N_("What is the date of birth?"),
    "phone": N_("How can the patient be reached?"),
    "opening": N_("Which time?"),
    "appointment": N_("Which visit is it about?"),
    "appointment_type": N_("What kind of visit?"),
    "reason": N_("What is the visit for?"),
    "message": N_("What do they need?"),
}
_NEEDED: dict[str, tuple[str, ...]] = {
    "booking": ("name", "dob", "opening"),
    "reschedule": ("appointment", "opening"),
    "cancel": ("appointment",),
    "waitlist": ("name", "dob", "appointment_type"),
    "handoff": (),
    "callback": (),
    "urgent": ("name",),
}
STATUS = {
    "requested": N_("open"),
    "accepted": N_("taken"),
    "in-progress": N_("in conversation"),
    "on-hold": N_("waiting on patient"),
    "completed": N_("done"),
    "rejected": N_("declined"),
    "cancelled": N_("withdrawn"),
    "failed": N_("failed"),
}
CHANNELS = {"sms": N_("Text"), "chat": N_("Web chat"), "voice": N_("Phone call")}
_SENT = {
    "queued": N_("on its way"),
    "claimed": N_("being sent"),
    "sent": N_("sent"),
    "delivered": N_("delivered"),
    "held": N_("not sent yet"),
    "failed": N_("not delivered"),
    "unknown": N_("unclear whether it arrived"),
    "void": N_("withdrawn before it was sent"),
    "blocked": N_("not sent: they wrote STOP, or had the most texts of an hour"),
}
_WORDED = ("message", "urgent", "handoff", "callback")
WHY_NOT = {
    "not_offered": N_("We don't offer this visit here"),
    "other_clinic": N_("Needs another clinic or specialist"),
    "call_us": N_("Please call us"),
    "insurance": N_("Insurance must be checked first"),
}


BUSY = N_("Not done: the desk is busy just now; try again.")


def staff_voice(desk: Desk, now: datetime) -> Voice:
    """The console's own voice, in the language of whoever is being answered."""
    return Voice(desk.content, desk.clinic, current().content, "chat", now)


def spoken(voice: Voice, field: str, value: Any) -> str:
    """A proposal's value as staff read it; a value that no longer fits its kind is shown as it is."""
    if field in ("category", "class", "why") and isinstance(value, str):
        return tr(REASONS[value]) if value in REASONS else value.replace("_", " ")
    try:
        if field in _TYPED:
            return speak(voice, {"as": _TYPED[field], "value": value})
    except (KeyError, TypeError, ValueError):
        pass
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {v}" for k, v in value.items())
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def label(field: str) -> str:
    return tr(LABELS[field]) if field in LABELS else field.replace("_", " ").capitalize()


def question(field: str) -> str:
    if field in _QUESTIONS:
        return tr(_QUESTIONS[field])
    return tr("Is this right: %(what)s?", what=label(field).lower())


def missing(task: Task) -> list[tuple[str, str]]:
    """(field, what to ask) for what a task of this kind needs and nobody has said."""
    if "outbound" in task.proposal or "patient_name" in task.proposal:  # we wrote to them: staff know whom
        return []
    needed = list(_NEEDED.get(task.kind, ("name", "dob")))
    if task.channel == "chat" and task.kind != "urgent":
        needed.append("phone")
    if task.kind == "booking" and not task.proposal.get("appointment_type"):
        needed.append("reason")  # else the kind of visit says enough
    asks = each(_MISSING)
    return [(f, asks.get(f, label(f))) for f in needed if task.proposal.get(f) in (None, "", [], {})]


def nameless(task: Task) -> bool:
    """A booking whose caller left the name to staff, as one by telephone keys."""
    return task.kind == "booking" and not task.proposal.get("name") and task.patient is None


def kind(voice: Voice, task: Task) -> str:
    policy = voice.content.tasks.get(task.kind)
    return voice.term(policy.title) if policy else task.kind


def what(voice: Voice, task: Task) -> str:
    """One line: what it is about, e.g. "Office visit · Tue, Mar 3, 10:30 AM · Dr. Okafor"."""
    p = task.proposal
    slot = booked_instead(task) or next(
        (p[n] for n in ("opening", "appointment") if isinstance(p.get(n), Mapping)), None
    )
    parts: list[str] = []
    if task.kind in _WORDED and (p.get("message") or p.get("words")):
        slot = None  # what they say comes before the visit that it is about
    if slot is not None:
        parts = [spoken(voice, "appointment_type", slot.get("visit_type") or p.get("appointment_type") or ""),
                 day_and_time(voice, slot), spoken(voice, "provider", slot.get("provider", ""))]  # fmt: skip
        if task.kind in ("callback", "message") and p.get("why") in REASONS:
            parts.insert(0, spoken(voice, "why", p["why"]))
    elif task.kind in ("waitlist", "booking", "reschedule", "cancel"):
        parts = [spoken(voice, n, p[n]) for n in ("appointment_type", "date", "time", "provider", "reason") if p.get(n)]
    elif task.kind == "urgent":
        parts = [spoken(voice, "category", p.get("category") or task.reason), cut(f"“{p['words']}”", 60)
                 if p.get("words") else ""]  # fmt: skip
    else:
        why = p.get("why") or task.reason
        words = cut(str(_summary(task) or p.get("message") or p.get("unsent") or ""), 70)
        asked = cut(str(p.get("request") or ""), 70)
        told = why.replace("_", "") == task.kind or (
            task.kind == "handoff" and why in ("asked", "requested") and words
        )  # by the kind
        parts = [
            "" if told else spoken(voice, "why", why),
            asked if asked != words else "",
            spoken(voice, "call_window", p["call_window"]) if p.get("call_window") else "",
            words,
        ]
    return " · ".join(x for x in parts if x)


def booked_instead(task: Task) -> Mapping[str, Any] | None:
    """The visit that a person booked in place of the prepared one."""
    found = task.result.get("diff", {}).get("booked")
    return found if isinstance(found, Mapping) else None


def _summary(task: Task) -> str:
    """What a colleague wrote who transferred the conversation: they know more than the words that began it."""
    passed = [c.why for c in task.changes if c.what.startswith("transferred") and c.why]
    return passed[-1] if task.kind == "handoff" and passed else ""


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
        return tr("overdue by %(span)s", span=minutes_or_more(-left)), "late"
    return tr("due in %(span)s", span=minutes_or_more(left)), "soon" if left < timedelta(minutes=30) else "later"


def at(voice: Voice, when: datetime) -> str:
    """A moment in the clinic's zone: the time today, else day and time."""
    zone = ZoneInfo(voice.clinic.zone)
    local = when.astimezone(zone)
    said = clock(voice, local.time())
    same = local.date() == voice.now.astimezone(zone).date()
    return said if same else f"{short_day(voice, local.date())}, {said}"


def sent(line: Line) -> str:
    """What became of an outgoing line."""
    told = line.direction == "out" and not line.author.startswith("note:")
    return tr(_SENT[line.state]) if told and line.state in _SENT else line.state if told else ""
