"""A visit behind the patient's own link: when and where it is, and a file for any calendar; it names nobody, and the
clinic as texts do."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from limits import RateLimitItemPerMinute
from starlette.concurrency import run_in_threadpool

from agent.adapters.pace import Pace
from agent.desk.desk import Desk
from agent.desk.visit_link import Linked, behind
from agent.dialogue.spoken import Voice, speak
from agent.web.accepted import page_language
from agent.web.brake import slow_down
from agent.web.peers import caller_of
from agent.web.visit_file import calendar_file, chain

OPENED = RateLimitItemPerMinute(60, 1, "visit")  # of one source: a household, or telephones behind one address
_GONE = 404
_HIDDEN = {"X-Robots-Tag": "noindex, nofollow"}


def routes(desk: Desk, templates: Jinja2Templates, pace: Pace) -> APIRouter:
    """`/visit/{token}` and its file."""
    router = APIRouter()

    async def wait(request: Request) -> float:
        return await pace.ahit(OPENED, caller_of(request, desk.settings.trusted_proxies))

    @router.get("/visit/{token}", response_class=HTMLResponse)
    async def show(request: Request, token: str) -> Response:
        if seconds := await wait(request):
            return slow_down(seconds)
        return await run_in_threadpool(_page, desk, templates, request, token)

    @router.get("/visit/{token}/visit.ics")
    async def file(request: Request, token: str) -> Response:
        if seconds := await wait(request):
            return slow_down(seconds)
        return await run_in_threadpool(_file, desk, templates, request, token)

    return router


def _page(desk: Desk, templates: Jinja2Templates, request: Request, token: str) -> Response:
    with desk.store.begin(write=False) as tx:
        at = behind(desk, tx, token)
    return _shown(desk, templates, request, token, at)


def _file(desk: Desk, templates: Jinja2Templates, request: Request, token: str) -> Response:
    """Each one that is taken is put on record, beside what staff have looked at."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        at = behind(desk, tx, token)
        moves = chain(tx, at.visit) if at.visit is not None else []
    if at.visit is None:
        return _shown(desk, templates, request, token, at)
    made = calendar_file(desk.clinic, moves, now)
    with desk.store.begin() as tx:
        desk.record(tx, "patient", "visit:calendar", at.conversation, now, data={"appointment": at.visit.id})
    named = {"Content-Disposition": 'inline; filename="visit.ics"', **_HIDDEN}
    return Response(made, media_type="text/calendar", headers=named)


def _shown(desk: Desk, templates: Jinja2Templates, request: Request, token: str, at: Linked) -> Response:
    content, clinic, visit = desk.content, desk.clinic, at.visit
    tag = page_language(request, desk, at.language)
    voice = Voice(content, clinic, tag, "chat", desk.clock())
    place = next((x for x in clinic.locations if visit is not None and x.id == visit.location), None)
    values = {
        "t": lambda key: voice.term(f"visit.page.{key}"), "lang": tag, "dir": content.languages[tag].direction,
        "clinic": clinic.model_copy(update={"name": clinic.alias or clinic.name}), "token": token,
        "visit": visit, "place": place,
        "closed": (voice.term("document.page.closed.never"), voice.term("visit.page.closed")),
        "day": speak(voice, {"as": "date", "value": visit.local.date().isoformat()}) if visit is not None else "",
        "time": speak(voice, {"as": "time", "value": visit.local.strftime("%H:%M")}) if visit is not None else "",
    }  # fmt: skip
    status = 200 if visit is not None else _GONE
    return templates.TemplateResponse(request, "visit.html", values, status_code=status, headers=_HIDDEN)
