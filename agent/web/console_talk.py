"""Conversations in the console: read, taken over, answered, noted, given back."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk import handoff
from agent.desk.desk import Desk
from agent.dialogue.spoken import phone
from agent.model.conversation import Conversation
from agent.model.fault import Busy, Conflict, Refused
from agent.model.patient import StaffUser
from agent.ports import Tx
from agent.web.console_card import names_in
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_preview import whole_thread
from agent.web.console_words import at, english, kind, sent
from agent.web.signin import Form, Signed

_MODES = {
    "agent": "The desk answers", "waiting_staff": "Waits for a person", "staff": "With a person", "closed": "Closed",
}  # fmt: skip
_RECENT = 60


def routes(door: Door) -> APIRouter:
    """`/console/conversations` and each of them."""
    router = door.router()

    @router.get("/console/conversations")
    def recent(request: Request) -> Response:
        return _list(door, request, door.signed(request), "conversations.html")

    @router.get("/console/conversations/rows")
    def rows(request: Request) -> Response:
        return _list(door, request, door.signed(request), "_conversations.html")

    @router.get("/console/conversations/{id}")
    def conversation(request: Request, id: str) -> Response:
        return _show(door, request, door.signed(request), id, "conversation.html")

    @router.get("/console/conversations/{id}/thread")
    def thread(request: Request, id: str) -> Response:
        return _show(door, request, door.signed(request), id, "_thread.html", again=True)

    @router.post("/console/conversations/{id}/{act}")
    async def act(request: Request, id: str, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, id, act))

    return router


def who(desk: Desk, tx: Tx, held: Conversation) -> str:
    """The patient's name where identity is proven, else how they write, with the name they gave before it."""
    known = tx.patients.get(held.patient) if held.patient and held.identity == "verified" else None
    if known is not None:
        return known.name
    said = held.facts.get("name")
    reach = "web visitor" if held.channel == "chat" else phone(held.address.value, desk.clinic.country)
    return f"{said.value} ({reach})" if said is not None else reach[0].upper() + reach[1:]


def _load(door: Door, tx: Tx, id: str) -> Conversation:
    held = tx.conversations.get(id)
    if held is None or held.clinic != door.desk.clinic.id:
        raise NotThere
    return held


def _list(door: Door, request: Request, signed: Signed, page: str) -> Response:
    desk, now = door.desk, door.desk.clock()
    voice, rows = english(desk, now), []
    with desk.store.begin(write=False) as tx:
        staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
        for held, active in tx.conversations.recent(desk.clinic.id, _RECENT):
            open_tasks = [t for t in tx.tasks.of(held.id) if t.decided_at is None]
            rows.append({"held": held, "who": who(desk, tx, held), "at": at(voice, active), "tasks": open_tasks,
                         "mode": _mode(held, staff.get(held.assignee or "", ""))})  # fmt: skip
    return door.page(request, page, signed, rows=rows)


def _mode(held: Conversation, holder: str) -> str:
    return f"With {holder}" if held.mode == "staff" and holder else _MODES[held.mode]


def _show(
    door: Door, request: Request, signed: Signed, id: str, page: str, *, again: bool = False, status: int = 200,
    problem: str = "", typed: Form | None = None,
) -> Response:  # fmt: skip
    desk, now = door.desk, door.desk.clock()
    voice = english(desk, now)
    with desk.store.begin() as tx:
        held = _load(door, tx, id)
        lines = whole_thread(tx, id)
        names = names_in(tx, lines, held.assignee)
        tasks = tx.tasks.of(id)
        stopped = tx.optouts.stopped(held.address)
        person = who(desk, tx, held)
        door.note_read(tx, signed, "conversation:viewed", id, again=again)
    holder = names.get(f"staff:{held.assignee}", "")
    values: dict[str, Any] = {
        "held": held, "thread": lines, "names": names, "mode": _mode(held, holder), "who": person, "sent": sent,
        "holder": holder, "mine": held.mode == "staff" and held.assignee == signed.user.id, "tasks": tasks,
        "stopped": stopped, "at": lambda when: at(voice, when), "kind_of": lambda t: kind(voice, t),
        "problem": problem, "typed": typed or Form([]), "most": desk.settings.max_text,
    }  # fmt: skip
    return door.page(request, page, signed, status, **values)


def _act(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str, act: str) -> Response:
    done: Response = RedirectResponse(f"/console/conversations/{id}#end", 303)
    if "x-live" in request.headers:
        done = Response(status_code=204)
    desk, by, text = deed.desk(done), signed.user, form.get("text")
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: handoff.take(desk, id, by),
        "reply": lambda: handoff.reply(desk, id, by, text),
        "note": lambda: _note(desk, id, by, text),
        "give-back": lambda: handoff.give_back(desk, id, by),
    }
    with desk.store.begin(write=False) as tx:
        held = _load(door, tx, id)
        holder = tx.staff.get(held.assignee) if held.assignee else None
    if act not in acts:
        raise NotThere
    if act == "give-back" and holder is not None and holder.id != by.id and by.role != "admin":
        return _refused(door, request, signed, id, form, f"Not done: {holder.name} has this conversation.", 409)
    try:
        acts[act]()
    except Conflict as conflict:
        named = f" It is with {holder.name}." if holder else ""
        return _refused(door, request, signed, id, form, f"Not done: {conflict}.{named} What you typed is kept.", 409)
    except Refused as refused:
        return _refused(door, request, signed, id, form, f"Not done: {refused}.", 422)
    except Busy:
        return _refused(door, request, signed, id, form, "Not done: the desk is busy just now; try again.", 503)
    return done


def _refused(door: Door, request: Request, signed: Signed, id: str, form: Form, text: str, status: int) -> Response:
    if "x-live" in request.headers:
        return Response(text, status, media_type="text/plain")
    return _show(door, request, signed, id, "conversation.html", status=status, problem=text, typed=form)


def _note(desk: Desk, id: str, by: StaffUser, text: str) -> None:
    if not text.strip():
        raise Refused("write something first")
    if len(text) > desk.settings.max_text:
        raise Refused(f"at most {desk.settings.max_text} characters")
    handoff.note(desk, id, by, text)
