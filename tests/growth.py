"""How the time of a piece of work grows with its size: a ratio within one run, never seconds of a busy machine."""

import time
from collections.abc import Callable

_TRIES = 3
_MOST = 4.0
"""At eight times the size, linear work takes eight times as long and quadratic work 64 times: 32 is allowed."""


def assert_linear(work: Callable[[int], object], size: int, *, times: int = 8) -> None:
    """Compare `work(times * size)` with `work(size)`: the least time of this thread over a few tries of each.

    Raises AssertionError where the time grows faster than the size, with room for noise."""
    work(size)  # what is made on first use
    small = min(_spent(work, size) for _ in range(_TRIES))
    large = min(_spent(work, times * size) for _ in range(_TRIES))
    bound = _MOST * times
    assert large <= bound * max(small, 1e-4), (
        f"{times} times the size took {large / max(small, 1e-4):.1f} times as long"
    )


def _spent(work: Callable[[int], object], size: int) -> float:
    began = time.thread_time()
    work(size)
    return time.thread_time() - began
