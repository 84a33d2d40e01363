"""Writing to the record: what would change, approved by a person, how far it got, and what is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk import chart
from agent.desk.approving import filled
from agent.documents.for_record import wanted as of_document
from agent.intake.for_record import wanted as of_form
from agent.model.chart import ChartWrite, Plan, Wanted
from agent.model.fault import Refused
from agent.model.patient import Patient
from agent.model.wording import N_, Sayable
from agent.ports import Tx
from agent.ports.chart import ChartFault
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_rights import may
from agent.web.console_tongue import each, not_done, said, tr
from agent.web.console_words import at, staff_voice
from agent.web.signin import Form, Signed

KINDS = {
    "Patient": N_("Patient"),
    "Coverage": N_("Insurance"),
    "AllergyIntolerance": N_("Allergy"),
    "MedicationStatement": N_("Medication"),
    "Condition": N_("Condition"),
    "QuestionnaireResponse": N_("The form as filled in"),
    "Composition": N_("The document, by sections"),
    "DocumentReference": N_("The document as a whole"),
    "Device": N_("The software that drafted it"),
    "Provenance": N_("Who made and checked it"),
}
ACTS = {"create": N_("new"), "update": N_("changed"), "unchanged": N_("stays as it is")}
FIELDS = {
    "name": N_("Name"), "birthDate": N_("Date of birth"), "gender": N_("Sex"), "telecom": N_("Phone or e-mail"),
    "address": N_("Address"), "contact": N_("Contact person"), "communication": N_("Language"),
    "identifier": N_("Number of this desk's"), "status": N_("Status"), "docStatus": N_("Status of the document"),
    "code": N_("What"), "medicationCodeableConcept": N_("What"), "dosage": N_("How it is taken"),
    "reaction": N_("Reaction"), "clinicalStatus": N_("Active or over"), "verificationStatus": N_("How sure"),
    "payor": N_("Insurer"), "subscriberId": N_("Member number"), "subscriber": N_("Insured person"),
    "relationship": N_("Relation to them"), "informationSource": N_("Said by"), "title": N_("Title"),
    "type": N_("Kind of document"), "date": N_("Date"), "author": N_("Drafted by"), "attester": N_("Signed by"),
    "authenticator": N_("Signed by"), "section": N_("Text"), "content": N_("Text"), "relatesTo": N_("Replaces"),
    "agent": N_("By whom"), "recorded": N_("When"), "target": N_("Of what"), "item": N_("Answers"),
    "authored": N_("When"), "custodian": N_("Kept by"),
}  # fmt: skip
STATES = {"waiting": N_("being written"), "written": N_("written"), "stopped": N_("needs a person")}


@dataclass(frozen=True)
class Subject:
    """What is written: `id` as `agent.desk.chart` names it, `back` where the console shows it."""

    id: str
    page: str
    back: str
    patient: Patient
    title: str
    wanted: list[Wanted]
    row: ChartWrite | None


def routes(door: Door) -> APIRouter:
    """`/console/record`."""
    router = door.router()

    @router.get("/console/record")
    def all_of_them(request: Request) -> Response:
        return _list(door, request, door.signed(request))

    @router.get("/console/record/{kind}/{id}")
    def one(request: Request, kind: str, id: str) -> Response:
        return _show(door, request, door.signed(request), kind, id)

    @router.post("/console/record/{kind}/{id}/look")
    async def look(request: Request, kind: str, id: str) -> Response:
        return await door.write(request, lambda r, s, f, _: _look(door, r, s, f, kind, id), keyed=False)

    @router.post("/console/record/{kind}/{id}/write")
    async def write(request: Request, kind: str, id: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _write(door, r, s, f, d, kind, id))

    return router


def _subject(door: Door, tx: Tx, signed: Signed, kind: str, id: str) -> Subject:
    """Raises NotThere for what is not theirs, not signed or not approved."""
    desk = door.desk
    if kind == "note":
        note = tx.documents.get(id) if signed.user.role == "clinician" else None
        if note is None or note.clinic != desk.clinic.id or note.state != "signed":
            raise NotThere
        key, whose, back, title = f"note:{note.id}", note.patient, f"/console/notes/{note.id}", note.title
        wanted = of_document(note, desk.clinic.name)
    elif kind == "form":
        task = tx.tasks.get(id)
        if task is None or task.clinic != desk.clinic.id or not may(signed.user, "decide", task):
            raise NotThere
        try:
            form, row = filled(desk, tx, task)
            wanted = of_form(row, task.decided_by or "?")
        except (Refused, ValueError):
            raise NotThere from None
        key, whose, back, title = f"form:{row.id}", row.patient or "", f"/console/tasks/{id}", form.title.get("en", "")
    else:
        raise NotThere
    patient = tx.patients.get(whose)
    if patient is None:
        raise NotThere
    return Subject(key, f"{kind}/{id}", back, patient, title, wanted, tx.charts.get(key))


def _list(door: Door, request: Request, signed: Signed) -> Response:
    desk, voice = door.desk, staff_voice(door.desk, door.desk.clock())
    with desk.store.begin(write=False) as tx:
        rows = [
            (w, p.name if (p := tx.patients.get(w.patient)) is not None else "")
            for w in [*tx.charts.by_state(desk.clinic.id, ("stopped", "waiting")),
                      *tx.charts.by_state(desk.clinic.id, ("written",), 30)]
            if signed.user.role == "clinician" or not w.id.startswith("note:")
        ]  # fmt: skip
    return door.page(
        request, "records.html", signed, rows=rows, STATES=each(STATES), why=_why, at=lambda when: at(voice, when),
        server=desk.chart.server if desk.chart else "",
    )  # fmt: skip


def _show(
    door: Door, request: Request, signed: Signed, kind: str, id: str, *, problem: str = "", status: int = 200,
    plan: Plan | None = None, withdraws: bool = False,
) -> Response:  # fmt: skip
    desk, voice = door.desk, staff_voice(door.desk, door.desk.clock())
    with desk.store.begin() as tx:
        what = _subject(door, tx, signed, kind, id)
        names = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
        door.note_read(tx, signed, "record:looked", what.id, again=True)
    return door.page(
        request, "record.html", signed, status, what=what, row=what.row, plan=plan, problem=problem, KINDS=each(KINDS),
        ACTS=each(ACTS), FIELDS=each(FIELDS), STATES=each(STATES), why=_why, withdraws=withdraws, names=names,
        note=lambda c: tr(c.note),
        at=lambda when: at(voice, when), server=desk.chart.server if desk.chart else "", NEW=chart.NEW,
        back=bool(what.row and (what.row.state != "waiting" or what.row.why) and chart.taken_back(what.row)),
    )  # fmt: skip


def _look(door: Door, request: Request, signed: Signed, form: Form, kind: str, id: str) -> Response:
    """What would change, as the record is now."""
    withdraws = form.get("withdraws") == "yes"
    with door.desk.store.begin(write=False) as tx:
        what = _subject(door, tx, signed, kind, id)
    try:
        plan = chart.look(door.desk, what.patient, _wanted(what, withdraws), form.get("chosen")[:64])
    except (Refused, ChartFault) as fault:
        return _show(door, request, signed, kind, id, problem=said(fault), status=424)
    return _show(door, request, signed, kind, id, plan=plan, withdraws=withdraws)


def _write(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, kind: str, id: str) -> Response:
    """Approved as it was read; written by the worker."""
    onward, withdraws = RedirectResponse(f"/console/record/{kind}/{id}", 303), form.get("withdraws") == "yes"
    with door.desk.store.begin(write=False) as tx:
        what = _subject(door, tx, signed, kind, id)
    try:
        chart.press(
            deed.desk(onward), what.id, what.patient, _wanted(what, withdraws), signed.user, form.get("read"),
            form.get("chosen")[:64], withdraws=withdraws, page=what.page,
        )  # fmt: skip
    except ChartFault as fault:
        return _show(door, request, signed, kind, id, problem=said(fault), status=424)
    except Refused as refused:
        return _show(door, request, signed, kind, id, problem=not_done(refused), status=422)
    return onward


def _wanted(what: Subject, withdraws: bool) -> Sequence[Wanted]:
    if not withdraws:
        return what.wanted
    made = chart.taken_back(what.row) if what.row is not None else []
    if not made:
        raise Refused("nothing of it can be taken back")
    return made


def _why(row: ChartWrite) -> str:
    """What is in the way, in the reader's language."""
    return said(Sayable(row.why, **row.gaps)) if row.why else ""
