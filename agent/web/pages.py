"""The public pages: the clinic's page with its chat, the widget's script, and in the demo the simulated handset."""

import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader

from agent.demo.ring_me import remind_by_call
from agent.demo.seed import patients
from agent.desk.desk import Desk
from agent.dialogue.almanac import Almanac
from agent.model.clinic import Clinic
from agent.settings import ROOT
from agent.web import direction
from agent.web.console_tongue import gettext_callables
from agent.web.direction import closed
from agent.web.kept_templates import KeptTemplates

PAGES = Path(__file__).parent / "pages"
STATIC = PAGES / "static"
WIDGET = ROOT / "channels" / "widget"


@cache
def environment() -> Environment:
    """The templates, each compiled once; the console's speak the language of whoever is being answered."""
    made = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, finalize=closed, extensions=["jinja2.ext.i18n"],
        bytecode_cache=KeptTemplates(PAGES, (Path(__file__), Path(direction.__file__))),
    )  # fmt: skip
    install: Any = made
    gettext, ngettext, pgettext, npgettext = gettext_callables()
    install.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext)
    return made


def compile_all(after_each: Callable[[float], None]) -> None:
    """Whoever opens a page first does not wait for its template; `after_each` is told how many seconds that took."""
    for name in environment().list_templates(["html"]):
        began = time.perf_counter()
        environment().get_template(name)
        after_each(time.perf_counter() - began)


def routes(desk: Desk, templates: Jinja2Templates) -> APIRouter:
    """`/`, `/chat`, `/widget.js` and the widget's texts; `/phone` in the demo only."""
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    def home() -> Response:
        return RedirectResponse("/chat")

    @router.get("/chat", response_class=HTMLResponse)
    def chat(request: Request, lang: str = "en") -> Response:
        spoken = {tag: desk.content.languages[tag].name for tag in desk.clinic.languages if tag in desk.content.live}
        values = chat_page(desk.clinic, lang, spoken, desk.content.rows.get("calendar", {}), desk.settings.public_url)
        return templates.TemplateResponse(request, "chat.html", values)

    @router.get("/widget.js")
    def widget() -> Response:
        return FileResponse(WIDGET / "widget.js", media_type="text/javascript", headers=_SHARED)

    @router.get("/widget/strings/{lang}.json")
    def strings(lang: str) -> Response:
        path = WIDGET / "strings" / f"{lang}.json"
        if not lang.isalpha() or not path.is_file():
            return Response("not found", 404, headers=_SHARED)
        return FileResponse(path, media_type="application/json", headers=_SHARED)

    if desk.settings.demo:
        _demo(router, desk, templates)
    return router


def chat_page(
    clinic: Clinic, lang: str, spoken: Mapping[str, str], calendars: Mapping[str, Any], public: str
) -> dict[str, Any]:
    """What the clinic's page is filled with. `spoken`: language -> its own name; another `lang` gets the clinic's."""
    shown = next((tag for tag in (lang, clinic.default_language) if tag in spoken and _words(tag)), "en")
    almanac = Almanac(shown, clinic.country, calendars.get(shown))
    return {
        "clinic": clinic, "lang": shown, "t": _words(shown), "languages": spoken, "public": public, "almanac": almanac,
    }  # fmt: skip


@cache
def _words(lang: str) -> dict[str, Any] | None:
    """What the clinic's page says around its chat, in one language; None where nobody has written it."""
    path = PAGES / "chat" / f"{lang}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _demo(router: APIRouter, desk: Desk, templates: Jinja2Templates) -> None:
    @router.get("/phone", response_class=HTMLResponse)
    def phone(request: Request) -> Response:
        seen: dict[str, list[str]] = {}
        for patient in patients(desk.clinic, desk.new_id):
            for number in patient.phones:
                seen.setdefault(number, []).append(patient.name)
        numbers = [{"number": n, "label": " / ".join(names)} for n, names in seen.items()]
        values = {"numbers": numbers, "clinic_name": desk.clinic.name, "reminds": True}
        heard = {"Permissions-Policy": "camera=(), microphone=(self), geolocation=(), payment=(), usb=()"}
        return templates.TemplateResponse(request, "phone.html", values, headers=heard)

    @router.post("/phone/{number}/remind")
    def remind(number: str) -> Response:
        return JSONResponse({"said": remind_by_call(desk, number)})


# any page of a listed origin loads the script; what may talk to us is decided at the socket
_SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
