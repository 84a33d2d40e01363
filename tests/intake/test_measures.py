"""Times, moments and quantities of a clinic's own form: read, compared, bounded, and written as FHIR R4."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from agent.intake.bounds import hint
from agent.intake.engine import fits, following, put
from agent.intake.measures import compares, typed
from agent.intake.response import response
from agent.model.form import Form, FormRow, Given
from tests.intake.forms import flaws, form, item, when

UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
FHIR = "http://hl7.org/fhir/StructureDefinition/"
NEW_YORK = ZoneInfo("America/New_York")


def unit(code: str, display: str, *, one_of: bool = False) -> dict[str, Any]:
    url = f"{UNIT}Option" if one_of else UNIT
    return {"url": url, "valueCoding": {"system": "http://unitsofmeasure.org", "code": code, "display": display}}


WEIGHT = item("weight", "quantity", extension=[unit("kg", "kg", one_of=True), unit("[lb_av]", "lb", one_of=True)])
FEVER = item("fever", "quantity", extension=[
    unit("Cel", "°C"), {"url": f"{FHIR}minValue", "valueQuantity": {"value": 34, "code": "Cel"}},
    {"url": f"{FHIR}maxValue", "valueQuantity": {"value": 43, "code": "Cel"}},
])  # fmt: skip


def filled(asked: Form, *given: Given) -> FormRow:
    held: tuple[Given, ...] = ()
    for one in given:
        held = put(asked, held, one)
    now = datetime(2026, 3, 2, 15, tzinfo=UTC)
    return FormRow(id="f-1", clinic="k", form=asked.name, state="sent", given=held, made_at=now, changed_at=now)


def test_each_kind_holds_its_own_and_nothing_else() -> None:
    asked = form(item("t", "time"), item("m", "dateTime"), WEIGHT, item("free", "quantity"))
    held = {link: asked.item(link) for link in ("t", "m", "weight", "free")}
    good = {"t": ["23:30:00"], "m": ["2026-03-05", "2026-03-05T14:30:00-05:00"], "weight": ["72.5 kg", "160 [lb_av]"],
            "free": ["3", "3 cups a day"]}  # fmt: skip
    bad = {"t": ["25:00:00", "23:30", "2026-03-05"], "m": ["2026-02-30", "2026-03-05T14:30", "14:30:00", ""],
           "weight": ["72.5", "72,5 kg", "11 stone", "kg", "1e99 kg", "nan kg"],
           "free": ["cups", "3 " + "x" * 99]}  # fmt: skip
    for link, found in held.items():
        assert found is not None
        assert [v for v in good[link] if not fits(found, v)] == []
        assert [v for v in bad[link] if fits(found, v)] == []


def test_bounds_of_a_quantity_and_of_a_time_are_kept_to_and_shown() -> None:
    open_ = item("open", "time", extension=[{"url": f"{FHIR}minValue", "valueTime": "08:00:00"},
                                            {"url": f"{FHIR}maxValue", "valueTime": "17:30:00"}])  # fmt: skip
    asked = form(FEVER, open_, WEIGHT)
    fever, hours, weight = (asked.items[n] for n in range(3))
    assert [v for v in ("33.9 Cel", "34 Cel", "43 Cel", "43.1 Cel") if fits(fever, v)] == ["34 Cel", "43 Cel"]
    assert [v for v in ("07:59:00", "08:00:00", "17:31:00") if fits(hours, v)] == ["08:00:00"]
    assert [hint(one, "en") for one in (fever, hours, weight)] == ["(34 °C – 43 °C)", "(08:00 – 17:30)", "(kg / lb)"]


def test_what_opens_by_a_quantity_or_a_moment_opens_where_it_compares() -> None:
    asked = form(FEVER, item("since", enableWhen=when("fever", ">=", answerQuantity={"value": 38, "code": "Cel"})))
    low = put(asked, (), Given(link="fever", values=("37.9 Cel",)))
    high = put(asked, (), Given(link="fever", values=("38.5 Cel",)))
    assert following(asked, low, {}) is None
    assert (found := following(asked, high, {})) is not None
    assert found.link == "since"
    assert compares("dateTime", ">", "2026-03-05T14:30:00-05:00", "2026-03-05T18:30:00+00:00")
    assert compares("dateTime", "=", "2026-03-05", "2026-03-05T18:30:00+00:00")
    assert not compares("quantity", "<", "5 [lb_av]", "30 kg")


def test_an_answer_is_written_as_fhir_has_it() -> None:
    asked = form(item("t", "time"), item("m", "dateTime"), item("day", "dateTime"), WEIGHT, item("free", "quantity"))
    row = filled(
        asked, Given(link="t", values=("23:30:00",)), Given(link="m", values=("2026-03-05T14:30:00-05:00",)),
        Given(link="day", values=("2026-03-05",)), Given(link="weight", values=("160.5 [lb_av]",)),
        Given(link="free", values=("3 cups",)),
    )  # fmt: skip
    made = response(asked, row)
    QuestionnaireResponse.model_validate(made)
    assert [i["answer"][0] for i in made["item"]] == [
        {"valueTime": "23:30:00"}, {"valueDateTime": "2026-03-05T14:30:00-05:00"}, {"valueDateTime": "2026-03-05"},
        {"valueQuantity": {"value": 160.5, "unit": "lb", "code": "[lb_av]", "system": "http://unitsofmeasure.org"}},
        {"valueQuantity": {"value": 3, "unit": "cups"}},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("link", "said", "held"),
    [("t", "23:30", "23:30:00"), ("m", "2026-07-05T14:30", "2026-07-05T14:30:00-04:00"),
     ("m", "2026-07-05", "2026-07-05"),
     ("weight", "72,5 kg", "72.5 kg"), ("weight", "160 lb", "160 [lb_av]"), ("fever", "38.5", "38.5 Cel"),
     ("weight", "heavy", "heavy"), ("t", "late", "late")],
)  # fmt: skip
def test_a_field_is_kept_as_its_kind_has_it(link: str, said: str, held: str) -> None:
    asked = form(item("t", "time"), item("m", "dateTime"), WEIGHT, FEVER)
    found = asked.item(link)
    assert found is not None
    assert typed(found, said, NEW_YORK) == held


def test_units_that_cannot_be_read_are_told() -> None:
    broken = item("w", "quantity", extension=[{"url": UNIT, "valueCoding": {"display": "kg"}}])
    assert "unit" in flaws(broken)[0].what
    rule = item("w", "quantity", extension=[{"url": f"{UNIT}ValueSet", "valueCanonical": "http://x/units"}])
    assert "units stand in a ValueSet elsewhere" in flaws(rule)[0].what
    over = item("t", "time", extension=[{"url": f"{FHIR}minValue", "valueTime": "17:00:00"},
                                        {"url": f"{FHIR}maxValue", "valueTime": "08:00:00"}])  # fmt: skip
    assert "is above" in flaws(over)[0].what
