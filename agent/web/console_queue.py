"""The queue as staff look at it: views with counts, filters, each row with an owner, a status and a due time."""

import json
import secrets
from hashlib import blake2b
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from agent.desk import decide
from agent.desk.nudge import rings
from agent.desk.wrongs import unanswered_by, unseen_by
from agent.model.fault import Busy, Conflict, Refused
from agent.model.plant import Plant
from agent.model.task import Task, is_urgent
from agent.web import console_planted, console_task
from agent.web.console_board import Look, is_plain, row_of
from agent.web.console_door import Door, NotThere
from agent.web.console_pick import FILTERS, SECTIONS, VIEWS, Queue, pick, sections
from agent.web.console_rights import may
from agent.web.console_tongue import current, each, language, ngettext, said, tr
from agent.web.console_words import CHANNELS, at, kind, staff_voice
from agent.web.signin import Form, Signed

MOST_AT_ONCE = 20
_RUN = secrets.token_hex(4)  # of this process: another one numbers its looks by itself


def routes(door: Door) -> APIRouter:
    """`/console`, its rows and its counts, and what is done."""
    router, desk = door.router(), door.desk

    @router.get("/console")
    def queue(request: Request, done: str = "") -> Response:
        signed = door.signed(request)
        if signed.user.role == "auditor":
            return RedirectResponse("/console/audit", 303)
        look = door.board.look(signed.user)
        with desk.store.begin(write=False) as tx:
            toast = console_task.toast(door, tx, signed, done)
            sends, answered = tx.bulk.waiting(desk.clinic.id), unseen_by(tx, signed.user)
            reported = unanswered_by(tx, signed.user)
        return _page(door, request, signed, look, toast=toast, sends=sends, answered=answered, reported=reported)

    @router.get("/console/queue")
    async def rows(request: Request) -> Response:
        """The page's own list, with what `/console/count` says in a header: one request at a ring, not two. A page
        that tells which list it has is sent what differs from it, or 304 where nothing does."""
        signed = await door.lane.run(door.signed, request)
        door.hears(request, signed)
        look = await door.board.ask(signed.user)
        view, chosen = _asked(request)
        plants = await door.lane.run(console_planted.in_the_queue, door, signed)
        tag, had = _tag(signed, look.mark, view, chosen, plants), request.headers.get("if-none-match", "")
        if had == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return await door.lane.run(_list, door, signed, look, (view, chosen, plants), had)

    @router.get("/console/count")
    async def count(request: Request) -> Response:
        signed = await door.lane.run(door.signed, request)
        door.hears(request, signed)
        return JSONResponse(counted(door, signed, await door.board.ask(signed.user)))

    @router.post("/console/queue/confirm")
    async def confirm_several(request: Request) -> Response:
        return await door.write(request, lambda r, s, f, _: _confirm_several(door, r, s, f))

    @router.get("/console/done")
    def decided(request: Request) -> Response:
        signed, now = door.signed(request), desk.clock()
        voice = staff_voice(desk, now)
        with desk.store.begin(write=False) as tx:
            staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
            tasks = [t for t in tx.tasks.done(desk.clinic.id, 200) if may(signed.user, "see", t)]
            rows = [row_of(voice, tx, signed.user, t, staff.get(t.assignee or "", ""), now) for t in tasks]
        return door.page(request, "done.html", signed, rows=rows, at=lambda when: at(voice, when))

    return router


def counted(door: Door, signed: Signed, look: Look) -> dict[str, Any]:
    """For every page's title and alarm: how many wait, and which are urgent and nobody's, and how often those have
    been rung again."""
    tasks = [row.task for row in look.rows if row.section not in ("done", "hold")]
    waiting = [t for t in tasks if t.assignee is None or (is_urgent(t) and t.assignee == signed.user.id)]
    voice = staff_voice(door.desk, look.now)
    urgent = [
        {"id": t.id, "number": t.number, "kind": kind(voice, t), "stat": t.priority == "stat",
         "again": rings(t, look.now)}
        for t in tasks if is_urgent(t) and t.assignee is None
    ]  # fmt: skip
    return {"waiting": len(waiting), "urgent": urgent}


def _asked(request: Request) -> tuple[str, dict[str, str]]:
    """The view and the filters of an address; an unknown view is the first."""
    asked = request.query_params
    view = asked.get("view", "")
    return view if view in VIEWS else "", {name: asked.get(name, "")[:60] for name in FILTERS}


def _tag(signed: Signed, mark: int, view: str, chosen: dict[str, str], plants: list[Plant]) -> str:
    """Names what this person sees in this view at that mark; nobody else's and no other process's is the same."""
    user, tongue = signed.user, current()
    planted = [p.id for p in plants]
    whose = repr(
        (planted, user.id, user.role, user.locations, tongue.tag, tongue.country, view, sorted(chosen.items()))
    )
    return f'"{_RUN}.{mark}.{blake2b(whose.encode(), digest_size=9).hexdigest()}"'


def _page(door: Door, request: Request, signed: Signed, look: Look, **values: Any) -> Response:
    view, chosen = _asked(request)
    plants = console_planted.in_the_queue(door, signed)
    seen = console_planted.rows_as_shown(door, look, plants)
    rows, counts = pick(seen, signed.user.id, view, chosen)
    queue = Queue(view, chosen, counts, sections(rows, each(SECTIONS)), _choices(door, look))
    queue.tag = _tag(signed, look.mark, view, chosen, plants)
    return door.page(request, "queue.html", signed, queue=queue, VIEWS=each(VIEWS).items(), **values)


def _list(
    door: Door, signed: Signed, look: Look, asked: tuple[str, dict[str, str], list[Plant]], had: str
) -> Response:  # fmt: skip
    """The rows; where `had` names an earlier list of the same person and view, what differs from it."""
    view, chosen, plants = asked
    rows, counts = pick(console_planted.rows_as_shown(door, look, plants), signed.user.id, view, chosen)
    mark = had.split(".")[1] if had.count(".") == 2 else ""
    known = mark.isdecimal() and len(mark) < 16 and had == _tag(signed, int(mark), view, chosen, plants)
    past = door.board.past(signed.user, int(mark)) if known else None
    before = pick(past, signed.user.id, view, chosen)[0] if past is not None else None
    queue = Queue(view, chosen, counts, sections(rows, each(SECTIONS), before))
    page = door.templates.get_template("console/_queue.html").render(queue=queue, VIEWS=each(VIEWS).items())
    told = {"ETag": _tag(signed, look.mark, view, chosen, plants), "X-Count": json.dumps(counted(door, signed, look))}
    return Response(page, media_type="text/html", headers=told)


def _confirm_several(door: Door, request: Request, signed: Signed, form: Form) -> Response:
    """Each by its own compare-and-swap; what could not be confirmed stays in the queue and is named."""
    desk, now = door.desk, door.desk.clock()
    voice, failed, done = staff_voice(desk, now), [], 0
    for chosen in dict.fromkeys(form.all("task")[:MOST_AT_ONCE]):
        id, _, version = chosen.partition(":")
        with desk.store.begin(write=False) as tx:
            task = tx.tasks.get(id)
        if task is None or task.clinic != desk.clinic.id or not may(signed.user, "see", task):
            raise NotThere
        if not may(signed.user, "decide", task) or not is_plain(voice, task) or not version.isdigit():
            failed.append(tr("#%(number)s is not done: look at it by itself.", number=task.number))
            continue
        try:
            decide.confirm(desk, id, int(version), signed.user)
            done += 1
        except (Conflict, Refused) as why:
            failed.append(tr("#%(number)s is not done: %(why)s.", number=task.number, why=said(why)))
        except Busy:
            failed.append(tr("#%(number)s is not done: the desk is busy just now; try again.", number=task.number))
    words = (
        ngettext("%(count)s confirmed as prepared.", "%(count)s confirmed as prepared.", done)
        if done
        else tr("Nothing was confirmed.")
    )
    return _page(door, request, signed, door.board.look(signed.user), toast=None, said=words, failed=failed)


def _choices(door: Door, look: Look) -> dict[str, list[tuple[str, str]]]:
    """Only what there is something of."""
    desk, tasks = door.desk, [row.task for row in look.rows]
    voice = staff_voice(desk, look.now)
    places = {p.id: p.name for p in desk.clinic.locations}
    languages, channels = desk.content.languages, each(CHANNELS)
    kinds: dict[str, Task] = {t.kind: t for t in tasks}
    found: dict[str, set[tuple[str, str]]] = {
        "location": {(row.place, places[row.place]) for row in look.rows if row.place in places},
        "language": {(tag, language(tag, languages[tag].english if tag in languages else ""))
                     for tag in (t.language for t in tasks)},
        "kind": {(name, kind(voice, t)) for name, t in kinds.items()},
        "channel": {(t.channel, channels.get(t.channel, t.channel)) for t in tasks},
    }  # fmt: skip
    return {name: sorted(rows, key=lambda x: x[1]) for name, rows in found.items()}
