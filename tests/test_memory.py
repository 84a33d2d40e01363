"""Garbage does not pile up in a process that runs for months, and what stays is not looked through again and again."""

import gc
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator

import pytest

from agent import memory
from agent.settings import ROOT


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
    assert memory.tidy() >= 1
    assert seen() is None
    assert gc.get_freeze_count() == 0


_BUSY = """
import gc
from pathlib import Path

from agent import memory

def resident() -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

memory.share()
much = [bytes(1000) for _ in range(60_000)]
kept = much[::500]
del much
busy = resident()
memory.tidy()
print(busy - resident(), len(kept))
"""


def test_what_a_busy_moment_needed_goes_back_although_something_of_it_is_kept() -> None:
    told = subprocess.run([sys.executable, "-c", _BUSY], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    given_back, kept = map(int, told.split())
    assert kept == 120
    assert given_back > 30_000  # kB of 60,000


def test_garbage_in_circles_waits_for_a_third_of_a_minute_at_most() -> None:
    assert memory.TIDIES_SECONDS <= 20


def test_what_stays_is_set_aside_and_looked_through_no_more(unhurried: None) -> None:
    memory.set_aside()
    assert gc.get_freeze_count() > 1000
    assert len(gc.get_objects()) < 1000


def test_what_was_in_use_when_it_was_set_aside_is_gone_once_it_is_let_go_of(unhurried: None) -> None:
    node = _Node()
    seen = weakref.ref(node)
    memory.set_aside()
    del node
    memory.tidy()
    assert seen() is not None  # set aside: not looked at again each minute
    memory.set_aside()
    assert seen() is None


@pytest.mark.parametrize(("again", "gone"), [(0.0, True), (3600.0, False)])
def test_a_desk_looks_through_what_it_set_aside_once_an_hour(unhurried: None, again: float, gone: bool) -> None:
    """Half a second in which nobody is answered: not each time that much has come."""
    assert memory.AGAIN_SECONDS >= 3600
    node = _Node()
    seen = weakref.ref(node)
    memory.set_aside()
    del node
    kept: list[object] = []
    before = gc.get_freeze_count()
    with memory.Tidying(0.01, most=10_000, again=again):
        kept += [[n] for n in range(30_000)]
        until = time.monotonic() + 60
        while gc.get_freeze_count() < before + 20_000 and time.monotonic() < until:
            time.sleep(0.01)
    assert (seen() is None) is gone


def test_much_that_came_is_set_aside_by_a_desk(unhurried: None) -> None:
    kept: list[object] = []
    with memory.Tidying(0.01, most=10_000):
        kept += [[n] for n in range(30_000)]
        until = time.monotonic() + 60
        while gc.get_freeze_count() < len(kept) and time.monotonic() < until:
            time.sleep(0.01)
    assert gc.get_freeze_count() >= len(kept)


def test_threads_that_make_tuples_are_not_disturbed_by_a_tidying(unhurried: None) -> None:
    """As seen on a loaded desk: `SystemError: bad argument to internal function`, once in some tidyings."""
    much, faults, ends = [[n] for n in range(200_000)], list[BaseException](), threading.Event()

    def make() -> None:
        while not ends.is_set():
            try:
                tuple([n] for n in range(2000))
            except SystemError as fault:
                faults.append(fault)

    threads = [threading.Thread(target=make) for _ in range(2)]
    with memory.Tidying(0.001, most=100):
        for thread in threads:
            thread.start()
        for _ in range(20):
            memory.tidy()
        ends.set()
        for thread in threads:
            thread.join()
    assert len(much) == 200_000
    assert not faults


def test_a_desk_tidies_until_it_ends(unhurried: None) -> None:
    found = weakref.WeakSet[_Node]()
    with memory.Tidying(0.01):
        for _ in range(100):
            found.add(_Node())
        until = time.monotonic() + 60  # else a desk that does not tidy would hang here instead of failing
        while found and time.monotonic() < until:
            time.sleep(0.01)
    assert not found
