"""What a meaning is given: the moment of speaking, the clinic's date order and the values heard; no rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agent.understand.times.values import Value


class Heard(dict[str, list[Any]]):
    """The values of one matched pattern by class name, in the order they were said."""

    def one(self, name: str) -> Any:
        """The first value of a class, or None where the pattern had none."""
        values = self.get(name)
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Scene:
    """Now as naive wall time in the clinic's zone, the date order (mdy or dmy) and the parts of the day
    as seconds (from, to)."""

    now: datetime
    order: str
    parts: Mapping[str, tuple[int, int]]

    @property
    def today(self) -> date:
        return self.now.date()


Meaning = Callable[[Scene, Heard], Value | None]
MEANINGS: dict[str, Meaning] = {}


def means(function: Meaning) -> Meaning:
    """Offer a function to the rows under its own name. It answers None where the words make no sense."""
    MEANINGS[function.__name__] = function
    return function
