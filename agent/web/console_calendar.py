"""The calendar: a day of every provider or a week of one, with holds, requests and blocked time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.adapters.calendar.hours import Hours
from agent.desk.day import affected, block, cannot_come, gaps, takes, unblock
from agent.desk.desk import Desk
from agent.desk.missed import mark, unmark
from agent.desk.waking import after_night
from agent.dialogue.spoken import Voice, clock, day
from agent.model.calendar import BLOCK, Appointment
from agent.model.clinic import Provider
from agent.model.fault import Busy, Conflict, Refused
from agent.model.task import Task
from agent.ports import Tx
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_rights import WORKS
from agent.web.console_tongue import not_done, tr
from agent.web.console_words import BUSY, spoken, staff_voice
from agent.web.signin import Form, Signed

_WEEK = 7


@dataclass(frozen=True)
class Entry:
    """A line of a day: from when to when, what, and where it leads."""

    span: str
    text: str
    kind: str  # booked fulfilled noshow held block free
    href: str = ""
    id: str = ""
    since: str = ""  # of a free stretch, UTC
    until: str = ""
    past: bool = False  # its time has come: staff may mark whether the patient came


@dataclass(frozen=True)
class Column:
    """One provider on one day; `off`: does not work then."""

    title: str
    provider: str
    day: date
    entries: list[Entry]
    off: bool
    place: str = ""  # where that is, in a house of several places


def routes(door: Door) -> APIRouter:
    """`/console/calendar`, and what is changed there."""
    router = door.router()

    @router.get("/console/calendar")
    def calendar(request: Request) -> Response:
        return _show(door, request, door.signed(request))

    @router.post("/console/calendar/{act}")
    async def act(request: Request, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, act))

    return router


def _show(
    door: Door, request: Request, signed: Signed, problem: str = "", status: int = 200, form: Form | None = None,
    asked: tuple[str, int] | None = None,
) -> Response:  # fmt: skip
    desk, now, given = door.desk, door.desk.clock(), request.query_params
    voice = staff_voice(desk, now)
    seen = [p for p in desk.clinic.providers if not signed.user.locations or p.location in signed.user.locations]
    at = (
        _date((form.get("day") if form else "") or given.get("day", ""))
        or now.astimezone(ZoneInfo(desk.clinic.zone)).date()
    )
    chosen = (form.get("week_of") if form else "") or given.get("provider", "")
    one = next((p for p in seen if p.id == chosen), None)
    hours = Hours(desk.clinic)
    gone = next((p for p in seen if p.id == given.get("away")), None)
    with desk.store.begin() as tx:
        if one is not None:
            monday = at - timedelta(days=at.weekday())
            days = [monday + timedelta(days=n) for n in range(_WEEK)]
            columns = [_column(desk, tx, voice, hours, one, d, day(voice, d)) for d in days]
        else:
            columns = [_column(desk, tx, voice, hours, p, at, p.name) for p in seen]
        away = (gone.name, _told(desk, tx, gone.id, at)) if gone is not None else None
        waiting = len(tx.waitlist.in_state(desk.clinic.id, "waiting"))
        door.note_read(tx, signed, "calendar:viewed", at.isoformat(), again="x-live" in request.headers)
    step = timedelta(days=_WEEK if one else 1)
    night = after_night(now, (ZoneInfo(desk.clinic.zone),), desk.clinic.reminders) != now
    return door.page(
        request, "calendar.html", signed, status, columns=columns, providers=seen, one=one, day=at,
        day_label=day(voice, at), before=at - step, after=at + step, problem=problem, asked=asked, waiting=waiting,
        away=away, night=night, works=signed.user.role in WORKS,
        today=now.astimezone(ZoneInfo(desk.clinic.zone)).date(),
    )  # fmt: skip


def _column(
    desk: Desk, tx: Tx, voice: Voice, hours: Hours, provider: Provider, on: date, title: str
) -> Column:  # fmt: skip
    """Visits, holds and blocked time by start, with the free stretches of working hours between them."""
    zone = ZoneInfo(desk.clinic.location(provider.location).zone)
    since = datetime.combine(on, time(), zone).astimezone(UTC)
    rows = tx.appointments.day(desk.clinic.id, since, since + timedelta(days=1), provider.id)
    rows = [a for a in rows if a.status != "pending" or takes(a, voice.now)]
    sure = tx.reminders.said_yes([a.id for a in rows])
    tasks = tx.tasks.open(desk.clinic.id) if rows else []
    requests = {t.appointment: t.id for t in tasks if t.appointment}
    moving = {_visit_of(t) for t in tasks if t.reason == "provider_away"}
    marks: list[tuple[datetime, Entry]] = []
    for a in rows:
        span = _span(voice, a.start, a.end, zone)
        marks.append(
            (a.start, _entry(tx, voice, a, span, requests.get(a.id, ""), coming=a.id in sure, moving=a.id in moving))
        )
    busy = sorted((a.busy_from, a.busy_until) for a in rows)
    works = hours.of_provider(provider, on)
    for begins, ends in works:
        start, end = (datetime.combine(on, time(), zone) + timedelta(minutes=m) for m in (begins, ends))
        for free, taken in gaps(start.astimezone(UTC), end.astimezone(UTC), busy):
            if taken - free >= timedelta(minutes=10) and taken > voice.now:
                marks.append((free, _free(voice, free, taken, zone)))
    marks.sort(key=lambda m: (m[0], m[1].kind))
    place = desk.clinic.location(provider.location).name if len(desk.clinic.locations) > 1 else ""
    return Column(title, provider.id, on, [e for _, e in marks], not works, place)


def _entry(tx: Tx, voice: Voice, a: Appointment, span: str, task: str, *, coming: bool, moving: bool) -> Entry:
    if a.visit_type == BLOCK:
        return Entry(span, tr("blocked"), "block", id=a.id)
    patient = tx.patients.get(a.patient) if a.patient else None
    text = spoken(voice, "appointment_type", a.visit_type)
    if a.status == "pending":
        return Entry(span, " · ".join((text, tr("requested"))), "held", f"/console/tasks/{task}" if task else "")
    name = f"{patient.name} · " if patient else ""
    said = " · " + tr("says they come") if coming else ""
    said = " · " + tr("to be moved") if moving else said
    said = " · " + tr("did not come") if a.status == "noshow" else said
    href = f"/console/patients/{patient.id}" if patient else ""
    return Entry(span, f"{name}{text}{said}", a.status, href, a.id, past=a.start <= voice.now and patient is not None)


def _visit_of(task: Task) -> str:
    held = task.proposal.get("appointment")
    return str(held.get("id", "")) if isinstance(held, dict) else ""


def _act(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, act: str) -> Response:
    desk, by, provider = door.desk, signed.user, form.get("provider")
    person = next((p for p in desk.clinic.providers if p.id == provider), None)
    on = _date(form.get("day"))
    week = f"&provider={form.get('week_of')}" if form.get("week_of") else ""
    if act not in ("block", "free", "away", "away-sure", "missed", "came") or on is None:
        raise NotThere
    if act not in ("free", "missed", "came") and (
        person is None or (by.locations and person.location not in by.locations)
    ):
        raise NotThere
    away = f"&away={provider}" if act == "away-sure" else ""
    done = RedirectResponse(f"/console/calendar?day={on.isoformat()}{week}{away}", 303)
    if act == "away":  # asked once more, with the number of visits
        with desk.store.begin(write=False) as tx:
            return _show(door, request, signed, form=form, asked=(provider, len(affected(desk, tx, provider, on))))
    acts: dict[str, Callable[[Desk], object]] = {
        "block": lambda d: block(d, by, provider, on, _time(form.get("since")), _time(form.get("until"))),
        "free": lambda d: unblock(d, by, form.get("id")),
        "missed": lambda d: mark(d, by, form.get("id")),
        "came": lambda d: unmark(d, by, form.get("id")),
        "away-sure": lambda d: cannot_come(d, by, provider, on),
    }
    try:
        acts[act](deed.desk(done))
    except (Refused, Conflict) as refused:
        return _show(door, request, signed, not_done(refused), 422, form)
    except Busy:
        return _show(door, request, signed, tr(BUSY), 503, form)
    return done


def _told(desk: Desk, tx: Tx, provider: str, on: date) -> int:
    """How many patients of that day have been told that the provider cannot come."""
    return sum("provider away" in tx.nudges.of(a.id) for a in affected(desk, tx, provider, on))


def _free(voice: Voice, since: datetime, until: datetime, zone: ZoneInfo) -> Entry:
    span = _span(voice, since, until, zone)
    return Entry(span, tr("free"), "free", since=since.isoformat(), until=until.isoformat())


def _span(voice: Voice, since: datetime, until: datetime, zone: ZoneInfo) -> str:
    return f"{clock(voice, since.astimezone(zone).time())} – {clock(voice, until.astimezone(zone).time())}"


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(2000, 1, 1) < found < date(2100, 1, 1) else None


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Refused("give a time such as 14:30") from None
