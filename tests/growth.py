"""How the time of a piece of work grows with its size: a ratio within one run, never seconds of a busy machine."""

import gc
import time
from collections.abc import Callable

_TRIES = 3
_MOST = 4.0
"""At eight times the size, linear work takes eight times as long and quadratic work 64 times: 32 is allowed."""


def assert_linear(work: Callable[[int], object], size: int, *, times: int = 8) -> None:
    """Compare `work(times * size)` with `work(size)`: the least time of this thread over a few tries of each.

    Raises AssertionError where the time grows faster than the size, with room for noise."""
    work(size)  # what is made on first use
    small = spent(lambda: work(size), _TRIES)
    large = spent(lambda: work(times * size), _TRIES)
    bound = _MOST * times
    assert large <= bound * max(small, 1e-4), (
        f"{times} times the size took {large / max(small, 1e-4):.1f} times as long"
    )


def spent(work: Callable[[], object], tries: int = 1) -> float:
    """Seconds of this thread that the work takes: the least of a few tries, without the garbage of other tests."""
    collects, least = gc.isenabled(), float("inf")
    gc.disable()
    try:
        for _ in range(tries):
            began = time.thread_time()
            work()
            least = min(least, time.thread_time() - began)
    finally:
        if collects:
            gc.enable()
    return least
