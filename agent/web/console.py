"""The staff console: the door and the audit; the queue, tasks, conversations and the rest have rooms of their own."""

from collections.abc import Callable

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from agent.adapters.pace import Pace
from agent.desk.desk import Desk
from agent.model.fault import Busy
from agent.model.wording import N_
from agent.web import (
    admin,
    console_account,
    console_bulk,
    console_calendar,
    console_chart,
    console_drafts,
    console_forms,
    console_hearing,
    console_instructions,
    console_live,
    console_notes,
    console_oidc,
    console_patients,
    console_people,
    console_pictures,
    console_queue,
    console_recordings,
    console_reports,
    console_search,
    console_sends,
    console_talk,
    console_task,
    console_visit,
    console_visit_file,
    console_waitlist,
    console_wrongs,
)
from agent.web.admin_room import Admin
from agent.web.console_door import SIGN_IN, Deed, Door
from agent.web.console_oidc import inside
from agent.web.console_says import actor, did
from agent.web.console_tongue import tongues, tr
from agent.web.console_words import at, staff_voice
from agent.web.peers import caller_of
from agent.web.signin import Form, Signed, TooMany, form_of

_WRONG = N_("This e-mail address and password do not go together, or the code is not right.")
_SLOW = N_("Too many tries. Wait a few minutes, then try again.")


def routes(
    desk: Desk, templates: Jinja2Templates, pace: Pace, *, ahead: bool = False,
    leaving: Callable[[], bool] = lambda: False, ready: list[Callable[[], object]] | None = None,
) -> APIRouter:  # fmt: skip
    """Everything under /console. `ahead`: what admins work on is read as soon as one has signed in; `leaving`: is this
    process asked to stop? `ready` gets what can be done before somebody opens a page, so that the first does not wait
    for it."""
    door = Door(desk, templates, pace)
    door.leaving = leaving
    router = APIRouter()
    rooms = (
        console_queue, console_live, console_forms, console_task, console_drafts, console_talk, console_pictures,
        console_recordings,
        console_hearing, console_sends, console_account, console_calendar, console_patients, console_people,
        console_reports, console_wrongs, console_notes, console_search, console_visit, console_chart,
        console_instructions, console_waitlist, console_bulk, console_oidc, console_visit_file,
    )  # fmt: skip
    admins = Admin(door)
    if ahead:
        door.admin_comes = admins.bench.read_ahead
    if ready is not None:
        ready += [tongues, lambda: console_task.read_first(door), lambda: admin.count_first(admins)]
    for room in (_entrance(door), _audit(door), *(r.routes(door) for r in rooms), admin.routes(admins)):
        router.routes.extend(room.routes)
    return router


def _entrance(door: Door) -> APIRouter:
    router, desk = door.router(), door.desk

    @router.get(SIGN_IN)
    def ask(request: Request, next: str = "") -> Response:
        return door.sign_in_page(request, onward=inside(next))

    @router.post(SIGN_IN)
    async def enter(request: Request) -> Response:
        form = await form_of(request)
        return await to_thread.run_sync(_enter, request, form)

    def _enter(request: Request, form: Form) -> Response:
        door.hears(request, None)
        peer = caller_of(request, desk.settings.trusted_proxies)
        onward, problem, status, more = inside(form.get("next")), _WRONG, 401, {}
        try:
            token = door.sessions.sign_in(
                form.get("email"), form.get("password"), peer, door.sessions.token_of(request),
                code=form.get("code"), about=request.headers.get("user-agent", ""),
            )  # fmt: skip
        except TooMany as much:
            token, problem, status, more = None, _SLOW, 429, {"Retry-After": str(int(much.wait) + 1)}
        except Busy:
            token, problem, status = None, N_("The desk is busy just now; try again."), 503
        if token is None:
            page = door.sign_in_page(request, onward, tr(problem), status, form.get("email")[:254])
            page.headers.update(more)
            return page
        answer = RedirectResponse(onward, 303)
        door.let_in(answer, token)
        return answer

    @router.post("/console/sign-out")
    async def leave(request: Request) -> Response:
        def out(_: Request, signed: Signed, __: Form, ___: Deed) -> Response:
            door.sessions.sign_out(signed)
            answer = RedirectResponse(f"{SIGN_IN}?left" if door.provider else SIGN_IN, 303)
            door.sessions.take_back(answer)
            return answer

        return await door.write(request, out, keyed=False)

    return router


def _audit(door: Door) -> APIRouter:
    router, desk = door.router(), door.desk

    def show(request: Request, signed: Signed, checked: tuple[int, str | None] | None = None) -> Response:
        voice = staff_voice(desk, desk.clock())
        with desk.store.begin(write=False) as tx:
            rows = tx.audit.tail(200)
            staff = {f"staff:{u.id}": u.name for u in tx.staff.all(desk.clinic.id)}
        return door.page(
            request, "audit.html", signed, rows=rows, names=staff, checked=checked, did=did, actor=actor,
            at=lambda when: at(voice, when),
        )  # fmt: skip

    def verify(request: Request, signed: Signed, _: Form, __: Deed) -> Response:
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
