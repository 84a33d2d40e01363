"""Documents for clinicians: the list, the review on one screen, the signature, what is written out, errors reported."""

from collections.abc import Callable
from typing import cast, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from agent.desk import documents, review
from agent.desk.desk import Desk
from agent.documents.out import preview, written_out
from agent.documents.speakers import doubts
from agent.model.document import Act, Document, Reason, State, Why
from agent.model.fault import Conflict, Refused
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_review import CARD, INSTEAD, KINDS, REASONS, SPEAKING, WHYS, Remembered, read_review, tallies
from agent.web.console_says import ACTS, DOCUMENTS, TIERS
from agent.web.console_tongue import each, not_done, tr
from agent.web.console_words import at, staff_voice
from agent.web.note_figures import FOUND, measured
from agent.web.note_sheet import sheet_of
from agent.web.signin import Form, Signed

_OPEN: tuple[State, ...] = ("waiting", "drafted", "failed")
_DONE: tuple[State, ...] = ("signed", "rejected")
_LISTED, _TALLIED, _SHEET = 30, 500, 2000  # finished documents shown, counted by the card, and of one file


def routes(door: Door) -> APIRouter:
    """`/console/notes`, `/console/notes/figures.csv` and `/console/notes/{id}`."""
    router, counts = door.router(), Remembered()

    @router.get("/console/notes")
    def waiting(request: Request) -> Response:
        return _list(door, counts, request, door.signed(request))

    @router.get("/console/notes/figures.csv")
    def figures(request: Request) -> Response:
        """What reviews cost: time to sign, edits, flags; a row for each document."""
        return _figures(door, door.signed(request))

    @router.get("/console/notes/{id}")
    def shown(request: Request, id: str) -> Response:
        return _show(door, counts, request, door.signed(request), id)

    @router.get("/console/notes/{id}/fhir")
    def out(request: Request, id: str) -> Response:
        """Exactly what would be written to the record."""
        signed = door.signed(request)
        with door.desk.store.begin() as tx:
            found = _load(door, tx.documents.get(id))
            door.note_read(tx, signed, "document:exported", id)
        if found.draft is None:
            raise NotThere
        return JSONResponse(written_out(found, door.desk.clinic.name), media_type="application/fhir+json")

    @router.post("/console/notes/{id}/{act}")
    async def act(request: Request, id: str, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, counts, r, s, f, d, id, act))

    return router


def _load(door: Door, found: Document | None) -> Document:
    if found is None or found.clinic != door.desk.clinic.id:
        raise NotThere
    return found


def _list(door: Door, counts: Remembered, request: Request, signed: Signed) -> Response:
    desk, voice = door.desk, staff_voice(door.desk, door.desk.clock())
    with desk.store.begin(write=False) as tx:
        waits = tx.documents.by_state(desk.clinic.id, _OPEN)
        done = tx.documents.newest(desk.clinic.id, _DONE, _LISTED)
        counted = counts.of(tx, tx.documents.versions(desk.clinic.id, _DONE, _TALLIED))
        staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
    rows = [(d, *_count(d)) for d in waits]
    rows.sort(key=lambda row: (-row[1], -row[2], row[0].created_at))
    return door.page(
        request, "notes.html", signed, rows=rows, done=done[::-1], staff=staff, KINDS=each(KINDS), WHYS=each(WHYS),
        at=lambda when: at(voice, when), tallies=tallies(counted), card=_card(), DOCUMENTS=each(DOCUMENTS),
    )  # fmt: skip


def _figures(door: Door, signed: Signed) -> Response:
    with door.desk.store.begin() as tx:
        done = tx.documents.newest(door.desk.clinic.id, _DONE, _SHEET)
        door.note_read(tx, signed, "document:exported", "figures")
    named = {"content-disposition": 'attachment; filename="reviews.csv"'}
    return Response(sheet_of(done), media_type="text/csv; charset=utf-8", headers=named)


def _card() -> list[tuple[str, str]]:
    """What the worker can and cannot do."""
    return [(tr(name), tr(words, **measured()) if words is FOUND else tr(words)) for name, words in CARD]


def _count(document: Document) -> tuple[int, int]:
    """Red flags, and other sentences that are asked about."""
    if document.draft is None:
        return 0, 0
    flags = review.flags_of(document)
    red = sum(any(f.tier == "red" for f in each) for each in flags)
    return red, sum(review.asked(document)) - red


def _show(
    door: Door, counts: Remembered, request: Request, signed: Signed, id: str, problem: str = "", status: int = 200
) -> Response:
    desk, now = door.desk, door.desk.clock()
    try:
        found = documents.take(desk, id, signed.user, now)
    except Refused:
        raise NotThere from None
    voice = staff_voice(desk, now)
    with desk.store.begin() as tx:
        door.note_read(tx, signed, "document:viewed", id, again=True)
        staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
        counted = counts.of(tx, tx.documents.versions(desk.clinic.id, _DONE, _TALLIED))
    return door.page(
        request, "note.html", signed, status, doc=found, review=read_review(found), problem=problem, KINDS=each(KINDS),
        REASONS=each(REASONS), WHYS=each(WHYS), ATTEST=tr(review.ATTEST), DOCUMENTS=each(DOCUMENTS), TIERS=each(TIERS),
        INSTEAD=each(INSTEAD), speaking=[tr(SPEAKING[k]) for k in doubts(found.dialogue)] if found.draft else [],
        ACTS=each(ACTS), at=lambda when: at(voice, when), staff=staff,
        card=_card(), tallies=tallies(counted), writes=desk.chart is not None,
        out=[(tr(name), tr(words, **gaps)) for name, words, gaps in preview(found, desk.clinic.name)]
        if found.draft else [],
    )  # fmt: skip


def _act(
    door: Door, counts: Remembered, request: Request, signed: Signed, form: Form, deed: Deed, id: str, act: str
) -> Response:
    onward = RedirectResponse(f"/console/notes/{id}", 303)
    try:
        doing = _doing(act, id, signed, form)
        if act == "amend":
            again = doing(door.desk)
            return RedirectResponse(f"/console/notes/{again.id}", 303)
        doing(deed.desk(onward))
    except (Refused, Conflict) as refused:
        return _show(door, counts, request, signed, id, not_done(refused), 422)
    door.desk.bus.ring(f"console:{door.desk.clinic.id}")
    return onward


def _doing(act: str, id: str, signed: Signed, form: Form) -> Callable[[Desk], Document]:
    """The step that this form asks for. Raises Refused for an incomplete form, NotThere for no step of ours."""
    by = signed.user
    if act in get_args(Act):
        reason, sentence, version = form.get("reason") or None, _number(form, "sentence"), _number(form, "version")
        if reason is not None and reason not in REASONS:
            raise Refused("choose a reason")
        return lambda desk: review.decide(
            desk, id, version, by, cast(Act, act), sentence, form.get("text"), cast(Reason | None, reason)
        )
    if act == "sign":
        version = _number(form, "version")
        return lambda desk: review.sign(desk, id, version, by, form.get("attest") == "yes", form.get("read"))
    if act not in ("discard", "amend"):
        raise NotThere
    why, words = form.get("why"), form.get("words")
    if why not in WHYS:
        raise Refused("say what is wrong with it")
    if act == "amend":
        return lambda desk: review.amend(desk, id, by, cast(Why, why), words)
    version = _number(form, "version")
    return lambda desk: review.reject(desk, id, version, by, cast(Why, why), words)


def _number(form: Form, name: str) -> int:
    given = form.get(name)
    if not (given.isascii() and given.isdigit() and len(given) < 7):
        raise Refused("this page is out of date: open it again")
    return int(given)
