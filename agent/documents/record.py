"""A FHIR R4 record (Bundle, resource or a few plain fields) as facts to hold a note against; odd input never raises."""

import re
from dataclasses import dataclass, field
from typing import Any

from agent.documents.days import Date, day, day_told
from agent.documents.heard import Said, said
from agent.documents.record_lines import intake_lines
from agent.documents.stay_lines import stay_of
from agent.documents.thread import messages_in
from agent.documents.values import MONTHS
from agent.intake.fhir import concept, dig, dose_text, is_active, is_taken, is_wrong, listed, resources
from agent.intake.fhir import text as string

_MOST_RESOURCES = 5_000
_MOST_VALUE = 1e15  # of a dose or a result; beyond it nothing was measured

GENERIC = frozenset(
    {"mellitus", "essenti", "activ", "problem", "disord", "diseas", "syndrom", "histori", "major", "the", "of", ""}
)
_MONTH = "|".join(MONTHS)
DATES = re.compile(
    rf"\b(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d)\b|\b(?P<m2>\d{{1,2}})/(?P<d2>\d{{1,2}})/(?P<y2>\d{{4}})\b|"
    rf"\b(?P<n3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})\b|"
    rf"\b(?P<d4>\d{{1,2}})\s+(?P<n4>{_MONTH}),?\s+(?P<y4>\d{{4}})\b|\b(?P<n5>{_MONTH})\s+(?P<y5>\d{{4}})\b", re.I,
)  # fmt: skip


MILLI = {"g": 1000.0, "mg": 1.0, "mcg": 0.001, "ug": 0.001, "µg": 0.001, "microgram": 0.001, "gram": 1000.0}


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource: `text` as a sentence for comparison, `name` what it is about."""

    kind: str  # medication allergy condition result procedure stay family answer message
    ref: str
    name: Said
    text: str
    active: bool = True
    value: float | None = None
    unit: str = ""
    date: Date = (0, 0, 0)
    side: str = ""
    relation: str = ""
    how: str = ""  # a medicine is taken, in the record's words
    doses: tuple[tuple[float, str], ...] = ()  # values with a unit of MILLI
    counts: tuple[float, ...] = (1.0,)  # of tablets that are taken at once

    @property
    def stems(self) -> frozenset[str]:
        """The telling stems of its name."""
        return frozenset(w.stem for w in self.name.words) - GENERIC


@dataclass(slots=True)
class Chart:
    """The patient and what the record holds."""

    names: frozenset[str] = frozenset()
    sex: str = ""
    ages: frozenset[float] = frozenset()
    born: Date = (0, 0, 0)
    entries: list[Entry] = field(default_factory=list)

    def of(self, kind: str) -> list[Entry]:
        return [e for e in self.entries if e.kind == kind]


def chart(record: Any) -> Chart:
    """The facts of a record; an empty chart where there is none."""
    found = Chart()
    if not isinstance(record, dict):
        return found
    _plain(found, record)
    visit: Date = (0, 0, 0)
    for resource in _resources(record):
        kind = string(resource, "resourceType")
        if kind == "Patient":
            _patient(found, resource)
        elif kind == "Encounter":
            visit = max(visit, day(dig(resource, "period", "start")))
            told = [line.text for line in stay_of(resource)]
            found.entries += [e for line in told if (e := _entry("stay", resource, line, line))]
        elif kind == "QuestionnaireResponse":
            found.entries += _answers(resource)
        elif kind == "Communication":
            found.entries += _messages(resource)
        elif kind in _READ:
            found.entries += [e for e in [_READ[kind](resource)] if e]
    if found.born[0]:
        latest = max([visit, *(e.date for e in found.entries)], default=(0, 0, 0))
        if latest[0]:
            age = latest[0] - found.born[0] - (latest[1:] < found.born[1:])
            found.ages = (
                frozenset({float(age), float(age + 1), float(age - 1)}) if not visit[0] else frozenset({float(age)})
            )
    return found


def _resources(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of a Bundle, or the one resource that it is."""
    if record.get("resourceType") == "Bundle":
        return list(resources(record, _MOST_RESOURCES))
    return [] if is_wrong(record) else [record]


def _plain(found: Chart, record: dict[str, Any]) -> None:
    """name, age and gender by themselves, where no FHIR is at hand."""
    names = [record.get(k) for k in ("first_name", "family_name", "last_name", "name")]
    found.names = frozenset(w.casefold() for n in names if isinstance(n, str) for w in n.split())
    sex = record.get("gender") or record.get("sex")
    found.sex = sex.casefold() if isinstance(sex, str) and sex.casefold() in ("male", "female") else ""
    if str(record.get("age") or "").strip().isdecimal():
        found.ages = frozenset({float(str(record["age"]).strip())})


def _patient(found: Chart, resource: dict[str, Any]) -> None:
    names: set[str] = set()
    for name in listed(resource.get("name")):
        if isinstance(name, dict):
            parts = [*listed(name.get("given")), name.get("family") or "", name.get("text") or ""]
            names.update(w.casefold() for p in parts if isinstance(p, str) for w in p.split())
    found.names = frozenset(names) or found.names
    sex = string(resource, "gender")
    found.sex = sex if sex in ("male", "female") else found.sex
    found.born = day(resource.get("birthDate"))
    born = day_told(found.born)
    told = f"Patient {' '.join(sorted(names)).title()}, {found.sex}, date of birth {born}, years old, DOB, Re"
    found.entries.append(Entry("patient", f"Patient/{resource.get('id') or ''}".rstrip("/"), said("patient"), told))


def _medication(resource: dict[str, Any]) -> Entry | None:
    name = concept(resource.get("medicationCodeableConcept")) or concept(dig(resource, "medication", "concept"))
    dosage = next(iter([*listed(resource.get("dosage")), *listed(resource.get("dosageInstruction"))]), None)
    amount = dig(dosage, "doseAndRate", 0, "doseQuantity")
    value, unit = _number(dig(amount, "value")), string(amount, "unit")
    often = concept(dig(dosage, "timing", "code"))
    how = dose_text(resource) or " ".join(x for x in (str(dig(amount, "value") or ""), unit, often) if x)
    active = is_taken(resource)
    why = concept(next(iter(listed(resource.get("reasonCode"))), None))
    text = f"{'Takes' if active else 'No longer takes, stopped'} {name} {how}" + (f" for {why}" if why else "")
    ended = day(dig(resource, "effectivePeriod", "end"))
    if ended[0]:
        text += f", stopped in {MONTHS[ended[1] - 1].capitalize() if ended[1] else ''} {ended[0]}"
    doses, counts = _doses(how, value, unit)
    return _entry(
        "medication", resource, name, text, active=active, value=value, unit=unit, date=ended, how=how[:120],
        doses=doses, counts=counts,
    )  # fmt: skip


def _doses(how: str, value: float | None, unit: str) -> tuple[tuple[tuple[float, str], ...], tuple[float, ...]]:
    """Every dose that the record names, in numbers or in words, and by how many tablets it may be multiplied."""
    told = said(how).quantities
    named = [(value, unit)] if value is not None else []
    named += [(q.value, q.unit) for q in told if q.kind == "dose"]
    counts = [q.value for q in told if q.kind == "count" or q.unit == "tablet"]
    return tuple(d for d in named if d[1] in MILLI), (1.0, *(n for n in counts if 1 < n <= 10))


def _allergy(resource: dict[str, Any]) -> Entry | None:
    name = concept(resource.get("code"))
    if re.search(r"\bno known\b|\bnkda\b|\bno allerg", name, re.I):
        return None
    reaction = concept(dig(resource, "reaction", 0, "manifestation", 0))
    active = is_active(resource)
    return _entry("allergy", resource, name, f"Allergic to {name}, allergy causes {reaction}", active=active)


def _condition(resource: dict[str, Any]) -> Entry | None:
    name = concept(resource.get("code"))
    active = is_active(resource)
    text = f"Active problem: has {name}, history" if active else f"{name} has resolved, history"
    when = day(resource.get("onsetDateTime"))
    code = string(resource, "code", "coding", 0, "code")
    return _entry("condition", resource, name, f"{text} {code}", active=active, date=when)


def _result(resource: dict[str, Any]) -> Entry | None:
    name = concept(resource.get("code"))
    value = _number(dig(resource, "valueQuantity", "value"))
    unit = string(resource, "valueQuantity", "unit")
    when = day(resource.get("effectiveDateTime") or dig(resource, "effectivePeriod", "start"))
    words = (
        f"Most recent {name} was {value:g} {unit}"
        if value is not None
        else f"{name} {concept(resource.get('valueCodeableConcept')) or string(resource, 'valueString')}"
    )
    return _entry("result", resource, name, f"{words} on {day_told(when)}", value=value, unit=unit, date=when)


def _procedure(resource: dict[str, Any]) -> Entry | None:
    name = concept(resource.get("code"))
    where = concept(next(iter(listed(resource.get("bodySite"))), None))
    side = next((w for w in f"{where} {name}".casefold().split() if w in ("left", "right")), "")
    when = day(resource.get("performedDateTime") or dig(resource, "performedPeriod", "start"))
    return _entry("procedure", resource, name, f"Had a {side} {name} surgery in {day_told(when)}", side=side, date=when)


def _family(resource: dict[str, Any]) -> Entry | None:
    relation = concept(resource.get("relationship"))
    names = [concept(dig(c, "code")) for c in listed(resource.get("condition"))]
    return _entry(
        "family", resource, ", ".join(names), f"{relation} had {', '.join(names)}", relation=relation.casefold()
    )


def _answers(form: dict[str, Any]) -> list[Entry]:
    """Each answer of a filled-in form, as the patient gave it; a bare yes or no in the words of a note."""
    found = []
    for line in intake_lines(form):
        asked, _, told = line.text.rpartition(": ")
        bare = {"yes": f"Reports {asked.casefold()}", "no": f"Denies {asked.casefold()}"}.get(told.casefold())
        found.append(Entry("answer", f"form:{line.resource}", said(told), (bare or line.text)[:600]))
    return found


def _messages(communication: dict[str, Any]) -> list[Entry]:
    """A message with the front desk; what the patient wrote counts like an answer on a form."""
    told = messages_in(communication)
    return [Entry("answer" if mine else "message", ref, said(text), text) for ref, text, mine in told]


def _entry(kind: str, resource: dict[str, Any], name: str, text: str, **more: Any) -> Entry | None:
    if not name.strip():
        return None
    ref = f"{resource.get('resourceType')}/{resource.get('id') or ''}".rstrip("/")
    return Entry(kind, ref, said(name), text[:600], **more)


_READ = {
    "MedicationStatement": _medication, "MedicationRequest": _medication, "AllergyIntolerance": _allergy,
    "Condition": _condition, "Observation": _result, "Procedure": _procedure, "FamilyMemberHistory": _family,
}  # fmt: skip


def dates(text: str) -> list[tuple[Date, ...]]:
    """Every full or month date of a text; each with both readings where day and month may be swapped."""
    found: list[tuple[Date, ...]] = []
    for m in DATES.finditer(text):
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


def _number(value: Any) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MOST_VALUE
    return float(value) if fits else None
