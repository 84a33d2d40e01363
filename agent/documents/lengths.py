"""Lengths of time: those that are said without a number, and those that are the same in another unit."""

from agent.documents.tokens import Token
from agent.documents.values import TIME, UNIT_DAYS, Quantity

_THIS = frozenset({"next", "last", "past", "this", "full", "whole", "every", "each", "per"})


_FEW = (3.0, 4.0)


def implied(words: list[Token]) -> list[Quantity]:
    """Lengths of time that are said without a number: "next week", "this past month", "a few days"."""
    return [
        Quantity("duration", value, TIME[word.stem], n - 1, n)
        for n, word in enumerate(words)
        if n and word.stem in ("day", "week", "month", "year", "hour")
        for value in ((1.0,) if words[n - 1].text in _THIS else _FEW if words[n - 1].text == "few" else ())
    ]


def same_length(one: Quantity, other: Quantity) -> bool:
    """Whether two lengths of time are one: two weeks and fourteen days, a year and twelve months."""
    a, b = (q.value * UNIT_DAYS.get(q.unit, 0.0) for q in (one, other))
    return bool(a) and abs(a - b) <= 0.02 * max(a, b)
