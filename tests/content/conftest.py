"""A copy of the real content for each test."""

from pathlib import Path

import pytest

from tests.content.tree import Tree, copied


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return copied(tmp_path / "house")
