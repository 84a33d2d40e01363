"""The clinic's facts that change in a week: hours, closed days, answers, insurance, kinds of visit, notice."""

import re
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.adapters.clinic_edits import part_of, standing_fact
from agent.model.clinic import WEEKDAYS
from agent.model.edit import Edit, Item
from agent.model.fault import Refused
from agent.web.admin_new import NEW, TWICE, Drafted, at_field, beside, choices, id_of
from agent.web.admin_room import FORM_BYTES, Admin, Wrong
from agent.web.admin_typed import hidden, typed
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

DAYS = dict(zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
_SPAN = re.compile(rf"hours\.({'|'.join(WEEKDAYS)})(?:\[\d+\])?(\[\d+\])?: (.+)")
_WRITE = "write the hours as 08:00-12:00, 13:00-17:30; leave a closed day empty."
_ROW = re.compile(r"^(?:locations|providers|visit_types)\[\d+\]\.")  # which row it is stands on the page
TOPICS = {
    "telehealth": "Video visits", "prepare": "How to prepare", "billing": "Bills", "records": "Records",
    "cost": "What it costs", "after_hours": "After hours", "new_patients": "New patients",
    "interpreter": "Interpreters", "walk_in": "Without an appointment", "companion": "Who may come along",
    "services": "What you offer", "fax": "Fax number",
}  # fmt: skip


def routes(admin: Admin) -> APIRouter:
    """`/admin/facts`."""
    router = admin.door.router()

    @router.get("/admin/facts")
    def all_of_them(request: Request) -> Response:
        return _list(admin, request, admin.door.signed(request))

    @router.get("/admin/facts/{part}/{name}")
    def one(request: Request, part: str, name: str) -> Response:
        return _one(admin, request, admin.door.signed(request), part, name)

    @router.post("/admin/facts/{part}/{name}")
    async def save(request: Request, part: str, name: str) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, d: _save(admin, r, s, f, d, part, name), most=FORM_BYTES, fields=2000
        )

    return router


def key_of(part: str, name: str) -> str:
    """The item's key; "all" is the name of a part that has no members. Raises NotThere."""
    key = f"clinic/{part}/" + ("" if name == "all" else name)
    try:
        part_of(key)
    except Refused:
        raise NotThere from None
    return key


def known_key(admin: Admin, part: str, name: str) -> str:
    """The same, of what there is a page of. Raises NotThere."""
    key = key_of(part, name)
    _stands(admin, part, name, admin.edit(key))
    return key


def titles(admin: Admin) -> dict[str, list[tuple[str, str]]]:
    """Part -> (address, title) of what can be edited there."""
    clinic, drafted = admin.bench.shelf().clinic, Drafted(admin)
    people = {x.id: x.name for x in clinic.providers} | drafted.names("provider")
    places = {x.id: x.name for x in clinic.locations} | drafted.names("place")
    kinds = {v.id: v.name.get("en", v.id) for v in clinic.visit_types} | drafted.names("visit")
    return {
        "Places": [*((f"place/{id}", name) for id, name in places.items()), ("place/new", "A new place …")],
        "Providers": [*((f"provider/{id}", name) for id, name in people.items()), ("provider/new", "Somebody new …")],
        "Opening hours": [(f"hours/{id}", name) for id, name in places.items()],
        "Closed days and other hours": [("closures/all", "Holidays, days off, days with hours of their own")],
        "Answers that patients get": [(f"answers/{t}", TOPICS.get(t, t.replace("_", " "))) for t in clinic.answers],
        "Kinds of visit": [
            *((f"visit/{id}", name) for id, name in kinds.items()),
            ("visit/new", "A new kind of visit …"),
        ],
        "Languages": [("languages/all", "In which the clinic writes, and its own")],
        "Insurance": [("insurance/all", "Plans that are taken")],
        "Booking": [("booking/all", "How soon, how far ahead, how late to cancel")],
        "Telephone": [("telephone/all", "Who is rung for a caller, and recorded messages")],
        "Reminders": [("reminders/all", "When patients are reminded, and when never")],
        "Tasks for staff": [("due/all", "By when they are due")],
        "Planted errors": [("planted/all", "How often a wrong value is shown, to see who still reads")],
        "Waitlist": [("waitlist/all", "How late a time is still offered, and for how long an offer stands")],
        "The law of the place": [("country/all", "Country and region, and what is asked there")],
    }


def _list(admin: Admin, request: Request, signed: Signed) -> Response:
    clinic = admin.bench.shelf().clinic
    hours = {x.id: standing_fact(clinic, f"clinic/hours/{x.id}") for x in clinic.locations}
    return admin.page(request, "facts.html", signed, titles=titles(admin), DAYS=DAYS, hours=hours, facts=clinic)


def _one(
    admin: Admin, request: Request, signed: Signed, part: str, name: str, status: int = 200, **more: Any
) -> Response:  # fmt: skip
    key = key_of(part, name)
    edit, shelf = admin.edit(key), admin.bench.shelf()
    now = _stands(admin, part, name, edit)
    clinic = shelf.clinic
    group, title, about = _called(titles(admin), f"{part}/{name}", name)
    stands = {**now, **(edit.value if edit else {})}
    if (mine := admin.typed(key, signed)) is not None and "item" not in more:
        more |= _shown(admin, part, name, Form(list(mine.fields)), stands)[0]
        more |= {"version": mine.version, "restored": mine.at}
    item = {**stands, **more.pop("item", {})}
    values: dict[str, Any] = {
        "part": part, "name": name, "key": key, "group": group, "title": title, "about": about,
        "now": now, "edit": edit, "lines": [], "clash": None,
        "item": item, "version": edit.version if edit else 0, "DAYS": DAYS, "new": name == "new",
        "facts": clinic, "spoken": admin.tags(), "policies": shelf.reading.content.tasks if part == "due" else {},
        "restored": None, "others": admin.others(key, signed), **choices(admin, part, name, item),
    }  # fmt: skip
    lines = more.get("lines", [])
    more["lines"] = [_plainly(_ROW.sub("", line)) for line in lines]
    return admin.page(request, "fact.html", signed, status, **(values | more), wrong=lambda n: at_field(lines, n))


def _called(parts: dict[str, list[tuple[str, str]]], address: str, name: str) -> tuple[str, str, str]:
    """(the part, the heading, what it is about); a part that is one page has its own name for a heading."""
    for group, rows in parts.items():
        for at, title in rows:
            if at == address:
                return ("", group, title) if len(rows) == 1 else (group, title.removesuffix(" …"), "")
    return "", name, ""


def _plainly(line: str) -> str:
    """Why hours are refused, in words for whoever typed them."""
    found = _SPAN.fullmatch(line)
    if found is None:
        return line
    day = next(called for day, called in DAYS.items() if day == found[1])
    return f"{day}: {_WRITE if found[2] or found[3].startswith('should be a list') else found[3]}"


def _save(
    admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, part: str, name: str
) -> Response:  # fmt: skip
    here = key_of(part, name)
    edit = admin.edit(here)
    now = _stands(admin, part, name, edit)
    typed_so, saved, also = _shown(admin, part, name, form, {**now, **(edit.value if edit else {})})
    item, fresh = typed_so["item"], name == "new"
    key, done = key_of(part, saved), RedirectResponse(f"/admin/facts/{part}/{saved}?saved=1", 303)

    def keep() -> None:
        if lines := hidden([item, *also.values()]):
            raise Wrong(lines)
        if fresh and (not saved or _known(admin, key)):
            raise Wrong(["name: " + (TWICE[part] if saved else "Write a name in Latin letters.")])
        admin.keep(
            deed.desk(done), signed, key, item, form, also,
            then=lambda tx: tx.typings.drop(admin.desk.clinic.id, here, signed.user.id),
        )  # fmt: skip

    return admin.kept(
        keep, done, partial(_one, admin, request, signed, part, name, **typed_so), form.get("version")
    )  # fmt: skip


def _shown(
    admin: Admin, part: str, name: str, form: Form, stands: Item
) -> tuple[dict[str, Any], str, dict[str, Item]]:  # fmt: skip
    """What the page shows of a form, the name that it would be saved by, and what it says of other items."""
    item, fresh = typed(part, form, stands), name == "new"
    saved = id_of(item["name"]["en"] if part == "visit" else item["name"]) if fresh else name
    also = beside(admin, part, saved, form, fresh)
    hours = also.get(f"clinic/hours/{saved}", {}).get("hours", {})
    return {"item": item, "hours": hours, "who": form.all("who")}, saved, also


def differs(admin: Admin, key: str, form: Form) -> bool:
    """Does the form say another thing than what its page would show without it?"""
    part, rest = part_of(key)
    name, edit = rest or "all", admin.edit(key)
    stands = {**_stands(admin, part, name, edit), **(edit.value if edit else {})}
    typed_so, _, also = _shown(admin, part, name, form, stands)
    if name == "new" and part == "place":
        return bool(typed_so["item"] != stands or any(typed_so["hours"].values()))
    return bool(typed_so["item"] != stands or also)


def _stands(admin: Admin, part: str, name: str, edit: Edit | None) -> Item:
    """What is published there; of what is new what is in the draft, or nothing yet. Raises NotThere."""
    if name == "new" and part in NEW:
        return NEW[part](admin.bench.shelf().clinic)
    now = admin.published(key_of(part, name))
    if now is None and part in NEW and edit is not None:
        now = edit.value
    if now is None and part == "hours" and admin.edit(key_of("place", name)) is not None:
        now = {"hours": {day: [] for day in WEEKDAYS}}
    if now is None:
        raise NotThere
    return now


def _known(admin: Admin, key: str) -> bool:
    return admin.published(key) is not None or admin.edit(key) is not None
