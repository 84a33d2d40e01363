"""The staff console: the door, the queue, what is done, the audit; tasks and conversations have rooms of their own."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from agent.adapters.pace import Pace
from agent.demo.seed import sign_ins
from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice
from agent.model.fault import Busy
from agent.model.task import Task
from agent.ports import Tx
from agent.web import (
    console_hearing,
    console_live,
    console_notes,
    console_pictures,
    console_sends,
    console_talk,
    console_task,
)
from agent.web.console_door import SIGN_IN, Deed, Door
from agent.web.console_rights import is_urgent, may, may_audit
from agent.web.console_words import at, due, english, kind, what
from agent.web.peers import caller_of
from agent.web.signin import Forbidden, Form, Signed, TooMany, form_of

_SECTIONS = (
    ("urgent", "Urgent"), ("mine", "Mine"), ("free", "Unassigned"), ("theirs", "With colleagues"),
    ("hold", "Waiting on patient"), ("done", "Done today"),
)  # fmt: skip
_WRONG = "This e-mail address and password do not go together."
_SLOW = "Too many tries. Wait a few minutes, then try again."


@dataclass(frozen=True)
class Row:
    """A task in the queue."""

    task: Task
    kind: str
    what: str
    who: str
    owner: str
    due: str
    press: str
    at: str
    decides: bool


def routes(desk: Desk, templates: Jinja2Templates, pace: Pace) -> APIRouter:
    """Everything under /console."""
    door = Door(desk, templates, pace)
    router = APIRouter()
    rooms = (
        console_live, console_task, console_talk, console_pictures, console_hearing, console_sends, console_notes,
    )  # fmt: skip
    for room in (_entrance(door), _queue(door), _audit(door), *(r.routes(door) for r in rooms)):
        router.include_router(room)
    return router


def _entrance(door: Door) -> APIRouter:
    router, desk = door.router(), door.desk
    shown = sign_ins() if desk.settings.demo else ()

    @router.get(SIGN_IN)
    def ask(request: Request, next: str = "") -> Response:
        return door.page(request, "signin.html", None, next=_inside(next), accounts=shown, problem="", email="")

    @router.post(SIGN_IN)
    async def enter(request: Request) -> Response:
        form = await form_of(request)
        return await to_thread.run_sync(_enter, request, form)

    def _enter(request: Request, form: Form) -> Response:
        peer = caller_of(request, desk.settings.trusted_proxies)
        onward, problem, status, more = _inside(form.get("next")), _WRONG, 401, {}
        try:
            token = door.sessions.sign_in(
                form.get("email"), form.get("password"), peer, door.sessions.token_of(request)
            )  # fmt: skip
        except TooMany as much:
            token, problem, status, more = None, _SLOW, 429, {"Retry-After": str(int(much.wait) + 1)}
        except Busy:
            token, problem, status = None, "The desk is busy just now; try again.", 503
        if token is None:
            page = door.page(request, "signin.html", None, status, next=onward, accounts=shown, problem=problem,
                             email=form.get("email")[:254])  # fmt: skip
            page.headers.update(more)
            return page
        answer = RedirectResponse(onward, 303)
        door.sessions.give(answer, token)
        return answer

    @router.post("/console/sign-out")
    async def leave(request: Request) -> Response:
        def out(_: Request, signed: Signed, __: Form, ___: Deed) -> Response:
            door.sessions.sign_out(signed)
            answer = RedirectResponse(SIGN_IN, 303)
            door.sessions.take_back(answer)
            return answer

        return await door.write(request, out, keyed=False)

    return router


def _queue(door: Door) -> APIRouter:
    router, desk = door.router(), door.desk

    def show(request: Request, page: str, done: str = "") -> Response:
        signed, now = door.signed(request), desk.clock()
        with desk.store.begin(write=False) as tx:
            sections = read_queue(desk, tx, signed, now)
            toast = console_task.toast(door, tx, signed, done)
        return door.page(request, page, signed, sections=sections, toast=toast)

    @router.get("/console")
    def queue(request: Request, done: str = "") -> Response:
        return show(request, "queue.html", done)

    @router.get("/console/queue")
    def rows(request: Request) -> Response:
        return show(request, "_queue.html")

    @router.get("/console/count")
    def count(request: Request) -> Response:
        """For every page's title and alarm: how many wait, and which are urgent and nobody's."""
        signed, now = door.signed(request), desk.clock()
        with desk.store.begin(write=False) as tx:
            tasks = [t for t in tx.tasks.open(desk.clinic.id) if t.status != "on-hold"]
        voice = english(desk, now)
        waiting = [t for t in tasks if t.assignee is None or (is_urgent(t) and t.assignee == signed.user.id)]
        alarms = [t for t in tasks if is_urgent(t) and t.assignee is None]
        urgent = [
            {"id": t.id, "number": t.number, "kind": kind(voice, t), "stat": t.priority == "stat"} for t in alarms
        ]
        return JSONResponse({"waiting": len(waiting), "urgent": urgent})

    @router.get("/console/done")
    def decided(request: Request) -> Response:
        signed, now = door.signed(request), desk.clock()
        with desk.store.begin(write=False) as tx:
            staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
            rows = [_row(english(desk, now), tx, signed, t, staff, now) for t in tx.tasks.done(desk.clinic.id, 200)]
        voice = english(desk, now)
        return door.page(request, "done.html", signed, rows=rows, at=lambda when: at(voice, when))

    return router


def _audit(door: Door) -> APIRouter:
    router, desk = door.router(), door.desk

    def show(request: Request, signed: Signed, checked: tuple[int, str | None] | None = None) -> Response:
        if not may_audit(signed.user):
            raise Forbidden("The audit log is for the role “admin”.")
        voice = english(desk, desk.clock())
        with desk.store.begin(write=False) as tx:
            rows = tx.audit.tail(200)
            staff = {f"staff:{u.id}": u.name for u in tx.staff.all(desk.clinic.id)}
        return door.page(
            request, "audit.html", signed, rows=rows, names=staff, checked=checked, at=lambda when: at(voice, when)
        )  # fmt: skip

    def verify(request: Request, signed: Signed, _: Form, __: Deed) -> Response:
        if not may_audit(signed.user):
            raise Forbidden("The audit log is for the role “admin”.")
        with desk.store.begin() as tx:
            checked = tx.audit.verify()
            desk.record(tx, f"staff:{signed.user.id}", "audit:verified", "audit", desk.clock())
        return show(request, signed, checked)

    @router.get("/console/audit")
    def tail(request: Request) -> Response:
        return show(request, door.signed(request))

    @router.post("/console/audit/verify")
    async def check(request: Request) -> Response:
        return await door.write(request, verify)

    return router


def read_queue(desk: Desk, tx: Tx, signed: Signed, now: datetime) -> list[tuple[str, str, list[Row]]]:
    """(key, title, rows) of each section, every open task in exactly one of them."""
    staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
    midnight = datetime.combine(now.astimezone(ZoneInfo(desk.clinic.zone)).date(), time(), ZoneInfo(desk.clinic.zone))
    voice = english(desk, now)
    rows: dict[str, list[Row]] = {key: [] for key, _ in _SECTIONS}
    for task in tx.tasks.open(desk.clinic.id):
        rows[_section(task, signed)].append(_row(voice, tx, signed, task, staff, now))
    for task in tx.tasks.done(desk.clinic.id, 50):
        if task.decided_at is not None and task.decided_at >= midnight:
            rows["done"].append(_row(voice, tx, signed, task, staff, now))
    return [(key, title, rows[key]) for key, title in _SECTIONS]


def _section(task: Task, signed: Signed) -> str:
    if task.status == "on-hold":
        return "hold"
    if is_urgent(task):
        return "urgent"
    if task.assignee is None:
        return "free"
    return "mine" if task.assignee == signed.user.id else "theirs"


def _row(voice: Voice, tx: Tx, signed: Signed, task: Task, staff: dict[str, str], now: datetime) -> Row:
    relative, press = due(task, now)
    known = tx.patients.get(task.patient) if task.patient else None
    return Row(
        task=task, kind=kind(voice, task), what=what(voice, task),
        who=known.name if known else str(task.proposal.get("name") or ""), owner=staff.get(task.assignee or "", ""),
        due=relative, press=press, at=at(voice, task.due_at), decides=may(signed.user, "decide", task),
    )  # fmt: skip


def _inside(onward: Any) -> str:
    """Where to go after signing in: a console page, whatever the address says."""
    path = str(onward)
    safe = path.startswith("/console") and "//" not in path and "\\" not in path and path.isprintable()
    return path if safe and not path.startswith(SIGN_IN) else "/console"
