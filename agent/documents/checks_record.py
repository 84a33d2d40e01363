"""Checks of a sentence against the record: medicines, allergies, problems, results, procedures, family, date of birth."""

import re

from agent.documents.case import Case
from agent.documents.checks_people import NO_ALLERGY
from agent.documents.checks_values import medicine_places
from agent.documents.heard import Said
from agent.documents.lexicon import drug_families
from agent.documents.record import Chart, Date, Entry
from agent.documents.tokens import stem
from agent.documents.values import MONTHS, Quantity
from agent.model.note import Flag, Source

_NO_LONGER = re.compile(
    r"\bno longer\b|\bstopped\b|\bdiscontinued\b|\bused to (?:take|be)\b|\bpreviously\b|\bformer\b|\bwas (?:on|taking)\b|\boff of\b|\bcame off\b",
    re.I,
)  # noqa: E501
_RESOLVED = re.compile(
    r"\bresolved\b|\bpast\b|\bprevious(?:ly)?\b|\bhad\b|\bhistory\b|\bcured\b|\bno longer\b|\bno (?:active )?", re.I
)
_NOW = re.compile(r"\bactive\b|\bcurrent(?:ly)?\b|\bongoing\b|\bhas\b|\bsuffers\b", re.I)
_BORN = re.compile(r"\bdob\b|\bborn\b|\bdate of birth\b|\bbirth ?date\b", re.I)
_ALLERGIC = re.compile(r"\ballerg\w*\b|\bintoleran\w+\b", re.I)
_MILLI = {"g": 1000.0, "mg": 1.0, "mcg": 0.001, "ug": 0.001, "µg": 0.001, "microgram": 0.001, "gram": 1000.0}
_POUND = 0.45359237
_GENERIC = frozenset(
    {"mellitus", "essenti", "activ", "problem", "disord", "diseas", "syndrom", "histori", "major", "the", "of", ""}
)
_MONTH = "|".join(MONTHS)
_DATES = re.compile(
    rf"\b(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d)\b|\b(?P<m2>\d{{1,2}})/(?P<d2>\d{{1,2}})/(?P<y2>\d{{4}})\b|"
    rf"\b(?P<n3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})\b|"
    rf"\b(?P<d4>\d{{1,2}})\s+(?P<n4>{_MONTH}),?\s+(?P<y4>\d{{4}})\b|\b(?P<n5>{_MONTH})\s+(?P<y5>\d{{4}})\b", re.I,
)  # fmt: skip


def check_record(case: Case, chart: Chart) -> None:
    """Flags of kind medication dose frequency allergy condition result date procedure person identity, all red."""
    if chart.born[0] and _BORN.search(case.sentence.text):
        _born(case, chart)
    allergic = bool(_ALLERGIC.search(case.sentence.text))
    if allergic:
        _allergies(case, chart)
    elif chart.of("medication"):
        _medicines(case, chart)
    _conditions(case, chart)
    _results(case, chart)
    _procedures(case, chart)
    _family(case, chart)


def conflict(case: Case, kind: str, detail: str, *entries: Entry) -> None:
    """A red flag with the resources that contradict the sentence."""
    case.mark("record_conflict")
    evidence = tuple(Source(resource=e.ref) for e in entries[:3])
    case.flags.append(Flag(kind=kind, detail=detail, evidence=evidence, tier="red"))


def dates(text: str) -> list[tuple[Date, ...]]:
    """Every full or month date of a text; each with both readings where day and month may be swapped."""
    found: list[tuple[Date, ...]] = []
    for m in _DATES.finditer(text):
        if m["y1"]:
            found.append(((int(m["y1"]), int(m["m1"]), int(m["d1"])),))
        elif m["y2"]:
            a, b, year = int(m["m2"]), int(m["d2"]), int(m["y2"])
            found.append(((year, a, b),) if a <= 12 else ((year, b, a),))
        elif m["y3"]:
            found.append(((int(m["y3"]), _month(m["n3"]), int(m["d3"])),))
        elif m["y4"]:
            found.append(((int(m["y4"]), _month(m["n4"]), int(m["d4"])),))
        else:
            found.append(((int(m["y5"]), _month(m["n5"]), 0),))
    return found


def _month(name: str) -> int:
    return MONTHS.index(name.casefold()) + 1


def _born(case: Case, chart: Chart) -> None:
    said = dates(case.sentence.text)
    if said and not any(chart.born in readings for readings in said):
        born = "-".join(f"{n:02d}" for n in chart.born)
        case.mark("record_conflict")
        case.flag("identity", f"The date of birth in the record is {born}.", tier="red")


def _medicines(case: Case, chart: Chart) -> None:
    text = case.sentence.text
    found = case.sentence.drugs()
    for n, (name, first, last) in enumerate(found):
        entries = [e for e in chart.of("medication") if _same_drug(name, e)]
        if not entries:
            continue
        end = found[n + 1][1] if n + 1 < len(found) else len(case.sentence.words)
        start = found[n - 1][2] if n else 0
        doses = [q for q in case.sentence.quantities if last < q.first < end and q.kind == "dose" and q.unit in _MILLI]
        stops = bool(_NO_LONGER.search(text))
        talked = bool(medicine_places(case.spoken, name))
        active = [e for e in entries if e.active]
        shown = case.text(first, last)
        if not talked and not active and not stops:
            conflict(case, "record", f"By the record “{shown}” was stopped.", *entries)
        elif not talked and active and stops and len(active) == len(entries):
            conflict(case, "record", f"By the record “{shown}” is still taken.", *active)
        if talked or stops:
            continue
        for q in doses:
            known = [e for e in (active or entries) if e.value is not None and e.unit in _MILLI]
            if known and not any(_same_dose(q, e) for e in known):
                told = ", ".join(f"{e.value:g} {e.unit}" for e in known)
                conflict(case, "dose", f"“{case.text(q.first, q.last)}”: the record says {told}.", *known)
        _often(case, active or entries, start, end)


def _often(case: Case, entries: list[Entry], start: int, end: int) -> None:
    from agent.documents.heard import said

    known = [r for e in entries for r in said(e.text).rates]
    mine = [r for r in case.sentence.rates if start <= r.first < end + 1]
    if not known or not mine or len(entries) != 1:
        return
    for rate in mine:
        if not any(abs(rate.per_day - k.per_day) < 0.02 * k.per_day and rate.tag == k.tag for k in known):
            conflict(case, "frequency", f"“{case.text(rate.first, rate.last)}”: the record says otherwise.", *entries)


def _same_drug(name: str, entry: Entry) -> bool:
    known = {d for d, *_ in entry.name.drugs()}
    parts = set(name.split(" and ")) | {name}
    return bool(known & parts) or name == entry.name.text.casefold()


def _same_dose(q: Quantity, entry: Entry) -> bool:
    mine, theirs = q.value * _MILLI[q.unit], (entry.value or 0.0) * _MILLI[entry.unit]
    return abs(mine - theirs) <= 0.005 * max(mine, theirs)


def _allergies(case: Case, chart: Chart) -> None:
    known = [e for e in chart.of("allergy") if e.active]
    if NO_ALLERGY.search(case.sentence.text):
        if known:
            names = ", ".join(e.name.text for e in known[:3])
            conflict(case, "allergy", f"No allergy, the note says; the record has {names}.", *known)
        return
    m = re.search(r"allerg\w*\s*(?:to|:)\s*([^.;()]+)|([\w\s-]+?)\s+allergy\b", case.sentence.text, re.I)
    if not m:
        return
    named = re.split(r",|\band\b|\bwhich\b|\bcaus", m[1] or m[2] or "")
    for name in named[:1] if "which" in case.sentence.text else named:
        stems = {stem(w) for w in re.findall(r"\w+", name)} - {
            "has",
            "an",
            "a",
            "the",
            "she",
            "he",
            "patient",
            "known",
            "drug",
            "no",
        }
        if not stems or any(s in case.spoken.places for s in stems):
            continue
        if not any(stems & {w.stem for w in e.name.words} or _related(name, e) for e in known):
            conflict(case, "allergy", f"An allergy to {name.strip()} is not in the record and was not said.", *known)


def _related(name: str, entry: Entry) -> bool:
    from agent.documents.heard import said

    mine = {d for d, *_ in said(name).drugs()}
    theirs = {d for d, *_ in entry.name.drugs()}
    return bool(mine & theirs) or any(drug_families().get(d, frozenset()) & theirs for d in mine)


def _stems(name: Said) -> frozenset[str]:
    return frozenset(w.stem for w in name.words) - _GENERIC


def _conditions(case: Case, chart: Chart) -> None:
    mine = {w.stem for w in case.sentence.words}
    kin = bool(case.sentence.of("r"))
    for entry in chart.of("condition"):
        stems = _stems(entry.name)
        if kin or not stems or not stems <= mine:
            continue
        text = case.sentence.text
        if not entry.active and _NOW.search(text) and not _RESOLVED.search(text) and not _talked(case, stems):
            conflict(case, "record", f"By the record “{entry.name.text}” has resolved.", entry)


def _talked(case: Case, stems: frozenset[str]) -> bool:
    return all(s in case.spoken.places for s in stems)


def _results(case: Case, chart: Chart) -> None:
    mine = {w.stem for w in case.sentence.words}
    entries = [e for e in chart.of("result") if e.value is not None and _stems(e.name) and _stems(e.name) <= mine]
    if not entries:
        return
    longest = max(len(_stems(e.name)) for e in entries)
    entries = [e for e in entries if len(_stems(e.name)) == longest]
    taken = {case.sentence.words[k].text for k in range(len(case.sentence.words))}
    values = [q for q in case.sentence.quantities if q.kind in ("measure", "count", "dose") and not _in_date(case, q)]
    values = [q for q in values if not (q.value == 1 and "a1c" in taken)]
    when = dates(case.sentence.text)
    if (
        values
        and not any(_same_result(q, e) for q in values for e in entries)
        and not any(o.value == q.value for q in values for said in case.spoken.turns for o in said.quantities)
    ):
        told = ", ".join(f"{e.value:g} {e.unit}".strip() for e in entries[:3])
        conflict(case, "result", f"The record says {told}.", *entries)
    elif when and any(e.date[0] for e in entries):
        right = [e for e in entries if not values or any(_same_result(q, e) for q in values)] or entries
        if not any(_same_day(r, e.date) for readings in when for r in readings for e in right):
            told = ", ".join("-".join(f"{n:02d}" for n in e.date) for e in right[:3])
            conflict(case, "date", f"By the record this result is of {told}.", *right)


def _in_date(case: Case, q: Quantity) -> bool:
    at = case.sentence.words[q.first].start
    return any(m.start() <= at < m.end() for m in _DATES.finditer(case.sentence.text))


def _same_result(q: Quantity, entry: Entry) -> bool:
    known = entry.value or 0.0
    shown = str(q.value)
    digits = len(shown.split(".")[1]) if "." in shown and not shown.endswith(".0") else 0
    if q.unit == "lb" and entry.unit == "kg":
        return abs(q.value * _POUND - known) <= 0.008 * known + 0.25
    if q.unit == "kg" and entry.unit in ("lb", "lbs", "[lb_av]"):
        return abs(q.value / _POUND - known) <= 0.008 * known + 0.55
    return abs(round(known, digits) - q.value) < 0.51 * 10**-digits


def _same_day(one: Date, other: Date) -> bool:
    return one[0] == other[0] and one[1] in (0, other[1]) and one[2] in (0, other[2])


def _procedures(case: Case, chart: Chart) -> None:
    mine = {w.stem for w in case.sentence.words}
    for entry in chart.of("procedure"):
        stems = _stems(entry.name)
        if not stems or not stems <= mine:
            continue
        side = next((w.text for w in case.sentence.words if w.text in ("left", "right")), "")
        if side and entry.side and side != entry.side:
            conflict(case, "laterality", f"“{side}”: the record says {entry.side}.", entry)
        year = re.search(r"\b(?:in|of)\s+(?:\w+\s+)?((?:19|20)\d\d)\b", case.sentence.text)
        if year and entry.date[0] and int(year[1]) != entry.date[0]:
            conflict(case, "date", f"By the record this was in {entry.date[0]}.", entry)


def _family(case: Case, chart: Chart) -> None:
    kin = [name for name, *_ in case.sentence.of("r")]
    if not kin:
        return
    mine = {w.stem for w in case.sentence.words}
    alike = [e for e in chart.of("family") if _stems(e.name) and _stems(e.name) & mine]
    if alike and not any(_relation(e) in kin for e in alike) and not any("r:" + k in case.spoken.places for k in kin):
        told = ", ".join(e.relation for e in alike[:2])
        conflict(case, "person", f"“{kin[0]}”: the record says this of the {told}.", *alike)
    elif not alike and not any("r:" + k in case.spoken.places for k in kin):
        same = [e for e in chart.of("family") if _relation(e) in kin]
        if chart.of("family"):
            conflict(case, "person", "This family history is not in the record and was not said.", *same)


def _relation(entry: Entry) -> str:
    return entry.relation.split()[-1] if entry.relation else ""
