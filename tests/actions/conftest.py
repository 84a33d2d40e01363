"""The counter, once for each test."""

from collections.abc import Callable, Iterator

import pytest

from tests.actions.counter import Counter, open_counter


@pytest.fixture
def counter(new_id: Callable[[], str]) -> Iterator[Counter]:
    opened = open_counter(new_id)
    yield opened
    opened.store.close()
