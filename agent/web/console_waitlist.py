"""The waitlist, as staff see it: who waits since when for what, what is offered just now, and what came of offers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from agent.desk.desk import Desk
from agent.desk.in_line import by_telephone
from agent.desk.vacancies import offer_now
from agent.desk.waiting import take_off, unreachable
from agent.dialogue.spoken import Voice, clock
from agent.measure.waitlist import Row, as_json, by_language
from agent.model.fault import Busy, Conflict, Refused
from agent.model.patient import StaffUser
from agent.model.waitlist import Entry
from agent.model.wording import N_
from agent.ports import Tx
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_rights import WORKS
from agent.web.console_tongue import not_done, tr
from agent.web.console_words import BUSY, at, spoken, staff_voice
from agent.web.signin import Form, Signed

DAYS = 30
_CANNOT = {"opted out": N_("wrote STOP: call them"), "no texts": N_("cannot be texted: call them")}


@dataclass(frozen=True)
class Waiting:
    """A line of the list."""

    entry: Entry
    what: str
    wishes: str
    since: str
    how: str  # what happens with them just now
    offered: int


def routes(door: Door) -> APIRouter:
    """`/console/waitlist`, and its report as JSON."""
    router = door.router()

    @router.get("/console/waitlist")
    def waitlist(request: Request) -> Response:
        return _show(door, request, door.signed(request))

    @router.post("/console/waitlist/{act}")
    async def act(request: Request, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, act))

    @router.get("/console/reports/waitlist")
    def report(request: Request) -> Response:
        """Offers of the last thirty days by language."""
        door.signed(request)
        with door.desk.store.begin(write=False) as tx:
            return JSONResponse({"days": DAYS, "languages": as_json(results(door.desk, tx))})

    return router


def results(desk: Desk, tx: Tx) -> dict[str, Row]:
    """Who waits, and what came of the offers of the last days, by language."""
    waiting = tx.waitlist.in_state(desk.clinic.id, "waiting")
    return by_language(waiting, tx.waitlist.offers_since(desk.clinic.id, desk.clock() - timedelta(days=DAYS)))


def _show(door: Door, request: Request, signed: Signed, problem: str = "", status: int = 200) -> Response:
    desk, now = door.desk, door.desk.clock()
    voice = staff_voice(desk, now)
    with desk.store.begin() as tx:
        open_ones = {o.entry: o.expires_at for o in tx.waitlist.open_offers(desk.clinic.id)}
        held = [*tx.waitlist.in_state(desk.clinic.id, "waiting"), *tx.waitlist.in_state(desk.clinic.id, "asked")]
        seen = [e for e in held if _sees(signed.user, e)]
        lines = [_line(desk, tx, voice, e, open_ones.get(e.id)) for e in seen]
        freed = len(tx.waitlist.freed(desk.clinic.id))
        door.note_read(tx, signed, "waitlist:viewed", "waitlist", again="x-live" in request.headers)
    return door.page(
        request, "waitlist.html", signed, status, lines=lines, freed=freed, problem=problem,
        works=signed.user.role in WORKS,
    )  # fmt: skip


def _sees(user: StaffUser, entry: Entry) -> bool:
    return not user.locations or entry.location is None or entry.location in user.locations


def _line(desk: Desk, tx: Tx, voice: Voice, entry: Entry, until: datetime | None) -> Waiting:
    wishes = [spoken(voice, n, getattr(entry, n)) for n in ("provider", "location") if getattr(entry, n)]
    if entry.dates:
        wishes.append(spoken(voice, "date", [d.isoformat() for d in entry.dates]))
    if entry.times:
        wishes.append(" – ".join(clock(voice, t) for t in entry.times))
    if entry.state == "asked":
        how = tr("took a time: confirm it in the queue")
    elif until is not None:
        how = tr("is offered a time until %(time)s", time=at(voice, until))
    else:
        cannot = unreachable(tx, entry) if by_telephone(desk, tx, entry) is None else ""
        how = tr(_CANNOT[cannot]) if cannot else ""
    past = entry.dates is not None and entry.dates[1] < voice.now.date()
    return Waiting(
        entry, spoken(voice, "appointment_type", entry.visit_type), " · ".join(wishes), at(voice, entry.joined_at),
        how or (tr("their days have passed") if past else ""), len(tx.waitlist.offers_of(entry.id)),
    )  # fmt: skip


def _act(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, act: str) -> Response:
    done = RedirectResponse("/console/waitlist", 303)
    try:
        if act == "off":
            take_off(deed.desk(done), signed.user, form.get("id"))
        elif act == "offer":
            since, until = _moment(form.get("since")), _moment(form.get("until"))
            offer_now(deed.desk(done), signed.user, form.get("provider"), since, until)
        else:
            raise NotThere
    except (Refused, Conflict) as refused:
        return _show(door, request, signed, not_done(refused), 422)
    except Busy:
        return _show(door, request, signed, tr(BUSY), 503)
    return done


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotThere from None
    if found.tzinfo is None:
        raise NotThere
    return found
