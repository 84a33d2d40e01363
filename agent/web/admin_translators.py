"""A language's messages as a PO file for translators, and what comes back from them into the draft."""

from fastapi import APIRouter, Request, Response

from agent.content import ContentFault
from agent.content.items import Place, file_of, place
from agent.content.po_trade import exported, imported
from agent.desk import editing
from agent.desk.editing import Clash
from agent.model.edit import Item
from agent.model.fault import Refused
from agent.web.admin_room import Admin
from agent.web.console_door import NotThere
from agent.web.signin import Form, Signed

_BYTES = 4_000_000  # of the form: a book of 200 kB, percent-encoded
_MOST = 1_000_000  # characters of a book


def routes(admin: Admin) -> APIRouter:
    """`/admin/po`."""
    router = admin.door.router()

    @router.get("/admin/po/{lang}")
    def page(request: Request, lang: str) -> Response:
        return _page(admin, request, admin.door.signed(request), lang)

    @router.get("/admin/po/{lang}/messages.po")
    def out(request: Request, lang: str) -> Response:
        admin.door.signed(request)
        reading = admin.bench.shelf().reading
        if lang not in reading.content.messages:
            raise NotThere
        text = exported(reading.content, reading.sources.books, lang, _drafted(admin, lang))
        named = {"Content-Disposition": f'attachment; filename="messages-{lang}.po"'}
        return Response(text, media_type="text/x-gettext-translation; charset=utf-8", headers=named)

    @router.post("/admin/po/{lang}")
    async def back(request: Request, lang: str) -> Response:
        return await admin.door.write(request, lambda r, s, f, _: _take(admin, r, s, f, lang), keyed=False, most=_BYTES)

    return router


def _page(
    admin: Admin, request: Request, signed: Signed, lang: str, status: int = 200, **more: object
) -> Response:  # fmt: skip
    if lang not in admin.tags():
        raise NotThere
    values: dict[str, object] = {"lang": lang, "lines": [], "taken": None, "left": {}, "text": ""}
    return admin.page(request, "translators.html", signed, status, **(values | more))


def _drafted(admin: Admin, lang: str) -> dict[str, Item]:
    at = [(place(e.key), e.value) for e in admin.edits()]
    return {p.name: value for p, value in at if p.kind == "message" and p.lang == lang}


def _take(admin: Admin, request: Request, signed: Signed, form: Form, lang: str) -> Response:
    """Every message that differs goes into the draft; one with a fault stays out and is named, the others are taken."""
    text = form.get("po")
    if lang not in admin.tags():
        raise NotThere
    if len(text) > _MOST:
        return _page(
            admin, request, signed, lang, 422, lines=[f"The file has {len(text)} characters; at most {_MOST}."]
        )
    shelf = admin.bench.shelf()
    drafted = _drafted(admin, lang)
    names = shelf.reading.content.messages[lang]
    now = {n: admin.bench.stood(shelf.reading, Place("message", lang, n)) or {} for n in names}
    try:
        changed, left = imported(text, shelf.reading.content, lang, {**now, **drafted})
        reading = admin.bench.read({**shelf.items, **{f"message/{lang}/{n}": item for n, item in changed.items()}})
    except ContentFault as broken:
        lines = [f"Line {f.line}: {f.what}. {f.fix}" for f in broken.faults]
        return _page(admin, request, signed, lang, 422, lines=lines, text=text)
    except Refused:
        return _page(admin, request, signed, lang, 422, lines=["It names a message that cannot be."], text=text)
    for fault in reading.faults:
        name, _, what = fault.what.partition(": ")
        if fault.file == file_of(place(f"message/{lang}/x")) and name in changed:
            left[name] = f"{what.rstrip('.')}. {fault.fix}"
    taken = []
    for name, item in changed.items():
        if name in left:
            continue
        key = f"message/{lang}/{name}"
        edit = admin.edit(key)
        try:
            editing.save(admin.desk, signed.user, key, item, admin.published(key), edit.version if edit else 0)
            taken.append(name)
        except Clash:
            left[name] = "a colleague has just changed it: look at theirs first"
    return _page(admin, request, signed, lang, taken=taken, left=left)
