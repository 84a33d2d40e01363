"""The clinic's facts that change in a week: hours, closed days, answers, insurance, kinds of visit, notice."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.adapters.clinic_edits import part_of, standing_fact
from agent.model.clinic import WEEKDAYS
from agent.model.edit import Item
from agent.model.fault import Refused
from agent.web.admin_room import FORM_BYTES, Admin, Wrong, lines_of
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

DAYS = dict(zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
TOPICS = {
    "telehealth": "Video visits", "prepare": "How to prepare", "billing": "Bills", "records": "Records",
    "cost": "What it costs", "after_hours": "After hours", "new_patients": "New patients",
    "interpreter": "Interpreters",
}  # fmt: skip
_HIDDEN = "".join(map(chr, (0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x200B, 0xFEFF)))
_LONGEST = 1000  # characters of an answer


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


def titles(admin: Admin) -> dict[str, list[tuple[str, str]]]:
    """Part -> (address, title) of what can be edited there."""
    clinic = admin.bench.shelf().clinic
    return {
        "Opening hours": [(f"hours/{x.id}", x.name) for x in clinic.locations],
        "Closed days and other hours": [("closures/all", "All of them")],
        "Answers that patients get": [(f"answers/{t}", TOPICS.get(t, t.replace("_", " "))) for t in clinic.answers],
        "Kinds of visit": [(f"visit/{v.id}", v.name.get("en", v.id)) for v in clinic.visit_types],
        "Insurance": [("insurance/all", "Plans that are taken")],
        "Booking": [("booking/all", "How soon, how far ahead, how late to cancel")],
    }


def _list(admin: Admin, request: Request, signed: Signed) -> Response:
    clinic = admin.bench.shelf().clinic
    hours = {x.id: standing_fact(clinic, f"clinic/hours/{x.id}") for x in clinic.locations}
    return admin.page(request, "facts.html", signed, titles=titles(admin), DAYS=DAYS, hours=hours, facts=clinic)


def _one(
    admin: Admin, request: Request, signed: Signed, part: str, name: str, status: int = 200, **more: Any
) -> Response:  # fmt: skip
    key = key_of(part, name)
    now = admin.published(key)
    if now is None:
        raise NotThere
    edit, clinic = admin.edit(key), admin.bench.shelf().clinic
    title = next((t for rows in titles(admin).values() for address, t in rows if address == f"{part}/{name}"), name)
    values: dict[str, Any] = {
        "part": part, "name": name, "key": key, "title": title, "now": now, "edit": edit, "lines": [], "clash": None,
        "item": edit.value if edit else now, "version": edit.version if edit else 0, "DAYS": DAYS,
        "facts": clinic,
    }  # fmt: skip
    return admin.page(request, "fact.html", signed, status, **(values | more))


def _save(
    admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, part: str, name: str
) -> Response:  # fmt: skip
    key = key_of(part, name)
    edit, now = admin.edit(key), admin.published(key)
    if now is None:
        raise NotThere
    item = typed(part, form, edit.value if edit else now)
    done = RedirectResponse(f"/admin/facts/{part}/{name}?saved=1", 303)

    def keep() -> None:
        if lines := hidden(item):
            raise Wrong(lines)
        admin.keep(deed.desk(done), signed, key, item, form)

    return admin.kept(keep, done, partial(_one, admin, request, signed, part, name, item=item), form.get("version"))


def typed(part: str, form: Form, before: Item) -> Item:
    """The part as it stands on the page."""
    if part == "hours":
        return {"hours": {day: spans(form.get(day)) for day in WEEKDAYS}}
    if part == "closures":
        return {"closures": _closures(form, before["closures"])}
    if part == "insurance":
        return {"plans": lines_of(form.get("plans"))}
    if part == "answers":
        texts = {tag: " ".join(form.get(f"text-{tag}").split()) for tag in before["texts"]}
        return {"texts": texts}
    if part == "visit":
        ticks = {n: form.get(n) == "yes" for n in ("desk_may_prepare", "new_patients")}
        return {**ticks, "minutes": _number(form.get("minutes"))}
    return {n: _number(form.get(n)) for n in before}


def spans(text: str) -> list[str]:
    """ "8:00-12:00, 13 - 17:30" as the facts file writes it; what is no time is left for the checks to refuse."""
    parts = [p.strip().replace("–", "-").replace("—", "-") for p in text.replace(";", ",").split(",")]
    return ["-".join(_clock(x) for x in p.split("-")) for p in parts if p and p.casefold() != "closed"]


def _clock(text: str) -> str:
    text = text.strip()
    hour, _, minute = text.partition(":")
    return f"{int(hour):02d}:{minute or '00'}" if hour.isascii() and hour.isdigit() and len(hour) < 3 else text


def _closures(form: Form, before: list[Item]) -> list[Item]:
    """A row is kept with its names in other languages as long as its English one stays."""
    names = {str(row.get("name", {}).get("en", "")): row.get("name", {}) for row in before}
    columns = [form.all(n) for n in ("day", "until", "called", "place", "open")]
    out: list[Item] = []
    for day, until, called, place, hours in zip(*columns, strict=False):
        name, (kind, _, whose) = " ".join(called.split()), place.partition(":")
        if not (day.strip() or name):
            continue
        row: Item = {"day": day.strip()}
        optional = {"until": until.strip(), "name": names.get(name) or ({"en": name} if name else {}),
                    kind: whose if kind in ("location", "provider") else "", "hours": spans(hours)}  # fmt: skip
        out.append(row | {n: v for n, v in optional.items() if v})
    return out


def _number(text: str) -> int | str:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text


def hidden(item: Any) -> list[str]:
    """What a person cannot see, markup, or an answer without end, in any text of the item."""
    if isinstance(item, dict):
        return [line for value in item.values() for line in hidden(value)]
    if isinstance(item, list):
        return [line for value in item for line in hidden(value)]
    if not isinstance(item, str):
        return []
    if any(c in _HIDDEN or ord(c) < 32 for c in item):
        return [f"“{item[:40]}” holds an invisible character: type it anew."]
    if any(c in item for c in "<>{}`") or "javascript:" in item.casefold():
        return [f"“{item[:40]}” holds signs of a programme (< > {{ }} `): write plain text."]
    return [f"“{item[:40]}…” is longer than {_LONGEST} characters."] if len(item) > _LONGEST else []
