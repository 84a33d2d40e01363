"""Instructions for after a visit: what is in force, what waits for approval, and who is asked how they are."""

import re
from datetime import time, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk import instructions
from agent.desk.desk import Desk
from agent.dialogue.spoken import visit_type_name
from agent.documents.reading_ease import reading
from agent.model.fault import Conflict, Refused
from agent.model.instructions import CheckInRule, Sheet, SheetText
from agent.model.wording import N_
from agent.ports import Tx
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_tongue import each, not_done, tr
from agent.web.console_words import at, day_and_time, staff_voice
from agent.web.signin import Form, Signed

STATES = {
    "draft": N_("waits for approval"),
    "approved": N_("in force"),
    "replaced": N_("replaced"),
    "withdrawn": N_("withdrawn"),
}
ASKED = {
    "due": N_("to be asked"),
    "calling": N_("to be called"),
    "asked": N_("asked, no answer yet"),
    "answered": N_("answered"),
    "silent": N_("no answer"),
    "skipped": N_("left out"),
}
LEVELS = {"easy": N_("easy"), "plain": N_("plain"), "hard": N_("hard")}
_LOOK_BACK, _LOOK_AHEAD = timedelta(days=14), timedelta(days=14)
_FORM_BYTES = 400_000
_DAY = re.compile(r"\d{1,2}")
_EMPTY_RULES = 2  # rows for more questions


def routes(door: Door) -> APIRouter:
    """`/console/instructions`."""
    router = door.router()

    @router.get("/console/instructions")
    def all_of_them(request: Request) -> Response:
        return _list(door, request, door.signed(request))

    @router.get("/console/instructions/new")
    def new(request: Request, visit: str = "") -> Response:
        return _edit(door, request, door.signed(request), None, visit)

    @router.get("/console/instructions/{id}")
    def one(request: Request, id: str) -> Response:
        signed = door.signed(request)
        return _edit(door, request, signed, id)

    @router.post("/console/instructions/{id}/{act}")
    async def act(request: Request, id: str, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, id, act), most=_FORM_BYTES)

    return router


def _list(door: Door, request: Request, signed: Signed) -> Response:
    desk, now = door.desk, door.desk.clock()
    voice = staff_voice(desk, now)
    with desk.store.begin(write=False) as tx:
        sheets = tx.instructions.all(desk.clinic.id)
        in_force = {s.id for s in tx.instructions.approved(desk.clinic.id)}
        rows = tx.check_ins.between(desk.clinic.id, now - _LOOK_BACK, now + _LOOK_AHEAD)
        visits = {r.appointment: tx.appointments.get(r.appointment) for r in rows}
        people = {v.id: tx.patients.get(v.patient) for v in visits.values() if v is not None and v.patient}
        about = {s.id: _about(desk, tx, s) for s in sheets}
        numbers = {r.task: t.number for r in rows if r.task and (t := tx.tasks.get(r.task)) is not None}
    order = {"draft": 0, "approved": 1, "withdrawn": 2, "replaced": 2}
    sheets.sort(key=lambda s: (order[s.state], about[s.id]))
    return door.page(
        request, "instructions.html", signed, sheets=sheets, in_force=in_force, about=about, STATES=each(STATES),
        ASKED=each(ASKED), at=lambda when: at(voice, when), title=_title, rows=rows, people=people, numbers=numbers,
        writes=signed.user.role in instructions.WRITE,
    )  # fmt: skip


def _edit(
    door: Door, request: Request, signed: Signed, id: str | None, visit: str = "", problem: str = "",
    status: int = 200, typed: tuple[dict[str, SheetText], tuple[CheckInRule, ...]] | None = None, kind: str = "",
) -> Response:  # fmt: skip
    desk, voice = door.desk, staff_voice(door.desk, door.desk.clock())
    with desk.store.begin() as tx:
        sheet = tx.instructions.newest(desk.clinic.id, id) if id else None
        versions = tx.instructions.versions(desk.clinic.id, id) if id else []
        concerned = tx.appointments.get(visit) if visit else None
        if (id and sheet is None) or (visit and (concerned is None or concerned.clinic != desk.clinic.id)):
            raise NotThere
        if (sheet is not None and sheet.patient) or concerned is not None:
            door.note_read(tx, signed, "instructions:viewed", id or visit)
        about = _about(desk, tx, sheet) if sheet else _of_visit(desk, tx, visit) if visit else ""
        staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
    texts = typed[0] if typed else sheet.texts if sheet else {"en": SheetText(title="", body="")}
    rules = typed[1] if typed else sheet.check_ins if sheet else ()
    role = signed.user.role
    return door.page(
        request, "instruction.html", signed, status, sheet=sheet, versions=versions, about=about, texts=texts,
        rules=[*rules, *[None] * _EMPTY_RULES], problem=problem, STATES=each(STATES), staff=staff, visit=visit,
        kind=kind, levels={tag: reading(_plain(text), tag) for tag, text in texts.items()}, LEVELS=each(LEVELS),
        more=[tag for tag in desk.content.live if tag not in texts], at=lambda when: at(voice, when),
        kinds=[(v.id, visit_type_name(desk.clinic, voice.locale, v.id)) for v in desk.clinic.visit_types],
        writes=role in instructions.WRITE, approves=role in instructions.APPROVE, longest=instructions.LONGEST,
        direction=lambda tag: desk.content.languages[tag].direction,
    )  # fmt: skip


def _plain(text: SheetText) -> str:
    return " ".join(p.text for p in text.passages())


def _title(sheet: Sheet, tag: str) -> str:
    return sheet.text_in(tag)[1].title


def _about(desk: Desk, tx: Tx, sheet: Sheet) -> str:
    """The kind of visit, or whose visit and when."""
    if sheet.appointment:
        return _of_visit(desk, tx, sheet.appointment)
    return visit_type_name(desk.clinic, staff_voice(desk, desk.clock()).locale, sheet.visit_type)


def _of_visit(desk: Desk, tx: Tx, id: str) -> str:
    visit, voice = tx.appointments.get(id), staff_voice(desk, desk.clock())
    patient = tx.patients.get(visit.patient) if visit and visit.patient else None
    if visit is None or patient is None:
        return tr("a visit that is no longer on file")
    return f"{patient.name} · {day_and_time(voice, {'local': visit.local.isoformat()})}"


def _act(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str, act: str) -> Response:
    if act not in ("save", "approve", "withdraw"):
        raise NotThere
    new, visit, kind = id == "new", form.get("visit"), form.get("visit_type")
    typed = _texts(form), _rules(form)
    try:
        version = _version(form)
        onward = RedirectResponse(
            "/console/instructions" if new or act != "save" else request.url.path[: -len("/save")], 303
        )
        desk = deed.desk(onward)
        if act == "save" and new:
            instructions.begin(desk, signed.user, *typed, visit_type=kind, appointment=visit)
        elif act == "save":
            instructions.rewrite(desk, id, version, signed.user, *typed)
        elif act == "approve":
            instructions.approve(desk, id, version, signed.user)
        else:
            instructions.withdraw(desk, id, version, signed.user)
    except (Refused, Conflict) as refused:
        again = typed if act == "save" else None
        status = 409 if isinstance(refused, Conflict) else 422
        return _edit(door, request, signed, None if new else id, visit, not_done(refused), status, again, kind)
    return onward


def _texts(form: Form) -> dict[str, SheetText]:
    """What stands in the form, by language; a language whose fields are all empty is left out."""
    found = {}
    for tag in dict.fromkeys((*form.all("language"), form.get("more"))):
        title, body = (form.get(f"{name}_{tag}").strip() for name in ("title", "body"))
        about = tuple(w.strip() for w in re.split(r"[,،、，]", form.get(f"about_{tag}")) if w.strip())
        if tag and (title or body):
            found[tag] = SheetText(title=title, about=about, body=body.replace("\r\n", "\n"))
        elif tag and tag == form.get("more"):
            found[tag] = SheetText(
                title=form.get("title_more").strip(), body=form.get("body_more").replace("\r\n", "\n")
            )
    return found


def _rules(form: Form) -> tuple[CheckInRule, ...]:
    """Rows whose day is empty or no day are left out."""
    found = []
    for day, clock, must in zip(form.all("day"), form.all("clock"), form.all("must"), strict=False):
        if _DAY.fullmatch(day.strip()) and 0 < int(day) <= 90:
            hour = time.fromisoformat(clock) if re.fullmatch(r"\d\d:\d\d", clock) and clock < "24" else time(10)
            found.append(CheckInRule(day=int(day), at=hour, must_answer=must == "yes"))
    return tuple(found)


def _version(form: Form) -> int:
    given = form.get("version", "0")
    if not (given.isascii() and given.isdigit() and len(given) < 7):
        raise Refused("the form is not complete")
    return int(given)
