"""The figures as one HTML page with drawings, without a script or anything fetched."""

from collections.abc import Mapping, Sequence
from html import escape

from agent.measure.figures import Figures, confusions, reliability, slices
from agent.measure.floors import AT_MOST
from agent.measure.hearing import Heard
from agent.measure.words import COLUMNS, KINDS, interval

_SIDE, _CELL = 260, 15
STYLE = """
:root{color-scheme:light dark;--ink:#1d2a2b;--soft:#5a6867;--line:#d9d3c5;--paper:#faf7f1;--good:#0b665e;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#eaf0ee;--soft:#a9b8b5;--line:#33413f;--paper:#11191a;--good:#74d4c6;
--bad:#ff8a80}}
body{margin:0 auto;max-width:72rem;padding:1.5rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,sans-serif}
h1,h2{line-height:1.2}h2{margin-top:2.5rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:end}th:first-child,td:first-child{
text-align:start}.scroll{overflow-x:auto}.below{color:var(--bad);font-weight:700}.soft{color:var(--soft)}
.pair{display:flex;flex-wrap:wrap;gap:2rem}svg text{fill:var(--soft);font-size:9px}svg{max-width:100%;height:auto}
li{margin:.15rem 0}
"""


def page(
    title: str, heard: Mapping[str, Sequence[Heard]], found: Mapping[str, Figures],
    bounds: Mapping[str, Mapping[str, float]], moved: Sequence[str],
) -> str:  # fmt: skip
    """The whole document."""
    parts = [f"<h1>{escape(title)}</h1>", _table(found, bounds), _values(found)]
    if moved:
        parts.append("<h2>Changed since the published content</h2>" + _list(moved))
    parts += [_language(lang, each, found[lang]) for lang, each in heard.items()]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head>'
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _table(found: Mapping[str, Figures], bounds: Mapping[str, Mapping[str, float]]) -> str:
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in COLUMNS.values())
    rows = []
    for lang, figures in found.items():
        cells = []
        for name in COLUMNS:
            figure, bound = figures[name], bounds.get(lang, {}).get(name)
            if not figure.messages:
                cells.append("<td>–</td>")
                continue
            below = bound is not None and (figure.value > bound if name in AT_MOST else figure.value < bound)
            cells.append(f'<td{" class=below" if below else ""} title="{interval(figure)}">{figure.value:.3f}</td>')
        rows.append(f"<tr><th scope=row>{escape(lang)}</th>{''.join(cells)}</tr>")
    note = "<p class=soft>Red: on the wrong side of its floor. The interval (95 %) stands behind each figure.</p>"
    return f"<div class=scroll><table><tr><th></th>{head}</tr>{''.join(rows)}</table></div>{note}"


def _values(found: Mapping[str, Figures]) -> str:
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in KINDS.values())
    rows = "".join(
        f"<tr><th scope=row>{escape(lang)}</th>"
        + "".join(f"<td>{escape(interval(f)) if (f := each[name]).messages else '–'}</td>" for name in KINDS)
        + "</tr>"
        for lang, each in found.items()
    )
    return f"<h2>Values</h2><div class=scroll><table><tr><th></th>{head}</tr>{rows}</table></div>"


def _language(lang: str, heard: Sequence[Heard], found: Figures) -> str:
    low = [f"{name}: {interval(figure)}" for name, figure in slices(heard)[:12]]
    wrong = [f"{meant} heard as {guess}: {count}" for meant, guess, count in confusions(heard)[:12]]
    danger = "; ".join(f"{n.replace('_', ' ')} {interval(found[n])}" for n in ("emergency", "self_harm", "to_a_person"))
    return (
        f"<h2 id={escape(lang)}>{escape(lang)}</h2><p>{escape(danger)}</p><div class=pair>"
        f"<div><h3>Worst slices</h3>{_list(low)}</div><div><h3>Most frequent confusions</h3>{_list(wrong)}</div>"
        f"<div><h3>Calibration</h3>{_calibration(heard)}</div><div><h3>Confusion</h3>{_confusion(heard)}</div></div>"
    )


def _list(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>" if lines else "<p>None.</p>"


def _calibration(heard: Sequence[Heard]) -> str:
    """Confidence across, share right upward; on the diagonal both are equal. A dot is as large as its bin."""
    told = [h for h in heard if h.case.intent is not None and not h.case.also]
    most = max((count for *_, count in reliability(told)), default=1)
    dots = "".join(
        f'<circle cx="{20 + x * (_SIDE - 30):.1f}" cy="{_SIDE - 20 - y * (_SIDE - 30):.1f}" '
        f'r="{2 + 8 * (count / most) ** 0.5:.1f}" fill="var(--good)">'
        f"<title>{x:.2f} said, {y:.2f} right, {count}</title></circle>"
        for x, y, count in reliability(told)
    )
    return (
        f'<svg viewBox="0 0 {_SIDE} {_SIDE}" width="{_SIDE}" role="img" aria-label="Confidence against share right">'
        f'<path d="M20 {_SIDE - 20}H{_SIDE - 10}M20 {_SIDE - 20}V10" stroke="var(--line)" fill="none"/>'
        f'<path d="M20 {_SIDE - 20}L{_SIDE - 10} 10" stroke="var(--line)" stroke-dasharray="3"/>{dots}'
        f'<text x="{_SIDE // 2}" y="{_SIDE - 4}">confidence</text><text x="2" y="8">share right</text></svg>'
    )


def _confusion(heard: Sequence[Heard]) -> str:
    """Rows: what was meant; columns: what was heard. Darker: more often; the diagonal is right."""
    told = [h for h in heard if h.case.intent is not None and not h.case.also]
    names = sorted({str(h.case.intent) for h in told} | {h.intent for h in told})
    place = {name: at for at, name in enumerate(names)}
    counts: dict[tuple[str, str], int] = {}
    meant: dict[str, int] = {}
    for h in told:
        pair = (str(h.case.intent), h.intent)
        counts[pair] = counts.get(pair, 0) + 1
        meant[pair[0]] = meant.get(pair[0], 0) + 1
    left, size = 130, _CELL * len(names)
    cells = "".join(
        f'<rect x="{left + place[b] * _CELL}" y="{place[a] * _CELL}" width="{_CELL - 1}" height="{_CELL - 1}" '
        f'fill="var(--{"good" if a == b else "bad"})" fill-opacity="{0.15 + 0.85 * n / meant[a]:.2f}">'
        f"<title>{escape(a)} heard as {escape(b)}: {n}</title></rect>"
        for (a, b), n in counts.items()
    )
    labels = "".join(f'<text x="0" y="{at * _CELL + 11}">{escape(name)}</text>' for name, at in place.items())
    return (
        f'<svg viewBox="0 0 {left + size} {size}" width="{left + size}" role="img" '
        f'aria-label="What was meant against what was heard">{labels}{cells}</svg>'
    )
