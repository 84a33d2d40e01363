"""Bulk sends, as staff steer them: whom the clinic's data means, what they would read, who agreed, stage by stage."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk import bulk
from agent.desk.bulk_out import next_out
from agent.desk.bulk_why import RECALL
from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice, day, visit_type_name
from agent.model.bulk import LINE, STAGES, Bulk, BulkKind, Choice, Person, Told
from agent.model.fault import Busy, Conflict, Refused
from agent.ports import Tx
from agent.web.console_bulk_words import KINDS, STATES, WHYS, by_way, came_to, languages, left_out, outcomes
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_rights import WORKS
from agent.web.console_tongue import each, not_done, number, tr
from agent.web.console_words import BUSY, at, day_and_time, staff_voice
from agent.web.signin import Forbidden, Form, Signed

_SOON = timedelta(minutes=2)  # until then texts are said to be leaving
_RUNG = 200  # named with what came of their call
_TO_CALL = ("left_out", "skipped")


@dataclass(frozen=True)
class Call:
    """Somebody whom the send does not reach, or who was to be called, and what came of it."""

    name: str
    patient: str
    why: str
    when: str


def routes(door: Door) -> APIRouter:
    """`/console/bulk`."""
    router = door.router()

    @router.get("/console/bulk")
    def all_of_them(request: Request) -> Response:
        return _list(door, request, door.signed(request))

    @router.get("/console/bulk/{id}")
    def one(request: Request, id: str) -> Response:
        return _show(door, request, door.signed(request), id)

    @router.post("/console/bulk/new")
    async def new(request: Request) -> Response:
        return await door.write(request, lambda r, s, f, d: _new(door, r, s, f, d))

    @router.post("/console/bulk/{id}/{act}")
    async def act(request: Request, id: str, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, id, act))

    return router


def _list(
    door: Door, request: Request, signed: Signed, problem: str = "", status: int = 200, form: Form | None = None
) -> Response:  # fmt: skip
    desk, now = door.desk, door.desk.clock()
    voice = staff_voice(desk, now)
    with desk.store.begin(write=False) as tx:
        sends = [b for b in tx.bulk.all(desk.clinic.id) if bulk.sees(desk, signed.user, b.choice)]
        sizes = {b.id: sum(n for stage, n in bulk.stage_sizes(tx, b).items() if stage) for b in sends}
    tags = sorted(desk.content.live, key=lambda t: (t != desk.clinic.default_language, door.language(t)))
    return door.page(
        request, "bulk.html", signed, status, sends=sends, sizes=sizes, KINDS=each(KINDS), STATES=each(STATES),
        what=lambda b: _what(desk, voice, b), at=lambda when: at(voice, when), problem=problem, form=form,
        steers=signed.user.role in bulk.STEERS, tags=tags, rules=desk.clinic.bulk, today=now.date(),
        kinds=[(v.id, visit_type_name(desk.clinic, voice.locale, v.id)) for v in desk.clinic.kinds],
        direction=lambda tag: desk.content.languages[tag].direction, longest=LINE,
    )  # fmt: skip


def _show(
    door: Door, request: Request, signed: Signed, id: str, problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    desk, now = door.desk, door.desk.clock()
    voice, mine = staff_voice(desk, now), f"staff:{signed.user.id}"
    with desk.store.begin() as tx:
        held = tx.bulk.get(id)
        if held is None or held.clinic != desk.clinic.id or not bulk.sees(desk, signed.user, held.choice):
            raise NotThere
        tallies = tx.bulk.tallies(id)
        read, aloud = bulk.samples(desk, tx, held, now)
        rung = [_rung(tx, voice, told) for told in tx.bulk.called(id, limit=_RUNG)]
        calls = [_call(tx, voice, p) for state in _TO_CALL for p in tx.bulk.people(id, state=state, limit=100)]
        leaves = next_out(desk, tx, held, now)
        later = leaves is not None and leaves > now + _SOON
        waits = tx.bulk.on_their_way(id) if held.state == "sending" else 0
        staff = {f"staff:{u.id}": u.name for u in tx.staff.all(desk.clinic.id)}
        door.note_read(tx, signed, "bulk:viewed", id, again="x-live" in request.headers)
    heard = dict(sorted(aloud.items(), key=lambda each: each[0] != desk.clinic.default_language))  # it stands open
    ways = [by_way(tallies, stage) for stage in range(STAGES + 1)]  # of every stage at 0
    sizes = {n: sum(t.count for t in tallies if t.stage == n) for n in range(STAGES + 1)}
    came = [(n, outcomes(tallies, n)) for n in range(1, held.stage + 1) if sizes[n]]
    more = sum(t.count for t in tallies if t.how in _TO_CALL) - len(calls)
    following = [n for n in range(held.stage + 1, STAGES + 1) if sizes[n]]
    open_ = held.state in ("prepared", "sending")
    return door.page(
        request, "bulk_one.html", signed, status, bulk=held, what=_what(desk, voice, held), problem=problem,
        KINDS=each(KINDS), STATES=each(STATES), samples=read, heard=heard, sizes=sizes,
        total=sum(sizes.values()) - sizes[0], ways=ways, languages=languages(tallies), outcomes=came, rung=rung,
        unseen=sum(ways[n].calls for n in range(1, held.stage + 1)) - len(rung),
        out=left_out(tallies).most_common(), WHYS=each(WHYS), calls=calls,
        more=more, reasons=[_reason(door, r) for r in held.reasons], at=lambda when: at(voice, when),
        names=lambda who: tr("a standing rule") if who == "agent" else staff.get(who or "", ""),
        next=following[0] if following and open_ else 0, waits=waits, leaves=leaves, later=later,
        mine=held.made_by == mine,
        steers=signed.user.role in bulk.STEERS, agrees=signed.user.role in bulk.AGREES,
        works=signed.user.role in (*WORKS, "read-only"),
        direction=lambda tag: desk.content.languages[tag].direction,
    )  # fmt: skip


def _what(desk: Desk, voice: Voice, b: Bulk) -> str:
    """Whom it is for, in a line."""
    c, clinic = b.choice, desk.clinic
    place = clinic.location(c.location).name if c.location else ""
    if b.kind == RECALL:
        kind = visit_type_name(clinic, voice.locale, c.visit_type or "")
        parts = [kind, tr("last seen more than %(months)s months ago", months=number(c.months or 0)), place]
    else:
        who = clinic.provider(c.provider).name if c.provider else ""
        parts = [day(voice, c.day) if c.day else "", who, place]
    return " · ".join(p for p in parts if p)


def _reason(door: Door, reason: str) -> str:
    kind, _, rest = reason.partition(":")
    if kind == "many":
        most = number(door.desk.clinic.bulk.second_person_above)
        return tr("%(count)s people: more than %(most)s", count=number(int(rest)), most=most)
    if kind == "clinical":
        tag, _, words = rest.partition(":")
        return tr("clinical words in %(language)s: %(words)s", language=door.language(tag), words=words)
    return tr("a sentence of your own")


def _call(tx: Tx, voice: Voice, p: Person) -> Call:
    patient, visit = tx.patients.get(p.patient), tx.appointments.get(p.about)
    when = day_and_time(voice, {"local": visit.local.isoformat()}) if visit else ""
    return Call(patient.name if patient else "", p.patient, tr(WHYS.get(p.why, p.why)), when)


def _rung(tx: Tx, voice: Voice, told: Told) -> Call:
    p = told.person
    return replace(_call(tx, voice, p), why=came_to(told.how, p.way, p.why, p.rang))


def _new(door: Door, request: Request, signed: Signed, form: Form, deed: Deed) -> Response:
    if signed.user.role not in bulk.STEERS:
        raise Forbidden("To prepare a bulk send is for the front desk and admins.")
    id = door.desk.new_id()
    done = RedirectResponse(f"/console/bulk/{id}", 303)
    kind = next((k for k in KINDS if k == form.get("kind")), None)
    if kind is None:
        raise NotThere
    lines = {tag: form.get(f"line_{tag}") for tag in door.desk.content.live}
    try:
        bulk.prepare(deed.desk(done), signed.user, kind, _choice(form, kind), lines, id=id)
    except (Refused, Conflict) as refused:
        return _list(door, request, signed, not_done(refused), 422, form)
    except Busy:
        return _list(door, request, signed, tr(BUSY), 503, form)
    return done


def _choice(form: Form, kind: BulkKind) -> Choice:
    """What fits that kind of send; the rest of the form is passed over."""
    place = form.get("location") or None
    if kind == RECALL:
        months = form.get("months")
        told = int(months) if months.isascii() and months.isdigit() and len(months) < 4 else None
        return Choice(visit_type=form.get("visit_type") or None, months=told, location=place)
    try:
        on = date.fromisoformat(form.get("day"))
    except ValueError:
        raise Refused("give a day that is not over") from None
    return Choice(day=on, provider=form.get("provider") or None if kind == "away" else None, location=place)


def _act(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str, act: str) -> Response:
    role, stage = signed.user.role, form.get("stage", "0")
    if act not in ("adopt", "agree", "release", "stop", "go-on", "drop"):
        raise NotThere
    if act != "stop" and role not in (bulk.AGREES if act == "agree" else bulk.STEERS):
        raise Forbidden("This is not for the role “%(role)s”.", role=role)
    with door.desk.store.begin(write=False) as tx:
        held = tx.bulk.get(id)
    if held is None or not bulk.sees(door.desk, signed.user, held.choice):
        raise NotThere
    done = RedirectResponse(f"/console/bulk/{id}", 303)
    try:
        desk = deed.desk(done)
        if act == "release":
            bulk.release(desk, id, signed.user, int(stage) if stage in ("1", "2", "3") else 0)
        else:
            steer = {
                "adopt": bulk.adopt,
                "agree": bulk.agree,
                "stop": bulk.stop,
                "go-on": bulk.go_on,
                "drop": bulk.drop,
            }
            steer[act](desk, id, signed.user)
    except (Refused, Conflict) as refused:
        return _show(door, request, signed, id, not_done(refused), 422)
    except Busy:
        return _show(door, request, signed, id, tr(BUSY), 503)
    return done
