"""Long work beside people who wait: while any of it is done, threads take shorter turns with the interpreter."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SHORT = 0.0005  # seconds that a thread keeps the interpreter while others wait; a page waits for many such turns

_lock = threading.Lock()
_found: list[float] = []  # by each such work under way, when it began: the first found what is usual here


@contextmanager
def short_turns() -> Iterator[None]:
    """For work of seconds that nobody's page waits for alone: content that is read, a note that is drafted. Also a
    decorator. Shorter turns cost a busy desk throughput, so that they end with the last such work of the process."""
    with _lock:
        _found.append(sys.getswitchinterval())
        sys.setswitchinterval(SHORT)
    try:
        yield
    finally:
        with _lock:
            found = _found.pop()
            if not _found:
                sys.setswitchinterval(found)
