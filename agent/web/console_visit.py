"""A clinician hands in a visit: transcript, consent, record, and what the patient wrote and filled in before; each
line that cannot be read is named, nothing typed is lost, and the draft appears for review."""

from dataclasses import dataclass
from functools import partial
from typing import Any, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk.documents import Visit, hand_in
from agent.desk.visit_sources import filled_forms, recent_messages
from agent.dialogue.forms import words
from agent.model.fault import Refused
from agent.model.note import Message, NoteKind
from agent.model.wording import N_
from agent.ports import Tx
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_review import KINDS
from agent.web.console_rights import sees_talk
from agent.web.console_search import find_patient
from agent.web.console_tongue import each, said, tr
from agent.web.console_words import at, staff_voice
from agent.web.signin import Forbidden, Form, Signed, form_of
from agent.web.uploads import is_multipart, parts_of

FIELD_BYTES = 2 * 1024 * 1024  # of what is pasted
FILES = ("transcript_file", "record_file", "form_file")
_OFFERED: tuple[NoteKind, ...] = ("visit_note", "after_visit_summary", "referral_letter", "discharge_summary",
                                  "prior_authorization")  # fmt: skip
_NO_TEXT = N_("This file is no text in UTF-8.")
_TOO_LARGE = N_("This file is too large: at most 8 MB.")
_FORM_ALONE = N_("The payer's form is filled in from the record: hand in the record with it.")
_CONSENT = N_(
    "Without the patient's consent to the recording there must be no transcript: tick it, or hand in the record alone."
)


def routes(door: Door) -> APIRouter:
    """`/console/visits/{patient}`."""
    router = door.router()

    @router.get("/console/visits/{patient}")
    def ask(request: Request, patient: str) -> Response:
        return _page(door, request, door.signed(request), patient, Form([]))

    @router.post("/console/visits/{patient}")
    async def hand(request: Request, patient: str) -> Response:
        return await door.write(request, partial(_fulfil, door, patient), read=_read)

    return router


async def _read(request: Request) -> Form:
    """Fields, and each file as a field of its name with its text; `bad:<name>` says what is wrong with one."""
    from agent.documents.handed import text_of

    if not is_multipart(request):
        return await form_of(request, FIELD_BYTES)
    parts = await parts_of(request, FIELD_BYTES)
    pairs = parts.fields.but(*FILES, *(f"bad:{n}" for n in FILES))
    if not pairs:
        raise Forbidden("this form is too large, or did not arrive whole: go back, what you typed is still there")
    for name in FILES:
        if name in parts.refused:
            pairs.append((f"bad:{name}", _TOO_LARGE))
        elif name in parts.files:
            try:
                pairs.append((name, text_of(parts.files[name])))
            except ValueError:
                pairs.append((f"bad:{name}", _NO_TEXT))
    return Form(pairs)


def _fulfil(door: Door, patient: str, request: Request, signed: Signed, form: Form, deed: Deed) -> Response:
    from agent.documents.handed import payer_form_of, record_of, talk, with_payer_form

    troubles = {name: [tr(bad)] for name in FILES if (bad := form.get(f"bad:{name}"))}
    spoken, record = (
        form.get("transcript_file") or form.get("transcript"),
        form.get("record_file") or form.get("record"),
    )
    turns, wrong = talk(spoken)
    bundle, odd = record_of(record)
    asks, strange = payer_form_of(form.get("form_file"))
    for name, found in (("transcript_file", wrong), ("record_file", odd), ("form_file", strange)):
        troubles.setdefault(name, []).extend(
            (tr("Line %(line)s:", line=t.line) + " " if t.line else "") + tr(t.why, **t.gaps) for t in found
        )
    if turns and form.get("consent") != "yes":
        troubles["consent"] = [tr(_CONSENT)]
    if asks and not record.strip():
        troubles["form_file"] = [tr(_FORM_ALONE)]
    if any(troubles.values()):
        return _page(door, request, signed, patient, form, troubles, 422)
    if bundle and asks:
        bundle = with_payer_form(bundle, asks)
    kind = next((k for k in _OFFERED if k == form.get("kind")), "visit_note")
    language = form.get("language") if form.get("language") in door.desk.content.languages else "en"
    with door.desk.store.begin(write=False) as tx:
        held = _held(door, tx, signed, patient)
    chosen = form.all("thread")
    thread = tuple(m for id, told in held.threads.items() if id in chosen for m in told)
    visit = Visit(
        patient=_known(door, patient), kind=kind, title=" ".join(form.get("title").split())[:120], dialogue=turns,
        consent=bool(turns), record=bundle, intake=held.forms.get(form.get("form")), thread=thread,
        language=language, owner=signed.user.id,
    )  # fmt: skip
    onward = RedirectResponse("/console/notes", 303)
    try:
        kept = hand_in(deed.desk(onward), visit, f"staff:{signed.user.id}")
    except Refused as refused:
        return _page(door, request, signed, patient, form, {"": [said(refused)]}, 422)
    onward.headers["location"] = f"/console/notes/{kept.id}"
    return onward


@dataclass(frozen=True)
class Held:
    """What the desk has of the patient itself: messages by conversation, approved forms by row, and their titles."""

    threads: dict[str, tuple[Message, ...]]
    forms: dict[str, dict[str, Any]]
    titles: dict[str, str]


def _held(door: Door, tx: Tx, signed: Signed, patient: str) -> Held:
    """Only conversations that this member of staff may read."""
    desk, voice = door.desk, staff_voice(door.desk, door.desk.clock())
    threads = {
        id: told for id, told in recent_messages(tx, patient, ZoneInfo(desk.clinic.zone), desk.clock()).items()
        if sees_talk(signed.user, tx.tasks.of(id))
    }  # fmt: skip
    rows = {row.id: row for row in tx.forms.of_patient(patient)}
    forms = filled_forms(tx, patient, dict(desk.content.forms))
    titles = {
        id: f"{words(desk.content.forms[rows[id].form].title, voice.locale)}, {at(voice, rows[id].changed_at)}"
        for id in forms
    }
    return Held(threads, forms, titles)


def _known(door: Door, patient: str) -> str:
    with door.desk.store.begin(write=False) as tx:
        return find_patient(door, tx, patient).id


def _page(
    door: Door, request: Request, signed: Signed, patient: str, form: Form,
    troubles: dict[str, list[str]] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    with door.desk.store.begin(write=False) as tx:
        whose = find_patient(door, tx, patient)
        held = _held(door, tx, signed, patient)
    if door.desk.writer is None:
        raise NotThere
    tags = sorted(door.desk.content.languages, key=lambda t: (t != "en", t != whose.language, t))
    return door.page(
        request, "visit.html", signed, status, patient=whose, typed=form, troubles=troubles or {}, languages=tags,
        held=held,
        kinds=[(k, w) for k, w in each(KINDS).items() if k in _OFFERED and k in get_args(NoteKind)],
    )  # fmt: skip
