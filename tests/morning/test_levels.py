"""What `python -m tests.bench consoles` says of memory: a slope with its error, beside how much was open."""

import asyncio

import pytest

from tests.bench import levels
from tests.bench.levels import Levels, quarters, slope


def test_a_slope_is_told_with_its_error() -> None:
    assert slope([0, 1, 2, 3], [10, 12, 14, 16]) == "2.00 ± 0.00"
    assert slope([0, 1, 2, 3], [10, 11, 10, 11]) == "0.20 ± 0.28"
    assert slope([0, 1], [1, 2]) == "unknown"


def test_memory_and_what_is_open_are_looked_at_together_and_the_last_half_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(levels, "EVERY", 0.0)
    seen, grown = Levels(), iter([*range(100, 180, 10), *[180] * 8])

    async def watched() -> None:
        with pytest.raises(RuntimeError):  # there are no more levels
            await seen.watch(lambda: float(next(grown)), lambda: 500)

    asyncio.run(watched())
    assert (seen.last_half(), quarters(seen.memory)) == ("0.00 ± 0.00", [130, 170, 180, 180])
    assert seen.waiting == [500] * 16
    assert quarters([1, 2, 3]) == []
