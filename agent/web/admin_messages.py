"""Messages side by side with English: what stands, where it is said, how long it gets, and how a patient reads it."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.content import Reading
from agent.content.marks import LONGEST_NOTE, plain_note
from agent.content.plurals import PluralForm, forms
from agent.content.read_po import source_hash
from agent.content.used_keys import USED
from agent.desk.suggestions import decide
from agent.dialogue.wording import placeholders
from agent.model.content import Content, Message
from agent.model.edit import Item
from agent.model.fault import Refused
from agent.model.suggestion import Became
from agent.web.admin_reads import boxes_of, filled, read_on
from agent.web.admin_room import FIELDS, FORM_BYTES, Admin
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

MOST = 2000  # characters that are looked at; the checks have their own, smaller bound
STATES = {
    "draft": "changed in the draft", "machine": "made by a machine, read by nobody",
    "translator": "from a translator, read by nobody here", "old": "older than the English",
    "critical": "crisis and consent",
}  # fmt: skip
UNREAD = ("machine", "translator")


def routes(admin: Admin) -> APIRouter:
    """`/admin/messages`."""
    router = admin.door.router()

    @router.get("/admin/messages")
    def listed(request: Request, lang: str = "en", area: str = "", show: str = "") -> Response:
        return _list(admin, request, admin.door.signed(request), lang, area, show)

    @router.get("/admin/messages/{lang}/{name}")
    def one(request: Request, lang: str, name: str) -> Response:
        return message_page(admin, request, admin.door.signed(request), lang, name)

    @router.post("/admin/messages/{lang}/{name}")
    async def save(request: Request, lang: str, name: str) -> Response:
        return await admin.door.write(request, lambda r, s, f, d: _save(admin, r, s, f, d, lang, name), most=FORM_BYTES)

    @router.post("/admin/messages/{lang}/{name}/look")
    async def look(request: Request, lang: str, name: str) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, _: _look(admin, r, s, f, lang, name), keyed=False, most=FORM_BYTES, fields=FIELDS
        )

    return router


def _list(admin: Admin, request: Request, signed: Signed, lang: str, area: str, show: str) -> Response:
    reading = admin.bench.shelf().reading
    english = reading.content.messages["en"]
    if lang not in reading.content.messages:
        raise NotThere
    drafted = {e.key for e in admin.edits()}
    rows = list[dict[str, Any]]()
    for name in dict.fromkeys([*english, *reading.content.messages[lang]]):
        states = states_of(reading, lang, name, drafted)
        rows.append({"name": name, "area": name.partition(".")[0], "english": english.get(name),
                     "message": reading.content.messages[lang].get(name), "states": states})  # fmt: skip
    areas: dict[str, int] = {}
    for row in rows:
        areas[row["area"]] = areas.get(row["area"], 0) + 1
    area = area if area in areas else ""
    show = show if show in STATES else ""
    if not area and not show:
        area = next(iter(areas))
    shown = [r for r in rows if (not area or r["area"] == area) and (not show or show in r["states"])]
    return admin.page(request, "messages.html", signed, rows=shown[:200], areas=areas, area=area, show=show, lang=lang,
                      STATES=STATES, counts={s: sum(s in r["states"] for r in rows) for s in STATES})  # fmt: skip


def states_of(reading: Reading, lang: str, name: str, drafted: set[str]) -> list[str]:
    """What somebody should know of a message, as keys of STATES."""
    message, english = reading.content.messages[lang].get(name), reading.content.messages["en"].get(name)
    found = {
        "draft": f"message/{lang}/{name}" in drafted,
        **{origin: message is not None and message.unread and message.origin == origin for origin in UNREAD},
        "old": name in reading.content.aged.get(lang, ()),
        "critical": bool(english is not None and english.reviewed_only),
    }
    return [state for state, true in found.items() if true]


def message_page(
    admin: Admin, request: Request, signed: Signed, lang: str, name: str, status: int = 200, **more: Any
) -> Response:  # fmt: skip
    """One message beside its English; `more` takes the place of what would be shown."""
    reading, key = admin.bench.shelf().reading, f"message/{lang}/{name}"
    english = reading.content.messages["en"]
    source = english.get(name) or english.get(name.split("@", maxsplit=1)[0])
    if lang not in reading.content.messages or source is None:
        raise NotThere
    now, edit = admin.published(key), admin.edit(key)
    boxes = boxes_of(source, lang)
    texts = filled(edit.value if edit is not None else now, boxes)
    bare, _, _ = name.partition("@")
    values: dict[str, Any] = {
        "lang": lang, "name": name, "bare": bare, "key": key, "source": source, "now": now, "edit": edit,
        "texts": texts, "boxes": boxes,
        "note": (edit.value if edit is not None else now or {}).get("note", ""), "LONGEST_NOTE": LONGEST_NOTE,
        "version": edit.version if edit else 0, "names_in": sorted(placeholders(source.text)), "lines": [],
        "clash": None, "reviewed": bool(edit and edit.value.get("reviewer")),
        "uses": uses(reading.content, bare), "states": states_of(reading, lang, name, set()), "STATES": STATES,
        "variants": (bare, *(f"{bare}@{c}" for c in ("sms", "chat", "voice"))),
        "there": set(reading.content.messages[lang]) | set(english), "problem": "",
        "restored": None, "others": admin.others(key, signed),
        "suggested": admin.suggested(key), "ask": admin.desk.wording is not None and lang != "en" and _wants(
            edit.value if edit is not None else now, source),
    }  # fmt: skip
    if (mine := admin.typed(key, signed)) is not None and "texts" not in more:
        typed_in = Form(list(mine.fields))
        values |= {"texts": typed(typed_in), "note": typed_in.get("note"), "version": mine.version, "restored": mine.at}
    values["english"] = list(zip(forms("en"), source.plural, strict=False)) or [(None, source.text)]
    values |= more
    values["texts"] = [*values["texts"], *[""] * len(boxes)][: len(boxes)]
    values["preview"] = read_on(admin, reading.content, lang, name, values["texts"])
    return admin.page(request, "message.html", signed, status, **values)


def _wants(item: Item | None, english: Message) -> bool:
    """Is it empty, or older than the English?"""
    made_from = (item or {}).get("source")
    return item is None or not item["text"] or bool(made_from and made_from != source_hash(*english.texts))


def _save(
    admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, lang: str, name: str
) -> Response:  # fmt: skip
    key, texts = f"message/{lang}/{name}", typed(form)
    done = RedirectResponse(f"/admin/messages/{lang}/{name}?saved=1", 303)

    def keep() -> None:
        value = _value(admin, signed, key, texts, form.get("reviewed") == "yes", _noted(form))
        desk, waiting = deed.desk(done), admin.suggested(key)
        became: Became = "taken" if value["origin"] == "machine" else "declined"
        admin.keep(desk, signed, key, value, form, then=lambda tx: decide(desk, tx, signed.user, waiting, became))

    more: dict[str, Any] = {"texts": texts} | ({"note": form.get("note")} if form.all("note") else {})
    again = partial(message_page, admin, request, signed, lang, name, **more)
    return admin.kept(keep, done, again, form.get("version"))


def _noted(form: Form) -> str | None:
    return next(iter(form.all("note")), None)


def typed(form: Form) -> list[str]:
    """What stands in the boxes, as it would be saved."""
    return [text.replace("\r\n", "\n").replace("\r", "\n").strip() for text in form.all("text") or ("",)]


def _value(admin: Admin, signed: Signed, key: str, texts: list[str], reviewed: bool, note: str | None = None) -> Item:
    """The message as this person leaves it; unchanged words keep where they come from. `note`: None leaves it."""
    now, edit = admin.published(key), admin.edit(key)
    _, lang, name = key.split("/", 2)
    english = admin.bench.shelf().reading.content.messages["en"]
    source = english.get(name) or english.get(name.split("@")[0])
    plural, text = _whole(texts, boxes_of(source, lang) if source is not None else [None]), texts[-1]
    before = edit.value if edit is not None else now or {}
    noted = plain_note(note) if note is not None else before.get("note", "")
    known = next((x for x in (now, edit.value if edit else None) if x is not None and _says(x, text, plural)), None)
    if known is not None and known == now and not reviewed and noted == known.get("note", ""):
        return known
    made_from = source_hash(*source.texts) if source is not None and lang != "en" else ""
    drafted = any(list(s.texts) == texts and s.source == made_from for s in admin.suggested(key))
    own = {"text": text, "plural": plural, "origin": "machine" if drafted else "human", "reviewer": "",
           "source": made_from}  # fmt: skip
    value = {**(known or own), "note": noted}
    if reviewed:
        value |= {"reviewer": signed.user.name, "source": made_from}
    elif known is not now:
        value["reviewer"] = ""
    if not noted and not (now or {}).get("note"):
        value.pop("note")
    return value


def _whole(texts: list[str], boxes: list[PluralForm | None]) -> list[str]:
    """The plural forms, none where there is one text. Raises Refused for an empty box, one too long, and a page that
    has other boxes than the message now."""
    if len(texts) != len(boxes):
        raise Refused("the page has other boxes than this message has now: open it anew")
    for text, form in zip(texts, boxes, strict=True):
        if not text and form is not None:
            raise Refused("the form “%(form)s” (for %(numbers)s) is empty", form=form.name, numbers=form.examples)
        if not text:
            raise Refused("it is empty; to have it as it was, take the change back on the page of the draft")
        if len(text) > MOST:
            raise Refused("it has %(have)s characters; at most %(most)s are looked at", have=len(text), most=MOST)
    return texts if boxes != [None] else []


def _says(item: Item, text: str, plural: list[str]) -> bool:
    return item["text"] == text and list(item.get("plural") or ()) == plural


def _look(admin: Admin, request: Request, signed: Signed, form: Form, lang: str, name: str) -> Response:
    """What the checks say of it while it is typed, and how it would be read."""
    texts, key = typed(form), f"message/{lang}/{name}"
    try:
        value = _value(admin, signed, key, texts, False)
        lines = admin.bench.faults_at(key, value)
    except Refused as refused:
        lines = [f"{str(refused)[:1].upper()}{str(refused)[1:]}."]
    shown = read_on(admin, admin.bench.shelf().reading.content, lang, name, [text[:MOST] for text in texts])
    return admin.door.page(request, "admin/_look.html", signed, lines=lines, preview=shown, lang=lang)


def uses(content: Content, name: str) -> list[str]:
    """Where a message is said, in words."""
    found = []
    for flow in content.flows.values():
        for step in flow.steps:
            asked = step.ask is not None and (name == step.ask or name.startswith(f"{step.ask}."))
            if asked or name in (step.say, step.again):
                found.append(f"{flow.describe} (step “{step.id}”)")
        if name in (flow.title, f"{flow.title}.want"):
            found.append(f"As the name of: {flow.describe}")
    found += [f"As the name of a task: {kind}" for kind, task in content.tasks.items() if task.title == name]
    if not found:
        found = ["The desk says it by itself" if name in USED else "As a part of other messages"]
    return list(dict.fromkeys(found))
