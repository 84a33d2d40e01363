"""The page of a document behind its one-time link: who opens it says who they are; it works without a script."""

from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from agent.desk.desk import Desk
from agent.desk.enclosure_page import Standing, code_again, look, read, says_code, says_who
from agent.desk.enclosures import hashed
from agent.dialogue.spoken import Voice
from agent.model.fault import Busy, Conflict
from agent.web.accepted import page_language
from agent.web.signin import Form as Posted
from agent.web.signin import form_or_nothing

_FORM_BYTES, _FIELDS = 4000, 10
_GONE = 404
_REFUSED = 422


class Pages:
    """One clinic's documents. The cookie of a browser is for one link alone."""

    def __init__(self, desk: Desk, templates: Jinja2Templates) -> None:
        self.desk, self._templates = desk, templates
        self._secure = desk.settings.public_url.startswith("https:")

    def cookie_of(self, request: Request, token: str) -> str:
        return request.cookies.get(self._name(token), "")[:100]

    def let_in(self, answer: Response, token: str, cookie: str) -> None:
        answer.set_cookie(self._name(token), cookie, path="/", httponly=True, secure=self._secure, samesite="lax")

    def _name(self, token: str) -> str:
        return f"{'__Host-' if self._secure else ''}document-{hashed(token)[:12]}"

    def page(self, request: Request, token: str, at: Standing, *, wrong: bool = False, name: str = "") -> Response:
        """The page for where this browser stands; `name` as it was typed, to be mended."""
        content, clinic = self.desk.content, self.desk.clinic
        tag = page_language(request, self.desk, at.language)
        voice = Voice(content, clinic, tag, "chat", self.desk.clock())
        values: dict[str, Any] = {
            "t": lambda key, **more: voice.term(f"document.page.{key}", **more),
            "born": voice.term("form.page.born.label"), "lang": tag, "dir": content.languages[tag].direction,
            "clinic": clinic, "token": token, "at": at, "wrong": wrong, "name": name,
        }  # fmt: skip
        if at.paper is not None:
            on = at.paper.on
            values["on"] = voice.almanac.long_date(on) if on is not None else ""
            values["tongue"] = content.languages.get(at.paper.language)
        status = _GONE if at.closed else _REFUSED if wrong else 200
        return self._templates.TemplateResponse(request, "document.html", values, status_code=status)


def routes(desk: Desk, templates: Jinja2Templates) -> APIRouter:
    """`/document/{token}`."""
    router, pages = APIRouter(), Pages(desk, templates)

    @router.get("/document/{token}", response_class=HTMLResponse)
    def show(request: Request, token: str) -> Response:
        return pages.page(request, token, read(desk, token, pages.cookie_of(request, token)))

    @router.post("/document/{token}/who")
    async def who(request: Request, token: str) -> Response:
        posted = await form_or_nothing(request, _FORM_BYTES, _FIELDS)
        return await to_thread.run_sync(_who, pages, request, token, posted)

    @router.post("/document/{token}/code")
    async def code(request: Request, token: str) -> Response:
        posted = await form_or_nothing(request, _FORM_BYTES, _FIELDS)
        return await to_thread.run_sync(_code, pages, request, token, posted)

    return router


def _again(token: str) -> Response:
    return RedirectResponse(f"/document/{token}", 303)


def _who(pages: Pages, request: Request, token: str, posted: Posted) -> Response:
    desk, cookie = pages.desk, pages.cookie_of(request, token)
    try:
        fresh = says_who(desk, token, cookie, posted.get("name"), posted.get("dob"))
    except (Busy, Conflict):  # somebody else was at this link in the same moment: look again
        return _again(token)
    if fresh:
        answer = _again(token)
        pages.let_in(answer, token, fresh)
        return answer
    return pages.page(request, token, look(desk, token, cookie), wrong=True, name=posted.get("name")[:200])


def _code(pages: Pages, request: Request, token: str, posted: Posted) -> Response:
    desk, cookie = pages.desk, pages.cookie_of(request, token)
    try:
        if posted.get("go") == "again":
            code_again(desk, token, cookie)
            return _again(token)
        if says_code(desk, token, cookie, posted.get("code")):
            return _again(token)
    except (Busy, Conflict):
        return _again(token)
    return pages.page(request, token, look(desk, token, cookie), wrong=True)
