"""Where a sentence probably ends in talk that was transcribed without punctuation; learned from talk that has it."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "learned" / "pauses.json"
_SURE = -0.8  # the sum from which a word begins a new sentence


def ends_before(words: Sequence[str]) -> list[int]:
    """Numbers of the words (lower case) that begin a new sentence."""
    base, weights = _learned()
    return [n for n in range(1, len(words)) if base + sum(weights.get(name, 0.0) for name in around(words, n)) > _SURE]


def around(words: Sequence[str], n: int) -> Iterator[str]:
    """What is known of the gap before word `n`."""
    before, here = words[n - 1], words[n]
    first = words[n - 2] if n > 1 else "^"
    after = words[n + 1] if n + 1 < len(words) else "$"
    yield f"<{before}"
    yield f">{here}"
    yield f"<{first} {before}"
    yield f">{here} {after}"
    yield f"{before}|{here}"


@cache
def _learned() -> tuple[float, dict[str, float]]:
    held = json.loads(FILE.read_text(encoding="utf-8"))
    return held["base"], held["weights"]
