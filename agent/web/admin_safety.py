"""Safety phrases: the clinic's own, beside those that come with the product and stay as they are."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.content.check_added import said_wrong
from agent.model.edit import Item
from agent.model.fault import Refused
from agent.web.admin_room import FORM_BYTES, MOST_LINES, Admin, lines_of
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

TIERS = {
    "E1": "Emergency: the emergency number at once, and a person", "E2": "Crisis: the crisis line, and a person",
    "E3": "Urgent: a person within minutes", "S": "Safeguarding: quietly, a person at once",
    "human": "A person reads it", "routine": "A person reads it, in their own time",
}  # fmt: skip
NONE: Item = {"phrases": {}, "tests": []}


def routes(admin: Admin) -> APIRouter:
    """`/admin/safety`."""
    router = admin.door.router()

    @router.get("/admin/safety")
    def listed(request: Request, lang: str = "en") -> Response:
        signed = admin.door.signed(request)
        rows = _rows(admin, lang)
        return admin.page(request, "safety.html", signed, lang=lang, rows=rows)

    @router.get("/admin/safety/{lang}/{category}")
    def one(request: Request, lang: str, category: str) -> Response:
        return _one(admin, request, admin.door.signed(request), lang, category)

    @router.post("/admin/safety/{lang}/{category}")
    async def save(request: Request, lang: str, category: str) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, d: _save(admin, r, s, f, d, lang, category), most=FORM_BYTES
        )

    return router


def own(admin: Admin, lang: str) -> dict[str, Any]:
    """The categories of the product itself, without the clinic's additions."""
    document = admin.bench.shelf().reading.sources.documents.get(f"intents/{lang}/_safety.yaml")
    if document is None:
        raise NotThere
    return dict(document.table("categories"))


def _rows(admin: Admin, lang: str) -> list[dict[str, Any]]:
    added = admin.bench.shelf().reading.content.rows.get("added", {}).get(lang, {}).get("categories", {})
    return [
        {"name": name, "class": row["class"], "core": sum(map(len, row["phrases"].values())),
         "added": sum(map(len, (added.get(name, {}).get("phrases") or {}).values()))}
        for name, row in own(admin, lang).items()
    ]  # fmt: skip


def _one(
    admin: Admin, request: Request, signed: Signed, lang: str, category: str, status: int = 200, **more: Any
) -> Response:  # fmt: skip
    row, key = own(admin, lang).get(category), f"safety/{lang}/{category}"
    if row is None:
        raise NotThere
    now, edit = admin.published(key), admin.edit(key)
    item = edit.value if edit is not None else now or NONE
    values: dict[str, Any] = {
        "lang": lang, "category": category, "core": row, "now": now, "edit": edit, "item": item, "lines": [],
        "tiers": {t: TIERS[t] for t in row["phrases"]}, "version": edit.version if edit else 0, "clash": None,
        "restored": None, "others": admin.others(key, signed),
    }  # fmt: skip
    if (mine := admin.typed(key, signed)) is not None and "item" not in more:
        values |= {"item": typed(Form(list(mine.fields)), row["phrases"]), "version": mine.version}
        values["restored"] = mine.at
    return admin.page(request, "safety_one.html", signed, status, **(values | more))


def _save(
    admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, lang: str, category: str
) -> Response:  # fmt: skip
    row, key = own(admin, lang).get(category), f"safety/{lang}/{category}"
    if row is None:
        raise NotThere
    done = RedirectResponse(f"/admin/safety/{lang}/{category}?saved=1", 303)
    version = form.get("version")
    try:
        item = typed(form, row["phrases"])
    except Refused as refused:
        item, lines = typed(form, row["phrases"], FORM_BYTES), [f"Not saved: {refused}."]
        return _one(admin, request, signed, lang, category, 422, item=item, lines=lines, version=version)
    wrong = [f"“{x[:60]}”: {why}." for lines in item["phrases"].values() for x in lines if (why := said_wrong(x))]
    if wrong:
        return _one(admin, request, signed, lang, category, 422, item=item, lines=wrong[:20], version=version)
    value = None if item == NONE and admin.published(key) is None else item
    return admin.kept(
        lambda: admin.keep(deed.desk(done), signed, key, value, form), done,
        partial(_one, admin, request, signed, lang, category, item=item), version,
    )  # fmt: skip


def typed(form: Form, tiers: Iterable[str], most: int = MOST_LINES) -> Item:
    """The phrases as they stand on the page."""
    phrases = {tier: lines_of(form.get(f"phrases-{tier}"), most) for tier in tiers}
    return {"phrases": {t: lines for t, lines in phrases.items() if lines}, "tests": lines_of(form.get("tests"), most)}
