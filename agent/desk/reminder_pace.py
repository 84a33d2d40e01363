"""How fast reminders leave, or telephones ring, all processes together: each second has its share of the minute, for
one process."""

from datetime import datetime

from agent.ports import Tx

BACK = 5  # seconds whose share may still be taken: as long as the sweep sleeps
_A_DAY = 24 * 3600.0  # a second that was taken stays taken


class Share:
    """What this pass may send of the clinic's `per_minute`; taken second by second as it is needed."""

    def __init__(self, clinic: str, per_minute: int, now: datetime, *, of: str = "reminders") -> None:
        self._clinic, self._per_minute, self._now, self._of = clinic, per_minute, now, of
        last = int(now.timestamp())
        self._seconds, self._left = list(range(last, last - BACK, -1)), 0

    def take(self, tx: Tx) -> bool:
        """One more; in the transaction of what is sent with it."""
        while not self._left and self._seconds:
            second = self._seconds.pop()
            many = self._in(second)
            if many and tx.keys.begin(self._of, f"{self._clinic} {second}", b"", self._now, _A_DAY).state == "new":
                self._left = many
        had = self._left > 0
        self._left -= had
        return had

    def _in(self, second: int) -> int:
        return (second + 1) * self._per_minute // 60 - second * self._per_minute // 60
