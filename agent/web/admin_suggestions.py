"""What a language model may draft for the admins, asked for with a button: translations and other ways to say it. Each
waits, marked, beside what stands, until a named person takes it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent import suggesting
from agent.content import ContentFault
from agent.content.read_po import source_hash
from agent.desk import suggestions
from agent.model.edit import Item
from agent.model.fault import Conflict, Refused
from agent.model.suggestion import Suggestion
from agent.ports.replies import DraftOutcome
from agent.web.admin_intents import intent_page
from agent.web.admin_intents import typed as typed_sentences
from agent.web.admin_messages import message_page, typed, uses
from agent.web.admin_room import FIELDS, FORM_BYTES, Admin
from agent.web.console_door import Deed, NotThere
from agent.web.signin import Form, Signed

_INSTEAD: dict[DraftOutcome, str] = {
    "late": "The model took too long. Write in your own words, or try again.",
    "busy": "The model is busy with other drafts. Write in your own words, or try again.",
    "failed": "The model cannot be reached. Write in your own words.",
    "resting": "The model gave no answer several times; it is left alone for a minute. Write in your own words.",
    "not_understood": "The model's answer could not be used. Write in your own words, or try again.",
}
_NONE = "The model has drafted nothing that may be shown: %s."


def routes(admin: Admin) -> APIRouter:
    """`/admin/messages/…/draft` and `/suggested`, `/admin/intents/…/draft`."""
    router, write = admin.door.router(), admin.door.write

    @router.post("/admin/messages/{lang}/{name}/draft")
    async def translate(request: Request, lang: str, name: str) -> Response:
        return await write(
            request, lambda r, s, f, _: _translate(admin, r, s, f, lang, name), keyed=False, most=FORM_BYTES
        )

    @router.post("/admin/messages/{lang}/{name}/suggested")
    async def decide(request: Request, lang: str, name: str) -> Response:
        return await write(request, lambda r, s, f, d: _decide(admin, r, s, f, d, lang, name))

    @router.post("/admin/intents/{lang}/{intent}/draft")
    async def say(request: Request, lang: str, intent: str) -> Response:
        return await write(
            request, lambda r, s, f, _: _say(admin, r, s, f, lang, intent), keyed=False, most=FORM_BYTES, fields=FIELDS
        )

    return router


def _translate(admin: Admin, request: Request, signed: Signed, form: Form, lang: str, name: str) -> Response:
    """The page as it stands, typed text and all, with a draft beside it or one line that says why there is none."""
    content = admin.bench.shelf().reading.content
    if lang not in content.messages:
        raise NotThere
    problem, status = "", 200
    try:
        about = "; ".join(uses(content, name.partition("@")[0])[:4])
        made, outcome = suggesting.translation(admin.bench, admin.desk, signed.user, lang, name, about)
        problem, status = _problem(made, outcome)
    except Refused as refused:
        problem, status = f"Not asked: {refused}.", 422
    except ContentFault:
        problem, status = _NONE % "it cannot be written into the file", 424
    more: dict[str, Any] = {"texts": typed(form), "note": form.get("note")} if form.all("text") else {}
    return message_page(admin, request, signed, lang, name, status, problem=problem, **more)


def _problem(made: list[Suggestion], outcome: DraftOutcome) -> tuple[str, int]:
    """What to say, and the status; nothing where something can be shown."""
    if outcome != "drafted":
        return _INSTEAD.get(outcome, _INSTEAD["failed"]), 424
    if any(row.state == "open" for row in made):
        return "", 200
    return _NONE % "; ".join(dict.fromkeys(row.why.rstrip(".") for row in made)), 424


def _decide(
    admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, lang: str, name: str
) -> Response:  # fmt: skip
    key, here = f"message/{lang}/{name}", f"/admin/messages/{lang}/{name}"
    row = next((s for s in admin.suggested(key) if s.id == form.get("id")), None)
    try:
        if row is None:
            raise Refused("this draft was taken or declined meanwhile")
        if form.get("act") != "take":
            done = RedirectResponse(here, 303)
            desk = deed.desk(done)
            with desk.store.begin() as tx:
                suggestions.decide(desk, tx, signed.user, [row], "declined")
            return done
        value = _taken(admin, signed, row, name, form.get("reviewed") == "yes")
    except (Refused, Conflict) as refused:
        return message_page(admin, request, signed, lang, name, 409, problem=f"Not done: {refused}.")
    done, taken = RedirectResponse(f"{here}?saved=1", 303), row
    return admin.kept(
        lambda: admin.keep(
            desk := deed.desk(done), signed, key, value, form,
            then=lambda tx: suggestions.decide(desk, tx, signed.user, [taken], "taken"),
        ), done, lambda status, **more: message_page(admin, request, signed, lang, name, status, **more),
        form.get("version"),
    )  # fmt: skip


def _taken(admin: Admin, signed: Signed, row: Suggestion, name: str, read: bool) -> Item:
    """The draft as a message: a machine's, and read by nobody unless this person says to have read it."""
    english = admin.bench.shelf().reading.content.messages["en"]
    source = english.get(name) or english.get(name.split("@", maxsplit=1)[0])
    if source is None or source_hash(*source.texts) != row.source:
        raise Refused("the English has changed since: ask for a draft anew")
    edit = admin.edit(row.key)
    standing = edit.value if edit is not None else admin.published(row.key) or {}
    value = suggesting.message_of(row.texts, row.source, plural=bool(source.plural))
    if standing.get("note"):
        value |= {"note": standing["note"]}
    return value | {"reviewer": signed.user.name} if read else value


def _say(admin: Admin, request: Request, signed: Signed, form: Form, lang: str, intent: str) -> Response:
    """The page as it stands, with what the model would add or one line that says why there is nothing."""
    content = admin.bench.shelf().reading.content
    if intent not in content.intents or lang not in content.languages:
        raise NotThere
    problem, status, more = "", 200, dict[str, Any]()
    try:
        more = {"item": typed_sentences(form)} if form.all("examples") else {}
        edits = {e.key: e for e in admin.edits()}
        made, outcome = suggesting.phrases(admin.bench, admin.desk, signed.user, lang, intent, edits)
        problem, status = _problem(made, outcome)
        more["left"] = [(row.texts[0], row.why) for row in made if row.state == "refused" and not problem]
    except Refused as refused:
        problem, status = f"Not asked: {refused}.", 422
    except ContentFault:
        problem, status = _NONE % "it cannot be written into the file", 424
    return intent_page(admin, request, signed, lang, intent, status, problem=problem, **more)
