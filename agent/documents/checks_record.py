"""Checks of a sentence against the record: date of birth, medicines, allergies, problems."""

import re

from agent.documents.case import Case
from agent.documents.checks_people import NO_ALLERGY
from agent.documents.checks_values import medicine_places
from agent.documents.heard import said
from agent.documents.lexicon import drug_families
from agent.documents.record import GENERIC, MILLI, Chart, Entry, dates
from agent.documents.tokens import stem
from agent.documents.values import Quantity

NO_LONGER = re.compile(
    r"\b(?:no longer|stopped|discontinued|used to (?:take|be)|previously|former|was (?:on|taking)|off of|came off)\b",
    re.I,
)
_RESOLVED = re.compile(
    r"\bresolved\b|\bpast\b|\bprevious(?:ly)?\b|\bhad\b|\bhistory\b|\bcured\b|\bno longer\b|\bno (?:active )?", re.I
)
_NOW = re.compile(r"\bactive\b|\bcurrent(?:ly)?\b|\bongoing\b|\bhas\b|\bsuffers\b", re.I)
_BORN = re.compile(r"\bdob\b|\bborn\b|\bdate of birth\b|\bbirth ?date\b", re.I)
_ALLERGIC = re.compile(r"\ballerg\w*\b|\bintoleran\w+\b", re.I)


def check_record(case: Case, chart: Chart) -> None:
    """Flags of kind medication dose frequency allergy condition result date procedure person identity, all red."""
    if chart.born[0] and _BORN.search(case.sentence.text):
        _born(case, chart)
    allergic = bool(_ALLERGIC.search(case.sentence.text) or NO_ALLERGY.search(case.sentence.text))
    if allergic:
        _allergies(case, chart)
    elif chart.of("medication"):
        _medicines(case, chart)
    _conditions(case, chart)


def _born(case: Case, chart: Chart) -> None:
    told = dates(case.sentence.text)
    if told and not any(chart.born in readings for readings in told):
        born = "-".join(f"{n:02d}" for n in chart.born)
        case.mark("record_conflict")
        case.flag("identity", f"The date of birth in the record is {born}.", tier="red")
    elif told:
        case.agree("date", "number")


def _medicines(case: Case, chart: Chart) -> None:
    text = case.sentence.text
    found = case.sentence.drugs()
    for n, (name, first, last) in enumerate(found):
        entries = [e for e in chart.of("medication") if same_drug(name, e)]
        if not entries:
            continue
        start, end = dose_span(case, n)
        doses = [q for q in case.sentence.quantities if last < q.first < end and q.kind == "dose" and q.unit in MILLI]
        stops = bool(NO_LONGER.search(text))
        talked = bool(medicine_places(case.spoken, name))
        active = [e for e in entries if e.active]
        shown = case.text(first, last)
        if not talked and not active and not stops:
            case.conflict("record", f"By the record “{shown}” was stopped.", *entries)
        elif not talked and active and stops and len(active) == len(entries):
            case.conflict("record", f"By the record “{shown}” is still taken.", *active)
        if talked or stops:
            continue
        if not doses:
            case.agree("number")
        for q in doses:
            known = [e for e in (active or entries) if e.doses]
            if known and not any(same_dose(q, e) for e in known):
                told = ", ".join(f"{e.doses[0][0]:g} {e.doses[0][1]}" for e in known)
                case.conflict("dose", f"“{case.text(q.first, q.last)}”: the record says {told}.", *known)
            elif known:
                case.agree("dose", "number")
        _often(case, active or entries, start, end)


def _often(case: Case, entries: list[Entry], start: int, end: int) -> None:
    known = [r for e in entries for r in said(e.text).rates]
    mine = [r for r in case.sentence.rates if start <= r.first < end + 1]
    if not known or not mine or len(entries) != 1:
        return
    for rate in mine:
        if not any(abs(rate.per_day - k.per_day) < 0.02 * k.per_day and rate.tag == k.tag for k in known):
            case.conflict("frequency", f"“{case.text(rate.first, rate.last)}”: the record says otherwise.", *entries)
        else:
            case.agree("frequency", "number")


def same_drug(name: str, entry: Entry) -> bool:
    known = {d for d, *_ in entry.name.drugs()}
    parts = set(name.split(" and ")) | {name}
    return bool(known & parts) or name == entry.name.text.casefold()


def dose_span(case: Case, n: int) -> tuple[int, int]:
    """The words of the sentence that may say how its medicine number `n` is taken."""
    found = case.sentence.drugs()
    return found[n - 1][2] if n else 0, found[n + 1][1] if n + 1 < len(found) else len(case.sentence.words)


def same_dose(q: Quantity, entry: Entry) -> bool:
    """Whether the record has this dose; two tablets of 500 mg are 1000 mg."""
    mine = q.value * MILLI.get(q.unit, 0.0)
    for value, unit in entry.doses:
        theirs = value * MILLI[unit]
        if any(abs(mine - theirs * n) <= 0.005 * max(mine, theirs * n) for n in entry.counts):
            return True
    return False


def _allergies(case: Case, chart: Chart) -> None:
    known = [e for e in chart.of("allergy") if e.active]
    if NO_ALLERGY.search(case.sentence.text):
        if known:
            names = ", ".join(e.name.text for e in known[:3])
            case.conflict("allergy", f"No allergy, the note says; the record has {names}.", *known)
        return
    text = case.sentence.text
    m = re.search(r"allerg\w*\s*(?:to|:)\s*([^.;()]+)", text, re.I) or re.search(r"([\w\s-]+?)\s+allergy\b", text, re.I)
    if not m:
        return
    named = re.split(r",|\band\b|\bwhich\b|\bcaus", m[1])
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
        meant = said(name)
        if any(medicine_places(case.spoken, drug) for drug, *_ in meant.drugs()) or meant.of("f"):
            continue  # by another name of it; or what it did
        if not any(stems & {w.stem for w in e.name.words} or _related(name, e) for e in known):
            case.conflict("allergy", f"An allergy to {name.strip()} is not in the record and was not said.", *known)


def _related(name: str, entry: Entry) -> bool:
    mine = {d for d, *_ in said(name).drugs()}
    theirs = {d for d, *_ in entry.name.drugs()}
    return bool(mine & theirs) or any(drug_families().get(d, frozenset()) & theirs for d in mine)


def _conditions(case: Case, chart: Chart) -> None:
    if not case.spoken.turns:
        _unknown_condition(case, chart)
    mine = {w.stem for w in case.sentence.words}
    kin = bool(case.sentence.of("r"))
    for entry in chart.of("condition"):
        stems = entry.stems
        if kin or not stems or not stems <= mine:
            continue
        text = case.sentence.text
        if not entry.active and _NOW.search(text) and not _RESOLVED.search(text) and not _talked(case, stems):
            case.conflict("record", f"By the record “{entry.name.text}” has resolved.", entry)


_CLAIMS = re.compile(
    r"\b(?:history of|active problems?:?|problem:|diagnosed with|suffers from|has|have)\s+(?:an? )?(.+)", re.I
)


def _unknown_condition(case: Case, chart: Chart) -> None:
    """A problem that neither the record nor the talk has a word of."""
    m = _CLAIMS.search(case.sentence.text)
    if (
        not m
        or not chart.of("condition")
        or case.sentence.of("r")
        or case.sentence.drugs()
        or _ALLERGIC.search(case.sentence.text)
    ):
        return
    telling = [
        w
        for w in case.link.words
        if case.sentence.words[w.n].start >= m.start(1) and case.sentence.words[w.n].stem not in GENERIC
    ]
    telling = [w for w in telling if case.sentence.words[w.n].stem not in ("chronic", "stage", "type", "acut")]
    places = [bool(w.places) for w in telling]
    if telling and sum(places) < 0.5 * len(places) and case.sentence.polarity[telling[0].n] == 1:
        case.conflict("condition", f"“{m[1].rstrip('. ')}” is not in the record and was not said.")


def _talked(case: Case, stems: frozenset[str]) -> bool:
    return all(s in case.spoken.places for s in stems)
