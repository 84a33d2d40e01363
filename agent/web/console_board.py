"""Rows of the queue that are written once and shown to everybody who looks within the minute."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from agent.model.task import Task
from agent.web.console_tongue import current


@dataclass(frozen=True)
class Row:
    """A task in the queue."""

    task: Task
    kind: str
    what: str
    who: str
    owner: str
    due: str
    press: str
    at: str
    decides: bool
    batch: bool  # may be confirmed with others, exactly as prepared


class Board:
    """Twenty consoles look at the same tasks at every ring: a task of the same version, with the same owner, in the
    same language and minute, reads the same to all of them. Who may do what with it is each person's own."""

    def __init__(self) -> None:
        self._minute = 0
        self._rows: dict[tuple[str, ...], Row] = {}
        self._drawn: dict[tuple[Any, ...], Any] = {}

    def row(self, task: Task, owner: str, now: datetime, make: Callable[[], Row], *, decides: bool) -> Row:
        """`make` says what stands in it for somebody who may decide."""
        minute = int(now.timestamp() // 60)
        if minute != self._minute:
            self._minute = minute
            self._rows.clear()
            self._drawn.clear()
        key = (task.id, str(task.version), owner, current().tag)
        row = self._rows.get(key) or self._rows.setdefault(key, make())
        return replace(row, decides=decides, batch=row.batch and decides)

    def draw(self, row: Row, section: str, draw: Callable[[Row, str], Any]) -> Any:
        """The row as HTML; `draw` is the template's own macro."""
        t = row.task
        key = (t.id, t.version, section, row.owner, row.due, row.at, row.decides, row.batch, current().tag)
        found = self._drawn.get(key)
        return self._drawn.setdefault(key, draw(row, section)) if found is None else found
