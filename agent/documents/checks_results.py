"""Checks of a sentence against the record's results, procedures and family history."""

import re

from agent.documents.case import Case
from agent.documents.days import Date
from agent.documents.record import DATES, Chart, Entry, dates
from agent.documents.values import Quantity

_POUND = 0.45359237


def check_results(case: Case, chart: Chart) -> None:
    """Flags of kind result, date, laterality and person, all red."""
    _results(case, chart)
    _procedures(case, chart)
    _family(case, chart)


def _results(case: Case, chart: Chart) -> None:
    mine = {w.stem for w in case.sentence.words}
    entries = [e for e in chart.of("result") if e.value is not None and e.stems and e.stems <= mine]
    if not entries:
        return
    longest = max(len(e.stems) for e in entries)
    entries = [e for e in entries if len(e.stems) == longest]
    values = [q for q in case.sentence.quantities if q.kind in ("measure", "count", "dose") and not _in_date(case, q)]
    if any(w.text == "a1c" for w in case.sentence.words):  # "hemoglobin A 1 c"
        values = [q for q in values if q.value != 1]
    when = dates(case.sentence.text)
    if (
        values
        and not any(_same_result(q, e) for q in values for e in entries)
        and not any(o.value == q.value for q in values for said in case.spoken.turns for o in said.quantities)
    ):
        told = ", ".join(f"{e.value:g} {e.unit}".strip() for e in entries[:3])
        case.conflict("result", f"The record says {told}.", *entries)
    elif when and any(e.date[0] for e in entries):
        right = [e for e in entries if not values or any(_same_result(q, e) for q in values)] or entries
        if not any(_same_day(r, e.date) for readings in when for r in readings for e in right):
            told = ", ".join("-".join(f"{n:02d}" for n in e.date) for e in right[:3])
            case.conflict("date", f"By the record this result is of {told}.", *right)
        else:
            case.agree("number", "dose", "date")
    elif values:
        case.agree("number", "dose")


def _in_date(case: Case, q: Quantity) -> bool:
    at = case.sentence.words[q.first].start
    return any(m.start() <= at < m.end() for m in DATES.finditer(case.sentence.text))


def _same_result(q: Quantity, entry: Entry) -> bool:
    known = entry.value or 0.0
    shown = str(q.value)
    digits = len(shown.split(".")[1]) if "." in shown and not shown.endswith(".0") else 0
    if q.unit == "lb" and entry.unit == "kg":
        return abs(q.value * _POUND - known) <= 0.008 * known + 0.25
    if q.unit == "kg" and entry.unit in ("lb", "lbs", "[lb_av]"):
        return abs(q.value / _POUND - known) <= 0.008 * known + 0.55
    return bool(abs(round(known, digits) - q.value) < 0.51 * 10.0**-digits)


def _same_day(one: Date, other: Date) -> bool:
    return one[0] == other[0] and one[1] in (0, other[1]) and one[2] in (0, other[2])


def _procedures(case: Case, chart: Chart) -> None:
    mine = {w.stem for w in case.sentence.words}
    for entry in chart.of("procedure"):
        stems = entry.stems
        if not stems or not stems <= mine:
            continue
        side = next((w.text for w in case.sentence.words if w.text in ("left", "right")), "")
        if side and entry.side and side != entry.side:
            case.conflict("laterality", f"“{side}”: the record says {entry.side}.", entry)
        year = re.search(r"\b(?:in|of)\s+(?:\w+\s+)?((?:19|20)\d\d)\b", case.sentence.text)
        if year and entry.date[0] and int(year[1]) != entry.date[0]:
            case.conflict("date", f"By the record this was in {entry.date[0]}.", entry)
        elif year and entry.date[0]:
            case.agree("date", "number", "duration")


def _family(case: Case, chart: Chart) -> None:
    kin = [name for name, *_ in case.sentence.of("r")]
    if not kin:
        return
    mine = {w.stem for w in case.sentence.words}
    alike = [e for e in chart.of("family") if e.stems and e.stems & mine]
    if alike and not any(_relation(e) in kin for e in alike) and not any("r:" + k in case.spoken.places for k in kin):
        told = ", ".join(e.relation for e in alike[:2])
        case.conflict("person", f"“{kin[0]}”: the record says this of the {told}.", *alike)
    elif not alike and not any("r:" + k in case.spoken.places for k in kin):
        same = [e for e in chart.of("family") if _relation(e) in kin]
        if chart.of("family"):
            case.conflict("person", "This family history is not in the record and was not said.", *same)


def _relation(entry: Entry) -> str:
    return entry.relation.split()[-1] if entry.relation else ""
