"""How a level moves over time: resident memory beside how much is open, watched all along, and its slope."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, mean

EVERY = 15.0  # seconds between two looks


@dataclass
class Levels:
    """`memory` and `waiting` (tasks that are open) at each of `minutes`."""

    minutes: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    async def watch(self, memory: Callable[[], float], waiting: Callable[[], int]) -> None:
        began = time.perf_counter()
        while True:
            await asyncio.sleep(EVERY)
            held, open_now = memory(), waiting()
            self.minutes.append((time.perf_counter() - began) / 60)
            self.memory.append(held)
            self.waiting.append(open_now)

    def last_half(self) -> str:
        """MB a minute and how sure that is (one standard error). It counts as flat within 0.05."""
        half = len(self.minutes) // 2
        return slope(self.minutes[half:], self.memory[half:])


def slope(at: Sequence[float], levels: Sequence[float]) -> str:
    """By least squares; unknown of fewer than three levels."""
    if len(at) < 3:
        return "unknown"
    line, middle = linear_regression(at, levels), mean(at)
    beside = sum((y - line.intercept - line.slope * x) ** 2 for x, y in zip(at, levels, strict=True))
    error = (beside / (len(at) - 2) / sum((x - middle) ** 2 for x in at)) ** 0.5
    return f"{line.slope:.2f} ± {error:.2f}"


def quarters(each: Sequence[float]) -> list[float]:
    """Where it stood at each quarter; nothing of fewer than four."""
    return [each[len(each) * q // 4 - 1] for q in (1, 2, 3, 4)] if len(each) > 3 else []
