"""A telephone exchange and a clock that many processes share, of which some die: for proofs of calls."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.ports.dialler import Placed

ENDS = ("completed", "completed", "no-answer")  # of the n-th number: told, a machine, nobody there
TOLD, MACHINE, NOBODY = range(3)


class Shifted:
    """10 in the morning and on, set forward for every process by a file."""

    def __init__(self, path: Path) -> None:
        self._began, self._path = time.time(), path

    def __call__(self) -> datetime:
        ahead = float(self._path.read_text("ascii")) if self._path.exists() else 0.0
        return datetime(2026, 3, 2, 15, tzinfo=UTC) + timedelta(seconds=time.time() - self._began + ahead)

    def pass_time(self, minutes: float) -> None:
        ahead = float(self._path.read_text("ascii")) if self._path.exists() else 0.0
        beside = self._path.with_suffix(".new")
        beside.write_text(str(ahead + 60 * minutes), "ascii")
        beside.replace(self._path)


class Exchange:
    """A telephone line that writes each call down in a file that many processes share, and of which some die."""

    def __init__(self, path: str) -> None:
        self._path = path

    def dial(self, to: str, sender: str, url: str, status_url: str, seconds: int, *, listen: bool = False) -> str:
        n = nth(to)
        if n % 7 == 3 and _first(f"{self._path}.before{n}"):
            os._exit(9)
        sid = f"CA{os.urandom(16).hex()}"
        held = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(held, f"{to} {url.partition('?id=')[2]} {sid}\n".encode())
        os.close(held)
        if n % 5 == 1 and _first(f"{self._path}.after{n}"):
            os._exit(9)
        return sid

    def redirect(self, call: str, url: str) -> None:
        raise NotImplementedError

    def hang_up(self, call: str) -> None:
        raise NotImplementedError

    def placed(self, to: str, sender: str, since: datetime) -> list[Placed]:
        return [Placed(sid, ENDS[nth(to) % 3]) for number, _, sid in reversed(self.rung()) if number == to]

    def rung(self) -> list[tuple[str, str, str]]:
        """(number, row, id) of every call, in order."""
        if not os.path.exists(self._path):
            return []
        with open(self._path, encoding="ascii") as lines:
            return [(number, row, sid) for number, row, sid in (line.split() for line in lines)]


def nth(number: str) -> int:
    """Of how many one number is, from 0."""
    return int(number[-6:])


def _first(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True
