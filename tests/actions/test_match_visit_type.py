"""What patients call their visits, in English and Spanish; none of these lines is an alias of the demo clinic."""

import pytest

from tests.actions.counter import Counter


@pytest.mark.parametrize(
    ("locale", "said", "kind"),
    [
        ("en", "I'd like to get my teeth cleaned please", "cleaning"),
        ("en", "it's time for my yearly check-up", "physical"),
        ("en", "Follow-up about my blood pressure pills", "followup"),
        ("en", "I need a flu shot!!", "vaccine"),
        ("en", "vaccinaton for travel", "vaccine"),
        ("en", "see the doctor for a physical", "physical"),
        ("en", "sore throat and a fever since sunday", "office"),
        ("en", "a well child visit for my daughter", "well_child"),
        ("en", "bloodwork my doctor ordered", "labs"),
        ("en", "remove a mole, mole removal", "procedure"),
        ("en", "first time visit, just moved here", "new_patient"),
        ("es", "quisiera una limpieza para el martes", "cleaning"),
        ("es", "un CHEQUEO general", "physical"),
        ("es", "analisis de sangre en ayunas", "labs"),
        ("es", "la vacuna contra la gripe", "vaccine"),
        ("es", "es mi primera cita con ustedes", "new_patient"),
        ("es", "chequeo para mi hijo de dos años", "well_child"),
        ("es", "me duele una muela", "cleaning"),
        ("es", "I need a checkup", "physical"),
    ],
)
def test_patients_call_visits_by_their_own_names(counter: Counter, locale: str, said: str, kind: str) -> None:
    answer = counter.run("action_match_visit_type", counter.conversation(locale=locale), reason=said)
    assert answer.slots == {"appointment_type": kind, "type_options": []}


@pytest.mark.parametrize("said", ["", "something is wrong with me", "I could come", "por favor", "ayer", "12345", "🙂"])
def test_what_fits_nothing_is_left_open(counter: Counter, said: str) -> None:
    answer = counter.run("action_match_visit_type", counter.conversation(locale="es"), reason=said)
    assert answer.slots == {"type_options": []}


def test_two_kinds_in_one_breath_are_asked_about(counter: Counter) -> None:
    answer = counter.run("action_match_visit_type", reason="a physical and a tetanus shot")
    assert "appointment_type" not in answer.slots
    assert set(answer.slots["type_options"]) == {"physical", "vaccine"}
    assert len(answer.slots["type_options"]) <= 4


def test_nobody_is_asked_to_choose_from_one(counter: Counter) -> None:
    for said in ("vacine shto", "clening", "flu shto please", "chekup"):
        options = counter.run("action_match_visit_type", reason=said).slots.get("type_options", [])
        assert len(options) != 1


def test_a_kind_that_is_known_already_is_kept(counter: Counter) -> None:
    assert counter.run("action_match_visit_type", appointment_type="labs", reason="cleaning").slots == {
        "type_options": []
    }
