"""What a process that runs for months holds: memory goes back to the system, and garbage does not pile up."""

import contextlib
import ctypes
import gc
import sys
import threading
import time
from types import TracebackType

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # M_ARENA_MAX and so on of glibc's malloc.h
_LARGE = 128 * 1024  # bytes: said, it stays; unsaid, glibc raises it with each large block that is freed, to 32 MB
TIDIES_SECONDS = 20.0
AGAIN_SECONDS = 3600.0  # between two looks through what was set aside, each half a second of nothing else
MOST_LOOSE = 300_000  # blocks of memory that each tidying looks through, of some 100,000 objects; some 15 ms


def share() -> None:
    """Threads share two pools of memory instead of growing one each, and a page or a list that is large for a moment
    leaves no hole in them, where the C library can be told so (glibc)."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENA_MAX, 2)
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_TRIM_THRESHOLD, _LARGE)


def give_back() -> None:
    """Pages that nobody uses any more go back to the system, also those between others that are in use (glibc). A desk
    holds what it needs, not what it needed in its busiest moment; some 10 ms, in which other threads go on."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def tidy() -> int:
    """Objects that were garbage. What refers to itself in a circle waits for Python to look through everything, which
    it does only once a quarter more is there than the last time: beside the models of fifteen languages, tens of MB.
    Pages that are free then go back to the system."""
    found = gc.collect()
    give_back()
    return found


def set_aside(*, again: bool = True) -> None:
    """What is left is looked through no more (models, read when a language is first heard). With `again`, what was set
    aside earlier is looked through before that: some of it was in use then, and was let go of since. That takes half a
    second beside the models of fifteen languages, and nothing else of this process goes on meanwhile."""
    if again:
        gc.unfreeze()
        gc.collect()
    gc.freeze()


class Tidying:
    """Tidies every so many seconds, in a thread of its own, until the block ends; once there are more than `most`
    blocks of memory more than when it last set aside what is left, it does so again, and after `again` seconds at the
    soonest looks through what was set aside before.

    Blocks are counted, not objects: whoever lists all objects (`gc.get_objects`) holds tuples that other threads are
    still making, and those then fail with SystemError."""

    def __init__(
        self, seconds: float = TIDIES_SECONDS, most: int = MOST_LOOSE, again: float = AGAIN_SECONDS
    ) -> None:  # fmt: skip
        self._seconds, self._most, self._again, self._ends = seconds, most, again, threading.Event()
        self._looked = time.monotonic()
        self._aside = sys.getallocatedblocks()
        self._thread = threading.Thread(target=self._run, name="tidying", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.wait(self._seconds):
            tidy()
            if sys.getallocatedblocks() - self._aside > self._most:
                if again := time.monotonic() - self._looked > self._again:
                    self._looked = time.monotonic()
                set_aside(again=again)
                self._aside = sys.getallocatedblocks()
