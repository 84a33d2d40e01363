"""How quickly people are served and how often what was prepared was right, by language; nobody is ranked."""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median, quantiles

from agent.model.task import Task

_TIMED = frozenset({"booking", "reschedule", "cancel"})
_HUMAN = frozenset({"handoff", "urgent"})
_FEWEST_FOR_TENTH = 10


@dataclass(frozen=True)
class Span:
    """How long something took: the middle one, and what nine of ten are within (None for fewer than ten)."""

    count: int
    middle: timedelta
    nine_of_ten: timedelta | None


@dataclass
class Service:
    """`first`, `confirm`, `human`: language -> how long until the first answer, a decision on a time, a person."""

    first: dict[str, Span] = field(default_factory=dict)
    confirm: dict[str, Span] = field(default_factory=dict)
    human: dict[str, Span] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)  # confirmed, changed, declined, offered other times, done
    changed_because: Counter[str] = field(default_factory=Counter)
    declined_because: Counter[str] = field(default_factory=Counter)


def service(
    tasks: Iterable[Task], answers: Iterable[tuple[str, timedelta]], planted: Container[str] = ()
) -> Service:  # fmt: skip
    """`answers`: (language, how long the first message of a conversation waited for words). `planted`: ids of tasks in
    which an error was planted; how they were decided tells nothing of how others are."""
    found, confirm, human = Service(), list[tuple[str, timedelta]](), list[tuple[str, timedelta]]()
    for task in tasks:
        if task.id in planted:
            continue
        if task.kind in _TIMED and task.decided_at is not None and task.decided_by:
            confirm.append((task.language, task.decided_at - task.created_at))
        came = first_by_person(task)
        if task.kind in _HUMAN and came is not None:
            human.append((task.language, came - task.created_at))
        for change in task.changes:
            what, _, why = change.what.partition(":")
            if what in ("confirmed", "changed", "declined", "offered other times", "done"):
                found.outcomes[what] += 1
            if what == "changed":
                found.changed_because[change.why or "not said"] += 1
            if what == "declined":
                found.declined_because[why or "words"] += 1
    found.first, found.confirm, found.human = _spans(answers), _spans(confirm), _spans(human)
    return found


def first_by_person(task: Task) -> datetime | None:
    """When somebody on the staff first did anything about it."""
    return next((c.at for c in task.changes if c.by != "agent"), task.decided_at if task.decided_by else None)


def _spans(rows: Iterable[tuple[str, timedelta]]) -> dict[str, Span]:
    by: dict[str, list[float]] = {}
    for language, took in rows:
        by.setdefault(language, []).append(max(took.total_seconds(), 0.0))
    return {lang: _span(seconds) for lang, seconds in sorted(by.items())}


def _span(seconds: list[float]) -> Span:
    many = len(seconds) >= _FEWEST_FOR_TENTH
    tenth = timedelta(seconds=quantiles(seconds, n=10)[-1]) if many else None
    return Span(len(seconds), timedelta(seconds=median(seconds)), tenth)
