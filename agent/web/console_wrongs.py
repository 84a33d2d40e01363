""" "This was wrong", from any page: reported, answered, and seen by whoever reported it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk import wrongs
from agent.model.fault import Refused
from agent.ports import Tx
from agent.web import console_planted
from agent.web.console_door import Deed, Door
from agent.web.console_rights import may, sees_talk
from agent.web.console_tongue import each, not_done
from agent.web.console_words import at, staff_voice
from agent.web.signin import Forbidden, Form, Signed


def routes(door: Door) -> APIRouter:
    """`/console/wrongs`."""
    router = door.router()

    @router.get("/console/wrongs")
    def all_of_them(request: Request) -> Response:
        return _show(door, request, door.signed(request))

    @router.post("/console/wrongs/report")
    async def report(request: Request) -> Response:
        return await door.write(request, lambda r, s, f, d: _report(door, r, s, f, d))

    @router.post("/console/wrongs/{id}/answer")
    async def answer(request: Request, id: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _answer(door, r, s, f, d, id))

    return router


def _show(door: Door, request: Request, signed: Signed, problem: str = "", status: int = 200) -> Response:
    desk = door.desk
    voice = staff_voice(desk, desk.clock())
    with desk.store.begin() as tx:
        rows = wrongs.seen_by(desk, tx, signed.user)
        staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
    return door.page(
        request, "wrongs.html", signed, status, rows=rows, staff=staff, problem=problem, ANSWERS=each(wrongs.ANSWERS),
        at=lambda when: at(voice, when), answers=signed.user.role == "admin", revision=desk.content.revision,
    )  # fmt: skip


def _report(door: Door, request: Request, signed: Signed, form: Form, deed: Deed) -> Response:
    done, subject = RedirectResponse("/console/wrongs", 303), form.get("subject")
    plain = subject.startswith("/console") and subject.isprintable() and "?" not in subject and len(subject) < 200
    subject = subject if plain else "/console"
    if (caught := console_planted.reported(door, signed, subject)) is not None:
        return caught
    with door.desk.store.begin(write=False) as tx:
        talk = _talk(tx, signed, subject)
    try:
        wrongs.report(deed.desk(done), signed.user, subject, form.get("kind"), form.get("words"), talk)
    except Refused as refused:
        return _show(door, request, signed, not_done(refused), 422)
    return done


def _answer(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str) -> Response:
    if signed.user.role != "admin":
        raise Forbidden("Reports are answered by the role “admin”.")
    done = RedirectResponse("/console/wrongs", 303)
    try:
        wrongs.answer(deed.desk(done), signed.user, id, form.get("status"), form.get("answer"))
    except Refused as refused:
        return _show(door, request, signed, not_done(refused), 422)
    return done


def _talk(tx: Tx, signed: Signed, subject: str) -> str | None:
    """The conversation that the page is about, so that the report is erased with it."""
    room, _, id = subject.removeprefix("/console/").partition("/")
    id = id.partition("/")[0]
    if room == "tasks":
        task = tx.tasks.get(id)
        return task.conversation if task is not None and may(signed.user, "see", task) else None
    if room == "conversations":
        held = tx.conversations.get(id)
        return id if held is not None and sees_talk(signed.user, tx.tasks.of(id)) else None
    return None
