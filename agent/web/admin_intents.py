"""What people say: the sentences of an intent in one language."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk.suggestions import decide
from agent.model.edit import Item
from agent.model.fault import Refused
from agent.web.admin_room import FIELDS, FORM_BYTES, MOST_LINES, Admin, lines_of
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

_PROPOSED = 40


def routes(admin: Admin) -> APIRouter:
    """`/admin/intents`."""
    router = admin.door.router()

    @router.get("/admin/intents")
    def listed(request: Request, lang: str = "en") -> Response:
        return _list(admin, request, admin.door.signed(request), lang)

    @router.get("/admin/intents/{lang}/{intent}")
    def one(request: Request, lang: str, intent: str) -> Response:
        return intent_page(admin, request, admin.door.signed(request), lang, intent)

    @router.post("/admin/intents/{lang}/{intent}")
    async def save(request: Request, lang: str, intent: str) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, d: _save(admin, r, s, f, d, lang, intent), most=FORM_BYTES, fields=FIELDS
        )

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


def intent_page(
    admin: Admin, request: Request, signed: Signed, lang: str, intent: str, status: int = 200, **more: Any
) -> Response:  # fmt: skip
    """The sentences of one intent; `more` takes the place of what would be shown."""
    content, key = admin.bench.shelf().reading.content, f"intent/{lang}/{intent}"
    now = admin.published(key)
    if now is None or intent not in content.intents:
        raise NotThere
    edit = admin.edit(key)
    with admin.desk.store.begin(write=False) as tx:
        looks = tx.looks.by_verdict(admin.desk.clinic.id, "wrong", 500)
    item = edit.value if edit is not None else now
    said = {text for name in ("examples", "tests") for text in item[name] if isinstance(text, str)}
    values: dict[str, Any] = {
        "lang": lang, "intent": intent, "means": content.intents[intent].describe, "now": now, "edit": edit,
        "item": item, "version": edit.version if edit else 0, "lines": [], "clash": None, "more": "",
        "intents": content.intents, "restored": None, "others": admin.others(key, signed), "problem": "",
        "left": [], "ask": admin.desk.wording is not None,
        "suggested": [s for s in admin.suggested(key) if s.texts[0] not in said],
        "proposed": [x for x in looks if (x.lang, x.meant, x.example) == (lang, intent, "") and x.text not in said][
            :_PROPOSED],
    }  # fmt: skip
    if (mine := admin.typed(key, signed)) is not None and "item" not in more:
        values |= {"item": typed(Form(list(mine.fields))), "version": mine.version, "restored": mine.at}
    return admin.page(request, "intent.html", signed, status, **(values | more))


def _save(
    admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, lang: str, intent: str
) -> Response:  # fmt: skip
    key = f"intent/{lang}/{intent}"
    done = RedirectResponse(f"/admin/intents/{lang}/{intent}?saved=1", 303)
    if admin.published(key) is None:
        raise NotThere
    taken = [s for s in admin.suggested(key) if s.id in form.all("machine")]
    try:
        item = typed(form)
    except Refused as refused:
        whole = typed(form, FORM_BYTES)
        return intent_page(
            admin, request, signed, lang, intent, 422, lines=[f"Not saved: {refused}."], item=whole,
            version=form.get("version"),
        )  # fmt: skip
    examples = dict.fromkeys([*item["examples"], *(s.texts[0] for s in taken)])
    item["examples"], desk = list(examples), deed.desk(done)
    return admin.kept(
        lambda: admin.keep(
            desk, signed, key, item, form, then=lambda tx: decide(desk, tx, signed.user, taken, "taken")
        ), done,
        partial(intent_page, admin, request, signed, lang, intent, item=item), form.get("version"),
    )  # fmt: skip


def typed(form: Form, most: int = MOST_LINES) -> Item:
    """The sentences as they stand on the page: a list of one line each, near misses with what they mean instead."""
    misses = [
        {"text": " ".join(text.split()), "intent": meant.strip()}
        for text, meant in zip(form.all("miss"), form.all("means"), strict=False)
        if text.strip()
    ]
    examples = [*lines_of(form.get("examples"), most), *(" ".join(x.split()) for x in form.all("take"))]
    return {"examples": list(dict.fromkeys(examples)), "not_this": misses, "tests": lines_of(form.get("tests"), most)}
