"""Messages as rows of a spreadsheet: English beside each, a row for each plural form; and back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agent.exchange.opening import refused
from agent.exchange.unit import MOST_UNITS, Outgoing, Told, Unit, forms_out, single
from agent.exchange.workbook import Row

HEAD = ("message", "form", "English", "text", "note", "made by", "read by", "language")
WIDTHS = (30, 6, 60, 60, 30, 12, 20, 9)


def table_of(rows: Iterable[Outgoing], lang: str) -> Iterator[tuple[str, ...]]:
    """The heading, then the rows. `form`: number of a plural form from 0, empty where there is one text."""
    yield HEAD
    for row in rows:
        item = row.item or {}
        english = row.english.text if row.english is not None else ""
        plural = forms_out(row, lang)
        about = tuple(str(item.get(name) or "") for name in ("note", "origin", "reviewer"))
        for at, (beside, text) in enumerate(plural or [(english, str(item.get("text") or ""))]):
            yield (row.name, str(at) if plural else "", beside, text, *about, lang)


def read(rows: Sequence[Row], name: str) -> Told:
    """What the sheet says. Raises ContentFault for what is no such sheet."""
    head = [cell.strip().lower() for cell in rows[0].cells]
    missing = [column for column in ("message", "text") if column not in head]
    if missing:
        raise refused(name, 1, f"there is no column “{missing[0]}”", f"The first row holds: {', '.join(HEAD)}.")
    at = {column: head.index(column.lower()) for column in HEAD if column.lower() in head}
    told = [(row, {column: row.cells[n] if n < len(row.cells) else "" for column, n in at.items()}) for row in rows[1:]]
    if len(told) > MOST_UNITS:
        raise refused(name, 0, f"the sheet has more than {MOST_UNITS} messages", "Split it.")
    langs = {cells["language"].strip() for _, cells in told if cells.get("language", "").strip()}
    forms: dict[str, list[Unit]] = {}
    units = list[Unit]()
    for row, cells in told:
        unit = _unit(row, cells)
        if form := cells.get("form", "").strip():
            waits = (
                "" if form == str(len(forms.get(unit.name, ()))) else "a plural form is missing, or out of its order"
            )
            forms.setdefault(unit.name, []).append(unit if not waits else Unit(unit.name, waits=waits, line=unit.line))
        else:
            units.append(unit)
    units += [_together(some) for some in forms.values()]
    return Told(min(langs, default=""), single(sorted(units, key=lambda unit: unit.line)))


def _unit(row: Row, cells: dict[str, str]) -> Unit:
    text, english = cells["text"], cells.get("English", "")
    return Unit(
        name=cells["message"].strip(), text=text, origin=cells.get("made by", "").strip(),
        reviewer=cells.get("read by", "").strip(), beside=(english,) if english else (),
        note=cells.get("note") or None, waits=row.wrong or ("" if text.strip() else "empty"), line=row.number,
    )  # fmt: skip


def _together(forms: Sequence[Unit]) -> Unit:
    """The plural forms of one message as that message."""
    first, texts = forms[0], tuple(unit.text for unit in forms)
    waits = next((unit.waits for unit in forms if unit.waits), "")
    english = tuple(dict.fromkeys(text for unit in forms for text in unit.beside))
    return replace(first, text=texts[-1], plural=texts, beside=english, waits=waits)
