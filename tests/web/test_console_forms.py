"""A filled-in form on its card: every answer with its words, unsure ones as questions, and approved into FHIR."""

import json

from agent.model.form import FormRow, Given
from agent.model.task import Task
from tests.web.console_desk import World, decide
from tests.web.test_console_task import plain


def handed_in(world: World, *given: Given, patient: str | None = None, form: str = "allergies") -> Task:
    """A form that somebody has filled in by text, and its task."""
    held, _ = world.talk("it was the pink pills", phone="+12125550144", name="Ana Torres")
    now = world.clock()
    row = FormRow(
        id=world.desk.new_id(), clinic=world.desk.clinic.id, form=form, patient=patient, conversation=held.id,
        state="sent", name="Ana Torres", dob="1990-05-17", given=given, made_at=now, changed_at=now,
    )  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.forms.add(row)
    return world.prepare("intake", held, {"form": row.id, "name": row.name, "dob": row.dob})


SURE = (
    Given(link="allergies.any", values=(True,), words="yes"),
    Given(link="allergies.substance", values=("penicillin",), words="penicillin I think"),
    Given(link="allergies.reaction", words="I swell up", unsure=True),
)


def row_of(world: World, task: Task) -> FormRow:
    with world.desk.store.begin(write=False) as tx:
        found = tx.forms.get(task.proposal["form"])
    assert found is not None
    return found


def test_each_answer_stands_with_the_patients_words_and_unsure_ones_as_questions(world: World) -> None:
    task = handed_in(world, *SURE)
    page = world.browser("front-desk").get(f"/console/tasks/{task.id}").text
    text = plain(page)
    assert "What are you allergic to? penicillin from penicillin I think" in text
    assert '<span class="ask">What happens then?' in page
    assert "I swell up" in text
    assert f'name="mend:0:{SURE[2].link}"' in page
    assert "1 answer is not sure" in text
    assert task.proposal["form"] not in text.partition("What goes to the record")[0]


def test_approving_puts_a_new_patient_on_file_and_makes_the_resources(world: World) -> None:
    task = handed_in(world, *SURE)
    fields = {"patient": "new", "pick": "needed", "mend:0:allergies.reaction": "swelling of the lips"}
    answer = decide(world.browser("front-desk"), task, "confirm", **fields)
    assert answer.status_code == 303
    row = row_of(world, task)
    assert (row.state, world.task(task.id).status) == ("approved", "completed")
    with world.desk.store.begin(write=False) as tx:
        assert (tx.patients.get(row.patient or "") or world.user("admin")).name == "Ana Torres"
    kinds = [r["resourceType"] for r in row.resources]
    assert kinds == ["QuestionnaireResponse", "AllergyIntolerance"]
    assert row.resources[1]["reaction"][0]["manifestation"] == [{"text": "swelling of the lips"}]
    assert row.resources[1]["patient"] == {"reference": f"Patient/{row.patient}"}
    assert world.audited("task:approved") != []


def test_a_form_is_approved_once_and_by_those_who_may(world: World) -> None:
    task = handed_in(world, *SURE)
    assert decide(world.browser("clinician"), task, "confirm").status_code == 403
    first, second = world.browser("front-desk"), world.browser("admin")
    given = {"patient": "new", "pick": "needed"}
    assert decide(first, task, "confirm", **given).status_code == 303
    assert decide(second, task, "confirm", **given).status_code == 409


def test_a_value_that_no_question_takes_is_refused_and_nothing_is_lost(world: World) -> None:
    task = handed_in(
        world, Given(link="demographics.birthDate", words="spring of 80", unsure=True), form="demographics"
    )
    given = {"patient": "new", "pick": "needed", "mend:0:demographics.birthDate": "in spring"}
    answer = decide(world.browser("front-desk"), task, "confirm", **given)
    assert answer.status_code == 422
    assert "this cannot be an answer to" in plain(answer.text)
    assert 'value="in spring"' in answer.text
    assert (row_of(world, task).state, world.task(task.id).status) == ("sent", "requested")


def test_the_form_is_downloaded_as_fhir_by_those_who_decide_and_it_is_on_record(world: World) -> None:
    task = handed_in(world, *SURE)
    assert world.browser("clinician").get(f"/console/tasks/{task.id}/fhir").status_code == 404
    answer = world.browser("front-desk").get(f"/console/tasks/{task.id}/fhir")
    assert answer.headers["content-type"] == "application/fhir+json"
    assert f'form-{task.number}.fhir.json"' in answer.headers["content-disposition"]
    kinds = [e["resource"]["resourceType"] for e in json.loads(answer.text)["entry"]]
    assert kinds == ["QuestionnaireResponse", "AllergyIntolerance"]
    assert world.audited("form:exported") != []


def test_whoever_filled_in_a_form_is_thanked_and_told_who_checked_it(world: World) -> None:
    task = handed_in(world, *SURE)
    seen = plain(world.browser("front-desk").get(f"/console/tasks/{task.id}?patient=new").text)
    assert "Thank you for filling in the form. Rosa Delgado has checked your answers." in seen
    assert "has taken care of request" not in seen


def test_a_form_shows_numbers_as_people_write_them_and_no_words_that_nobody_said(world: World) -> None:
    given = Given(link="demographics.phone", values=("+17185550133",), confirmed=True)
    text = plain(
        world.browser("front-desk").get(f"/console/tasks/{handed_in(world, given, form='demographics').id}").text
    )
    assert "(718) 555-0133 known before" in text
