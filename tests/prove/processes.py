"""Work in several processes that start each step at the same moment; what they return comes back."""

import multiprocessing
import os
import traceback
from collections.abc import Callable
from threading import BrokenBarrierError
from typing import Any

from tests.children import bind

PATIENCE = 120  # seconds for the slowest at a meeting point, on a busy machine


class Meeting:
    """Where processes wait for each other."""

    def __init__(self, barrier: Any) -> None:
        self._barrier = barrier

    def wait(self) -> None:
        self._barrier.wait(PATIENCE)


def at_once(count: int, work: Callable[..., Any], *args: Any) -> list[Any]:
    """`work(n, meeting, *args)` for n below `count`, each in a process of its own; what each returns, in order.
    Raises AssertionError with what went wrong in the first that failed. `work` is a function of a module."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.prove.warm"])
    barrier, answers = context.Barrier(count), context.Queue()
    started = [context.Process(target=_one, args=(n, barrier, answers, work, args)) for n in range(count)]
    for one in started:
        one.start()
    try:
        heard = dict(answers.get(timeout=20 * PATIENCE) for _ in started)
    finally:
        for one in started:
            one.join(PATIENCE)
            if one.is_alive():
                one.kill()
    failed = [why for came, why in (heard[n] for n in range(count)) if not came]
    assert not failed, next((why for why in failed if "BrokenBarrier" not in why), failed[0])
    return [heard[n][1] for n in range(count)]


def _one(n: int, barrier: Any, answers: Any, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
    bind(os.getppid())  # the server of forks, which ends with whoever asked for it
    try:
        answers.put((n, (True, work(n, Meeting(barrier), *args))))
    except BrokenBarrierError:
        answers.put((n, (False, "BrokenBarrier: another process failed")))
    except BaseException as fault:
        barrier.abort()
        answers.put((n, (False, f"{type(fault).__name__}: {fault} | {traceback.format_exc()[-1500:]}")))
