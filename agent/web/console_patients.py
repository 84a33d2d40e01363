"""Patients: found by name in any script, phone or date of birth; one page each; every look is on record."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk.desk import Desk
from agent.desk.forget import By, Erasure, about, forget, of_patient
from agent.desk.form_page import send
from agent.desk.outgoing_calls import agree
from agent.dialogue.forms import words
from agent.dialogue.spoken import Voice, phone
from agent.model.address import Address
from agent.model.calendar import Appointment
from agent.model.conversation import Conversation
from agent.model.fault import Refused
from agent.model.form import FormRow
from agent.model.patient import Patient
from agent.model.task import Task
from agent.model.wording import N_
from agent.ports import Tx
from agent.understand import phones
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_rights import WORKS, may, sees_talk
from agent.web.console_tongue import each, not_done, tr
from agent.web.console_words import at, day_and_time, kind, spoken, staff_voice
from agent.web.signin import Forbidden, Form, Signed

_MOST = 30
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")  # month first
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")  # day first
STATES = {
    "booked": N_("booked"),
    "pending": N_("held"),
    "cancelled": N_("cancelled"),
    "fulfilled": N_("took place"),
    "noshow": N_("did not come"),
}


FORM_STATES = {
    "open": N_("being filled in"),
    "sent": N_("handed in"),
    "approved": N_("approved"),
    "closed": N_("closed"),
}


def routes(door: Door) -> APIRouter:
    """`/console/patients`. What is searched for stands in a form's body, never in an address."""
    router = door.router()

    @router.get("/console/patients")
    def patients(request: Request) -> Response:
        return door.page(request, "patients.html", door.signed(request), found=None, asked="",
                         erased="erased" in request.query_params)  # fmt: skip

    @router.post("/console/patients")
    async def search(request: Request) -> Response:
        return await door.write(request, lambda r, s, f, _: _search(door, r, s, f), keyed=False)

    @router.get("/console/patients/{id}")
    def patient(request: Request, id: str) -> Response:
        return _show(door, request, door.signed(request), id)

    @router.post("/console/patients/{id}/form")
    async def send_form(request: Request, id: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _send_form(door, r, s, f, d, id))

    @router.post("/console/patients/{id}/calls")
    async def calls(request: Request, id: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _calls(door, r, s, f, d, id))

    @router.post("/console/patients/{id}/forget")
    async def erase(request: Request, id: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _forget(door, r, s, f, d, id))

    return router


def find(desk: Desk, tx: Tx, text: str) -> list[Patient]:
    """By date of birth where there is one, by phone where there is a whole one, else by name or by some digits."""
    clinic, text = desk.clinic.id, " ".join(text.split())[:100]
    born = _born(text)
    if born is not None:
        return tx.patients.by_dob(clinic, born.isoformat())[:_MOST]
    number = phones.phone(text, desk.clinic.country)
    found = tx.patients.by_phone(clinic, str(number.value)) if number else []
    return found or tx.patients.search(clinic, text, _MOST)


def _born(text: str) -> date | None:
    iso, slashed, dotted = _ISO.search(text), _SLASHED.search(text), _DOTTED.search(text)
    try:
        if iso:
            return date.fromisoformat(iso[0])
        if dotted:
            return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
        return date(int(slashed[3]), int(slashed[1]), int(slashed[2])) if slashed else None
    except ValueError:
        return None


def _search(door: Door, request: Request, signed: Signed, form: Form) -> Response:
    desk, asked = door.desk, form.get("q")
    voice = staff_voice(desk, desk.clock())
    with desk.store.begin() as tx:
        found = find(desk, tx, asked) if asked.strip() else []
        by_name = _born(asked) is None and phones.phone(asked, desk.clinic.country) is None
        by_sound = bool(found) and by_name and not any(tx.patients.is_written(p, asked) for p in found)
        read = None if _born(asked) else tx.patients.read_by_search(desk.clinic.id)
        desk.record(tx, f"staff:{signed.user.id}", "patient:searched", "patients", desk.clock(),
                    data={"found": [p.id for p in found]})  # fmt: skip
    return door.page(
        request, "patients.html", signed, found=found, asked=asked, most=_MOST, read=read, by_sound=by_sound,
        erased=False,
        born=lambda p: voice.almanac.long_date(p.dob), said=lambda n: phone(n, desk.clinic.country),
    )  # fmt: skip


def _show(
    door: Door, request: Request, signed: Signed, id: str, problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    desk, now = door.desk, door.desk.clock()
    voice = staff_voice(desk, now)
    with desk.store.begin() as tx:
        patient = tx.patients.get(id)
        if patient is None or patient.clinic != desk.clinic.id:
            raise NotThere
        house = {p.id: p for n in patient.phones for p in tx.patients.by_phone(desk.clinic.id, n) if p.id != id}
        called = {n: tx.consents.given(Address(channel="voice", value=n)) for n in patient.phones}
        stopped = {n: tx.optouts.stopped(Address(channel="sms", value=n)) for n in patient.phones}
        visits = tx.appointments.all_of(id)
        shown = _talks(tx, of_patient(tx, desk.clinic.id, id), signed)
        kept = bool(tx.privacy.held([id]))
        may_see = {t.id for _, tasks in shown for t in tasks if may(signed.user, "see", t)}
        recorded = [r for r in tx.recordings.of_conversations([c.id for c, _ in shown]) if r.task in may_see]
        filled = tx.forms.of_patient(id)
        door.note_read(tx, signed, "patient:viewed", id)
    ahead = [a for a in visits if a.start > now and a.status in ("booked", "pending")]
    return door.page(
        request, "patient.html", signed, status, patient=patient, house=list(house.values()), stopped=stopped,
        called=called, calls=desk.clinic.reminders.calls.enabled and desk.dialler is not None,
        ahead=ahead[::-1], past=[a for a in visits if a not in ahead], talks=shown, kept=kept, problem=problem,
        born=voice.almanac.long_date(patient.dob), age=_age(patient.dob, now, desk), at=lambda when: at(voice, when),
        STATES=each(STATES),
        recorded=recorded, filled=_filled(desk, voice, filled), may_forget=signed.user.role == "admin",
        FORM_STATES=each(FORM_STATES), sends_forms=signed.user.role in WORKS,
        forms=sorted(((n, words(f.title, voice.locale)) for n, f in desk.content.forms.items()), key=lambda f: f[1]),
        said=lambda n: phone(n, desk.clinic.country), kind_of=lambda t: kind(voice, t),
        visit=lambda a: _visit(desk, voice, a),
    )  # fmt: skip


def _talks(tx: Tx, theirs: Erasure, signed: Signed) -> list[tuple[Conversation, list[Task]]]:
    """Conversations with the requests in them: all of the patient's own, and what others' hold about them."""
    own = [(tx.conversations.get(talk), tx.tasks.of(talk)) for talk in theirs.talks]
    beside = [(tx.conversations.get(talk), about(tx, talk, str(theirs.patient))) for talk in theirs.beside]
    found = [(c, tasks) for c, tasks in (*own, *(b for b in beside if b[1])) if c is not None]
    return sorted((x for x in found if sees_talk(signed.user, x[1])), key=lambda x: x[0].id)


def _filled(desk: Desk, voice: Voice, rows: list[FormRow]) -> list[tuple[str, str, str]]:
    """Title, state and moment of each form, the newest first."""
    titles = {n: words(f.title, voice.locale) for n, f in desk.content.forms.items()}
    return [(titles.get(r.form, r.form), r.state, at(voice, r.changed_at)) for r in reversed(rows)]


def _send_form(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str) -> Response:
    """By text to the number on file, with a link that opens it for whoever knows the date of birth."""
    done = RedirectResponse(f"/console/patients/{id}", 303)
    if signed.user.role not in WORKS:
        raise Forbidden("Forms are sent by those who work with patients.")
    try:
        send(deed.desk(done), id, form.get("form"), signed.user)
    except Refused as refused:
        return _show(door, request, signed, id, not_done(refused), 422)
    return done


def _calls(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str) -> Response:
    """What the patient said about being reminded by a call of the software's."""
    done = RedirectResponse(f"/console/patients/{id}", 303)
    if signed.user.role not in WORKS:
        raise Forbidden("What a patient agreed to is noted by those who work with patients.")
    try:
        agree(deed.desk(done), id, form.get("number"), signed.user, agreed=form.get("agreed") == "yes")
    except Refused as refused:
        return _show(door, request, signed, id, not_done(refused), 422)
    return done


def _visit(desk: Desk, voice: Voice, a: Appointment) -> str:
    place = next((p.name for p in desk.clinic.locations if p.id == a.location), a.location)
    parts = (day_and_time(voice, {"local": a.local.isoformat()}), spoken(voice, "appointment_type", a.visit_type),
             spoken(voice, "provider", a.provider), place)  # fmt: skip
    return " · ".join(parts)


def _age(born: date, now: datetime, desk: Desk) -> int:
    today = now.astimezone(ZoneInfo(desk.clinic.zone)).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _forget(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str) -> Response:
    """Everything of this patient, on their request; the words are typed, so that it is never a slip."""
    desk, done = door.desk, RedirectResponse("/console/patients?erased=yes", 303)
    if signed.user.role != "admin":
        raise Forbidden("To erase a patient is for the role “admin”.")
    with desk.store.begin(write=False) as tx:
        patient = tx.patients.get(id)
    if patient is None or patient.clinic != desk.clinic.id:
        raise NotThere
    if form.get("sure").strip().casefold() != patient.name.casefold():
        return _show(door, request, signed, id, tr("Not done: type the patient's name as it stands here."), 422)
    try:
        acting = deed.desk(done)
        with acting.store.begin() as tx:
            by = By(f"staff:{signed.user.id}", "request", form.get("ref")[:60])
            forget(tx, of_patient(tx, desk.clinic.id, id), by, desk.clock(), desk.new_id)
        desk.store.scrub()
    except Refused as refused:
        return _show(door, request, signed, id, not_done(refused), 422)
    desk.bus.ring(f"console:{desk.clinic.id}")
    return done
