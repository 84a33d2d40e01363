"""The note check's figures for a terminal, as JSON, and as one HTML page with drawings."""

import json
from html import escape
from pathlib import Path
from typing import Any

from agent.measure.figures import Figure
from agent.measure.notes import RATES, RED, Measured, per_note
from agent.measure.page import STYLE
from agent.measure.words import interval

PUBLISHED = Path(__file__).parent / "notes.json"
_WIDE, _ROW = 640, 24
LOW, HIGH = RATES


def table(found: Measured) -> str:
    """One row per kind of error, then what holds for all."""
    lines = [f"{'planted error':22}{'recall at 2 %':>26}{'recall at 5 %':>26}{'red flag':>10}"]
    for kind, recall in found.recall.items():
        lines.append(
            f"{kind:22}{interval(recall[LOW]):>26}{interval(recall[HIGH]):>26}{found.red_recall[kind].value:>10.2f}"
        )
    lines.append(f"{'all kinds, mean':22}{found.macro[LOW]:>26.3f}{found.macro[HIGH]:>26.3f}")
    return "\n".join([*lines, "", *_rest(found)])


def _rest(found: Measured) -> list[str]:
    lines = [
        f"true sentences with a red flag: {interval(found.false_red)}, {per_note(found.false_red):.2f} in a note of 40",
        f"true sentences with any flag:   {interval(found.false_any)}, {per_note(found.false_any):.2f} in a note of 40",
        f"true paraphrases above the 5 % limit: {interval(found.paraphrases)}",
    ]
    lines += [f"{kind} found in the first three: {interval(figure)}" for kind, figure in found.omitted.items()]
    lines += [f"right utterance in the first {k}: {interval(figure)}" for k, figure in found.cited.items()]
    lines.append(
        f"calibration error {found.error:.3f}; {found.notes} notes, the slowest {found.slowest * 1000:.0f} ms of a core"
    )
    return lines


def as_json(found: Measured) -> dict[str, Any]:
    def one(figure: Figure) -> list[float]:
        return [round(figure.value, 4), round(figure.low, 4), round(figure.high, 4), figure.messages]

    return {
        "recall": {kind: {f"{r:g}": one(f) for r, f in recall.items()} for kind, recall in found.recall.items()},
        "red_recall": {kind: one(figure) for kind, figure in found.red_recall.items()},
        "macro": {f"{r:g}": round(value, 4) for r, value in found.macro.items()},
        "false_red": one(found.false_red),
        "false_any": one(found.false_any),
        "false_red_per_note": round(per_note(found.false_red), 3),
        "false_any_per_note": round(per_note(found.false_any), 3),
        "paraphrases": one(found.paraphrases),
        "omitted": {kind: one(figure) for kind, figure in found.omitted.items()},
        "cited": {str(k): one(figure) for k, figure in found.cited.items()},
        "calibration_error": round(found.error, 4),
        "slowest_ms": round(found.slowest * 1000, 1),
        "notes": found.notes,
    }


def publish(found: Measured) -> None:
    """Writes the figures where the operating card on the review page reads them."""
    PUBLISHED.write_text(json.dumps(as_json(found), indent=1) + "\n", encoding="utf-8")


def page(title: str, found: Measured) -> str:
    """The whole document."""
    rest = "".join(f"<li>{escape(line)}</li>" for line in _rest(found))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head><body>'
        f"<h1>{escape(title)}</h1><div class=scroll>{_bars(found)}</div>"
        "<p class=soft>Share of planted errors found where 5 % (lower strip: 2 %) of true sentences are flagged; the "
        "line is the 95 % interval. Kinds in bold are those a red flag is meant for.</p>"
        f"<ul>{rest}</ul><h2>Calibration</h2>{_calibration(found)}"
        "<p class=soft>Across: how doubtful the check says a sentence is. Up: how often it was wrong.</p>"
        "</body></html>\n"
    )


def _bars(found: Measured) -> str:
    left, width = 170, _WIDE - 280
    rows = []
    for n, (kind, recall) in enumerate(found.recall.items()):
        y, low, high = 8 + n * _ROW, recall[LOW], recall[HIGH]
        bold = ' font-weight="700"' if kind in RED else ""
        rows.append(
            f'<text x="0" y="{y + 11}" style="font-size:13px"{bold}>{escape(kind)}</text>'
            f'<rect x="{left}" y="{y}" width="{high.value * width:.1f}" height="14" fill="var(--good)" '
            f'fill-opacity=".85"/>'
            f'<rect x="{left}" y="{y + 9}" width="{low.value * width:.1f}" height="5" fill="var(--paper)" '
            f'fill-opacity=".6"/>'
            f'<path d="M{left + high.low * width:.1f} {y + 5}H{left + high.high * width:.1f}" stroke="var(--ink)"/>'
            f'<text x="{left + width + 8}" y="{y + 11}" style="font-size:13px">'
            f"{low.value:.2f} / {high.value:.2f}</text>"
        )
    tall = 16 + len(found.recall) * _ROW
    return (
        f'<svg viewBox="0 0 {_WIDE} {tall}" width="{_WIDE}" style="max-width:none" role="img" '
        f'aria-label="Recall by kind of planted error">{"".join(rows)}</svg>'
    )


def _calibration(found: Measured) -> str:
    side = 260
    dots = "".join(
        f'<circle cx="{20 + x * (side - 30):.1f}" cy="{side - 20 - y * (side - 30):.1f}" '
        f'r="{2 + min(8.0, n**0.3):.1f}" '
        f'fill="var(--good)"><title>{x:.2f} said, {y:.2f} wrong, {n}</title></circle>'
        for x, y, n in found.bins
    )
    return (
        f'<svg viewBox="0 0 {side} {side}" width="{side}" role="img" aria-label="Doubt against share wrong">'
        f'<path d="M20 {side - 20}H{side - 10}M20 {side - 20}V10" stroke="var(--line)" fill="none"/>'
        f'<path d="M20 {side - 20}L{side - 10} 10" stroke="var(--line)" stroke-dasharray="3"/>{dots}'
        f'<text x="{side // 2}" y="{side - 4}">doubt</text><text x="2" y="8">share wrong</text></svg>'
    )
