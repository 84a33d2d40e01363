"""Whether somebody who opens a prepared visit is shown a planted error, and which: only one that the patient's own
quoted words contradict."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.planted import opening_of
from agent.dialogue.spoken import Voice, speak
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.patient import StaffUser
from agent.model.plant import Facet, Plant
from agent.model.task import Task, is_urgent
from agent.ports import Tx

_KINDS = ("booking", "reschedule")
_AROUND = timedelta(days=7)
_APART = timedelta(hours=1)
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_EVIDENCE: dict[Facet, tuple[str, ...]] = {
    "day": ("opening", "date"), "time": ("opening", "time"), "provider": ("opening", "provider"),
    "kind": ("appointment_type",), "dob": ("dob",),
}  # fmt: skip
_ALSO: dict[Facet, tuple[str, ...]] = {  # fields that would have to agree, and are not changed
    "day": ("date",), "time": ("time",), "provider": (), "kind": (), "dob": (),
}  # fmt: skip
_Wrong = dict[str, Any]


def plant(desk: Desk, tx: Tx, task: Task, by: StaffUser, now: datetime) -> Plant | None:
    """At the first opening of a task by somebody who may decide it and whom nobody is before; the same answer for the
    same person and task. None nearly always."""
    rules = desk.clinic.planted_errors
    number = _number(desk, task, by)
    if not rules.one_in or number % rules.one_in or not _suits(task, by, now):
        return None
    if not _calm(desk, tx, task, by, now):
        return None
    held = tx.appointments.get(task.appointment) if task.appointment else None
    if held is None or held.status != "pending" or (held.hold_expires_at is not None and held.hold_expires_at <= now):
        return None
    if desk.calendar.conflicts(tx, held.id, now):
        return None
    found = next(_candidates(desk, tx, task, held, number // rules.one_in, now), None)
    if found is None:
        return None
    facet, shown = found
    made = Plant(
        id=desk.new_id(), clinic=desk.clinic.id, task=task.id, conversation=task.conversation or "", staff=by.id,
        facet=facet, field="dob" if facet == "dob" else "opening", shown=shown,
        before={n: task.proposal[n] for n in shown}, shown_at=now,
    )  # fmt: skip
    if not tx.plants.add(made):
        return None
    desk.record(tx, "agent", "plant:shown", made.id, now)
    return made


def tells(quotes: list[str], true: str, wrong: str) -> bool:
    """Do the patient's words say the true value, so that a reader can see that the other one is wrong?"""
    right, false = set(_words(true)), set(_words(wrong))
    own, other = right - false, false - right
    for quote in quotes:
        said = set(_words(quote))
        found = {w for w in own if w in said or (not w.isascii() and w in quote.casefold())}
        sure = any(not w.isdigit() or len(w) > 1 for w in found) or (found and len(said & right) > 1)
        if sure and not said & other:
            return True
    return False


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def _number(desk: Desk, task: Task, by: StaffUser) -> int:
    key = desk.settings.secret_key.get_secret_value().encode()[:64]
    return int.from_bytes(hashlib.blake2b(f"{task.id}|{by.id}".encode(), key=key, digest_size=8).digest(), "big")


def _suits(task: Task, by: StaffUser, now: datetime) -> bool:
    """Routine, with nothing to hurry: at least half of its time is left."""
    calm = not is_urgent(task) and (task.due_at - now) * 2 >= task.due_at - task.created_at
    free = task.assignee in (None, by.id) and task.status in ("requested", "accepted")
    return calm and free and task.kind in _KINDS and bool(task.conversation)


def _calm(desk: Desk, tx: Tx, task: Task, by: StaffUser, now: datetime) -> bool:
    """Nobody is late, this person has not had their share of today and has never seen the true task."""
    rules = desk.clinic.planted_errors
    zone = ZoneInfo(desk.clinic.zone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    if tx.plants.of_task(task.id) or tx.plants.shown_to(by.id, midnight) >= rules.most_a_day:
        return False
    if any(t.due_at < now for t in tx.tasks.open(desk.clinic.id)):
        return False
    seen = (("task:viewed", task.id), ("conversation:viewed", task.conversation))
    me = f"staff:{by.id}"
    return not any(e.tag == tag and e.actor == me for tag, of in seen for e in tx.audit.tail(200, of))


def _candidates(
    desk: Desk, tx: Tx, task: Task, held: Appointment, number: int, now: datetime
) -> Iterator[tuple[Facet, _Wrong]]:
    voice = Voice(desk.content, desk.clinic, task.language, "chat", now)
    ways: list[tuple[Facet, Callable[[], list[_Wrong]]]] = [
        ("day", lambda: _other_openings(desk, tx, task, held, "day", now)),
        ("dob", lambda: _other_births(task, number)),
        ("time", lambda: _other_openings(desk, tx, task, held, "time", now)),
        ("provider", lambda: _other_openings(desk, tx, task, held, "provider", now)),
        ("kind", lambda: _other_kinds(desk, task, held)),
    ]
    for n in range(len(ways)):
        facet, make = ways[(number + n) % len(ways)]
        quotes = [e.quote for e in task.evidence if e.field in _EVIDENCE[facet] and e.quote]
        if not quotes or any(task.proposal.get(n) for n in _ALSO[facet]):
            continue
        made = make()
        for m in range(len(made)):
            wrong = made[(number + m) % len(made)]
            if tells(quotes, _said(voice, task.proposal, wrong), _said(voice, wrong, wrong)):
                yield facet, wrong
                break


def _said(voice: Voice, proposal: dict[str, Any], names: _Wrong) -> str:
    """The values of these names in the patient's language."""
    out = []
    for name in names:
        value = proposal[name]
        if name == "opening":
            out += [speak(voice, {"as": "opening", "value": value}),
                    speak(voice, {"as": "visit_type", "value": value["visit_type"]})]  # fmt: skip
        elif name in ("dob", "provider"):
            out.append(speak(voice, {"as": name, "value": value}))
    return " ".join(out)


def _other_openings(
    desk: Desk, tx: Tx, task: Task, held: Appointment, facet: Facet, now: datetime
) -> list[_Wrong]:  # fmt: skip
    """Times that are free, so that the day around them looks like any other."""
    on, clock = held.local.date(), held.local.time()
    wish = OpeningRequest(visit_type=held.visit_type, provider=held.provider, dates=(on, on), limit=400)
    if facet == "day":
        around = (max(on - _AROUND, now.astimezone(ZoneInfo(held.zone)).date()), on + _AROUND)
        wish = wish.model_copy(update={"dates": around, "times": (clock, clock)})
    if facet == "provider":
        wish = wish.model_copy(update={"provider": None, "times": (clock, clock)})
    found = [o for o in desk.calendar.openings(tx, wish, now) if o.location == held.location]
    fits: dict[str, Callable[[Opening], bool]] = {
        "day": lambda o: o.local.date() != on and o.local.time() == clock,
        "time": lambda o: o.local.date() == on and abs(o.start - held.start) >= _APART,
        "provider": lambda o: o.provider != held.provider and o.start == held.start,
    }
    return [w for o in found if fits[facet](o) and (w := _wrong(desk, task, o)) is not None]


def _wrong(desk: Desk, task: Task, opening: Opening) -> _Wrong | None:
    stands = task.proposal.get("opening")
    if not isinstance(stands, dict):
        return None
    shown = opening_of(stands, opening)
    if "provider_name" in stands:
        shown["provider_name"] = desk.clinic.provider(opening.provider).name
    wrong: _Wrong = {"opening": shown}
    if opening.provider != stands.get("provider") and task.proposal.get("provider"):
        wrong["provider"] = opening.provider
    return wrong


def _other_kinds(desk: Desk, task: Task, held: Appointment) -> list[_Wrong]:
    """Kinds of visit of the same length with the same person."""
    clinic, stands = desk.clinic, task.proposal.get("opening")
    same = clinic.visit_type(held.visit_type)
    offered = clinic.provider(held.provider).visit_types
    if not isinstance(stands, dict):
        return []
    also = {"appointment_type": held.visit_type} if "appointment_type" in task.proposal else {}
    if also and task.proposal["appointment_type"] != held.visit_type:
        return []
    return [
        {"opening": {**stands, "visit_type": v.id}, **dict.fromkeys(also, v.id)}
        for v in clinic.visit_types if v.id in offered and v.id != same.id and v.minutes == same.minutes
    ]  # fmt: skip


def _other_births(task: Task, number: int) -> list[_Wrong]:
    try:
        born = date.fromisoformat(str(task.proposal.get("dob")))
    except ValueError:
        return []
    years = born.year - 2 - number % 7
    found = [] if born.day > 12 or born.day == born.month else [born.replace(month=born.day, day=born.month)]
    found.append(born.replace(year=years, day=min(born.day, 28)))
    return [{"dob": d.isoformat()} for d in found]
