"""Plays the turns of a script on a rehearsal's desk, and tells what was heard, prepared and left open in plain data."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.demo.seed import sign_ins
from agent.desk import calls, decide, handoff
from agent.desk.by_text import pick_up
from agent.desk.check_ins import check_in
from agent.desk.desk import Desk
from agent.desk.send import drain
from agent.desk.vacancies import fill, offer_now
from agent.house import Hearing
from agent.model.calendar import Appointment
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.event import Event
from agent.model.patient import StaffUser
from agent.rehearsal_desk import NUMBER, Rehearsal, fields_of
from agent.settings import Settings

SATURDAY_NOON = "2026-11-21T12:00"
# what a script says of a turn; the rest is the answer
TURN = ("patient", "press", "keys", "media", "wait", "call", "text", "hang_up", "minutes", "staff", "visit", "days")


def rehearsal_of(
    script: Mapping[str, Any], clinic: Clinic, content: Content, base: Hearing | Desk | None = None,
    settings: Settings | None = None, diary: Clinic | None = None,
) -> Rehearsal:  # fmt: skip
    """A fresh desk as the script wants it. `base`: hear as that one does; `diary`: whose visits are booked there."""
    now = datetime.fromisoformat(script.get("now", SATURDAY_NOON)).replace(tzinfo=ZoneInfo(clinic.zone))
    return Rehearsal(
        clinic, content, now, channel=script.get("channel", "sms"), calendar=script.get("calendar", "demo"),
        sender=script.get("from", NUMBER), base=base, settings=settings, diary=diary,
    )  # fmt: skip


_LINK = re.compile(r"(/visit/)[\w-]+")


def unlinked(said: str) -> str:
    """What is another one each time, left out."""
    return _LINK.sub(r"\1…", said)


def deed(rehearsal: Rehearsal, turn: Mapping[str, Any]) -> list[str]:
    """One turn: what the desk said to it."""
    if "wait" in turn:
        rehearsal.pass_time(timedelta(minutes=turn["wait"]))
        return []
    if "call" in turn:  # "1": the first call from this number begins; "2": another one
        before = {line.id for line in rehearsal.thread()}
        rehearsal.pass_time(timedelta(seconds=1))
        rehearsal.call = f"CA{turn['call']:032d}"
        calls.begin(rehearsal.desk, rehearsal.call, rehearsal.address, "relay")
        return rehearsal.answers(before)
    if "text" in turn:  # the caller's own, from the same telephone
        rehearsal.by_text(str(turn["text"]))
        return []
    if "hang_up" in turn:  # the line is gone; the minutes that pass until the desk looks again
        calls.note(rehearsal.desk, f"CA{turn['hang_up']:032d}", state="ended")
        rehearsal.call = ""
        rehearsal.pass_time(timedelta(minutes=turn.get("minutes", 0)))
        pick_up(rehearsal.desk)
        while drain(rehearsal.desk):
            pass
        return []
    if "visit" in turn:  # whoever is on file at this number was here, for this kind of visit
        _visit(rehearsal, str(turn["visit"]))
        return []
    if "days" in turn:  # as many days pass, and the desk asks after visits
        before = {line.id for line in rehearsal.thread()}
        rehearsal.pass_time(timedelta(days=turn["days"]))
        check_in(rehearsal.desk)
        return rehearsal.answers(before)
    if "staff" in turn:
        before = {line.id for line in rehearsal.thread()}
        rehearsal.pass_time(timedelta(seconds=1))
        _staff(rehearsal, str(turn["staff"]))
        return [unlinked(said) for said in rehearsal.answers(before)]
    if "keys" in turn:  # pressed on a telephone
        return rehearsal.key(str(turn["keys"]))
    text = str(turn.get("patient", ""))
    if "{code}" in text:
        sent = [m.text for m in rehearsal.kept.sent if "identity.code" in m.keys]
        text = text.replace("{code}", re.findall(r"\b\d{6}\b", sent[-1])[0])
    return rehearsal.say(text, turn.get("press"), turn.get("media", 0))


def _visit(rehearsal: Rehearsal, kind: str) -> None:
    desk, start = rehearsal.desk, rehearsal.clock()
    check_in(desk)
    rehearsal.pass_time(timedelta(minutes=30))
    provider = next(p for p in desk.clinic.providers if kind in p.visit_types)
    zone = desk.clinic.location(provider.location).zone
    with desk.store.begin() as tx:
        patient = tx.patients.by_phone(desk.clinic.id, rehearsal.address.value)[0]
        visit = Appointment(
            id=desk.new_id(), clinic=desk.clinic.id, patient=patient.id, provider=provider.id, zone=zone,
            location=provider.location, visit_type=kind, start=start, end=rehearsal.clock(), busy_from=start,
            busy_until=rehearsal.clock(), local=start.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
            status="fulfilled",
        )  # fmt: skip
        tx.appointments.add(visit, rehearsal.clock())
    rehearsal.pass_time(timedelta(minutes=1))
    check_in(desk)


def _staff(rehearsal: Rehearsal, deed: str) -> None:
    """ "take", "return", "reply: …", "confirm", "decline: call_us", "close: …", "offer: okafor 2026-11-24T10:00" (an
    hour, to the waitlist): done by the front desk of the demo."""
    desk, held = rehearsal.desk, rehearsal.conversation()
    assert held is not None
    verb, _, words = (part.strip() for part in deed.partition(":"))
    by = _front_desk(desk)
    prepared = rehearsal.tasks() or (rehearsal.tasks_by_text() if rehearsal.channel == "voice" else [])
    open_ones = [t for t in prepared if t.status in ("requested", "accepted", "in-progress", "on-hold")]
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
        case "offer":
            provider, at = words.split()
            zone = ZoneInfo(desk.clinic.location(desk.clinic.provider(provider).location).zone)
            since = datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC)
            offer_now(desk, by, provider, since, since + timedelta(hours=1))
            fill(desk)
        case _:
            raise ValueError(f"staff cannot {verb}")


def _front_desk(desk: Desk) -> StaffUser:
    with desk.store.begin(write=False) as tx:
        user = tx.staff.by_email(sign_ins()[0].email)
    assert user is not None
    return user


def events_of(rehearsal: Rehearsal, held: Conversation) -> list[Event]:
    """The whole log of that conversation."""
    with rehearsal.desk.store.begin(write=False) as tx:
        return tx.conversations.events(held.id)


def heard_in(events: list[Event]) -> dict[str, Any]:
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


def told(task: Any) -> dict[str, Any]:
    """A task as a script tells it."""
    fields = {k: v for k, v in fields_of(task).items() if k not in ("appointment", "form")}
    return {"kind": task.kind, "status": task.status, "priority": task.priority, **fields}


def ending(rehearsal: Rehearsal, held: Conversation) -> dict[str, Any]:
    """How the conversation was left."""
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
