"""What a person approved is written to the record exactly, once, whatever happens on the way, and can be taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from agent.desk import chart
from agent.model.fault import Conflict, Refused
from tests.fhir.fake_server import Fake, Fault, fake_server
from tests.fhir.server_process import emptied, real_server
from tests.fhir.written import JON, form_of, jon, kept, kinds, looked, note_of, pressed, wanted, work, world_with
from tests.web.console_desk import World

WHOLE = ["Composition", "Device", "DocumentReference", "Patient", "Provenance", "Provenance"]


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    with real_server() as url:
        yield url


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_server() as made:
        yield made


@pytest.fixture
def world(fake: Fake) -> Iterator[World]:
    made = world_with(fake.url)
    yield made
    made.desk.store.close()


@pytest.fixture(params=["fake", "real"])
def place(request: pytest.FixtureRequest, real: str) -> Iterator[World]:
    """A desk whose record is the fake, and one whose record is a real server; its patient is nobody's there yet."""
    if request.param == "real":
        made = world_with(emptied(real))
        yield made
    else:
        with fake_server() as fake:
            made = world_with(fake.url)
            yield made
    made.desk.store.close()


def found(world: World, kind: str, by: dict[str, str]) -> list[dict[str, Any]]:
    with chart.chart_of(world.desk).opened() as record:
        return record.search(kind, by)


def test_a_signed_document_is_previewed_written_and_then_unchanged(place: World) -> None:
    note = note_of(place)
    plan = looked(place, note, chart.NEW)
    assert kinds(plan) == [
        ("Patient", "create"), ("Device", plan.changes[1].act), ("Composition", "create"),
        ("DocumentReference", "create"), ("Provenance", "create"), ("Provenance", "create"),
    ]  # fmt: skip
    assert pressed(place, note, chart.NEW).state == "waiting"
    work(place)
    row = kept(place, note)
    assert (row.state, row.why, [c.done for c in row.changes]) == ("written", "", [True] * 6)
    (patient,) = found(place, "Patient", {"identifier": f"urn:frontdesk:patient|{jon(place).id}"})
    (reference,) = found(
        place, "DocumentReference", {"identifier": f"urn:frontdesk:record|{note.id}-DocumentReference"}
    )
    assert reference["subject"]["reference"] == f"Patient/{patient['id']}"
    assert reference["docStatus"] == "final"
    target = f"DocumentReference/{reference['id']}"
    assert len(found(place, "Provenance", {"target": target})) == 2
    assert {act for _, act in kinds(looked(place, note))} == {"unchanged"}
    assert ("system", f"note:{note.id}") in place.audited("record:written")


def test_an_approved_form_gives_its_facts_once_and_the_next_form_repeats_none(place: World) -> None:
    form = form_of(place)
    assert {k for k, act in kinds(looked(place, form, chart.NEW)) if act == "create"} >= {
        "Patient", "QuestionnaireResponse", "Coverage", "MedicationStatement", "AllergyIntolerance", "Provenance",
    }  # fmt: skip
    pressed(place, form, chart.NEW)
    work(place)
    assert kept(place, form).why == ""
    assert kept(place, form).state == "written"
    (patient,) = found(place, "Patient", {"identifier": f"urn:frontdesk:patient|{jon(place).id}"})
    of = {"patient": f"Patient/{patient['id']}"}
    assert [a["code"]["text"] for a in found(place, "AllergyIntolerance", of)] == ["penicillin"]
    place.clock.pass_time(timedelta(days=300))
    again = form_of(place)
    plan = dict(kinds(looked(place, again)))
    assert (plan["AllergyIntolerance"], plan["Coverage"], plan["MedicationStatement"]) == ("unchanged",) * 3
    assert (plan["Patient"], plan["QuestionnaireResponse"]) == ("unchanged", "create")
    pressed(place, again)
    work(place)
    assert kept(place, again).state == "written"
    assert len(found(place, "AllergyIntolerance", of)) == 1


def test_what_was_written_is_taken_back_and_stays_readable(place: World) -> None:
    form = form_of(place)
    pressed(place, form, chart.NEW)
    work(place)
    back = chart.taken_back(kept(place, form))
    by, patient, id = place.user("clinician"), jon(place), f"form:{form.id}"
    plan = chart.look(place.desk, patient, back)
    assert {c.act for c in plan.changes} == {"update"}
    chart.press(place.desk, id, patient, back, by, plan.hash, withdraws=True)
    work(place)
    row = kept(place, form)
    assert (row.state, row.why, row.withdraws) == ("written", "", True)
    (there,) = found(place, "Patient", {"identifier": f"urn:frontdesk:patient|{patient.id}"})
    (allergy,) = found(place, "AllergyIntolerance", {"patient": f"Patient/{there['id']}"})
    assert allergy["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert "clinicalStatus" not in allergy
    assert place.audited("record:withdrawn")


def test_what_was_written_in_two_presses_is_taken_back_whole_and_a_halt_in_that_goes_on(
    world: World, fake: Fake
) -> None:
    note = note_of(world)
    pressed(world, note, chart.NEW)
    fake.faults.extend([None, None, None, Fault(422, {"resourceType": "OperationOutcome"})])
    work(world)
    assert kept(world, note).state == "stopped"
    pressed(world, note, chart.NEW)
    work(world)
    by, patient, id = world.user("clinician"), jon(world), f"note:{note.id}"
    fake.faults.extend([None, Fault(401)])
    for state in ("stopped", "written"):
        back = chart.taken_back(kept(world, note))
        plan = chart.look(world.desk, patient, back)
        chart.press(world.desk, id, patient, back, by, plan.hash, withdraws=True)
        work(world)
        assert kept(world, note).state == state
    assert {r["status"] for k in ("Composition", "DocumentReference") for r in fake.of(k)} == {"entered-in-error"}
    assert chart.taken_back(kept(world, note)) == []


def test_a_person_may_press_again_before_the_desk_tries_again(world: World, fake: Fake) -> None:
    note = note_of(world)
    pressed(world, note, chart.NEW)
    fake.faults.append(Fault(503))
    work(world)
    assert kept(world, note).state == "waiting"
    pressed(world, note, chart.NEW)
    work(world)
    assert kept(world, note).state == "written"
    assert sorted(r["resourceType"] for r in fake.held.values()) == WHOLE


def test_an_amendment_marks_the_document_that_it_replaces(place: World) -> None:
    first = note_of(place)
    pressed(place, first, chart.NEW)
    work(place)
    second = note_of(place, amends=first.id)
    pressed(place, second)
    work(place)
    assert kept(place, second).why == ""
    (old,) = found(place, "DocumentReference", {"identifier": f"urn:frontdesk:record|{first.id}-DocumentReference"})
    (new,) = found(place, "DocumentReference", {"identifier": f"urn:frontdesk:record|{second.id}-DocumentReference"})
    assert (old["status"], new["relatesTo"][0]["code"]) == ("superseded", "replaces")


def test_somebody_there_of_that_name_and_birthday_is_chosen_by_a_person_and_gains_only(
    world: World, fake: Fake
) -> None:
    phone = {"system": "phone", "value": "(718) 555-0133"}
    there = fake.put({"resourceType": "Patient", "name": [{"given": ["Jonathan"], "family": "Smith"}],
                      "birthDate": "1985-03-14", "telecom": [phone]})  # fmt: skip
    fake.put({"resourceType": "Patient", "name": [{"family": "Other"}], "birthDate": "1985-03-14"})
    form = form_of(world)
    plan = looked(world, form)
    assert [(c.id, c.name) for c in plan.choose] == [(there["id"], "Jonathan Smith")]
    assert plan.changes == ()
    with pytest.raises(Conflict):
        pressed(world, form)
    plan = looked(world, form, there["id"])
    told = {d.name: d for d in plan.changes[0].differences}
    assert plan.changes[0].act == "update"
    assert set(told) == {"identifier", "communication"}
    pressed(world, form, there["id"])
    work(world)
    (kept_there,) = [p for p in fake.of("Patient") if p["id"] == there["id"]]
    assert kept_there["name"] == there["name"]
    assert len(kept_there["telecom"]) == 1
    assert len(fake.of("Patient")) == 2


def test_a_fact_of_somebody_elses_is_not_told_twice(world: World, fake: Fake) -> None:
    form = form_of(world)
    pressed(world, form, chart.NEW)
    work(world)
    (patient,) = fake.of("Patient")
    for allergy in fake.of("AllergyIntolerance"):
        del fake.held[f"AllergyIntolerance/{allergy['id']}"]
    fake.put({"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"},
              "patient": {"reference": f"Patient/{patient['id']}"}})  # fmt: skip
    again = form_of(world)
    change = next(c for c in looked(world, again).changes if c.wanted.resource["resourceType"] == "AllergyIntolerance")
    assert (change.act, change.ours) == ("unchanged", False)
    assert "stays in the form" in change.note
    pressed(world, again)
    work(world)
    targets = [t["reference"] for t in fake.of("Provenance")[-1]["target"]]
    assert not any(t.startswith("AllergyIntolerance/") for t in targets)


def test_the_record_of_another_person_is_refused(world: World, fake: Fake) -> None:
    fake.put({"resourceType": "Patient", "identifier": [{"system": "urn:frontdesk:patient", "value": jon(world).id}],
              "name": [{"text": JON}], "birthDate": "1999-01-01"})  # fmt: skip
    with pytest.raises(Refused, match="another date of birth"):
        looked(world, note_of(world))


@pytest.mark.parametrize("fault", [Fault(0, after=True), Fault(500, after=True), Fault(503), Fault(500), Fault(0)])
@pytest.mark.parametrize("before", [0, 3, 5])
def test_an_answer_that_is_lost_is_looked_for_and_nothing_is_doubled(
    world: World, fake: Fake, fault: Fault, before: int
) -> None:
    note = note_of(world)
    pressed(world, note, chart.NEW)
    fake.faults.extend([None] * before + [fault])
    work(world)
    row = kept(world, note)
    assert (row.state, [c.done for c in row.changes]) == ("waiting", [n < before for n in range(6)])
    assert row.why
    work(world)  # not before its time
    assert kept(world, note).attempts == 1
    world.clock.pass_time(timedelta(minutes=1))
    work(world)
    assert (kept(world, note).state, kept(world, note).why) == ("written", "")
    assert sorted(r["resourceType"] for r in fake.held.values()) == WHOLE


def test_a_worker_killed_between_answer_and_commit_doubles_nothing(world: World, fake: Fake) -> None:
    class Killed(BaseException):
        pass

    note = note_of(world)
    pressed(world, note, chart.NEW)
    begin, dies = world.desk.store.begin, list[str]()

    def begins(*given: Any, **more: Any) -> Any:
        if dies:
            raise Killed
        return begin(*given, **more)

    world.desk.store.begin = begins  # type: ignore[method-assign]
    for last in ("Patient", "Composition", "DocumentReference", "Provenance"):
        fake.dies = lambda method, path, last=last: (
            dies.append(path) if (method, path) == ("POST", f"/{last}") else None
        )
        with pytest.raises(Killed):
            work(world)
        dies.clear()
        fake.dies = None
        work(world)  # under the lease of the dead one
        assert kept(world, note).state == "waiting"
        world.clock.pass_time(timedelta(minutes=10))
    work(world)
    assert kept(world, note).state == "written"
    assert sorted(r["resourceType"] for r in fake.held.values()) == WHOLE


def test_what_changed_since_the_look_is_not_overwritten(world: World, fake: Fake) -> None:
    note = note_of(world)
    plan = looked(world, note, chart.NEW)
    there = fake.put({"resourceType": "Composition", "identifier": plan.changes[2].wanted.resource["identifier"],
                      "status": "entered-in-error"})  # fmt: skip
    by = world.user("clinician")
    with pytest.raises(Conflict, match="changed since you looked"):
        chart.press(world.desk, f"note:{note.id}", jon(world), wanted(world, note), by, plan.hash, chart.NEW)
    del fake.held[f"Composition/{there['id']}"]
    pressed(world, note, chart.NEW)
    fake.put(there)
    work(world)
    row = kept(world, note)
    assert (row.state, [c.done for c in row.changes]) == ("stopped", [True, True, False, False, False, False])
    assert "look again" in row.why
    assert fake.held[f"Composition/{there['id']}"]["status"] == "entered-in-error"
    pressed(world, note)  # seen, and approved anew
    work(world)
    assert kept(world, note).state == "written"
    assert fake.held[f"Composition/{there['id']}"]["status"] == "final"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(401), "FRONTDESK_FHIR_TOKEN"),
        (
            Fault(422, {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "no such code"}]}),
            "does not accept",
        ),
        (Fault(307, headers={"Location": "https://evil.example/"}), "another address"),
    ],
)
def test_what_a_person_must_mend_is_kept_until_it_is(world: World, fake: Fake, fault: Fault, words: str) -> None:
    note = note_of(world)
    pressed(world, note, chart.NEW)
    fake.faults.append(fault)
    work(world)
    row = kept(world, note)
    assert row.state == "stopped"
    assert words in row.why
    assert "evil" not in str(fake.asked)
    pressed(world, note, chart.NEW)
    work(world)
    assert kept(world, note).state == "written"


def test_nothing_is_pressed_twice_or_written_without_a_record(world: World, fake: Fake) -> None:
    note = note_of(world)
    pressed(world, note, chart.NEW)
    with pytest.raises(Conflict, match="already"):
        pressed(world, note, chart.NEW)
    other = world_with("http://127.0.0.1:9")
    world.desk.chart = other.desk.chart
    other.desk.store.close()
    work(world)
    assert "address has changed" in kept(world, note).why
    world.desk.chart = None
    with pytest.raises(Refused, match="FRONTDESK_FHIR_URL"):
        looked(world, note)
    assert fake.of("Composition") == []


def test_no_address_and_no_log_holds_a_patient(world: World, fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    form = form_of(world)
    pressed(world, form, chart.NEW)
    fake.faults.append(Fault(500))
    work(world)
    world.clock.pass_time(timedelta(hours=1))
    work(world)
    lines = " ".join(f"{path} {headers}" for _, path, headers in fake.asked) + str(capsys.readouterr())
    assert not [w for w in ("Smith", "1985", "penicillin", "Metformin", "Healthfirst") if w in lines]
