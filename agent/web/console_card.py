"""Everything that a task's card shows, read in one transaction; renders and decides nothing."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.planted import visit_over
from agent.dialogue.spoken import Voice, clock, day, phone, short_day
from agent.model.calendar import BLOCK, Appointment
from agent.model.conversation import Conversation
from agent.model.message import Line
from agent.model.patient import Patient
from agent.model.plant import Plant
from agent.model.recording import Recording
from agent.model.task import Evidence, Task
from agent.ports import Tx
from agent.web.console_form_card import FormCard, form_card
from agent.web.console_openings import Times, read_times
from agent.web.console_preview import whole_thread
from agent.web.console_tongue import tr
from agent.web.console_words import label, missing, nameless, question, spoken, staff_voice

TIMED = frozenset({"booking", "reschedule", "waitlist"})


@dataclass(frozen=True)
class Shown:
    """One field: a statement, or a question where it is not sure. `raw`: the patient's own text, in their language."""

    name: str
    label: str
    value: str
    quotes: tuple[str, ...]
    question: str = ""
    raw: bool = False
    own: bool = False  # word for word what they wrote


@dataclass(frozen=True)
class Said:
    """One message of the patient, cut at the quotes: (text, what it shows or "")."""

    at: datetime
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Match:
    """A patient on file who may be meant, and why."""

    patient: Patient
    because: str
    chosen: bool
    comes: tuple[tuple[bool, str], ...] = ()  # visits they have already, the nearest first: (on the same day, which)


@dataclass(frozen=True)
class Row:
    """A line of the provider's day."""

    span: str
    text: str
    kind: str  # booked held proposed conflict free


@dataclass
class Card:
    task: Task
    conversation: Conversation | None
    owner: str
    fields: list[Shown] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    words: list[Said] = field(default_factory=list)
    thread: list[Line] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    new_patient: bool = False
    nameless: bool = False
    held: Appointment | None = None
    day: date | None = None
    day_label: str = ""
    provider_name: str = ""
    rows: list[Row] = field(default_factory=list)
    conflicts: int = 0
    times: Times = field(default_factory=Times)
    names: dict[str, str] = field(default_factory=dict)
    form: FormCard | None = None
    recordings: list[Recording] = field(default_factory=list)
    number: str = ""  # to call: E.164
    number_said: str = ""

    @property
    def confirmable(self) -> bool:
        if self.form is not None:
            return self.form.open
        return (
            self.task.kind == "waitlist"
            or (self.task.kind in ("booking", "reschedule") and self.task.appointment is not None)
            or (self.task.kind == "cancel" and isinstance(self.task.proposal.get("appointment"), dict))
        )

    @property
    def timed(self) -> bool:
        return self.task.kind in TIMED


def read_card(
    desk: Desk, tx: Tx, task: Task, now: datetime, pick: date | None, plant: Plant | None = None
) -> Card:  # fmt: skip
    """The card of a task that is open or decided; `plant`: what lies over this copy of it."""
    voice = staff_voice(desk, now)
    conversation = tx.conversations.get(task.conversation) if task.conversation else None
    thread = whole_thread(tx, task.conversation)
    names = names_in(tx, thread, task.assignee)
    card = Card(task, conversation, names.get(f"staff:{task.assignee}", ""), thread=thread, names=names)
    wrote = " ".join(line.text for line in thread if line.direction == "in").casefold()
    hidden = {"outbound", "form"} | (
        {"class"} if task.proposal.get("class") == task.proposal.get("category") else set()
    )
    card.fields = [_shown(voice, task, name, wrote) for name in task.proposal if name not in hidden]
    card.form = form_card(desk, tx, task, voice)
    card.asked, card.nameless = missing(task), nameless(task)
    card.recordings = [r.model_copy(update={"why": tr(r.why)}) if r.why else r for r in tx.recordings.of_task(task.id)]
    given = str(task.proposal.get("phone") or "")
    card.number = given or (conversation.address.value if conversation and conversation.channel != "chat" else "")
    card.number_said = phone(card.number, desk.clinic.country) if card.number else ""
    card.words = [_said(line, task.evidence) for line in thread if line.direction == "in" and line.text]
    card.held = tx.appointments.get(about) if (about := task.appointment or _concerned(task)) else None
    if plant is not None and card.held is not None:
        card.held = visit_over(plant, card.held)
    if task.kind in ("booking", "reschedule", "waitlist") or card.form is not None:
        found, card.new_patient = _matches(desk, tx, task, conversation, card.held)
        card.matches = [replace(m, comes=_comes(tx, voice, m.patient, card, now)) for m in found]
    if card.held is not None:
        _read_day(desk, tx, voice, card, card.held, now)
    if card.timed:
        card.times = read_times(desk, tx, voice, card.task, card.held, now, pick)
    return card


def names_in(tx: Tx, lines: list[Line], *also: str | None) -> dict[str, str]:
    """ "staff:<id>" and "note:<id>" as names."""
    authors = {line.author for line in lines if ":" in line.author} | {f"staff:{a}" for a in also if a}
    users = {a: tx.staff.get(a.partition(":")[2]) for a in authors}
    return {a: u.name for a, u in users.items() if u is not None}


def _shown(voice: Voice, task: Task, name: str, wrote: str) -> Shown:
    evidence = [e for e in task.evidence if e.field == name]
    sure = all(e.sure for e in evidence)
    value = spoken(voice, name, task.proposal[name])
    quotes = tuple(dict.fromkeys(e.quote for e in evidence if e.quote))
    raw = name in ("reason", "message", "unsent", "words", "name")
    own = raw and value.casefold() in wrote
    said = tr("Why") if name == "why" and task.kind == "reschedule" else label(name)  # no person was asked for
    if name == "provider" and _with_another(task):
        said = tr("Had asked for")
    return Shown(name, said, value, quotes, "" if sure else question(name), raw, own)


def _with_another(task: Task) -> bool:
    """Was a time with somebody else chosen in the end?"""
    chosen = task.proposal.get("opening")
    return isinstance(chosen, dict) and chosen.get("provider") not in (None, task.proposal.get("provider"))


def _said(line: Line, evidence: tuple[Evidence, ...]) -> Said:
    """Cuts a message at its quotes; overlapping quotes become one."""
    spans: list[tuple[int, int, str]] = []
    for e in evidence:
        if e.inbound not in (line.id, None):
            continue
        start, end = e.span or (line.text.casefold().find(e.quote.casefold()), -1)
        if e.span is None:
            end = start + len(e.quote)
        start, end = max(0, start), min(len(line.text), end)
        if (e.inbound == line.id or e.span is None) and e.quote and start < end and line.text[start:end].strip():
            spans.append((start, end, label(e.field)))
    parts: list[tuple[str, str]] = []
    last = 0
    for start, end, name in sorted(spans):
        if end <= last:
            continue
        begin = max(start, last)
        if begin > last:
            parts.append((line.text[last:begin], ""))
        parts.append((line.text[begin:end], name))
        last = end
    if last < len(line.text):
        parts.append((line.text[last:], ""))
    return Said(line.at, tuple(parts))


def _matches(
    desk: Desk, tx: Tx, task: Task, conversation: Conversation | None, held: Appointment | None
) -> tuple[list[Match], bool]:
    """Who on file may be meant, the likeliest first, and whether "new patient" is what we would choose."""
    p, clinic = task.proposal, desk.clinic.id
    numbers = {str(p["phone"])} if p.get("phone") else set()
    if conversation is not None and conversation.channel != "chat":
        numbers.add(conversation.address.value)
    by_phone = {x.id: x for n in numbers for x in tx.patients.by_phone(clinic, n)}
    by_dob = {x.id: x for x in tx.patients.by_dob(clinic, str(p["dob"]))} if p.get("dob") else {}
    known = task.patient or (held.patient if held else None)
    sure = tx.patients.get(known) if known else None
    people = {**by_phone, **by_dob, **({sure.id: sure} if sure else {})}
    name = str(p.get("name") or "").casefold()
    found: list[tuple[int, Patient, str]] = []
    for one in people.values():
        same = [(one.id in by_dob, tr("date of birth"), 2), (one.name.casefold() == name, tr("name"), 2),
                (one.id in by_phone, tr("phone"), 1)]  # fmt: skip
        because = (
            tr("identified by a code")
            if one.id == task.patient
            else tr("same %(what)s", what=", ".join(words for yes, words, _w in same if yes))
        )
        found.append((sum(score for yes, _w, score in same if yes) + 9 * (one.id == known), one, because))
    found.sort(key=lambda x: (-x[0], x[1].name))
    best = found[0][0] if found else 0
    clear = best >= 4 and [s for s, _p, _w in found].count(best) == 1
    return [Match(o, why, clear and s == best) for s, o, why in found], not found


def _comes(tx: Tx, voice: Voice, patient: Patient, card: Card, now: datetime) -> tuple[tuple[bool, str], ...]:
    """Up to two visits that somebody has beside the one that is asked for, moved or given up."""
    held, about = card.held, {card.task.appointment, _concerned(card.task)}
    if held is not None:
        about |= {held.id, held.replaces}
    rows = [a for a in tx.appointments.of_patient(patient.id, now) if a.id not in about and a.visit_type != BLOCK]
    if held is not None:
        rows.sort(key=lambda a: abs(a.start - held.start))
    return tuple(
        (
            held is not None and a.local.date() == held.local.date(),
            f"{spoken(voice, 'appointment_type', a.visit_type)}, {short_day(voice, a.local.date())}, "
            f"{clock(voice, a.local.time())}",
        )
        for a in rows[:2]
    )


def _read_day(desk: Desk, tx: Tx, voice: Voice, card: Card, held: Appointment, now: datetime) -> None:
    """The provider's day around the time, on the clock of its place."""
    zone = ZoneInfo(held.zone)
    card.day = held.local.date()
    card.day_label = day(voice, card.day)
    provider = next((x for x in desk.clinic.providers if x.id == held.provider), None)
    card.provider_name = provider.name if provider else held.provider
    since = datetime.combine(card.day, time(), zone).astimezone(UTC)
    rows = tx.appointments.day(desk.clinic.id, since, since + timedelta(days=1), held.provider)
    rival = {a.id for a in desk.calendar.conflicts(tx, held.id, now)} if held.status in ("pending", "booked") else set()
    rows = [*(a for a in rows if a.id != held.id and _lives(a, now)), held]
    card.conflicts = len(rival)
    until: datetime | None = None
    for a in sorted(rows, key=lambda x: (x.start, x.id)):
        if until is not None and a.start - until >= timedelta(minutes=15):
            card.rows.append(Row(_hours(voice, until, a.start, zone), tr("free"), "free"))
        kind = "proposed" if a.id == held.id else "conflict" if a.id in rival else _state(a)
        patient = tx.patients.get(a.patient) if a.patient else None
        said = f"{patient.name} · " if patient and a.id != held.id else ""
        note = tr("this request") if a.id == held.id else tr("held") if a.status == "pending" else ""
        visit = tr("blocked") if a.visit_type == BLOCK else spoken(voice, "appointment_type", a.visit_type)
        text = said + visit + (f" · {note}" if note else "")
        card.rows.append(Row(_hours(voice, a.start, a.end, zone), text, kind))
        until = max(until or a.busy_until, a.busy_until)


def _concerned(task: Task) -> str | None:
    concerned = task.proposal.get("appointment")
    return str(concerned["id"]) if isinstance(concerned, dict) and concerned.get("id") else None


def _state(a: Appointment) -> str:
    return "held" if a.status == "pending" else "booked"


def _lives(a: Appointment, now: datetime) -> bool:
    return a.status not in ("cancelled", "pending") or (
        a.status == "pending" and (a.hold_expires_at is None or a.hold_expires_at > now)
    )


def _hours(voice: Voice, since: datetime, until: datetime, zone: ZoneInfo) -> str:
    return f"{clock(voice, since.astimezone(zone).time())} – {clock(voice, until.astimezone(zone).time())}"
