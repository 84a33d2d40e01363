"""The console's desk in memory, for every test of this folder that has no world of its own."""

from collections.abc import Iterator

import pytest

from tests.web.console_desk import World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()
