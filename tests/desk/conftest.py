"""The desk that a test of the shell works with; a fault that the shell survived fails the test all the same."""

from collections.abc import Iterator

import pytest

from tests.desk.world import World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()
    assert made.faults == []
