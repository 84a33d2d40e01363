"""Plays a transcript against a fresh desk in memory and writes down what was said, heard, prepared and left open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from agent.demo.seed import sign_ins
from agent.desk import calls, decide, handoff
from agent.desk.by_text import pick_up
from agent.desk.desk import Desk
from agent.desk.send import drain
from agent.house import content_of
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.event import Event
from agent.model.patient import StaffUser
from agent.rehearsal_desk import NUMBER, Rehearsal, fields_of
from agent.understand.model import ModelProposer
from agent.verbs.lines import clinic_from
from tests.transcripts.refolding import disagreements

SATURDAY_NOON = "2026-11-21T12:00"


@dataclass
class Played:
    """A transcript as it went: the same shape as the file, so that the two compare as a whole."""

    script: dict[str, Any]
    faults: list[str] = field(default_factory=list)


@cache
def house() -> tuple[Clinic, Content]:
    """The demo clinic and the checked content, read once."""
    return clinic_from(None), content_of()


_BASE: list[Desk] = []  # the first desk of this run; the others hear with its trained ears


def play(script: Mapping[str, Any], model: ModelProposer | None = None) -> Played:
    """Every turn of the script in order; what it holds of answers is replaced by the real ones. `model`: a language
    model that is asked where the desk is unsure."""
    clinic, content = house()
    now = datetime.fromisoformat(script.get("now", SATURDAY_NOON)).replace(tzinfo=ZoneInfo(clinic.zone))
    rehearsal = Rehearsal(
        clinic, content, now, channel=script.get("channel", "sms"), calendar=script.get("calendar", "demo"),
        sender=script.get("from", NUMBER), base=_BASE[0] if _BASE else None,
    )  # fmt: skip
    _BASE[:] = _BASE or [rehearsal.desk]
    rehearsal.desk.model = model
    played = Played({k: v for k, v in script.items() if k not in ("turns", "tasks", "finally")})
    try:
        _play(rehearsal, script, played)
    finally:
        rehearsal.close()
    return played


def _play(rehearsal: Rehearsal, script: Mapping[str, Any], played: Played) -> None:
    played.script["turns"] = [_turn(rehearsal, dict(turn), played) for turn in script["turns"]]
    played.script["tasks"] = [_task(t) for t in rehearsal.tasks()]
    held = rehearsal.conversation()
    if held is not None:
        played.script["finally"] = _ending(rehearsal, held)
        played.faults += disagreements(held, _events(rehearsal, held), rehearsal.tasks())


def _turn(rehearsal: Rehearsal, turn: dict[str, Any], played: Played) -> dict[str, Any]:
    held = rehearsal.conversation()
    seen = len(_events(rehearsal, held)) if held else 0
    sent = len(rehearsal.kept.sent)
    said = _deed(rehearsal, turn)
    held = rehearsal.conversation()
    events = _events(rehearsal, held)[seen:] if held else []
    if held is not None and Conversation.model_validate_json(held.model_dump_json()) != held:
        played.faults.append("the conversation is another after writing and reading it")
    kept = {k: v for k, v in turn.items() if k not in ("heard", "desk", "texts")}
    heard = _heard(events)
    texts = _texts(rehearsal, sent) if rehearsal.channel == "voice" else []
    return {**kept, **({"heard": heard} if heard else {}), "desk": said, **({"texts": texts} if texts else {})}


def _texts(rehearsal: Rehearsal, before: int) -> list[str]:
    """What went to the caller's telephone as text meanwhile, but for codes."""
    fresh = rehearsal.kept.sent[before:]
    return [m.text for m in fresh if m.to.value == rehearsal.address.value and "identity.code" not in m.keys]


def _deed(rehearsal: Rehearsal, turn: Mapping[str, Any]) -> list[str]:
    if "wait" in turn:
        rehearsal.pass_time(timedelta(minutes=turn["wait"]))
        return []
    if "call" in turn:  # "1": the first call from this number begins; "2": another one
        before = {line.id for line in rehearsal.thread()}
        rehearsal.pass_time(timedelta(seconds=1))
        calls.begin(rehearsal.desk, f"CA{turn['call']:032d}", rehearsal.address, "relay")
        return rehearsal.answers(before)
    if "text" in turn:  # the caller's own, from the same telephone
        rehearsal.by_text(str(turn["text"]))
        return []
    if "hang_up" in turn:  # the line is gone; the minutes that pass until the desk looks again
        calls.note(rehearsal.desk, f"CA{turn['hang_up']:032d}", state="ended")
        rehearsal.pass_time(timedelta(minutes=turn.get("minutes", 0)))
        pick_up(rehearsal.desk)
        while drain(rehearsal.desk):
            pass
        return []
    if "staff" in turn:
        before = {line.id for line in rehearsal.thread()}
        rehearsal.pass_time(timedelta(seconds=1))
        _staff(rehearsal, str(turn["staff"]))
        return rehearsal.answers(before)
    text = str(turn.get("patient", ""))
    if "{code}" in text:
        sent = [m.text for m in rehearsal.kept.sent if "identity.code" in m.keys]
        text = text.replace("{code}", re.findall(r"\b\d{6}\b", sent[-1])[0])
    return rehearsal.say(text, turn.get("press"), turn.get("media", 0))


def _staff(rehearsal: Rehearsal, deed: str) -> None:
    """ "take", "return", "reply: …", "confirm", "decline: call_us", "close: …": done by the front desk of the demo."""
    desk, held = rehearsal.desk, rehearsal.conversation()
    assert held is not None
    verb, _, words = (part.strip() for part in deed.partition(":"))
    by = _front_desk(desk)
    open_ones = [t for t in rehearsal.tasks() if t.status in ("requested", "accepted", "in-progress", "on-hold")]
    task = open_ones[-1] if open_ones else None
    match verb:
        case "take":
            handoff.take(desk, held.id, by)
        case "return":
            handoff.give_back(desk, held.id, by)
        case "reply":
            handoff.reply(desk, held.id, by, words)
        case "confirm":
            assert task is not None
            decide.confirm(desk, task.id, task.version, by)
        case "decline":
            assert task is not None
            decide.decline(desk, task.id, task.version, by, words)
        case "close":
            assert task is not None
            decide.close(desk, task.id, task.version, by, words)
        case _:
            raise ValueError(f"staff cannot {verb}")


def _front_desk(desk: Desk) -> StaffUser:
    with desk.store.begin(write=False) as tx:
        user = tx.staff.by_email(sign_ins()[0].email)
    assert user is not None
    return user


def _events(rehearsal: Rehearsal, held: Conversation) -> list[Event]:
    with rehearsal.desk.store.begin(write=False) as tx:
        return tx.conversations.events(held.id)


def _heard(events: list[Event]) -> dict[str, Any]:
    """The intent, and each command as "do slot-or-flow", with the reason where it was refused."""
    found: dict[str, Any] = {}
    accepted: list[str] = []
    refused: list[str] = []
    for event in events:
        what = " ".join(str(event.data[k]) for k in ("do", "slot", "flow") if k in event.data)
        if event.name == "MessageHeard":
            found["intent"] = event.data["intent"]
        elif event.name == "CommandAccepted":
            accepted.append(what)
        elif event.name == "CommandRefused":
            refused.append(f"{what}: {event.data['why']}")
    return found | ({"accepted": accepted} if accepted else {}) | ({"refused": refused} if refused else {})


def _task(task: Any) -> dict[str, Any]:
    fields = {k: v for k, v in fields_of(task).items() if k != "appointment"}
    return {"kind": task.kind, "status": task.status, "priority": task.priority, **fields}


def _ending(rehearsal: Rehearsal, held: Conversation) -> dict[str, Any]:
    with rehearsal.desk.store.begin(write=False) as tx:
        spoken = held.channel == "voice"
        stopped = tx.optouts.stopped(held.address.model_copy(update={"channel": "sms"}) if spoken else held.address)
    return {
        "mode": held.mode,
        "language": held.locale,
        "identity": held.identity,
        "open": [f.flow for f in held.frames],
        "stopped": stopped,
    }
