"""Who is on a telephone or in a car and dies is no telephone that died, and the other way round."""

from pathlib import Path

import pytest

from tests.dialogue.test_gate_core import gate
from tests.shared import read_quickly

SAID = read_quickly(Path(__file__).with_name("safety_places.yaml").read_text("utf-8"))


@pytest.mark.parametrize("lang", SAID["somebody"])
def test_promise_34_somebody_at_a_machine_is_not_the_machine(lang: str) -> None:
    texts = SAID["somebody"][lang]
    assert [text for text in texts if gate().read(text, lang).urgency not in ("urgent", "emergency")] == []


@pytest.mark.parametrize("lang", SAID["machine"])
def test_promise_37_a_machine_that_dies_where_somebody_is_rings_no_alarm(lang: str) -> None:
    texts = SAID["machine"][lang]
    assert [text for text in texts if gate().read(text, lang).urgency not in ("none", "routine")] == []
