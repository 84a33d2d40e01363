"""Promise 56: what goes out in a standard's form is read by a library of that standard, in every state that it has:
forms as FHIR R4, documents as FHIR R4, visits as iCalendar."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fhir.resources.R4B import get_fhir_model_class
from icalendar import Calendar

from agent.adapters.ids import new_ids
from agent.documents.out import written_out
from agent.intake.engine import following, put
from agent.intake.former import changed, dropped, kept, waiting_of
from agent.intake.response import bundle
from agent.model.calendar import Appointment
from agent.model.clinic import Clinic
from agent.model.document import Document
from agent.model.form import Form, Former, FormRow, Given, Item
from agent.settings import Settings
from agent.web.visit_file import calendar_file, chain
from tests import shared
from tests.clinics import clinic_of
from tests.contracts.samples import appointment, patient
from tests.documents.knee_visit import drafted, record, talk
from tests.prove.ground import Ground
from tests.stores import open_test_store

PROMISE = "FHIR and iCalendar out is valid"
FORMS, VISITS, DOCUMENTS = 1500, 2000, 40
SIZE = (
    f"{FORMS} fillings of our forms, what was on file kept, changed and given up; {DOCUMENTS} documents, drafted and "
    f"signed; {VISITS} visits in 12 zones, held, booked, moved, given up, missed; HL7 v2 is not written"
)
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
_WORDS = (
    "lisinopril 10 mg",
    "دواء",
    "阿司匹林",
    "Müller & Søn <x>",
    "line\nbreak",
    "one; two, \\three",
    "🙂 pill",
    "x" * 240,
)
_ZONES = ("America/New_York", "America/Chicago", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe",
          "Asia/Tokyo", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo",
          "Asia/Manila", "UTC")  # fmt: skip


def prove(ground: Ground) -> str:
    chance = ground.random()
    made = forms(FORMS, chance) + documents(DOCUMENTS, chance)
    events = visits(f"sqlite:///{ground.folder()}/visits.db", VISITS, chance)
    return f"{made} resources and {events} events read back, each UID kept and each SEQUENCE risen through every move"


def read(resource: dict[str, Any]) -> int:
    """How many resources it holds; raises ValidationError for what is no such resource."""
    get_fhir_model_class(str(resource["resourceType"])).model_validate_json(json.dumps(resource))
    inside = [e["resource"] for e in resource.get("entry", ())]
    return len([read(r) for r in inside]) + 1


def forms(count: int, chance: random.Random) -> int:
    """So many forms, filled in at random and as a Bundle; how many resources were read."""
    known, total = shared.content().forms, 0
    for n in range(count):
        form = known[sorted(known)[n % len(known)]]
        total += read(bundle(form, filled(form, chance, n)))
    return total


def filled(form: Form, chance: random.Random, n: int) -> FormRow:
    row = FormRow(
        id=f"form-{n}", clinic="k", form=form.name, patient="p-1" if n % 2 else None, name="Marie Joseph",
        dob="1980-03-12", former=waiting_of(form, _on_file(form, chance)), state=chance.choice(("open", "sent")),
        made_at=NOW, changed_at=NOW + timedelta(seconds=n),
    )  # fmt: skip
    for _ in range(400):
        asked = following(form, row.given, {}, former=row.former)
        if asked is None:
            return row
        if asked.formers:
            row = _settled(form, row, asked.formers, chance)
            continue
        item = form.item(asked.link)
        assert item is not None
        values = (chance.random() < 0.5 and asked.row < 4,) if asked.more else _values(item, chance)
        unsure = not values and chance.random() < 0.3
        said = Given(link=asked.link, row=asked.row, values=values, words=chance.choice(_WORDS), unsure=unsure)
        row = row.model_copy(update={"given": put(form, row.given, said)})
    raise AssertionError(f"{form.name} never ends")


def _on_file(form: Form, chance: random.Random) -> dict[str, list[Former]]:
    groups = [i for i, _ in form.walk() if i.kind == "group" and i.repeats]
    return {
        g.link: [
            Former(group=g.link, values={i.link: _values(i, chance) for i in g.items})
            for _ in range(chance.randint(0, 6))
        ]
        for g in groups
    }


def _settled(form: Form, row: FormRow, places: tuple[int, ...], chance: random.Random) -> FormRow:
    match chance.randint(0, 3):
        case 0:
            return kept(form, row, places, "yes", None)
        case 1:
            return changed(form, row, places[0], chance.choice(("", "only at night")))
        case 2:
            return dropped(form, row, places, "no longer")
        case _:
            return dropped(form, row, places, "", passed=True)


def _values(item: Item, chance: random.Random) -> tuple[bool | float | str, ...]:
    if chance.random() < 0.2:
        return ()
    several = item.repeats and chance.random() < 0.5
    match item.kind:
        case "boolean":
            return (chance.random() < 0.7,)
        case "choice":
            return (chance.choice(item.choices).code,)
        case "open-choice":
            own = chance.choice(_WORDS)
            return (chance.choice(item.choices).code, own) if several else (own,)
        case "integer" | "decimal":
            return (chance.randint(0, 400),)
        case "date":
            return ((NOW - timedelta(days=chance.randint(0, 30_000))).date().isoformat(),)
        case "attachment":
            return ("P" + "0" * 25,)
        case _:
            return (chance.choice(_WORDS),)


def documents(count: int, chance: random.Random) -> int:
    """Documents as they are written out, before and after the signature; how many resources were read."""
    draft, total = drafted(record=record()), 0
    for n in range(count):
        signed = {"state": "signed", "final": draft.note + chance.choice(_WORDS), "signed_by": "s-1",
                  "signed_name": "Dr. Okafor", "signed_at": NOW, "signed_hash": "abc"}  # fmt: skip
        given = {"id": f"doc-{n}", "clinic": "k", "patient": "p1", "key": "x", "kind": "visit_note", "dialogue": talk(),
                 "patient_name": chance.choice(_WORDS), "record": record(), "draft": draft, "created_at": NOW,
                 "drafted_at": NOW}  # fmt: skip
        total += read(
            written_out(Document.model_validate(given | (signed if n % 2 else {"state": "drafted"})), "Linden")
        )
    return total


def visits(url: str, count: int, chance: random.Random) -> int:
    """So many visits in a store, taken through moves and ends; each file is read back. How many files were made."""
    store, clinic = open_test_store(url, new_ids(lambda: NOW)), clinic_of(Settings().clinic_file)
    made = 0
    try:
        for n in range(count):
            with store.begin() as tx:
                if n == 0:
                    tx.patients.add(patient(1))
                zone = _ZONES[n % len(_ZONES)]
                start = NOW + timedelta(hours=n, minutes=5 * chance.randint(0, 11))
                one = _visit(f"v{n}", start, zone, clinic, "pending")
                tx.appointments.add(one, NOW)
                one, files = tx.appointments.get(one.id) or one, list[bytes]()
                files.append(calendar_file(clinic, chain(tx, one), NOW))
                for turn in range(chance.randint(0, 3)):  # booked, and moved to another time
                    one = tx.appointments.change(one.model_copy(update={"status": "booked"}), NOW)
                    files.append(calendar_file(clinic, chain(tx, one), NOW))
                    tx.appointments.change(one.model_copy(update={"status": "cancelled"}), NOW)
                    later = start + timedelta(days=400 * (turn + 1))
                    fresh = _visit(f"v{n}-{turn}", later, zone, clinic, "pending").model_copy(
                        update={"replaces": one.id}
                    )
                    tx.appointments.add(fresh, NOW)
                    one = tx.appointments.get(fresh.id) or fresh
                    files.append(calendar_file(clinic, chain(tx, one), NOW))
                end = chance.choice(("booked", "cancelled", "fulfilled", "noshow"))
                one = tx.appointments.change(one.model_copy(update={"status": end}), NOW)
                files.append(calendar_file(clinic, chain(tx, one), NOW))
            _agree(files, one)
            made += len(files)
    finally:
        store.close()
    return made


def _visit(id: str, start: datetime, zone: str, clinic: Clinic, status: str) -> Appointment:
    made = appointment(
        id, start, patient="p-1", status=status, visit_type="secret-reason", provider=id.partition("-")[0]
    )
    local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return made.model_copy(update={"zone": zone, "location": clinic.locations[0].id, "local": local})


def _agree(files: list[bytes], last: Appointment) -> None:
    """All of one visit: the same UID, a sequence that rises, a time that is the visit's, and nothing of the patient."""
    uids, before = set(), -1
    for file in files:
        whole = Calendar.from_ical(file)
        (event,) = whole.walk("VEVENT")
        assert whole.to_ical() == file, "it does not come back as it went"
        assert not event.errors
        uids.add(str(event["uid"]))
        sequence = int(event["sequence"])
        assert sequence > before, (sequence, before)
        before = sequence
        assert b"secret-reason" not in file
        assert b"p-1" not in file
        zones = {str(z["tzid"]) for z in whole.walk("VTIMEZONE")}
        assert last.zone == "UTC" or last.zone in zones
        assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert len(uids) == 1
    assert event.decoded("dtstart").astimezone(UTC) == last.start
    assert str(event["status"]) == ("CANCELLED" if last.status == "cancelled" else "CONFIRMED")
