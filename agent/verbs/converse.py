"""Whole conversations against a fresh in-memory desk: JSON lines in, JSON lines out."""

import argparse
from datetime import UTC, datetime
from typing import Any

from agent.house import content_of
from agent.rehearsal_desk import Rehearsal, fields_of
from agent.verbs.lines import clinic_from, each_line

_RANK = {"none": 0, "routine": 1, "urgent": 2, "emergency": 3}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--now", help="the moment at which conversations begin, ISO 8601; default: now")
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the demo clinic")


def run(given: argparse.Namespace) -> int:
    clinic, content = clinic_from(given.clinic), content_of()
    base: list[Rehearsal] = []

    def play(line: dict[str, Any]) -> dict[str, Any]:
        now = moment(line.get("now") or given.now, clinic.zone)
        shown = Rehearsal(
            clinic, content, now, channel=line.get("channel") or "sms", calendar=line.get("calendar") or "demo",
            base=base[0].desk if base else None,
        )  # fmt: skip
        base[:] = base or [shown]
        return played(shown, line)

    return each_line(play)


def moment(text: Any, zone: str) -> datetime:
    """A moment with zone; without an offset it is the clinic's wall time. Raises ValueError."""
    from zoneinfo import ZoneInfo

    if not text:
        return datetime.now(UTC)
    at = datetime.fromisoformat(str(text))
    return at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at


def played(rehearsal: Rehearsal, line: dict[str, Any]) -> dict[str, Any]:
    """Play the turns and tell what came of them."""
    turns = line["turns"]
    if not isinstance(turns, list) or not all(isinstance(t, str) for t in turns):
        raise ValueError("turns must be a list of strings")
    transcript: list[dict[str, str]] = []
    for text in turns:
        transcript.append({"from": "patient", "text": text})
        transcript += [{"from": "desk", "text": said} for said in rehearsal.say(text)]
    held, tasks = rehearsal.conversation(), rehearsal.tasks()
    urgency = max((_urgency(t.kind, t.priority) for t in tasks), key=_RANK.__getitem__, default="none")
    return {
        "id": line.get("id"),
        "transcript": transcript,
        "language": held.locale if held else rehearsal.desk.clinic.default_language,
        "handoff": any(t.kind in ("handoff", "urgent") for t in tasks)
        or bool(held and held.mode in ("waiting_staff", "staff")),
        "urgency": urgency,
        "tasks": [{"kind": t.kind, "status": t.status, "fields": fields_of(t)} for t in tasks],
    }


def _urgency(kind: str, priority: str) -> str:
    if priority == "stat":
        return "emergency"
    return "urgent" if priority in ("urgent", "asap") or kind == "urgent" else "routine"
