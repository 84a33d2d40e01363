"""A language's messages and sentences as files for translators, and what comes back: looked at first, then taken into
the draft."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.content import ContentFault
from agent.content.items import place
from agent.desk import editing
from agent.exchange.opening import MAX_BYTES
from agent.exchange.unit import english_of
from agent.incoming import FORMATS, WORKBOOKS, Change, Incoming, incoming, out, workbook_out
from agent.model.content import Message
from agent.model.edit import Change as Difference
from agent.model.fault import Refused
from agent.web.admin_room import Admin
from agent.web.console_door import Deed, NotThere
from agent.web.readable import rows_of, title_of
from agent.web.signin import FORM_BYTES, Form, Signed
from agent.web.uploads import form_with_files

_BYTES = 4_000_000  # of the form that takes what was looked at: the file, in base64
_FIELDS = 6000
_SHOWN = 500
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES = {
    "po": ("messages.po", "messages-{}.po", "text/x-gettext-translation; charset=utf-8"),
    "xliff": ("messages.xlf", "messages-{}.xlf", "application/xliff+xml; charset=utf-8"),
    "csv": ("phrases.csv", "phrases-{}.csv", "text/csv; charset=utf-8"),
    "xlsx-messages": ("messages.xlsx", "messages-{}.xlsx", _XLSX),
    "xlsx-phrases": ("phrases.xlsx", "phrases-{}.xlsx", _XLSX),
}


def routes(admin: Admin) -> APIRouter:
    """`/admin/translators`."""
    router = admin.door.router()

    @router.get("/admin/translators/{lang}")
    def page(request: Request, lang: str, taken: str = "") -> Response:
        return _page(admin, request, admin.door.signed(request), lang, taken=taken[:6] if taken.isdecimal() else "")

    @router.get("/admin/translators/{lang}/{file}")
    def file(request: Request, lang: str, file: str) -> Response:
        return _file(admin, request, lang, file)

    @router.post("/admin/translators/{lang}")
    async def look(request: Request, lang: str) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, _: _look(admin, r, s, f, lang), keyed=False,
            read=lambda r: form_with_files(r, FORM_BYTES),
        )  # fmt: skip

    @router.post("/admin/translators/{lang}/take")
    async def take(request: Request, lang: str) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, d: _take(admin, r, s, f, d, lang), most=_BYTES, fields=_FIELDS
        )

    return router


def _page(
    admin: Admin, request: Request, signed: Signed, lang: str, status: int = 200, **more: Any
) -> Response:  # fmt: skip
    if lang not in admin.tags():
        raise NotThere
    values: dict[str, Any] = {"lang": lang, "lines": [], "taken": "", "found": None, "moved": False}
    return admin.page(request, "translators.html", signed, status, **(values | more))


def _file(admin: Admin, request: Request, lang: str, name: str) -> Response:
    admin.door.signed(request)
    format = next((format for format, (address, _, _) in _FILES.items() if address == name), None)
    if format is None or lang not in admin.bench.shelf().reading.content.messages:
        raise NotThere
    _, called, kind = _FILES[format]
    written, edits = workbook_out if format in WORKBOOKS else out, {e.key: e for e in admin.edits()}
    return Response(
        written(admin.bench, edits, lang, format),
        media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{called.format(lang)}"'},
    )


def _look(admin: Admin, request: Request, signed: Signed, form: Form, lang: str) -> Response:
    """What the file would change; nothing is saved."""
    if lang not in admin.tags():
        raise NotThere
    data = form.files.get("file", b"")
    if data is None or len(data) > MAX_BYTES:
        lines = [f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it."]
        return _page(admin, request, signed, lang, 422, lines=lines)
    return _looked(admin, request, signed, lang, data)


def _looked(
    admin: Admin, request: Request, signed: Signed, lang: str, data: bytes, *, moved: bool = False
) -> Response:  # fmt: skip
    try:
        found = incoming(admin.bench, {e.key: e for e in admin.edits()}, lang, data)
    except ContentFault as broken:
        return _page(admin, request, signed, lang, 422, lines=_said(broken))
    english = {} if lang == "en" else admin.bench.shelf().reading.content.messages["en"]
    rows = [_row(change, english) for change in found.changes[:_SHOWN]]
    return _page(
        admin, request, signed, lang, 409 if moved else 200, found=found, rows=rows, moved=moved,
        FORMATS=FORMATS | WORKBOOKS, file=base64.urlsafe_b64encode(data).decode(), second=_second(found),
    )  # fmt: skip


def _row(change: Change, english: Mapping[str, Message]) -> dict[str, Any]:
    key = change.arrival.key
    source = english_of(english, place(key).name) if key.startswith("message/") else None
    difference = Difference(key=key, before=change.before, after=change.arrival.value)
    return {"change": change, "title": title_of(key), "rows": rows_of(difference), "name": place(key).name,
            "english": source.text if source is not None else ""}  # fmt: skip


def _second(found: Incoming) -> bool:
    changes = tuple(Difference(key=c.arrival.key, before=c.before, after=c.arrival.value) for c in found.changes)
    return editing.needs_second(changes)


def _said(broken: ContentFault) -> list[str]:
    """Where and what, in one line each."""
    return [f"{f'Line {f.line}: ' if f.line else ''}{f.what[:1].upper()}{f.what[1:]}. {f.fix}" for f in broken.faults]


def _take(
    admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, lang: str
) -> Response:  # fmt: skip
    """What was looked at goes into the draft, whole. Where anything that it was compared with has changed since, the
    look is shown anew instead."""
    if lang not in admin.tags():
        raise NotThere
    try:
        data = base64.b64decode(form.get("file"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return _page(admin, request, signed, lang, 422, lines=["The file did not arrive whole. Choose it again."])
    edits = {e.key: e for e in admin.edits()}
    try:
        found = incoming(admin.bench, edits, lang, data, frozenset(form.all("read")), signed.user.name)
        if found.state != form.get("state"):
            return _looked(admin, request, signed, lang, data, moved=True)
        done = RedirectResponse(f"/admin/translators/{lang}?taken={len(found.changes)}", 303)
        arrivals = [change.arrival for change in found.changes]
        editing.take(deed.desk(done), signed.user, arrivals, f"{lang}/{found.format}", found.digest)
    except editing.Clash:
        return _looked(admin, request, signed, lang, data, moved=True)
    except ContentFault as broken:
        return _page(admin, request, signed, lang, 422, lines=_said(broken))
    except Refused as refused:
        return _page(admin, request, signed, lang, 422, lines=[f"Not taken: {refused}."])
    return done
