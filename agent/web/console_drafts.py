"""A machine's draft of a reply: asked for with a button, shown beside the box, and said plainly where there is none."""

from fastapi import APIRouter, Request, Response

from agent.desk import drafts
from agent.model.fault import Busy, Conflict, Refused
from agent.model.wording import N_
from agent.ports.replies import DraftOutcome
from agent.web.console_door import Door
from agent.web.console_rights import WORKS
from agent.web.console_talk import load_talk, show
from agent.web.console_tongue import current, not_done, tr
from agent.web.console_words import BUSY
from agent.web.signin import Forbidden, Form, Signed

_INSTEAD: dict[DraftOutcome, str] = {
    "late": N_("The model took too long. Write in your own words."),
    "busy": N_("The model is busy with other drafts. Write in your own words, or try again."),
    "failed": N_("The model cannot be reached. Write in your own words."),
    "resting": N_("The model gave no answer several times; it is left alone for a minute. Write in your own words."),
    "not_understood": N_("The model's answer could not be used. Write in your own words."),
    "unfit": N_("The model's draft said what nobody may say unchecked, so it is not shown. Write in your own words."),
}  # fmt: skip


def routes(door: Door) -> APIRouter:
    """`/console/conversations/{id}/draft`."""
    router = door.router()

    @router.post("/console/conversations/{id}/draft")
    async def draft(request: Request, id: str) -> Response:
        return await door.write(request, lambda r, s, f, _: _draft(door, r, s, f, id), keyed=False)

    return router


def _draft(door: Door, request: Request, signed: Signed, form: Form, id: str) -> Response:
    desk = door.desk
    with desk.store.begin(write=False) as tx:
        held = load_talk(door, tx, id, signed)
    if signed.user.role not in WORKS:
        raise Forbidden("This is not for the role “%(role)s”.", role=signed.user.role)
    reader = desk.content.languages.get(current().content, desk.content.languages["en"])
    made, problem, status = None, "", 200
    try:
        made, outcome = drafts.ask(desk, held.id, signed.user, (reader.tag, reader.english))
        if made is None:
            problem, status = tr(_INSTEAD[outcome]), 424
    except Conflict as conflict:
        problem, status = not_done(conflict), 409
    except Refused as refused:
        problem, status = not_done(refused), 422
    except Busy:
        problem, status = tr(BUSY), 503
    if "x-live" in request.headers:
        if problem:
            return Response(problem, status, media_type="text/plain")
        return door.page(request, "_draft.html", signed, draft=made)
    typed = Form([("text", form.get("text") or (made.text if made is not None else ""))])
    return show(door, request, signed, id, "conversation.html", status=status, problem=problem, typed=typed, draft=made)
