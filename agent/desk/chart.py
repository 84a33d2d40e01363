"""Writing to the record, seen from a person: a look at what would change, then their approval of exactly that."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from agent.desk.chart_plan import bears, change, resolved
from agent.desk.chart_words import brief
from agent.desk.desk import Desk
from agent.desk.identity_of_record import same_person
from agent.model.chart import PATIENT, SYSTEM, Candidate, Change, ChartWrite, Plan, Wanted
from agent.model.fault import Conflict, Refused
from agent.model.patient import Patient, StaffUser
from agent.model.wording import N_
from agent.ports.chart import Chart, ChartRefuses, OpenChart

NEW = "new"  # chosen: nobody there is this patient
_CLINICAL = ("AllergyIntolerance", "Condition")
_STAYS = frozenset({"Patient", "Device", "Provenance"})


def look(desk: Desk, patient: Patient, wanted: Sequence[Wanted], chosen: str = "") -> Plan:
    """What writing these would change in the record as it is now; nothing is written. `chosen`: whom a person picked
    there, or NEW. Raises Refused, ChartFault."""
    chart = chart_of(desk)
    with chart.opened() as record:
        person = next((w for w in wanted if w.resource["resourceType"] == "Patient"), None)
        candidates = _candidates(record, patient) if person and not chosen and not _known(record, patient) else ()
        if candidates:
            return Plan(choose=candidates, server=chart.server)
        changes, places = list[Change](), dict[str, str]()
        for one in wanted:
            found = planned(record, patient, one, places, chosen)
            changes.append(found)
            note_place(places, found)
    return Plan(changes=tuple(changes), chosen=chosen, server=chart.server, hash=_hash(changes, chart.server, chosen))


def press(
    desk: Desk, id: str, patient: Patient, wanted: Sequence[Wanted], by: StaffUser, read: str, chosen: str = "",
    *, withdraws: bool = False, page: str = "",
) -> ChartWrite:  # fmt: skip
    """Approved by a person who read the plan with the hash `read`: kept, and rung for. Raises Refused, Conflict where
    the record has changed since, ChartFault."""
    plan = look(desk, patient, wanted, chosen)
    if plan.choose or plan.hash != read:
        raise Conflict("the record has changed since you looked: look again")
    now = desk.clock()
    with desk.store.begin() as tx:
        kept = tx.charts.get(id)
        if kept is not None and kept.state == "waiting" and not kept.why:
            raise Conflict("this is being written already")
        row = ChartWrite(
            id=id, clinic=desk.clinic.id, patient=patient.id, by=by.id, changes=plan.changes, chosen=chosen,
            server=plan.server, withdraws=withdraws, page=page, pressed_at=now, due_at=now, changed_at=now,
            version=kept.version if kept else 0,
        )  # fmt: skip
        saved = tx.charts.put(row)
        acts = {act: sum(c.act == act for c in plan.changes) for act in ("create", "update", "unchanged")}
        tag = "record:withdrawal_approved" if withdraws else "record:approved"
        desk.record(tx, f"staff:{by.id}", tag, id, now, data=acts)
    desk.bus.ring("records")
    return saved


def taken_back(row: ChartWrite) -> list[Wanted]:
    """What takes a writing back, or goes on with taking it back: entries under our identifiers stay readable, marked as
    entered in error. People, and entries of others, are left."""
    if row.withdraws:
        return [] if row.state == "written" else [c.wanted for c in row.changes]
    return [
        Wanted(full=c.wanted.full, key=c.wanted.key, resource=_in_error(c), only_if_there=True)
        for c in row.changes
        if c.done and not c.wanted.only_if_there and c.wanted.resource["resourceType"] not in _STAYS
    ]


def _in_error(made: Change) -> dict[str, Any]:
    kind = str(made.wanted.resource["resourceType"])
    out: dict[str, Any] = {"resourceType": kind}
    if kind not in _CLINICAL:
        return out | {"status": "entered-in-error"}
    part = "verification" if kind == "AllergyIntolerance" else "ver-status"
    system = f"http://terminology.hl7.org/CodeSystem/{kind.lower()}-{part}"
    return out | {"clinicalStatus": None, "verificationStatus": {
        "coding": [{"system": system, "code": "entered-in-error"}]}}  # fmt: skip


def chart_of(desk: Desk) -> Chart:
    """Raises Refused where no record is configured."""
    if desk.chart is None:
        raise Refused("no record system is configured (FRONTDESK_FHIR_URL)")
    return desk.chart


def planned(record: OpenChart, patient: Patient, wanted: Wanted, places: dict[str, str], chosen: str) -> Change:
    """One change, looked up. Raises Refused, ChartFault."""
    wanted = wanted.model_copy(update={"resource": resolved(wanted.resource, places)})
    kind = str(wanted.resource["resourceType"])
    named = _named(record, wanted, kind)
    if wanted.how == "person":
        if not named and chosen not in ("", NEW):
            named = [p for p in record.search("Patient", {"_id": chosen}) if p.get("id") == chosen]
            if not named:
                raise ChartRefuses(N_("The patient whom you chose is no longer in the record: look again."))
        for person in named:
            same_person({"entry": [{"resource": person}]}, patient)
    alike = []
    if wanted.how == "fact" and not named:
        subject = _subject(wanted.resource)
        if subject.startswith("Patient/") and subject != f"Patient/{patient.id}":
            alike = [r for r in record.search(kind, {"patient": subject}) if _subject(r) == subject]
    return change(wanted, named, alike)


def note_place(places: dict[str, str], found: Change) -> None:
    """What the ones after it refer to: an entry of somebody else's is not ours to refer to."""
    if found.at or not found.ours:
        places[found.wanted.full] = found.at if found.ours else ""


def _named(record: OpenChart, wanted: Wanted, kind: str) -> list[dict[str, Any]]:
    unless = only_if(wanted)
    if not unless:
        return []
    found = record.search(kind, unless)
    if kind == "Provenance":
        target, at = wanted.resource["target"][0]["reference"], wanted.resource["recorded"]
        return [r for r in found if r.get("recorded") == at and {"reference": target} in (r.get("target") or [])][:1]
    return [r for r in found if bears(r, _system(kind), wanted.key)]


def only_if(wanted: Wanted) -> dict[str, str]:
    """The search that finds it, if it is there; empty while what it points to is not there yet."""
    kind = str(wanted.resource["resourceType"])
    if kind != "Provenance":
        return {"identifier": f"{_system(kind)}|{wanted.key}"}
    target = next((str(t.get("reference")) for t in wanted.resource.get("target") or []), "")
    return (
        {} if not target or target.startswith("urn:") else {"target": target, "recorded": wanted.resource["recorded"]}
    )


def _system(kind: str) -> str:
    return PATIENT if kind == "Patient" else SYSTEM


def _subject(resource: dict[str, Any]) -> str:
    for name in ("patient", "subject", "beneficiary"):
        if isinstance(resource.get(name), dict):
            return str(resource[name].get("reference") or "")
    return ""


def _known(record: OpenChart, patient: Patient) -> bool:
    found = record.search("Patient", {"identifier": f"{PATIENT}|{patient.id}"})
    return any(bears(p, PATIENT, patient.id) for p in found)


def _candidates(record: OpenChart, patient: Patient) -> tuple[Candidate, ...]:
    """Those of the same birthday whose name shares a word."""
    found = []
    for person in record.search("Patient", {"birthdate": patient.dob.isoformat()}):
        try:
            same_person({"entry": [{"resource": person}]}, patient)
        except Refused:
            continue
        more = brief([person.get("telecom"), person.get("address")])
        name = brief((person.get("name") or [None])[0])
        found.append(Candidate(id=str(person["id"]), name=name, born=str(person.get("birthDate")), more=more))
    return tuple(found[:20])


def _hash(changes: Sequence[Change], server: str, chosen: str) -> str:
    plain = [[c.wanted.key, c.act, c.target, c.seen, c.body] for c in changes]
    return hashlib.sha256(json.dumps([plain, server, chosen], sort_keys=True).encode("utf-8", "replace")).hexdigest()


__all__ = ["NEW", "chart_of", "look", "note_place", "only_if", "planned", "press", "taken_back"]
