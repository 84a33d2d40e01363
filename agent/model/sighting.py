"""What the desk tells of its own work as it happens: figures, and names from closed lists; nothing about a patient."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["claim", "hear", "decide", "commit"]
STAGES: tuple[Stage, ...] = ("claim", "hear", "decide", "commit")
ESCALATIONS = frozenset({"handoff", "urgent", "callback"})  # kinds of tasks that say: a person is needed


@dataclass(frozen=True, slots=True)
class Lap:
    """One stretch of a turn, in nanoseconds since the turn began. A stage may have several."""

    stage: Stage
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """A message was worked on. `began` is nanoseconds since 1970, `waited` seconds from its arrival to the outcome;
    `model` is how a language model's part went, where one was asked."""

    channel: str
    lang: str
    outcome: Literal["decided", "again", "parked"]
    began: int
    laps: tuple[Lap, ...]
    waited: float
    revision: str = ""
    model: str | None = None
    model_ms: int = 0


@dataclass(frozen=True, slots=True)
class SendDone:
    """An outbox row was handled. `outcome`: sent, blocked, void, or the kind of its failure in lower case."""

    channel: str
    outcome: str
    seconds: float = 0.0  # of the provider's answer; 0 where nobody was asked


@dataclass(frozen=True, slots=True)
class HookAnswered:
    """A webhook was answered. `outcome`: stored, repeat, noted, forged, unreadable, busy or failed."""

    route: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """A task that says "a person is needed" was prepared, in the patient's language."""

    lang: str
    kind: str


@dataclass(frozen=True, slots=True)
class PersonCame:
    """A person took or decided such a task for the first time, so many seconds after it was prepared."""

    lang: str
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder was put to be sent, so many seconds after it was due."""

    late: float


Sighting = TurnTaken | SendDone | HookAnswered | Escalated | PersonCame | Reminded
Watch = Callable[[Sighting], None]  # returns at once and never raises


def unwatched(sighting: Sighting) -> None:
    """Nobody looks."""


def both(one: Watch, other: Watch) -> Watch:
    """A watch that tells two."""

    def told(sighting: Sighting) -> None:
        one(sighting)
        other(sighting)

    return other if one is unwatched else told
