"""The proofs of edited content at a size that takes seconds; their full size is `make prove`'s."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests import shared
from tests.hostile import PATTERNS, PAYLOADS
from tests.prove import p38_no_advice, p46_inert, p47_translations, p49_no_hang, p50_safe_change, p56_valid
from tests.web.console_desk import World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


def test_promise_38_a_clinical_question_is_answered_with_approved_words_alone() -> None:
    found = p38_no_advice.answered(p38_no_advice.questions(2))
    assert found.total() == 30
    assert found["person"] >= 20


def test_promise_46_what_attacks_a_page_or_a_template_is_inert_or_refused(world: World) -> None:
    found = p46_inert.inert(world, PAYLOADS[1:200:70])
    assert min(found.values()) > 0


def test_promise_47_a_spoiled_translation_is_named_whatever_message_it_is_of() -> None:
    reading = shared.reading()
    assert all(p47_translations.broken(reading, ["vi"], way) > 50 for way in p47_translations.BREAKS)


def test_promise_56_what_goes_out_is_fhir_and_icalendar_in_every_state(tmp_path: Path) -> None:
    chance = Random(56)
    assert p56_valid.forms(45, chance) > 60
    assert p56_valid.documents(2, chance) >= 10
    assert p56_valid.visits(f"sqlite:///{tmp_path}/visits.db", 24, chance) > 70


def test_a_visits_calendar_file_is_had_from_the_patients_page_and_says_nothing_of_the_patient(world: World) -> None:
    client = world.browser("front-desk")
    with world.desk.store.begin(write=False) as tx:
        known = [
            p for d in ("1985-03-14", "1948-11-02", "1979-12-12") for p in tx.patients.by_dob(world.desk.clinic.id, d)
        ]
        visit = next(v for p in known for v in tx.appointments.all_of(p.id) if v.status == "booked")
    assert visit.patient is not None
    link = f"/console/patients/{visit.patient}/visits/{visit.id}/calendar"
    file = client.get(link)
    assert (file.status_code, file.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "BEGIN:VEVENT" in file.text
    assert all(word not in file.text for word in (known[0].name, visit.visit_type, visit.provider, "Okafor"))
    assert client.get(link.replace(visit.patient, "somebody-else")).status_code == 404
    assert world.browser().get(link, follow_redirects=False).status_code in (303, 401)


def test_promise_49_no_pattern_no_bomb_and_no_paste_holds_up_the_desk(world: World) -> None:
    assert len(PATTERNS) >= 100
    slowest = max(p49_no_hang.patterns(PATTERNS), p49_no_hang.bombs(p49_no_hang.BOMBS, p49_no_hang.BOOKS))
    assert slowest < 20 * p49_no_hang.MOST  # the proof is strict; a busy machine is not
    assert p49_no_hang.paste(world, 10_000_000) < 30


def test_promise_50_a_publish_is_everywhere_at_once_and_one_step_takes_it_back(tmp_path: Path) -> None:
    found = p50_safe_change.changes(f"sqlite:///{tmp_path}/desk.db", 1)
    assert found["slowest"] < 15 * p50_safe_change.WITHIN  # the proof is strict; a busy machine is not


def test_promise_50_a_publish_that_is_broken_off_serves_nothing(tmp_path: Path) -> None:
    assert p50_safe_change.interrupted(f"sqlite:///{tmp_path}/desk.db") > 10
