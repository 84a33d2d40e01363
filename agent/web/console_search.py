"""Search over one patient's notes and documents, for clinicians: quoted passages with dates; what is asked stands in no
address and in no log."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from agent.model.patient import Patient
from agent.model.wording import N_
from agent.ports import Tx
from agent.web.console_door import Door, NotThere
from agent.web.console_tongue import each
from agent.web.console_words import staff_voice
from agent.web.signin import Form, Signed

if TYPE_CHECKING:
    from agent.documents.past import Past

MOST = 20  # passages on the page
LONGEST = 200  # characters of a question
KINDS = {
    "document": N_("Signed document"),
    "draft": N_("Draft, not signed"),
    "talk": N_("Said in the visit"),
    "form": N_("Form, in the patient's words"),
    "record": N_("Note in the record"),
}


@dataclass(frozen=True)
class Passage:
    """One quotation. `pieces`: text, and whether it is what was looked for; `document`: where it can be opened."""

    day: str
    kind: str
    title: str
    who: str
    pieces: list[tuple[str, bool]]
    denied: bool
    language: str
    document: str
    on: str
    partly: bool = False


def routes(door: Door) -> APIRouter:
    """`/console/search/{patient}`."""
    router = door.router()

    @router.get("/console/search/{patient}")
    def ask(request: Request, patient: str) -> Response:
        signed = door.signed(request)
        with door.desk.store.begin(write=False) as tx:
            whose = find_patient(door, tx, patient)
        return door.page(request, "search.html", signed, patient=whose, asked="", order="best", found=None)

    @router.post("/console/search/{patient}")
    async def search(request: Request, patient: str) -> Response:
        return await door.write(request, lambda r, s, f, _: _search(door, r, s, f, patient), keyed=False)

    return router


def find_patient(door: Door, tx: Tx, id: str) -> Patient:
    """Raises NotThere."""
    found = tx.patients.get(id)
    if found is None or found.clinic != door.desk.clinic.id:
        raise NotThere
    return found


def _search(door: Door, request: Request, signed: Signed, form: Form, id: str) -> Response:
    from agent.documents.past import past

    desk, question = door.desk, " ".join(form.get("q").split())[:LONGEST]
    order = "newest" if form.get("order") == "newest" else "best"
    with desk.store.begin() as tx:
        whose = find_patient(door, tx, id)
        held = past(tx.documents.of_patient(id), tx.forms.of_patient(id)) if question else {}
        found = _passages(door, held, question)
        data = {"searched": len(held), "found": len(found)}
        desk.record(tx, f"staff:{signed.user.id}", "document:searched", id, desk.clock(), data=data)
    if order == "newest":
        found.sort(key=lambda p: p.on, reverse=True)
    return door.page(
        request, "search.html", signed, patient=whose, asked=question, order=order, found=found, searched=len(held),
        KINDS=each(KINDS), most=MOST, partly=bool(found) and all(p.partly for p in found),
    )  # fmt: skip


def _passages(door: Door, held: "dict[str, Past]", question: str) -> list[Passage]:
    from agent.documents.search import Search

    index = Search(p.note for p in held.values())
    out = []
    for quote in index.find(question, MOST) if held else []:
        one = held[quote.note]
        out.append(Passage(
            day=_day(door, quote.date), kind=one.kind, title=one.title, who=one.speaker(quote.start),
            pieces=index.marked(quote, question), denied=quote.denied, language=one.note.language,
            document=one.document, on=quote.date, partly=quote.partly,
        ))  # fmt: skip
    return out


def _day(door: Door, iso: str) -> str:
    try:
        return staff_voice(door.desk, door.desk.clock()).almanac.long_date(date.fromisoformat(iso))
    except ValueError:
        return iso
