"""A canary patient on a real desk with Redis and a worker, one kill on the way: no trace but in sealed columns."""

from pathlib import Path

from tests.canary import SAID
from tests.prove.p42_canary import canary


def test_promise_42_a_canary_patient_leaves_no_trace(tmp_path: Path, redis_url: str) -> None:
    watched, said = canary(tmp_path, 1, SAID[:6], FRONTDESK_REDIS_URL=redis_url)
    assert said == 6
    assert len(watched.seen["Redis commands"]) > 10
