"""When to leave a language model in peace: after several calls without an answer nobody waits for it for a while."""

import threading
import time

CALLS = 3  # one after the other that failed or came too late
REST = 60.0  # seconds; after it one call shows whether the model is back
_IN_VAIN, _NOT_ASKED = frozenset({"late", "failed"}), frozenset({"busy", "resting"})


class Patience:
    """Counts the calls of one model. Safe to share between threads."""

    def __init__(self, calls: int = CALLS) -> None:
        self._calls, self._in_vain, self._until = calls, 0, 0.0
        self._lock = threading.Lock()

    @property
    def is_over(self) -> bool:
        """Is the model resting now?"""
        with self._lock:
            return time.monotonic() < self._until

    def note(self, outcome: str) -> None:
        """How a call ended. An answer of any kind, even one that is of no use, shows that the model is there."""
        with self._lock:
            if outcome in _IN_VAIN:
                self._in_vain += 1
                if self._in_vain >= self._calls:
                    self._until = time.monotonic() + REST
            elif outcome not in _NOT_ASKED:
                self._in_vain = 0

    def end_rest(self) -> None:
        """The rest is over at once; the next call in vain begins another."""
        with self._lock:
            self._until = 0.0
