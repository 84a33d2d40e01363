"""What a form came to, as FHIR R4: everything in the response, and only what is sure in resources of its own."""

from datetime import UTC, datetime
from typing import Any

from agent.intake.engine import put
from agent.intake.response import resources, response
from agent.model.form import Form, FormRow, Given
from tests import shared

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


def filled(form: Form, *given: Given) -> FormRow:
    held: tuple[Given, ...] = ()
    for one in given:
        held = put(form, held, one)
    return FormRow(id="f-1", clinic="k", form=form.name, patient="p-1", state="sent", given=held, made_at=NOW,
                   changed_at=NOW)  # fmt: skip


def of_kind(made: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [r for r in made if r["resourceType"] == kind]


def test_a_new_patients_answers_become_the_resources_of_a_record() -> None:
    form = shared.content().forms["new-patient"]
    row = filled(
        form,
        Given(link="demographics.name", values=("Marie Joseph",)), Given(link="demographics.sex", values=("female",)),
        Given(link="demographics.birthDate", values=("1980-03-12",)),
        Given(link="demographics.phone", values=("+17185550133",)),
        Given(link="demographics.contact.name", values=("Paul",)),
        Given(link="insurance.have", values=("yes",)), Given(link="insurance.payer", values=("Healthfirst",)),
        Given(link="insurance.memberId", values=("X1",)), Given(link="insurance.holder", values=("self",)),
        Given(link="medications.any", values=(True,)), Given(link="medications.name", values=("Metformin 500",)),
        Given(link="medications.how", values=("one in the morning",)), Given(link="medications.list", values=(True,)),
        Given(link="medications.name", row=1, values=("Aspirin",)),
        Given(link="allergies.any", values=(True,)), Given(link="allergies.substance", values=("penicillin",)),
        Given(link="allergies.reaction", values=("271807003",), words="my skin itches"),
        Given(link="conditions.which", values=("38341003", "migraine")),
    )  # fmt: skip
    made = resources(form, row)
    (patient,) = of_kind(made, "Patient")
    assert patient["name"] == [{"text": "Marie Joseph"}]
    assert (patient["gender"], patient["birthDate"]) == ("female", "1980-03-12")
    assert patient["contact"] == [{"name": {"text": "Paul"}}]
    (coverage,) = of_kind(made, "Coverage")
    assert (coverage["payor"], coverage["subscriberId"]) == ([{"display": "Healthfirst"}], "X1")
    first, second = of_kind(made, "MedicationStatement")
    assert first["medicationCodeableConcept"] == {"text": "Metformin 500"}
    assert first["dosage"] == [{"text": "one in the morning"}]
    assert "dosage" not in second
    (allergy,) = of_kind(made, "AllergyIntolerance")
    assert allergy["code"] == {"text": "penicillin"}
    assert allergy["reaction"][0]["manifestation"][0]["coding"][0]["code"] == "271807003"
    assert allergy["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    assert [c["code"]["text"] for c in of_kind(made, "Condition")][1:] == ["migraine"]
    assert all(r.get("id") == "p-1" or "Patient/p-1" in str(r) for r in made)


def test_what_is_unsure_stays_words_and_makes_nothing() -> None:
    form = shared.content().forms["allergies"]
    row = filled(
        form, Given(link="allergies.any", values=(True,)),
        Given(link="allergies.substance", words="the pink pills", unsure=True),
    )  # fmt: skip
    assert of_kind(resources(form, row), "AllergyIntolerance") == []
    answered = response(form, row)
    (group,) = [i for i in answered["item"] if i["linkId"] == "allergies.list"]
    (substance,) = group["item"]
    assert "answer" not in substance
    assert substance["extension"][0]["valueString"] == "the pink pills"


def test_the_response_names_its_form_and_nests_as_it_does() -> None:
    form = shared.content().forms["allergies"]
    row = filled(
        form, Given(link="allergies.any", values=(True,)), Given(link="allergies.substance", values=("eggs",)),
        Given(link="allergies.list", values=(True,)), Given(link="allergies.substance", row=1, values=("nuts",)),
    )  # fmt: skip
    answered = response(form, row)
    assert answered["questionnaire"].startswith("https://frontdesk.example/Questionnaire/allergies")
    assert (answered["status"], answered["subject"]) == ("completed", {"reference": "Patient/p-1"})
    groups = [i for i in answered["item"] if i["linkId"] == "allergies.list"]
    said = [g["item"][0]["answer"][0]["valueString"] for g in groups]
    assert said == ["eggs", "nuts"]


def test_scores_of_a_questionnaire_stand_in_its_response() -> None:
    form = shared.content().forms["gad7"]
    worst = form.item("gad7.1").choices[-1].code  # type: ignore[union-attr]
    row = filled(form, Given(link="gad7.1", values=(worst,)), Given(link="gad7.2", values=(worst,)))
    assert response(form, row)["extension"][0]["valueDecimal"] == 6
