"""Proposed examples: what was misheard and what a machine has drafted, several taken or declined at once."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent import proposed
from agent.desk.editing import Clash
from agent.model.fault import Conflict, Refused
from agent.proposed import MOST, Done, Waiting, Wish
from agent.web.admin_room import FIELDS, FORM_BYTES, Admin
from agent.web.console_door import Deed
from agent.web.signin import Form, Signed

_MOVED = "A colleague has changed something of this meanwhile. Nothing was done; look again and repeat it."


def routes(admin: Admin) -> APIRouter:
    """`/admin/proposed`."""
    router = admin.door.router()

    @router.get("/admin/proposed")
    def listed(request: Request, lang: str = "", taken: str = "", declined: str = "") -> Response:
        told = {n: v[:6] for n, v in (("taken", taken), ("declined", declined)) if v.isdecimal()}
        return _page(admin, request, admin.door.signed(request), lang, told=told)

    @router.post("/admin/proposed")
    async def decide(request: Request) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, d: _decide(admin, r, s, f, d), most=FORM_BYTES, fields=FIELDS
        )

    return router


def _page(
    admin: Admin, request: Request, signed: Signed, lang: str, status: int = 200, **more: Any
) -> Response:  # fmt: skip
    lang = lang if lang in admin.tags() else ""
    rows = proposed.waiting(admin.bench, admin.desk, {e.key: e for e in admin.edits()})
    langs = sorted({w.lang for w in rows})
    rows = [w for w in rows if lang in ("", w.lang)]
    values: dict[str, Any] = {"problem": "", "told": {}, "left": {}, "wishes": {}, "ticked": set()}
    return admin.page(
        request, "proposed.html", signed, status, rows=rows[:MOST], more=max(0, len(rows) - MOST), lang=lang,
        langs=langs, intents=admin.bench.shelf().reading.content.intents, **(values | more),
    )  # fmt: skip


def _decide(admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed) -> Response:
    lang, ticked, edits = form.get("lang"), set(form.all("row")), {e.key: e for e in admin.edits()}
    found = {w.id: w for w in proposed.waiting(admin.bench, admin.desk, edits)}
    wishes = {w.id: _wish(form, w) for w in found.values() if form.all(f"text-{w.id}")}
    mine = [wishes[id] for id in form.all("row") if id in wishes][:MOST]
    again: dict[str, Any] = {"wishes": wishes, "ticked": ticked}
    if not mine:
        problem = "Tick what you want to take or decline." if not ticked else _MOVED
        return _page(admin, request, signed, lang, 422 if not ticked else 409, problem=problem, **again)
    accepts = form.get("act") == "accept"
    done = RedirectResponse(
        "/admin/proposed?" + urlencode({"lang": lang, "taken" if accepts else "declined": len(mine)}), 303
    )
    try:
        told = _done(admin, deed, done, signed, mine, accepts, edits)
    except (Clash, Conflict):
        return _page(admin, request, signed, lang, 409, problem=_MOVED, **again)
    except Refused as refused:
        return _page(admin, request, signed, lang, 422, problem=f"Nothing was taken: {refused}.", **again)
    if not told.left:
        return done
    again["ticked"] = set(told.left)
    return _page(admin, request, signed, lang, 422, left=told.left, told={"taken": str(told.taken)}, **again)


def _done(
    admin: Admin, deed: Deed, done: Response, signed: Signed, mine: list[Wish], accepts: bool, edits: Any
) -> Done:  # fmt: skip
    desk = deed.desk(done)
    if accepts:
        return proposed.accept(admin.bench, desk, signed.user, mine, edits)
    return proposed.decline(desk, signed.user, [wish.row for wish in mine])


def _wish(form: Form, row: Waiting) -> Wish:
    return Wish(row, form.get(f"text-{row.id}"), form.get(f"intent-{row.id}", row.intent))
