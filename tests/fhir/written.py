"""A patient of the console's tests with a signed document and an approved form, ready to be written to the record."""

from datetime import timedelta
from typing import Any

from agent.adapters.chart_fhir import FhirChart
from agent.desk import chart
from agent.desk.chart_write import write_next
from agent.documents.for_record import wanted as of_document
from agent.intake.for_record import wanted as of_form
from agent.intake.response import resources, response
from agent.model.chart import ChartWrite, Plan, Wanted
from agent.model.document import Document
from agent.model.form import FormRow, Given
from agent.model.patient import Patient
from tests.contracts.samples import NOW
from tests.documents.test_out import signed
from tests.fhir.server_process import TOKEN
from tests.web.console_desk import World

JON = "Jon Smith"
SAID = (
    Given(link="demographics.name", values=(JON,)),
    Given(link="demographics.birthDate", values=("1985-03-14",)),
    Given(link="demographics.phone", values=("+17185550133",)),
    Given(link="language.preferred", values=("es",)),
    Given(link="insurance.have", values=("yes",)),
    Given(link="insurance.payer", values=("Healthfirst",)),
    Given(link="insurance.memberId", values=("X1",)),
    Given(link="insurance.holder", values=("self",)),
    Given(link="medications.any", values=(True,)),
    Given(link="medications.name", values=("Metformin 500",)),
    Given(link="medications.how", values=("one in the morning",)),
    Given(link="allergies.any", values=(True,)),
    Given(link="allergies.substance", values=("penicillin",)),
    Given(link="allergies.reaction", values=("271807003",), words="my skin itches"),
    Given(link="conditions.which", values=("gout",)),
)


def world_with(url: str) -> World:
    made = World()
    made.desk.chart = FhirChart(url, TOKEN, seconds=5)
    return made


def jon(world: World) -> Patient:
    with world.desk.store.begin(write=False) as tx:
        return next(p for p in tx.patients.search(world.desk.clinic.id, JON, 5) if p.name == JON)


def note_of(world: World, **more: Any) -> Document:
    patient = jon(world)
    made = signed().model_copy(
        update={"id": (id := world.desk.new_id()), "clinic": world.desk.clinic.id, "patient": patient.id, "key": id,
                "patient_name": patient.name, "signed_at": NOW + timedelta(minutes=3), "born": patient.dob, **more}
    )  # fmt: skip
    with world.desk.store.begin() as tx:
        return tx.documents.add(made)


def form_of(world: World, given: tuple[Given, ...] = SAID) -> FormRow:
    patient, form, now = jon(world), world.desk.content.forms["new-patient"], world.clock()
    row = FormRow(
        id=world.desk.new_id(), clinic=world.desk.clinic.id, form=form.name, patient=patient.id, state="approved",
        name=patient.name, dob=patient.dob.isoformat(), given=given, made_at=now, changed_at=now,
    )  # fmt: skip
    made = (response(form, row), *resources(form, row))
    row = row.model_copy(update={"resources": made})
    with world.desk.store.begin() as tx:
        tx.forms.add(row)
    return row


def wanted(world: World, what: Document | FormRow) -> list[Wanted]:
    return of_document(what, world.desk.clinic.name) if isinstance(what, Document) else of_form(what, "Rosa")


def subject(what: Document | FormRow) -> str:
    return f"note:{what.id}" if isinstance(what, Document) else f"form:{what.id}"


def looked(world: World, what: Document | FormRow, chosen: str = "") -> Plan:
    return chart.look(world.desk, jon(world), wanted(world, what), chosen)


def pressed(world: World, what: Document | FormRow, chosen: str = "") -> ChartWrite:
    plan = looked(world, what, chosen)
    by = world.user("clinician")
    return chart.press(world.desk, subject(what), jon(world), wanted(world, what), by, plan.hash, chosen)


def kept(world: World, what: Document | FormRow) -> ChartWrite:
    with world.desk.store.begin(write=False) as tx:
        found = tx.charts.get(subject(what))
    assert found is not None
    return found


def work(world: World) -> None:
    while write_next(world.desk):
        pass


def acts(plan: Plan) -> dict[str, str]:
    return {c.wanted.key.rpartition("-")[2] or c.wanted.key: c.act for c in plan.changes}


def kinds(plan: Plan) -> list[tuple[str, str]]:
    return [(str(c.wanted.resource["resourceType"]), c.act) for c in plan.changes]
