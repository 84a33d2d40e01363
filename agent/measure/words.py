"""Figures as people read them: a table for a terminal, JSON for a program, a difference between two."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.measure.figures import Figure, Figures, share

COLUMNS = {
    "macro_f1": "macro-F1", "ece": "ECE", "two_requests": "two", "one_as_two": "1 as 2", "rejection": "rejects",
    "emergency_recall": "danger",
    "to_a_person": "person", "false_alarming": "false!", "false_plain": "false", "language_2": "lang 2+",
    "language_4": "lang 4+", "times": "times", "values": "values",
}  # fmt: skip
KINDS = {
    "name": "name", "dob": "date of birth", "phone": "telephone", "relation": "for whom", "provider": "provider",
    "appointment_type": "visit type",
}  # fmt: skip


def values_table(figures: Mapping[str, Figures]) -> str:
    """How exactly each kind of value is heard, with 95 % intervals and how many there are; the last row is all."""
    rows = [["", *KINDS.values()]]
    for lang, found in figures.items():
        rows.append([lang, *(_whole(found.get(name)) for name in KINDS)])
    if len(figures) > 1:
        rows.append(["all", *(_whole(_pooled(figures, name)) for name in KINDS)])
    return _aligned(rows)


def _pooled(figures: Mapping[str, Figures], name: str) -> Figure:
    every = [found[name] for found in figures.values() if name in found]
    hits = sum(round(f.value * f.messages) for f in every)
    return share([True] * hits + [False] * (sum(f.messages for f in every) - hits))


def _whole(figure: Figure | None) -> str:
    return "–" if figure is None or not figure.messages else interval(figure)


def table(figures: Mapping[str, Figures]) -> str:
    """One row per language, a dash where there is nothing to measure on; a last row with the worst of each."""
    rows = [["", *COLUMNS.values(), "messages"]]
    for lang, found in figures.items():
        count = found["accuracy"].messages
        rows.append([lang, *(_cell(found.get(name)) for name in COLUMNS), str(count)])
    return _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)


def _cell(figure: Figure | None) -> str:
    return "–" if figure is None or not figure.messages else f"{figure.value:.3f}"


def interval(figure: Figure) -> str:
    """ "0.941 (0.912–0.961, 312)"."""
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f}, {figure.messages})"


def worst(slices: Mapping[str, Sequence[tuple[str, Figure]]], most: int = 15) -> list[str]:
    """The worst slices of all languages, worst first."""
    found = [(figure.value, f"{lang} {name}", figure) for lang, each in slices.items() for name, figure in each]
    return [f"{name}: {interval(figure)}" for _, name, figure in sorted(found, key=lambda x: x[:2])[:most]]


def as_json(figures: Mapping[str, Figures]) -> dict[str, Any]:
    """Plain values, rounded to four places."""
    return {
        lang: {name: [round(f.value, 4), round(f.low, 4), round(f.high, 4), f.messages] for name, f in found.items()}
        for lang, found in figures.items()
    }


def changes(now: Mapping[str, Any], before: Mapping[str, Any], least: float = 0.005) -> list[str]:
    """What moved by `least` or more since `before` (both as `as_json` gives them), the largest move first."""
    moved: list[tuple[float, str]] = []
    for lang, found in now.items():
        for name, (value, *_) in found.items():
            old = before.get(lang, {}).get(name)
            if old is None:
                continue
            if abs(value - old[0]) >= least:
                moved.append(
                    (abs(value - old[0]), f"{lang} {name}: {old[0]:.3f} → {value:.3f} ({value - old[0]:+.3f})")
                )
    added = [f"{lang}: not measured before" for lang in now if lang not in before]
    return [*added, *(line for _, line in sorted(moved, reverse=True))]
