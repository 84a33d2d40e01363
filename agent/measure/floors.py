"""Which figures a live language may not fall below, and which do: the release gate."""

from collections.abc import Mapping
from typing import Any

from agent.measure.figures import Figure, Figures

AT_MOST = frozenset({"ece", "one_as_two", "false_alarming", "false_plain"})
"""Figures that must stay below their bound; all others must reach it."""
FEWEST = 20
"""Messages that a figure needs before it can stop a release."""


def bounds(rows: Mapping[str, Any], lang: str) -> dict[str, float]:
    """The bounds of one language: those of `all`, replaced by its own."""
    named = (rows.get("all") or {}) | ((rows.get("languages") or {}).get(lang) or {})
    return {str(name): float(bound) for name, bound in named.items() if name != "why"}


def fallen(found: Figures, wanted: Mapping[str, float]) -> list[tuple[str, Figure, float]]:
    """Every figure on the wrong side of its bound, measured on enough messages to say so."""
    out = []
    for name, bound in wanted.items():
        figure = found.get(name)
        if figure is None or figure.messages < FEWEST:
            continue
        if figure.value > bound if name in AT_MOST else figure.value < bound:
            out.append((name, figure, bound))
    return out
