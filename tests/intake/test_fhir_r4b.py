"""What a filled-in form makes is FHIR as a library of FHIR reads it: every resource, with every question answered."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from agent.demo.photo import card
from agent.intake.engine import following, put
from agent.intake.response import binary, bundle, collection
from agent.model.form import Form, FormRow, Given, Item
from tests import shared

CONTENT = shared.content()
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MADE = {"Patient", "Coverage", "AllergyIntolerance", "MedicationStatement", "Condition"}


def answer(item: Item) -> tuple[bool | float | str, ...]:
    match item.kind:
        case "boolean":
            return (True,)
        case "choice":
            picked = next((c.code for c in item.choices if c.code in ("yes", "self")), item.choices[0].code)
            return (picked,)
        case "open-choice":
            return (item.choices[0].code, "in her own words") if item.repeats else ("in her own words",)
        case "integer" | "decimal":
            return (3,)
        case "date":
            return (date(1980, 3, 12).isoformat(),)
        case _:
            return ("words",)


def filled(form: Form, *, unsure: bool = False) -> FormRow:
    """Everything answered that is asked, the repeating groups twice."""
    given: tuple[Given, ...] = ()
    while (asked := following(form, given, {})) is not None:
        item = form.item(asked.link)
        assert item is not None
        values = (asked.row < 1,) if asked.more else () if unsure else answer(item)
        fresh = Given(
            link=asked.link, row=asked.row, values=values, words="as it was said", unsure=unsure and not values
        )
        given = put(form, given, fresh)
    return FormRow(
        id="form-1", clinic="k", form=form.name, patient="p-1", state="sent", name="Marie Joseph", dob="1980-03-12",
        given=given, made_at=NOW, changed_at=NOW,
    )  # fmt: skip


def read(resource: dict[str, Any]) -> None:
    """Raises ValidationError for what is no such resource."""
    get_fhir_model_class(str(resource["resourceType"])).model_validate_json(json.dumps(resource))


@pytest.mark.parametrize("unsure", [False, True])
@pytest.mark.parametrize("name", sorted(CONTENT.forms))
def test_each_form_of_ours_makes_fhir(name: str, unsure: bool) -> None:
    held = bundle(CONTENT.forms[name], filled(CONTENT.forms[name], unsure=unsure))
    read(held)
    for entry in held["entry"]:
        read(entry["resource"])


def test_the_whole_form_makes_every_kind_of_resource_and_the_photo_beside_them() -> None:
    form = CONTENT.forms["new-patient"]
    entries = [e["resource"] for e in bundle(form, filled(form))["entry"]]
    assert {r["resourceType"] for r in entries} == MADE | {"QuestionnaireResponse"}
    photo = binary("words", "image/jpeg", card(400, 250))
    read(photo)
    read(collection([*entries, photo]))
