"""The queue as staff look at it: views with counts, filters, each row with an owner, a status and a due time."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from agent.desk import decide
from agent.desk.desk import Desk
from agent.desk.nudge import rings
from agent.dialogue.spoken import Voice
from agent.model.fault import Busy, Conflict, Refused
from agent.model.task import Task, is_urgent
from agent.model.wording import N_
from agent.ports import Tx
from agent.web import console_task
from agent.web.console_board import Board, Row
from agent.web.console_door import Door, NotThere
from agent.web.console_rights import may, place_of
from agent.web.console_tongue import each, language, ngettext, said, tr
from agent.web.console_words import CHANNELS, at, due, kind, staff_voice, what
from agent.web.signin import Form, Signed

_SECTIONS = {
    "urgent": N_("Urgent"),
    "mine": N_("Mine"),
    "free": N_("Unassigned"),
    "theirs": N_("With colleagues"),
    "hold": N_("Waiting on patient"),
    "done": N_("Done today"),
}
_VIEWS = {
    "": N_("All open"),
    "mine": N_("Mine"),
    "free": N_("Unassigned"),
    "urgent": N_("Urgent"),
    "hold": N_("Waiting on patient"),
    "late": N_("Overdue"),
    "done": N_("Done today"),
}
MOST_AT_ONCE = 20
_WAITS = ("requested", "accepted")
FILTERS = ("location", "language", "kind", "channel")


@dataclass
class Queue:
    """What one person sees: `sections` of the chosen view, `counts` of every view under the chosen filters, `choices`
    of every filter as (value, words), and the address that shows the same again."""

    view: str
    chosen: dict[str, str]
    sections: list[tuple[str, str, list[Row]]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def address(self, view: str | None = None) -> str:
        """The query of this view, or of another one under the same filters."""
        asked = {"view": self.view if view is None else view, **self.chosen}
        return urlencode({k: v for k, v in asked.items() if v})


def routes(door: Door) -> APIRouter:
    """`/console`, its rows and its counts, and what is done."""
    router, desk = door.router(), door.desk

    def show(request: Request, page: str, done: str = "") -> Response:
        signed, now = door.signed(request), desk.clock()
        if signed.user.role == "auditor":
            return RedirectResponse("/console/audit", 303)
        asked = request.query_params
        chosen = {name: asked.get(name, "")[:60] for name in FILTERS}
        with desk.store.begin(write=False) as tx:
            queue = read_queue(desk, tx, signed, now, asked.get("view", ""), chosen, door.board)
            toast = console_task.toast(door, tx, signed, done)
        return door.page(request, page, signed, queue=queue, toast=toast, VIEWS=each(_VIEWS).items())

    @router.get("/console")
    def queue(request: Request, done: str = "") -> Response:
        return show(request, "queue.html", done)

    @router.get("/console/queue")
    def rows(request: Request) -> Response:
        """The page's own list, with what `/console/count` says in a header: one request at a ring, not two."""
        answer = show(request, "_queue.html")
        answer.headers["X-Count"] = json.dumps(counted(request))
        return answer

    @router.get("/console/count")
    def count(request: Request) -> Response:
        return JSONResponse(counted(request))

    def counted(request: Request) -> dict[str, Any]:
        """For every page's title and alarm: how many wait, and which are urgent and nobody's, and how often those have
        been rung again."""
        signed, now = door.signed(request), desk.clock()
        with desk.store.begin(write=False) as tx:
            tasks = [t for t in tx.tasks.open(desk.clinic.id) if t.status != "on-hold" and may(signed.user, "see", t)]
        voice = staff_voice(desk, now)
        waiting = [t for t in tasks if t.assignee is None or (is_urgent(t) and t.assignee == signed.user.id)]
        urgent = [
            {"id": t.id, "number": t.number, "kind": kind(voice, t), "stat": t.priority == "stat",
             "again": rings(t, now)}
            for t in tasks if is_urgent(t) and t.assignee is None
        ]  # fmt: skip
        return {"waiting": len(waiting), "urgent": urgent}

    @router.post("/console/queue/confirm")
    async def confirm_several(request: Request) -> Response:
        return await door.write(request, lambda r, s, f, _: _confirm_several(door, r, s, f))

    @router.get("/console/done")
    def decided(request: Request) -> Response:
        signed, now = door.signed(request), desk.clock()
        voice = staff_voice(desk, now)
        with desk.store.begin(write=False) as tx:
            staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
            tasks = [t for t in tx.tasks.done(desk.clinic.id, 200) if may(signed.user, "see", t)]
            rows = [_row(voice, tx, signed, t, staff, now) for t in tasks]
        return door.page(request, "done.html", signed, rows=rows, at=lambda when: at(voice, when))

    return router


def _confirm_several(door: Door, request: Request, signed: Signed, form: Form) -> Response:
    """Each by its own compare-and-swap; what could not be confirmed stays in the queue and is named."""
    desk, now = door.desk, door.desk.clock()
    voice, failed, done = staff_voice(desk, now), [], 0
    for chosen in dict.fromkeys(form.all("task")[:MOST_AT_ONCE]):
        id, _, version = chosen.partition(":")
        with desk.store.begin(write=False) as tx:
            task = tx.tasks.get(id)
        if task is None or task.clinic != desk.clinic.id or not may(signed.user, "see", task):
            raise NotThere
        if not may(signed.user, "decide", task) or not is_plain(voice, task) or not version.isdigit():
            failed.append(tr("#%(number)s is not done: look at it by itself.", number=task.number))
            continue
        try:
            decide.confirm(desk, id, int(version), signed.user)
            done += 1
        except (Conflict, Refused) as why:
            failed.append(tr("#%(number)s is not done: %(why)s.", number=task.number, why=said(why)))
        except Busy:
            failed.append(tr("#%(number)s is not done: the desk is busy just now; try again.", number=task.number))
    with desk.store.begin(write=False) as tx:
        queue = read_queue(desk, tx, signed, now)
    words = (
        ngettext("%(count)s confirmed as prepared.", "%(count)s confirmed as prepared.", done)
        if done
        else tr("Nothing was confirmed.")
    )
    return door.page(
        request, "queue.html", signed, queue=queue, toast=None, VIEWS=each(_VIEWS).items(), said=words, failed=failed
    )


def read_queue(
    desk: Desk, tx: Tx, signed: Signed, now: datetime, view: str = "", chosen: dict[str, str] | None = None,
    board: Board | None = None,
) -> Queue:  # fmt: skip
    """Every open task in exactly one section; what belongs to other locations than the person's is not there."""
    queue = Queue(view if view in _VIEWS else "", dict.fromkeys(FILTERS, "") | (chosen or {}))
    zone = ZoneInfo(desk.clinic.zone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    done = [t for t in tx.tasks.done(desk.clinic.id, 50) if t.decided_at is not None and t.decided_at >= midnight]
    seen = [t for t in (*tx.tasks.open(desk.clinic.id), *done) if may(signed.user, "see", t)]
    voice = staff_voice(desk, now)
    queue.choices = _choices(desk, voice, seen)
    kept = [t for t in seen if _passes(t, queue.chosen)]
    placed = [(t, _section(t, signed)) for t in kept]
    tests: dict[str, Callable[[Task, str], bool]] = {
        "": lambda _, s: s != "done", "late": lambda t, s: s not in ("done", "hold") and t.due_at < now,
        "mine": lambda t, s: s != "done" and t.assignee == signed.user.id,
        "urgent": lambda t, s: s != "done" and is_urgent(t),
        "free": lambda t, s: s != "done" and t.assignee is None and t.status != "on-hold",
        "hold": lambda _, s: s == "hold", "done": lambda _, s: s == "done",
    }  # fmt: skip
    queue.counts = {key: sum(test(t, s) for t, s in placed) for key, test in tests.items()}
    wanted = tests[queue.view] if queue.view else lambda *_: True
    staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
    rows: dict[str, list[Row]] = {key: [] for key in _SECTIONS}
    board = board or Board()
    for task, section in placed:
        if wanted(task, section):
            rows[section].append(_shared_row(board, voice, tx, signed, task, staff, now))
    queue.sections = [(key, title, rows[key]) for key, title in each(_SECTIONS).items()]
    return queue


def _section(task: Task, signed: Signed) -> str:
    if task.decided_at is not None:
        return "done"
    if task.status == "on-hold":
        return "hold"
    if is_urgent(task):
        return "urgent"
    if task.assignee is None:
        return "free"
    return "mine" if task.assignee == signed.user.id else "theirs"


def is_plain(voice: Voice, task: Task) -> bool:
    """A kind that is marked low-risk, routine, with nothing unsure about it, for a visit that is known."""
    policy, concerned = voice.content.tasks.get(task.kind), task.proposal.get("appointment")
    known = isinstance(concerned, dict) and bool(concerned.get("id"))
    sure = all(e.sure for e in task.evidence)
    return bool(policy and policy.low_risk) and known and sure and not is_urgent(task) and task.status in _WAITS


def _choices(desk: Desk, voice: Voice, tasks: list[Task]) -> dict[str, list[tuple[str, str]]]:
    """Only what there is something of."""
    places = {p.id: p.name for p in desk.clinic.locations}
    languages, channels = desk.content.languages, each(CHANNELS)
    found: dict[str, set[tuple[str, str]]] = {
        "location": {(p, places[p]) for p in map(place_of, tasks) if p in places},
        "language": {(tag, language(tag, languages[tag].english if tag in languages else ""))
                     for tag in (t.language for t in tasks)},
        "kind": {(t.kind, kind(voice, t)) for t in tasks},
        "channel": {(t.channel, channels.get(t.channel, t.channel)) for t in tasks},
    }  # fmt: skip
    return {name: sorted(rows, key=lambda x: x[1]) for name, rows in found.items()}


def _passes(task: Task, chosen: dict[str, str]) -> bool:
    has = {"location": place_of(task), "language": task.language, "kind": task.kind, "channel": task.channel}
    return all(not wanted or has[name] == wanted for name, wanted in chosen.items())


def _shared_row(
    board: Board, voice: Voice, tx: Tx, signed: Signed, task: Task, staff: dict[str, str], now: datetime
) -> Row:  # fmt: skip
    decides = may(signed.user, "decide", task)
    owner = staff.get(task.assignee or "", "")
    return board.row(task, owner, now, lambda: _row(voice, tx, signed, task, staff, now), decides=decides)


def _row(voice: Voice, tx: Tx, signed: Signed, task: Task, staff: dict[str, str], now: datetime) -> Row:
    relative, press = due(task, now)
    known = tx.patients.get(task.patient) if task.patient else None
    return Row(
        task=task, kind=kind(voice, task), what=what(voice, task),
        who=known.name if known else str(task.proposal.get("name") or ""), owner=staff.get(task.assignee or "", ""),
        due=relative, press=press, at=at(voice, task.due_at), decides=may(signed.user, "decide", task),
        batch=is_plain(voice, task),
    )  # fmt: skip
