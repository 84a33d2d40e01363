"""Garbage does not pile up in a process that runs for months, and what stays is not looked through again and again."""

import gc
import time
import weakref
from collections.abc import Iterator

import pytest

from agent import memory


class _Node:
    """Refers to itself: only a look through everything finds that nobody else does."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def unhurried() -> Iterator[None]:
    """Python itself looks through nothing meanwhile; what was frozen before is so again."""
    gc.disable()
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    yield
    gc.enable()
    gc.unfreeze()
    if frozen:
        gc.collect()
        gc.freeze()


def test_what_refers_to_itself_is_gone_after_a_tidying(unhurried: None) -> None:
    node = _Node()
    seen = weakref.ref(node)
    del node
    assert seen() is not None
    assert memory.tidy(most=10**9) >= 1
    assert seen() is None
    assert gc.get_freeze_count() == 0


def test_much_that_stays_is_kept_for_good_and_looked_through_no_more(unhurried: None) -> None:
    memory.tidy(most=0)
    assert gc.get_freeze_count() > 1000
    assert len(gc.get_objects()) < 1000


def test_what_was_in_use_when_it_was_set_aside_is_gone_once_it_is_let_go_of(unhurried: None) -> None:
    node = _Node()
    seen = weakref.ref(node)
    memory.tidy(most=-1)
    del node
    memory.tidy(most=10**9)
    assert seen() is not None  # set aside: not looked at again each minute
    memory.tidy(most=-1)  # whatever is loose is too much
    assert seen() is None


def test_a_desk_tidies_until_it_ends(unhurried: None) -> None:
    found = weakref.WeakSet[_Node]()
    with memory.Tidying(0.01):
        for _ in range(100):
            found.add(_Node())
        until = time.monotonic() + 60  # else a desk that does not tidy would hang here instead of failing
        while found and time.monotonic() < until:
            time.sleep(0.01)
    assert not found
