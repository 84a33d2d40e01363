"""The page of a form behind its one-time link: opened with a date of birth, kept page by page, without a script."""

from typing import Any
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from agent.desk.desk import Desk
from agent.desk.form_page import as_written, behind, field_value, keep, may, opens
from agent.dialogue.forms import words
from agent.dialogue.spoken import Voice
from agent.dialogue.wording import render
from agent.intake.bounds import hint
from agent.intake.sections import Line, index_of, lines, sections
from agent.model.effect import Say
from agent.model.fault import Busy, Conflict, Refused
from agent.model.form import Form, FormRow, Given, Item
from agent.model.photo import Developed
from agent.web.accepted import page_language
from agent.web.signin import Form as Posted
from agent.web.signin import form_or_nothing
from agent.web.uploads import Parts, is_multipart, parts_of

_INPUT = {
    "date": "date", "time": "time", "dateTime": "datetime-local", "integer": "number", "decimal": "number",
}  # fmt: skip
_LISTED = frozenset({"string", "text", "open-choice", "attachment", "boolean"})  # several stand in one field
_FORM_BYTES, _FIELDS = 200_000, 600


class Pages:
    """One clinic's form pages. A browser that has given the date of birth holds a cookie for this link alone."""

    def __init__(self, desk: Desk, templates: Jinja2Templates) -> None:
        self.desk, self._templates = desk, templates
        self._secure = desk.settings.public_url.startswith("https:")
        self._cookie = "__Host-form" if self._secure else "form"

    def voice(self, request: Request, row: FormRow | None) -> Voice:
        language = page_language(request, self.desk, row.language if row is not None else "")
        return Voice(self.desk.content, self.desk.clinic, language, "chat", self.desk.clock())

    def page(self, request: Request, voice: Voice, status: int = 200, **values: Any) -> Response:
        language = self.desk.content.languages[voice.locale]
        crisis = self.desk.content.emergency.get(self.desk.clinic.country, {})
        shared = {
            "t": lambda key, **more: voice.term(f"form.page.{key}", **more), "lang": voice.locale,
            "dir": language.direction, "clinic": self.desk.clinic, "crisis": crisis, "token": "",
        }  # fmt: skip
        return self._templates.TemplateResponse(request, "form.html", {**shared, **values}, status_code=status)

    def closed(self, request: Request, voice: Voice) -> Response:
        """One answer for a link that never was, is used up, too old or locked."""
        return self.page(request, voice, 404, kind="closed")

    def cookie_of(self, request: Request) -> str:
        return request.cookies.get(self._cookie, "")[:100]

    def let_in(self, answer: Response, cookie: str) -> None:
        answer.set_cookie(self._cookie, cookie, path="/", httponly=True, secure=self._secure, samesite="lax")


def routes(desk: Desk, templates: Jinja2Templates) -> APIRouter:
    """`/form/{token}`."""
    router, pages = APIRouter(), Pages(desk, templates)

    @router.get("/form/{token}", response_class=HTMLResponse)
    def show(request: Request, token: str, page: int = 0) -> Response:
        return _show(pages, request, token, page)

    @router.post("/form/{token}/open")
    async def unlock(request: Request, token: str) -> Response:
        posted = await form_or_nothing(request, _FORM_BYTES, _FIELDS)
        return await to_thread.run_sync(_unlock, pages, request, token, posted)

    @router.post("/form/{token}")
    async def save(request: Request, token: str) -> Response:
        """A page with photographs is read only for a browser that may go on with this form."""
        if not is_multipart(request):
            parts = Parts(await form_or_nothing(request, _FORM_BYTES, _FIELDS))
        elif await to_thread.run_sync(_may, pages, request, token):
            parts = await parts_of(request, _FORM_BYTES)
        else:
            parts = Parts(Posted([]))
        return await to_thread.run_sync(_save, pages, request, token, parts)

    return router


def _show(
    pages: Pages, request: Request, token: str, page: int, *, wrong: tuple[str, ...] = (), posted: Posted | None = None,
    raised: str = "",
) -> Response:  # fmt: skip
    with pages.desk.store.begin(write=False) as tx:
        found = behind(pages.desk, tx, token)
    if found is None:
        return pages.closed(request, pages.voice(request, None))
    form, row = found
    voice = pages.voice(request, row)
    if not may(pages.desk, row, pages.cookie_of(request)):
        return pages.page(request, voice, 422 if wrong else 200, kind="door", token=token, wrong=bool(wrong))
    cut = sections(form, {(g.link, g.row): g for g in row.given})
    page = min(max(page, 0), len(cut) - 1)
    asked = {(g.link, g.row) for g in row.given}
    shown = [
        _field(voice, line, wrong, posted)
        | {"held": _held(line) and (line.item.link, line.row) not in asked, "inner": _nests(form, line.item)}
        for line in lines(form, cut[page], index_of(form, row))
    ]
    return pages.page(
        request, voice, 422 if wrong else 200, kind="page", token=token, title=words(form.title, voice.locale),
        fields=shown, held=any(f["held"] for f in shown), photos=any(f["kind"] == "attachment" for f in shown),
        page=page, count=len(cut), wrong=bool(wrong), raised=_crisis(voice, raised),
    )  # fmt: skip


def _field(voice: Voice, line: Line, wrong: tuple[str, ...], posted: Posted | None) -> dict[str, Any]:
    """A line as the template draws it; what was typed wrong is shown again as it was typed."""
    item, given, locale = line.item, line.given, voice.locale
    bad = line.place in wrong
    values = posted.all(line.place) if bad and posted is not None else _texts(item, given, voice.clinic.country)
    codes = [c.code for c in item.choices]
    choices = [(c.code, words(c.text, locale)) for c in item.choices]
    if item.kind == "boolean":
        choices = [("yes", voice.term("option.yes")), ("no", voice.term("option.no"))]
    kind = "adds" if line.adds else item.kind
    return {
        "kind": kind, "place": line.place, "link": item.link, "text": words(item.text, locale), "choices": choices,
        "why": words(item.why, locale), "values": values, "many": item.repeats and bool(choices), "bad": bad,
        "other": next((v for v in values if v not in codes), ""), "longest": item.longest, "first": line.first,
        "words": given.words if given is not None and given.unsure else "", "input": _input(item.definition, item.kind),
        "required": item.required, "hint": "" if item.choices else hint(item, locale),
        "least": _bare(item, item.bounds.least), "most": _bare(item, item.bounds.most),
        "slots": [*values, ""] if item.repeats and item.kind not in _LISTED else None,
        **_measured(item, values, posted.get(f"u:{line.place}") if bad and posted is not None else "", locale),
    }  # fmt: skip


def _held(line: Line) -> bool:
    """Does something stand there that was known before? What the form itself begins with is no knowledge."""
    return line.given is not None and line.given.values != line.item.initial


def _texts(item: Item, given: Given | None, country: str) -> list[str]:
    """What stands in the fields: a moment as the clinic's wall says it, a quantity with the names of its unit."""
    held = [as_written(item, v, country) for v in given.values] if given else []
    said = [("yes" if v else "no") if isinstance(v, bool) else str(v) for v in held]
    if item.kind == "dateTime":
        return [v[:16] for v in said]
    return said


def _nests(form: Form, group: Item) -> bool:
    """Does a repeating group stand in another, or another in it? Then what is added has to be named."""
    return len(form.turning(group.link)) > 1 or any(len(form.turning(i.link)) > 1 for i in group.items)


def _bare(item: Item, bound: float | str | None) -> float | str | None:
    """A bound as the browser's own field takes it."""
    if item.kind == "quantity":
        return None
    return bound[: 5 if item.kind == "time" else 16] if isinstance(bound, str) else bound


def _measured(item: Item, texts: list[str], unit: str, locale: str) -> dict[str, Any]:
    """A quantity's number and its unit in a field each, where the unit is one of several that the item names."""
    if item.kind != "quantity" or not item.units:
        return {"units": []}
    numbers = [text.partition(" ")[0] for text in texts]
    chosen = unit or next((text.partition(" ")[2] for text in texts if " " in text), "")
    return {
        "units": [(u.code, words(u.text, locale)) for u in item.units], "unit": chosen, "values": numbers,
        "input": "number",
    }  # fmt: skip


def _input(definition: str, kind: str) -> str:
    """The keyboard that a phone should show."""
    if "telecom" in definition:
        return "email" if "email" in definition else "tel"
    return _INPUT.get(kind, "text")


def _crisis(voice: Voice, raised: str) -> str:
    """The approved emergency wording; raised by an answer on the page before."""
    if not raised:
        return ""
    known = voice.content.emergency.get(voice.clinic.country, {})
    local = {"as": "key", "value": "term.local_emergency_number"}
    values = {"emergency": known.get("emergency", local), **({"crisis": known["crisis"]} if "crisis" in known else {})}
    key = "safety.self_harm" if "crisis" in known else "safety.self_harm.no_line"
    english = Voice(voice.content, voice.clinic, "en", "chat", voice.now)
    first = render(voice, Say(key=key, values=values))
    beside = render(english, Say(key=key, values=values)).text if first.message.unread else first.text
    return "\n".join(dict.fromkeys([first.text, beside]))


def _may(pages: Pages, request: Request, token: str) -> bool:
    with pages.desk.store.begin(write=False) as tx:
        found = behind(pages.desk, tx, token)
    return found is not None and may(pages.desk, found[1], pages.cookie_of(request))


def _developed(pages: Pages, parts: Parts) -> dict[str, Developed | None]:
    """Place -> the photograph, None where it cannot be opened."""
    out: dict[str, Developed | None] = dict.fromkeys(parts.refused)
    for place, content in parts.files.items():
        try:
            out[place] = pages.desk.darkroom.develop(content) if pages.desk.darkroom is not None else None
        except Refused:
            out[place] = None
    return out


def _unlock(pages: Pages, request: Request, token: str, posted: Posted) -> Response:
    try:
        if cookie := opens(pages.desk, token, posted.get("dob")):
            answer = RedirectResponse(f"/form/{token}", 303)
            pages.let_in(answer, cookie)
            return answer
    except (Busy, Conflict):
        pass
    return _show(pages, request, token, 0, wrong=("dob",))


def _save(pages: Pages, request: Request, token: str, parts: Parts) -> Response:
    posted = parts.fields
    page = posted.get("page")
    at = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 0
    if posted.get("go") == "back":
        return RedirectResponse(f"/form/{token}?page={max(at - 1, 0)}", 303)
    there = set(posted.all("shown"))

    def value(line: Line) -> Given | None:
        if line.place not in there:
            return None
        said, unit = posted.all(line.place), posted.get(f"u:{line.place}")
        said = [f"{number} {unit}" if number.strip() and unit else number for number in said]
        clinic = pages.desk.clinic
        return field_value(line, said + posted.all(f"o:{line.place}"), ZoneInfo(clinic.zone), clinic.country)

    try:
        photos = _developed(pages, parts)
        row, following, wrong, raised = keep(
            pages.desk, token, pages.cookie_of(request), at, value, posted.get("add"), photos
        )
    except Refused:  # a dead link, or a browser that must give the date of birth again
        return _show(pages, request, token, at)
    except (Busy, Conflict):
        return RedirectResponse(f"/form/{token}?page={at}", 303)
    if row.state == "sent":
        voice = pages.voice(request, row)
        return pages.page(request, voice, kind="sent", raised=_crisis(voice, raised))
    if wrong or raised:
        return _show(
            pages, request, token, at if wrong else following, wrong=tuple(wrong), posted=posted, raised=raised
        )
    return RedirectResponse(f"/form/{token}?page={following}", 303)
