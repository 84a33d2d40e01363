"""What a process that runs for months holds: memory goes back to the system, and garbage does not pile up."""

import contextlib
import ctypes
import gc
import threading
from types import TracebackType

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # M_ARENA_MAX and so on of glibc's malloc.h
_LARGE = 128 * 1024  # bytes: said, it stays; unsaid, glibc raises it with each large block that is freed, to 32 MB
TIDIES_SECONDS = 60.0
MOST_LOOSE = 100_000  # objects that each tidying looks through; some 15 ms


def share() -> None:
    """Threads share two pools of memory instead of growing one each, and a page or a list that is large for a moment
    leaves no hole in them, where the C library can be told so (glibc)."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENA_MAX, 2)
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_TRIM_THRESHOLD, _LARGE)


def give_back() -> None:
    """What the start has used and needs no more goes back to the system (glibc)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def tidy(most: int = MOST_LOOSE) -> int:
    """Objects that were garbage. What refers to itself in a circle waits for Python to look through everything, which
    it does only once a quarter more is there than the last time: beside the models of fifteen languages, tens of MB.
    Where more than `most` are left they are looked through no more (models, read when a language is first heard), once
    what was set aside before has been looked through again: some of it was in use then, and was let go of since."""
    found = gc.collect()
    if len(gc.get_objects()) > most:
        gc.unfreeze()
        found += gc.collect()
        gc.freeze()
    return found


class Tidying:
    """Tidies every so many seconds, in a thread of its own, until the block ends."""

    def __init__(self, seconds: float = TIDIES_SECONDS) -> None:
        self._seconds, self._ends = seconds, threading.Event()
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
