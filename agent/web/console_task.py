"""The task's card: shown, previewed, decided; after a decision on to the next one."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from agent.desk import call_back, decide
from agent.desk.approving import approve
from agent.desk.planted import PlantOpen, laid_over, put_away
from agent.desk.undo import until
from agent.desk.waking import zones_of
from agent.dialogue.spoken import Voice
from agent.model.call_back import UNDER_WAY
from agent.model.fault import Busy, Conflict, Refused
from agent.model.plant import Plant
from agent.model.task import OPEN, Task, is_urgent
from agent.ports import Tx
from agent.web import console_planted
from agent.web.console_card import TIMED, Card, read_card
from agent.web.console_deeds import BECAUSE, DEEDS, OFFERED, doing
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_notice import short_notice
from agent.web.console_preview import Told, later, told, whole_thread
from agent.web.console_rights import WORKS, may, takes_over
from agent.web.console_says import happened, role
from agent.web.console_tongue import not_done, said, tr
from agent.web.console_words import at, booked_instead, due, kind, sent, spoken, staff_voice, what
from agent.web.signin import Forbidden, Form, Signed

_LEAVES = frozenset({"confirm", "change", "offer", "decline", "close", "hand-over"})  # on to the next task


def routes(door: Door) -> APIRouter:
    """`/console/tasks/{id}` and what is done there."""
    router = door.router()

    @router.get("/console/tasks/{id}")
    def card(request: Request, id: str, day: str = "", done: str = "") -> Response:
        signed = door.signed(request)
        return _show(door, request, signed, id, pick=_day(day), done=done)

    @router.get("/console/tasks/{id}/state")
    def state(request: Request, id: str) -> Response:
        """Ids, version and status only: is what this page shows still so?"""
        signed = door.signed(request)
        with door.desk.store.begin(write=False) as tx:
            task = load(door, tx, id, signed)
            return JSONResponse({"version": task.version, "said": _standing(tx, task)})

    @router.post("/console/tasks/{id}/told")
    async def preview(request: Request, id: str) -> Response:
        return await door.write(request, lambda r, s, f, _: _preview(door, r, s, f, id), keyed=False)

    @router.post("/console/tasks/{id}/{act}")
    async def act(request: Request, id: str, act: str) -> Response:
        if act not in (*DEEDS, "nothing", "call"):
            await to_thread.run_sync(door.signed, request)
            raise NotThere
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, id, act))

    return router


def read_first(door: Door) -> None:
    """A card is read once without being shown: statements are compiled and tables read that every card needs."""
    desk, now = door.desk, door.desk.clock()
    with suppress(Busy), desk.store.begin(write=False) as tx:
        task = next((t for t in tx.tasks.open(desk.clinic.id) if t.kind in TIMED), None)
        if task is not None:
            read_card(desk, tx, task, now, None)
    zones_of(desk.clinic.numbers[0] if desk.clinic.numbers else None)


def load(door: Door, tx: Tx, id: str, signed: Signed) -> Task:
    """A task of this clinic and of the person's locations; NotThere for any other id."""
    task = tx.tasks.get(id)
    if task is None or task.clinic != door.desk.clinic.id or not may(signed.user, "see", task):
        raise NotThere
    return task


def toast(door: Door, tx: Tx, signed: Signed, done: str) -> dict[str, Any] | None:
    """What the patient was told by the decision on that task, from the committed rows."""
    task = tx.tasks.get(done) if done else None
    if task is None or task.clinic != door.desk.clinic.id or not task.changes:
        return None
    last = task.changes[-1]
    lines = whole_thread(tx, task.conversation)
    said = [x for x in lines if x.author == f"staff:{signed.user.id}" and x.at >= last.at and x.direction == "out"]
    night = later(tx, said)
    return {"task": task, "what": happened(last.what), "said": said, "undo": _undo(door, task, signed),
            "later": at(staff_voice(door.desk, door.desk.clock()), night) if night else ""}  # fmt: skip


def _undo(door: Door, task: Task, signed: Signed) -> int:
    """Whole seconds in which this person may still take their decision back."""
    end = until(door.desk, task, signed.user)
    return max(0, int((end - door.desk.clock()).total_seconds())) if end else 0


def _show(
    door: Door, request: Request, signed: Signed, id: str, *, pick: date | None = None, done: str = "",
    problem: str = "", status: int = 200, typed: Form | None = None, act: str = "",
) -> Response:  # fmt: skip
    desk, now = door.desk, door.desk.clock()
    with desk.store.begin() as tx:
        true = load(door, tx, id, signed)
        is_open = true.status in OPEN
        decides = is_open and may(signed.user, "decide", true)
        plant = console_planted.shown(desk, tx, true, signed, decides=decides)
        task = laid_over(plant, true) if plant else true
        planted = console_planted.notice(desk, tx, true, signed, request.query_params.get("planted", ""))
        card = read_card(desk, tx, task, now, pick, plant)
        note = toast(door, tx, signed, done)
        standing = _standing(tx, task)
        last = tx.call_backs.last_of(id)
        calling = last is not None and last.state in UNDER_WAY
        colleagues = [u for u in tx.staff.all(desk.clinic.id) if takes_over(u, task) and u.id != signed.user.id]
        door.note_read(tx, signed, "task:viewed", task.id)
    voice = staff_voice(desk, now)
    values = {
        "card": card, "happened": happened, "long_date": voice.almanac.long_date,
        "task": task, "kind": kind(voice, task), "what": what(voice, task), "due": due(task, now),
        "due_at": at(voice, task.due_at), "at": lambda when: at(voice, when), "is_open": is_open, "sent": sent,
        "decides": decides, "takes": is_open and may(signed.user, "take", task), "urgent": is_urgent(task),
        "mine": task.assignee == signed.user.id, "toast": note, "problem": problem, "standing": standing,
        "typed": typed or Form([]), "act": act or request.query_params.get("act", ""), "offered": OFFERED,
        **_instead(voice, task),
        "told": _first_word(door, signed, card, plant) if decides else Told(),
        "planted": planted, "view": plant.id if plant else desk.new_id(), "most": desk.settings.max_text,
        "one_day": timedelta(days=1), "colleagues": colleagues, "WORKS": WORKS, "undo": _undo(door, task, signed),
        "short_notice": short_notice(desk.clinic, task), "calls": desk.dialler is not None, "calling": calling,
        "may_overbook": door.desk.clinic.booking.overbooking == "staff" and task.kind in ("booking", "reschedule"),
    }  # fmt: skip
    return door.page(request, "card.html", signed, status, **values)


def _instead(voice: Voice, task: Task) -> dict[str, str]:
    """What a person booked in place of the prepared visit, and why."""
    found, why = booked_instead(task), next((c.why for c in reversed(task.changes) if c.what == "changed"), "")
    return {
        "instead": spoken(voice, "opening", found) if found else "",
        "why_instead": tr(BECAUSE[why]) if why in BECAUSE else "",
    }


def _first_word(door: Door, signed: Signed, card: Card, plant: Plant | None) -> Told:
    """What confirming as prepared would tell the patient."""
    on, task = console_planted.as_shown(door.desk, plant, card.task)
    if not card.confirmable:
        return told(on, task, lambda desk: decide.close(desk, task.id, task.version, signed.user))
    chosen = next((m.patient.id for m in card.matches if m.chosen), None)
    if card.form is not None:
        return told(on, task, lambda desk: approve(desk, task.id, task.version, signed.user, chosen))
    return told(on, task, lambda desk: decide.confirm(desk, task.id, task.version, signed.user, chosen))


def _preview(door: Door, request: Request, signed: Signed, form: Form, id: str) -> Response:
    with door.desk.store.begin(write=False) as tx:
        task = load(door, tx, id, signed)
        plant = console_planted.seen_on(tx, task, signed, form.get("view"))
    act = form.get("act")
    if act not in _LEAVES:
        raise NotThere
    if not may(signed.user, "decide", task):
        raise _not_yours(task)
    try:
        on, seen = console_planted.as_shown(door.desk, plant, task)
        shown = told(on, seen, doing(act, seen, signed.user, form))
    except Refused as refused:
        shown = Told(problem=said(refused))
    voice = staff_voice(door.desk, door.desk.clock())
    return door.page(request, "_told.html", signed, told=shown, at=lambda when: at(voice, when))


def _act(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str, act: str) -> Response:
    desk = door.desk
    with desk.store.begin(write=False) as tx:
        task = load(door, tx, id, signed)
    if not may(signed.user, "take" if act in ("take", "give-back", "hand-over") else "decide", task):
        raise _not_yours(task)
    again: dict[str, Any] = {"typed": form, "act": act, "pick": _day(form.get("day"))}
    if act == "nothing":
        return _show(door, request, signed, id, problem=tr("Nothing was decided. Press one of the buttons."), **again)
    if (stopped := console_planted.before_acting(door, task, signed, form, act)) is not None:
        return stopped
    done = _onward(door, signed, id, act)
    try:
        if act == "call":
            call_back.ring(desk, call_back.ask(deed.desk(done), id, signed.user))
        else:
            doing(act, task, signed.user, form)(deed.desk(done))
    except PlantOpen as found:
        return console_planted.ended(door, found.plant, act)
    except Conflict as conflict:
        with desk.store.begin(write=False) as tx:
            now_is = _standing(tx, load(door, tx, id, signed))
        kept = tr("What you typed is still below.") if form.get("words") or form.get("done_words") else ""
        text = " ".join(x for x in (not_done(conflict), now_is, kept) if x)
        return _show(door, request, signed, id, problem=text, status=409, **again)
    except Refused as refused:
        return _show(door, request, signed, id, problem=not_done(refused), status=422, **again)
    except Busy:
        text = tr("Not done: the desk is busy just now. Nothing was changed; try again.")
        return _show(door, request, signed, id, problem=text, status=503, **again)
    if act in ("give-back", "hand-over"):
        put_away(desk, id, signed.user.id)
    return done


def _onward(door: Door, signed: Signed, id: str, act: str) -> Response:
    if act not in _LEAVES:
        return RedirectResponse(f"/console/tasks/{id}", 303)
    following = _next(door, signed, id)
    return RedirectResponse(f"/console/tasks/{following}?done={id}" if following else f"/console?done={id}", 303)


def _next(door: Door, signed: Signed, done: str) -> str | None:
    """The next open task that this person may decide and that no colleague has."""
    with door.desk.store.begin(write=False) as tx:
        tasks = tx.tasks.open(door.desk.clinic.id)
    mine = [
        t for t in tasks
        if t.id != done and t.status != "on-hold" and may(signed.user, "decide", t)
        and t.assignee in (None, signed.user.id)
    ]  # fmt: skip
    return mine[0].id if mine else None


def _standing(tx: Tx, task: Task) -> str:
    """Who did what last, and what is left to do."""
    last = task.changes[-1] if task.changes else None
    by = tr("The desk") if last and last.by == "agent" else last.by if last else ""
    did = f"{by}: {happened(last.what)}." if last else ""
    owner = tx.staff.get(task.assignee) if task.assignee else None
    if task.status not in OPEN:
        left = tr("Nothing is left to do.")
    elif task.status == "on-hold":
        left = tr("It waits for the patient.")
    elif owner is not None:
        left = tr("It is still open and with %(name)s.", name=owner.name)
    else:
        left = tr("It is still open and unassigned.")
    return f"{did} {left}".strip()


def _not_yours(task: Task) -> Forbidden:
    return Forbidden(
        "Request #%(number)s is for the role “%(role)s” to decide. You can read it, and write to the patient.",
        number=task.number, role=role(task.role),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
