"""Facts as the clinic file states them: hours, closures, insurance and approved words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.actions.counter import CLINIC, Counter


def facts(counter: Counter, at: str = "2026-03-09T14:00", locale: str = "en", **slots: Any) -> dict[str, Any]:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    found: dict[str, Any] = counter.run("action_clinic_facts", counter.conversation(locale=locale), now, **slots).slots
    return found


@pytest.mark.parametrize(
    ("at", "brooklyn", "chicago"),
    [
        ("2026-03-09T14:00", True, True),  # Monday, 10:00 and 09:00
        ("2026-03-09T12:30", True, False),  # 08:30 and 07:30
        ("2026-03-09T17:30", True, False),  # lunch in Chicago only
        ("2026-03-09T22:00", False, True),  # 18:00, the minute Brooklyn closes
        ("2026-03-08T16:00", False, False),  # Sunday
        ("2026-05-25T16:00", False, False),  # Memorial Day
        ("2026-12-24T16:30", True, True),  # Christmas Eve, open until noon
        ("2026-12-24T17:30", False, True),
    ],
)
def test_open_now_is_true_at_each_place_by_its_own_clock(
    counter: Counter, at: str, brooklyn: bool, chicago: bool
) -> None:
    places = facts(counter, at, topic="hours")["facts"]["locations"]
    assert [p["open_now"] for p in places] == [brooklyn, chicago]


def test_hours_are_told_by_weekday_with_the_lunch_break(counter: Counter) -> None:
    chicago = facts(counter, topic="hours", location="chicago")["facts"]["locations"]
    assert len(chicago) == 1
    assert chicago[0]["hours"]["mon"] == [["08:00", "12:00"], ["13:00", "17:30"]]
    assert chicago[0]["hours"]["sun"] == []


def test_a_holiday_is_told_two_weeks_ahead_in_the_patients_language(counter: Counter) -> None:
    near = facts(counter, "2026-11-12T15:00", "es", topic="hours")["facts"]["closures"]
    assert [(c["day"], c["name"]) for c in near] == [("2026-11-26", "Día de Acción de Gracias")]
    assert facts(counter, "2026-11-11T15:00", topic="hours")["facts"]["closures"] == []


def test_a_providers_holiday_is_not_the_clinics_closure(counter: Counter) -> None:
    assert facts(counter, "2026-08-01T15:00", topic="hours")["facts"]["closures"] == []


def test_parking_and_answers_come_in_the_patients_language(counter: Counter) -> None:
    spanish = facts(counter, locale="es-MX", topic="telehealth")["facts"]
    assert spanish["answer"] == CLINIC.answers["telehealth"]["es"]
    assert spanish["locations"][0]["parking"].startswith("Hay un estacionamiento")


def test_a_topic_without_an_approved_answer_has_none(counter: Counter) -> None:
    assert facts(counter, topic="weather")["facts"]["answer"] is None


@pytest.mark.parametrize(
    ("said", "plan"),
    [
        ("Aetna", "Aetna"),
        ("do you take my aetna insurance", "Aetna"),
        ("United Healthcare", "UnitedHealthcare (UHC)"),
        ("uhc", "UnitedHealthcare (UHC)"),
        ("blue cross", "Blue Cross Blue Shield (BCBS)"),
        ("BCBS", "Blue Cross Blue Shield (BCBS)"),
        ("blue cros blue sheild", "Blue Cross Blue Shield (BCBS)"),
        ("tengo seguro de Fidelis", "Fidelis Care"),
        ("medicare", "Medicare"),
        ("Medicaid", "Medicaid"),
        ("Aetna Medicaid", None),
        ("Medi", None),
        ("Kaiser Permanente", None),
        ("health insurance", None),
        ("", None),
    ],
)
def test_a_plan_is_accepted_only_when_it_is_plainly_one_of_ours(counter: Counter, said: str, plan: str | None) -> None:
    found = facts(counter, topic="insurance", insurance_name=said)
    assert found["insurance_match"] == plan
    assert found["facts"]["insurance"] == list(CLINIC.insurance)
