"""What people say: the sentences of an intent in one language, and a box to try what the desk hears."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.dialogue.safety import combined, route
from agent.model.edit import Item
from agent.model.fault import Refused
from agent.web.admin_room import FIELDS, FORM_BYTES, Admin, lines_of
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

_LONGEST = 2000  # characters of a message that is tried
_PROPOSED = 40


def routes(admin: Admin) -> APIRouter:
    """`/admin/intents`, and `/admin/try`."""
    router = admin.door.router()

    @router.get("/admin/intents")
    def listed(request: Request, lang: str = "en") -> Response:
        return _list(admin, request, admin.door.signed(request), lang)

    @router.get("/admin/intents/{lang}/{intent}")
    def one(request: Request, lang: str, intent: str) -> Response:
        return _one(admin, request, admin.door.signed(request), lang, intent)

    @router.post("/admin/intents/{lang}/{intent}")
    async def save(request: Request, lang: str, intent: str) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, d: _save(admin, r, s, f, d, lang, intent), most=FORM_BYTES, fields=FIELDS
        )

    @router.post("/admin/try")
    async def attempt(request: Request) -> Response:
        return await admin.door.write(request, lambda r, s, f, _: _try(admin, r, s, f), keyed=False)

    return router


def _list(admin: Admin, request: Request, signed: Signed, lang: str) -> Response:
    content = admin.bench.shelf().reading.content
    said = content.rows.get("corpus", {}).get(lang)
    if said is None:
        raise NotThere
    rows = [
        {"intent": intent, "means": info.describe, "examples": len(said.get(intent, {}).get("examples") or ()),
         "tests": len(said.get(intent, {}).get("tests") or ())}
        for intent, info in content.intents.items()
    ]  # fmt: skip
    return admin.page(request, "intents.html", signed, lang=lang, rows=rows, tried=None, text="")


def _one(
    admin: Admin, request: Request, signed: Signed, lang: str, intent: str, status: int = 200, **more: Any
) -> Response:  # fmt: skip
    content, key = admin.bench.shelf().reading.content, f"intent/{lang}/{intent}"
    now = admin.published(key)
    if now is None or intent not in content.intents:
        raise NotThere
    edit = admin.edit(key)
    with admin.desk.store.begin(write=False) as tx:
        looks = tx.looks.by_verdict(admin.desk.clinic.id, "wrong", 500)
    item = edit.value if edit is not None else now
    said = {text for name in ("examples", "tests") for text in item[name] if isinstance(text, str)}
    values = {
        "lang": lang, "intent": intent, "means": content.intents[intent].describe, "now": now, "edit": edit,
        "item": item, "version": edit.version if edit else 0, "lines": [], "clash": None, "more": "",
        "intents": content.intents,
        "proposed": [x for x in looks if x.lang == lang and x.meant == intent and x.text not in said][:_PROPOSED],
    }  # fmt: skip
    return admin.page(request, "intent.html", signed, status, **(values | more))


def _save(
    admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, lang: str, intent: str
) -> Response:  # fmt: skip
    key = f"intent/{lang}/{intent}"
    done = RedirectResponse(f"/admin/intents/{lang}/{intent}?saved=1", 303)
    if admin.published(key) is None:
        raise NotThere
    try:
        item = typed(form)
    except Refused as refused:
        return _one(admin, request, signed, lang, intent, 422, lines=[f"Not saved: {refused}."])
    return admin.kept(
        lambda: admin.keep(deed.desk(done), signed, key, item, form), done,
        partial(_one, admin, request, signed, lang, intent, item=item), form.get("version"),
    )  # fmt: skip


def typed(form: Form) -> Item:
    """The sentences as they stand on the page: a list of one line each, near misses with what they mean instead."""
    misses = [
        {"text": " ".join(text.split()), "intent": meant.strip()}
        for text, meant in zip(form.all("miss"), form.all("means"), strict=False)
        if text.strip()
    ]
    examples = [*lines_of(form.get("examples")), *(" ".join(x.split()) for x in form.all("take"))]
    return {"examples": list(dict.fromkeys(examples)), "not_this": misses, "tests": lines_of(form.get("tests"))}


def _try(admin: Admin, request: Request, signed: Signed, form: Form) -> Response:
    """What the desk hears in a message, as it is published; nothing is kept."""
    desk, text = admin.desk, form.get("text").strip()[:_LONGEST]
    heard = None
    if text:
        ears, gate = desk.ears, desk.gate
        now = desk.clock().replace(tzinfo=None)
        said = ears.hear(text, now=now)
        tag = said.lang if said.lang != "und" else desk.clinic.default_language
        finding = combined(gate.read(text, tag), said)
        heard = {"said": said, "finding": finding, "route": route(finding, said), "marked": marked(text, finding)}
    return admin.door.page(request, "admin/_tried.html", signed, heard=heard, text=text)


def marked(text: str, finding: Any) -> list[tuple[str, bool]]:
    """The text in pieces, those that the safety phrases found marked."""
    out, at = [], 0
    for evidence in finding.evidence:
        if evidence.start >= at:
            out += [(text[at : evidence.start], False), (text[evidence.start : evidence.end], True)]
            at = evidence.end
    return [piece for piece in [*out, (text[at:], False)] if piece[0]]
