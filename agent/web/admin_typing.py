"""What an admin types at a message, an intent, safety phrases or the clinic's facts is kept for that person without a
press of "Save", shown again after a reload or a crash, and never published; colleagues see who is at it."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.exchange.unit import english_of
from agent.model.fault import Refused
from agent.model.suggestion import Typed
from agent.web import admin_facts, admin_intents, admin_messages, admin_safety
from agent.web.admin_room import FIELDS, FORM_BYTES, Admin
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

_KEPT_FOR = timedelta(days=30)
_MOST = 100_000  # characters of all fields of a page of facts
_FIELDS = {"message": ("text", "note"), "intent": ("examples", "tests", "miss", "means")}
_PAGES = {"message": "messages", "intent": "intents", "safety": "safety", "clinic": "facts"}


def routes(admin: Admin) -> APIRouter:
    """`/admin/typing`."""
    router, write = admin.door.router(), admin.door.write

    @router.get("/admin/typing/{kind}/{lang}/{name}")
    def others(request: Request, kind: str, lang: str, name: str) -> Response:
        signed, key = admin.door.signed(request), _key(admin, kind, lang, name)
        return admin.page(request, "_others.html", signed, others=admin.others(key, signed))

    @router.post("/admin/typing/{kind}/{lang}/{name}")
    async def keep(request: Request, kind: str, lang: str, name: str) -> Response:
        return await write(
            request, lambda _r, s, f, _d: _keep(admin, s, f, _key(admin, kind, lang, name)), keyed=False,
            most=FORM_BYTES, fields=FIELDS,
        )  # fmt: skip

    @router.post("/admin/typing/{kind}/{lang}/{name}/discard")
    async def discard(request: Request, kind: str, lang: str, name: str) -> Response:
        return await write(request, lambda _r, s, _f, d: _discard(admin, s, d, _key(admin, kind, lang, name)))

    return router


def _key(admin: Admin, kind: str, lang: str, name: str) -> str:
    """Raises NotThere for what is edited nowhere."""
    content = admin.bench.shelf().reading.content
    if kind == "clinic":  # a part, and of what
        return admin_facts.known_key(admin, lang, name)
    there = {
        "message": lang in content.messages and english_of(content.messages["en"], name) is not None,
        "intent": name in content.rows.get("corpus", {}).get(lang, {}),
        "safety": kind == "safety" and name in admin_safety.own(admin, lang),
    }
    if not there.get(kind):
        raise NotThere
    return f"{kind}/{lang}/{name}"


def _keep(admin: Admin, signed: Signed, form: Form, key: str) -> Response:
    """204; 422 with one line for what is more than an item can hold. What stands there anyway is not kept."""
    desk, kind = admin.desk, key.partition("/")[0]
    given, known = form.get("version"), _FIELDS.get(kind)
    fields = tuple((n, v) for n, v in form.but("csrf", "version", "idempotency_key") if known is None or n in known)
    row = Typed(
        clinic=desk.clinic.id, key=key, by=signed.user.id, at=desk.clock(), fields=fields,
        version=int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0,
    )  # fmt: skip
    try:
        new = _differs(admin, row, kind)
    except Refused as refused:
        return Response(f"Not kept: {refused}.", 422, media_type="text/plain")
    with desk.store.begin() as tx:
        tx.typings.sweep(desk.clinic.id, row.at - _KEPT_FOR)
        if new:
            tx.typings.put(row)
        else:
            tx.typings.drop(row.clinic, row.key, row.by)
    return Response(status_code=204)


def _differs(admin: Admin, row: Typed, kind: str) -> bool:
    """Is it other than what the page would show without it? Raises Refused for what no page takes."""
    form = Form(list(row.fields))
    if kind == "clinic":
        if sum(len(value) for _, value in row.fields) > _MOST:
            raise Refused("it has more than %(most)s characters", most=_MOST)
        return admin_facts.differs(admin, row.key, form)
    edit = admin.edit(row.key)
    stands = edit.value if edit is not None else admin.published(row.key) or {}
    if kind == "intent":
        return admin_intents.typed(form) != {
            part: list(stands.get(part) or ()) for part in ("examples", "not_this", "tests")
        }
    if kind == "safety":
        _, lang, name = row.key.split("/")
        return admin_safety.typed(form, admin_safety.own(admin, lang)[name]["phrases"]) != (stands or admin_safety.NONE)
    texts = admin_messages.typed(form)
    if max(map(len, texts)) > admin_messages.MOST:
        raise Refused("it has more than %(most)s characters", most=admin_messages.MOST)
    held = list(stands.get("plural") or ()) or [stands.get("text", "")]
    return (texts, form.get("note").strip()) != (held, stands.get("note", ""))


def _discard(admin: Admin, signed: Signed, deed: Deed, key: str) -> Response:
    kind, _, rest = key.partition("/")
    done = RedirectResponse(f"/admin/{_PAGES[kind]}/{rest if not rest.endswith('/') else rest + 'all'}", 303)
    admin.forget(deed.desk(done), signed, key)
    return done
