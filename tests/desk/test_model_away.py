"""The front desk is whole while its language model is not."""

import pytest

from tests.desk.world import _first
from tests.prove.p58_model_away import suite


@pytest.mark.parametrize("how", [None, "hangs", "nonsense", "lies"])
def test_promise_58_the_same_conversations_work_whatever_the_model_does(how: str | None) -> None:
    suite(how, _first())
