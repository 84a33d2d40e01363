"""The proofs of texts to many and of CANCEL at a size that takes seconds; their full size is `make prove`'s."""

from pathlib import Path

from agent.content.check_packs import laxer
from agent.house import content_of
from tests.clinics import clinic_of
from tests.prove import p15_reminders_once, p25_cancel, p51_bulk, p51_bulk_calls


def test_promise_15_runs_at_a_clinic_that_the_law_lets_open(tmp_path: Path) -> None:
    clinic = clinic_of(p15_reminders_once.always_day(tmp_path))
    assert laxer(clinic, content_of()) == []


def test_promise_25_cancel_stops_texts_and_reaches_a_person_whatever_it_answers() -> None:
    done = p25_cancel.answered(("en", "ht"), ("CANCEL",))
    assert set(done.values()) == {2}


def test_promise_51_a_stop_in_the_middle_and_a_loop_gone_wrong_text_nobody_twice(
    swept_postgres_url: str, tmp_path: Path
) -> None:
    told = p51_bulk.guarded(swept_postgres_url, tmp_path, 60, 2)
    assert "60 texts to 60 people" in told
    assert told.endswith(": 0 texts more")


def test_promise_51_workers_that_die_while_dialling_ring_nobody_twice_and_lose_nobody(
    swept_postgres_url: str, tmp_path: Path
) -> None:
    told = p51_bulk_calls.rung(swept_postgres_url, tmp_path, 26, 2)
    assert told.endswith(": 0 calls and texts more")
