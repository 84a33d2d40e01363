"""Languages: one is begun by its tag, written while nobody meets it, and goes live once nothing is missing."""

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.content import Reading
from agent.content.tongues import begun
from agent.model.fault import Refused
from agent.web.admin_room import Admin
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

STATES = {
    "draft": "recognised only", "preparing": "in preparation", "reviewed": "read by a person", "live": "live",
}  # fmt: skip
_SAFETY, _IDENTITY = ("safety",), ("consent", "identity", "greeting", "handoff", "confirm", "text")
_BOOKING = ("booking", "reschedule", "cancel", "waitlist", "option", "options", "decision", "reminder")
_BOOKED = frozenset({"book", "reschedule", "cancel", "check_appointment", "confirm_appointment", "affirm", "deny"})
_FILES = {
    "intents/{}/_safety.yaml": "the words that deny, put in the past or only talk about danger",
    "intents/{}/_times.yaml": "days and clocks",
    "intents/{}/_values.yaml": "names, choices and other values",
    "intents/{}/_repairs.yaml": "“never mind”, “say that again”",
    "locales/{}/honest.yaml": "words that state a fact",
    "channels/optout/{}.yaml": "words that stop texts",
    "channels/widget/strings/{}.json": "the words of the chat window",
}


class Coverage(NamedTuple):
    """How much of a part is written, with the draft: `names` are those that are not, each with where it is written."""

    title: str
    done: int
    of: int
    names: list[tuple[str, str]]


def routes(admin: Admin) -> APIRouter:
    """`/admin/languages`."""
    router, write = admin.door.router(), admin.door.write

    @router.get("/admin/languages")
    def listed(request: Request) -> Response:
        return _list(admin, request, admin.door.signed(request))

    @router.post("/admin/languages")
    async def add(request: Request) -> Response:
        return await write(request, lambda r, s, f, d: _add(admin, r, s, f, d))

    @router.get("/admin/languages/{tag}")
    def one(request: Request, tag: str) -> Response:
        return _one(admin, request, admin.door.signed(request), tag)

    @router.post("/admin/languages/{tag}")
    async def turn(request: Request, tag: str) -> Response:
        return await write(request, lambda r, s, f, d: _turn(admin, r, s, f, d, tag))

    return router


def _list(
    admin: Admin, request: Request, signed: Signed, problem: str = "", typed: str = "", status: int = 200
) -> Response:  # fmt: skip
    reading = admin.bench.shelf().reading
    drafted, dangers = admin.edits(), dangers_of(reading)
    edits, edited = {e.key.split("/")[1]: e for e in drafted if e.key.startswith("language/")}, {e.key for e in drafted}
    rows = [
        {"tag": tag, "language": one, "edit": edits.get(tag), "coverage": coverage(reading, tag, dangers, edited)}
        for tag, one in sorted(reading.content.languages.items(), key=lambda x: (x[1].state == "live", x[1].english))
    ]
    fresh = [e for tag, e in edits.items() if tag not in reading.content.languages]
    return admin.page(request, "languages.html", signed, status, rows=rows, fresh=fresh, STATES=STATES,
                      problem=problem, typed=typed)  # fmt: skip


def _add(admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed) -> Response:
    typed = form.get("tag")[:40]
    try:
        tag, item = begun(typed)
        known = admin.bench.shelf().reading.content.languages.get(tag)
        if known is not None and known.state != "draft":
            raise Refused("this language is there already")
        done = RedirectResponse(f"/admin/languages/{tag}", 303)
        again = partial(_list, admin, request, signed, typed=typed)
        return admin.kept(
            lambda: admin.keep(deed.desk(done), signed, f"language/{tag}", item, Form([("version", "0")])), done,
            lambda status, **more: again(_why(more), status=status), "0",
        )  # fmt: skip
    except Refused as refused:
        return _list(admin, request, signed, f"Not done: {refused}.", typed, 422)


def _why(more: dict[str, Any]) -> str:
    return "Somebody else has begun it meanwhile." if more.get("clash") else " ".join(more.get("lines", ())[:3])


def _one(admin: Admin, request: Request, signed: Signed, tag: str, status: int = 200, **more: Any) -> Response:
    key, shelf = f"language/{tag}", admin.bench.shelf()
    now, edit = admin.published(key), admin.edit(key)
    item = edit.value if edit is not None else now
    if item is None:
        raise NotThere
    with admin.desk.store.begin(write=False) as tx:
        revisions = tx.content.revisions(admin.desk.clinic.id, 100)
    past = [(r, c) for r in revisions for c in r.changes if c.key == key]
    values: dict[str, Any] = {
        "tag": tag, "item": item, "now": now, "edit": edit, "version": edit.version if edit else 0, "lines": [],
        "clash": None, "past": past, "STATES": STATES, "written": tag in shelf.reading.content.messages,
        "coverage": coverage(shelf.reading, tag, dangers_of(shelf.reading), {e.key for e in admin.edits()}),
        "files": missing_files(admin.bench.root, shelf.reading, tag),
        "ours": key in shelf.items,
    }  # fmt: skip
    return admin.page(request, "language.html", signed, status, **(values | more))


def _turn(admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, tag: str) -> Response:
    """Another state, in the draft."""
    key, wanted = f"language/{tag}", form.get("state")
    now = admin.published(key)
    if now is None or wanted not in ("preparing", "live"):
        raise NotThere
    done = RedirectResponse(f"/admin/languages/{tag}?saved=1", 303)
    return admin.kept(
        lambda: admin.keep(deed.desk(done), signed, key, {**now, "state": wanted}, form), done,
        partial(_one, admin, request, signed, tag), form.get("version"),
    )  # fmt: skip


def dangers_of(reading: Reading) -> list[str]:
    """What every language must listen for."""
    return list(reading.content.rows["safety"]["en"]["categories"])


def coverage(reading: Reading, tag: str, dangers: list[str], edited: set[str]) -> list[Coverage]:
    """What of a language is written, in order of importance: what protects people, who they are, visits, the rest."""
    content = reading.content
    book, said = content.messages.get(tag, {}), content.rows.get("corpus", {}).get(tag, {})
    danger = (content.rows.get("safety", {}).get(tag) or {}).get("categories") or {}
    parts: dict[str, list[tuple[str, str, bool]]] = {"safety": [], "identity": [], "booking": [], "rest": []}
    for name in dangers:
        written = any((danger.get(name) or {}).get("phrases", {}).values()) or f"safety/{tag}/{name}" in edited
        parts["safety"].append((f"phrases: {name.replace('_', ' ')}", f"/admin/safety/{tag}/{name}", written))
    for name in (n for n in content.messages["en"] if "@" not in n):
        area = name.partition(".")[0]
        part = (
            "safety"
            if area in _SAFETY
            else "identity"
            if area in _IDENTITY
            else "booking"
            if area in _BOOKING
            else "rest"
        )
        there = name in book or f"message/{tag}/{name}" in edited
        parts[part].append((name, f"/admin/messages/{tag}/{name}", there))
    for name in content.intents:
        grave = name in ("emergency", "self_harm", "distress")
        there = bool((said.get(name) or {}).get("examples")) or f"intent/{tag}/{name}" in edited
        part = "safety" if grave else "booking" if name in _BOOKED else "rest"
        parts[part].append((f"sentences: {name}", f"/admin/intents/{tag}/{name}", there))
    titles = ("Safety and crisis", "Consent and identity", "Visits", "The rest")
    return [
        Coverage(title, sum(row[2] for row in rows), len(rows), [(n, href) for n, href, there in rows if not there])
        for title, rows in zip(titles, parts.values(), strict=True)
    ]


def missing_files(root: Path, reading: Reading, tag: str) -> list[tuple[str, str]]:
    """(file, what for) of what is written in files only, and is not there."""
    safety = reading.content.rows.get("safety", {}).get(tag) or {}
    there = {
        name: bool(safety.get("negators")) if name.endswith("_safety.yaml")
        else reading.sources.has(name) or (root / name).exists()
        for name in (file.format(tag) for file in _FILES)
    }  # fmt: skip
    return [(file.format(tag), why) for file, why in _FILES.items() if not there[file.format(tag)]]
