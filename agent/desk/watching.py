"""What is measured while the desk works; what is done with the figures is the watch's business."""

import time
from datetime import datetime

from agent.desk.desk import Desk
from agent.model.sighting import ESCALATIONS, Lap, PersonCame, Stage
from agent.model.task import Task


class Laps:
    """A stopwatch for the stages of one turn. Starts when made. `done(stage)` ends the stretch since the last call."""

    def __init__(self) -> None:
        self.began = time.time_ns()
        self._start = time.perf_counter_ns()
        self._last = 0
        self.laps: list[Lap] = []

    def done(self, stage: Stage) -> None:
        now = time.perf_counter_ns() - self._start
        self.laps.append(Lap(stage, self._last, now))
        self._last = now


def person_came(desk: Desk, task: Task, now: datetime) -> None:
    """Tell the watch that somebody takes or decides this task; only the first time counts, so pass the task as it was
    before."""
    if task.kind in ESCALATIONS and task.assignee is None and task.decided_at is None:
        desk.watch(PersonCame(task.language, task.kind, max((now - task.created_at).total_seconds(), 0.0)))
