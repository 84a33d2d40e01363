"""The times that staff pick from on a task's card: those free on a day, whoever was asked for and their place first."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.actions.openings import opening_id
from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice, clock, day
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.task import Task
from agent.ports import Tx


@dataclass
class Times:
    """The free times of `pick_day`, by provider and place as (id, words); `full`: the provider asked for, where they
    have none on it, and `free_again` the next day on which they have, with its words."""

    pick_day: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    openings: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    full: str = ""
    free_again: tuple[date, str] | None = None


def read_times(
    desk: Desk, tx: Tx, voice: Voice, task: Task, held: Appointment | None, now: datetime, pick: date | None
) -> Times:  # fmt: skip
    """`pick`: the day that staff chose; else the one asked for, else the first with anything free."""
    today = now.astimezone(ZoneInfo(desk.clinic.zone)).date()
    times = Times(first_day=today, last_day=today + timedelta(days=desk.clinic.booking.horizon_days))
    wish = OpeningRequest(visit_type=visit_type_of(desk, task), limit=400)
    if pick is None and held is not None and task.kind != "cancel":
        pick = held.local.date()
    if pick is None:
        first = desk.calendar.openings(tx, wish.model_copy(update={"limit": 1}), now)
        pick = first[0].local.date() if first else today
    times.pick_day = pick
    found = desk.calendar.openings(tx, wish.model_copy(update={"dates": (pick, pick)}), now)
    by: dict[str, list[Opening]] = {}
    for opening in found:
        if held is None or (opening.provider, opening.start) != (held.provider, held.start):
            by.setdefault(opening.provider, []).append(opening)
    usual = held.provider if held else task.proposal.get("provider")
    near = held.location if held else task.proposal.get("location")
    last = times.last_day or today
    if pick < last and usual in {p.id for p in desk.clinic.providers} - by.keys():
        times.full = desk.clinic.provider(str(usual)).name
        tomorrow = max(pick, today) + timedelta(days=1)
        ahead = wish.model_copy(update={"provider": usual, "dates": (tomorrow, last), "limit": 1})
        if again := desk.calendar.openings(tx, ahead, now):
            times.free_again = (again[0].local.date(), day(voice, again[0].local.date()))
    for provider in sorted(by, key=lambda x: (x != usual, by[x][0].location != near, desk.clinic.provider(x).name)):
        place = desk.clinic.location(by[provider][0].location).name
        free = [(opening_id(o), clock(voice, o.local.time())) for o in sorted(by[provider], key=lambda o: o.start)]
        times.openings.append((f"{desk.clinic.provider(provider).name} · {place}", free))
    return times


def find_opening(desk: Desk, tx: Tx, task: Task, id: str, now: datetime) -> Opening | None:
    """The opening of that id while it is still free."""
    provider, _, wall = id.partition("@")
    try:
        local = datetime.fromisoformat(wall)  # wall time of its place
    except ValueError:
        return None
    if provider not in {p.id for p in desk.clinic.providers}:
        return None
    on, clocked = local.date(), local.time()
    wish = OpeningRequest(
        visit_type=visit_type_of(desk, task), provider=provider, dates=(on, on), times=(clocked, clocked), limit=5
    )  # fmt: skip
    return next((o for o in desk.calendar.openings(tx, wish, now) if opening_id(o) == id), None)


def visit_type_of(desk: Desk, task: Task) -> str:
    """Which kind of visit to look for: as prepared, else the clinic's general one."""
    p, known = task.proposal, {v.id for v in desk.clinic.visit_types}
    near: list[Any] = [p.get(n) for n in ("opening", "appointment")]
    wanted = [x.get("visit_type") for x in near if isinstance(x, dict)] + [p.get("appointment_type")]
    return next((str(w) for w in wanted if w in known), desk.clinic.visit_types[0].id)
