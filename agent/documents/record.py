"""A FHIR R4 record (Bundle, resource or a few plain fields) as facts to hold a note against; odd input never raises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agent.documents.heard import Said, said
from agent.documents.values import MONTHS

_MOST_RESOURCES = 5_000
_STOPPED = frozenset({"stopped", "completed", "cancelled", "ended", "inactive", "not-taken", "on-hold"})
_GONE = frozenset({"resolved", "inactive", "remission"})
_WRONG = frozenset({"entered-in-error"})

GENERIC = frozenset(
    {"mellitus", "essenti", "activ", "problem", "disord", "diseas", "syndrom", "histori", "major", "the", "of", ""}
)
_MONTH = "|".join(MONTHS)
DATES = re.compile(
    rf"\b(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d)\b|\b(?P<m2>\d{{1,2}})/(?P<d2>\d{{1,2}})/(?P<y2>\d{{4}})\b|"
    rf"\b(?P<n3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})\b|"
    rf"\b(?P<d4>\d{{1,2}})\s+(?P<n4>{_MONTH}),?\s+(?P<y4>\d{{4}})\b|\b(?P<n5>{_MONTH})\s+(?P<y5>\d{{4}})\b", re.I,
)  # fmt: skip

Date = tuple[int, int, int]  # year, month, day; 0 where unknown


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource: `text` as a sentence for comparison, `name` what it is about."""

    kind: str  # medication allergy condition result procedure family note
    ref: str
    name: Said
    text: str
    active: bool = True
    value: float | None = None
    unit: str = ""
    date: Date = (0, 0, 0)
    side: str = ""
    relation: str = ""

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
        kind = resource.get("resourceType")
        if _status(resource) in _WRONG:
            continue
        if kind == "Patient":
            _patient(found, resource)
        elif kind == "Encounter":
            visit = max(visit, day(_dig(resource, "period", "start")))
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


def _resources(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if record.get("resourceType") != "Bundle":
        yield record
        return
    for entry in (record.get("entry") or [])[:_MOST_RESOURCES]:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield resource


def _plain(found: Chart, record: dict[str, Any]) -> None:
    """name, age and gender by themselves, where no FHIR is at hand."""
    names = [record.get(k) for k in ("first_name", "family_name", "last_name", "name")]
    found.names = frozenset(w.casefold() for n in names if isinstance(n, str) for w in n.split())
    sex = record.get("gender") or record.get("sex")
    found.sex = sex.casefold() if isinstance(sex, str) and sex.casefold() in ("male", "female") else ""
    if str(record.get("age") or "").strip().isdigit():
        found.ages = frozenset({float(str(record["age"]).strip())})


def _patient(found: Chart, resource: dict[str, Any]) -> None:
    names: set[str] = set()
    for name in _list(resource.get("name")):
        if isinstance(name, dict):
            parts = [*_list(name.get("given")), name.get("family") or "", name.get("text") or ""]
            names.update(w.casefold() for p in parts if isinstance(p, str) for w in p.split())
    found.names = frozenset(names) or found.names
    sex = resource.get("gender")
    found.sex = sex if sex in ("male", "female") else found.sex
    found.born = day(resource.get("birthDate"))
    told = (
        f"Patient {' '.join(sorted(names)).title()}, {found.sex}, date of birth {_told(found.born)}, years old, DOB, Re"
    )
    found.entries.append(Entry("patient", f"Patient/{resource.get('id') or ''}".rstrip("/"), said("patient"), told))


def _medication(resource: dict[str, Any]) -> Entry | None:
    name = _concept(resource.get("medicationCodeableConcept")) or _concept(_dig(resource, "medication", "concept"))
    dosage: Any = next(iter(_list(resource.get("dosage")) + _list(resource.get("dosageInstruction"))), {})
    how = dosage.get("text") if isinstance(dosage, dict) else ""
    amount = _dig(dosage, "doseAndRate", 0, "doseQuantity") or {}
    if not how:
        often = _concept(_dig(dosage, "timing", "code"))
        how = " ".join(str(x) for x in (amount.get("value", ""), amount.get("unit", ""), often) if x)
    active = _status(resource) not in _STOPPED
    why = _concept(next(iter(_list(resource.get("reasonCode"))), None))
    text = f"{'Takes' if active else 'No longer takes, stopped'} {name} {how}" + (f" for {why}" if why else "")
    ended = day(_dig(resource, "effectivePeriod", "end"))
    if ended[0]:
        text += f", stopped in {MONTHS[ended[1] - 1].capitalize() if ended[1] else ''} {ended[0]}"
    return _entry(
        "medication",
        resource,
        name,
        text,
        active=active,
        value=_number(amount.get("value")),
        unit=str(amount.get("unit") or ""),
        date=ended,
    )


def _allergy(resource: dict[str, Any]) -> Entry | None:
    name = _concept(resource.get("code"))
    if re.search(r"\bno known\b|\bnkda\b|\bno allerg", name, re.I):
        return None
    reaction = _concept(_dig(resource, "reaction", 0, "manifestation", 0))
    active = _coded(resource.get("clinicalStatus")) not in _GONE
    return _entry("allergy", resource, name, f"Allergic to {name}, allergy causes {reaction}", active=active)


def _condition(resource: dict[str, Any]) -> Entry | None:
    name = _concept(resource.get("code"))
    active = _coded(resource.get("clinicalStatus")) not in _GONE
    text = f"Active problem: has {name}, history" if active else f"{name} has resolved, history"
    when = day(resource.get("onsetDateTime"))
    code = _dig(resource, "code", "coding", 0, "code") or ""
    return _entry("condition", resource, name, f"{text} {code}", active=active, date=when)


def _result(resource: dict[str, Any]) -> Entry | None:
    name = _concept(resource.get("code"))
    value = _number(_dig(resource, "valueQuantity", "value"))
    unit = str(_dig(resource, "valueQuantity", "unit") or "")
    when = day(resource.get("effectiveDateTime") or _dig(resource, "effectivePeriod", "start"))
    words = (
        f"Most recent {name} was {value:g} {unit}"
        if value is not None
        else f"{name} {_concept(resource.get('valueCodeableConcept')) or resource.get('valueString') or ''}"
    )
    return _entry("result", resource, name, f"{words} on {_told(when)}", value=value, unit=unit, date=when)


def _procedure(resource: dict[str, Any]) -> Entry | None:
    name = _concept(resource.get("code"))
    side = next(
        (
            w
            for w in _words(_concept(next(iter(_list(resource.get("bodySite"))), None)) + " " + name)
            if w in ("left", "right")
        ),
        "",
    )
    when = day(resource.get("performedDateTime") or _dig(resource, "performedPeriod", "start"))
    return _entry("procedure", resource, name, f"Had a {side} {name} surgery in {_told(when)}", side=side, date=when)


def _family(resource: dict[str, Any]) -> Entry | None:
    relation = _concept(resource.get("relationship"))
    names = [_concept(c.get("code")) for c in _list(resource.get("condition")) if isinstance(c, dict)]
    return _entry(
        "family", resource, ", ".join(names), f"{relation} had {', '.join(names)}", relation=relation.casefold()
    )


def _entry(kind: str, resource: dict[str, Any], name: str, text: str, **more: Any) -> Entry | None:
    if not name.strip():
        return None
    ref = f"{resource.get('resourceType')}/{resource.get('id') or ''}".rstrip("/")
    return Entry(kind, ref, said(name), text[:600], **more)


_READ = {
    "MedicationStatement": _medication, "MedicationRequest": _medication, "AllergyIntolerance": _allergy,
    "Condition": _condition, "Observation": _result, "Procedure": _procedure, "FamilyMemberHistory": _family,
}  # fmt: skip


def day(value: Any) -> Date:
    """A FHIR date or instant as numbers."""
    m = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value) if isinstance(value, str) else None
    return (int(m[1]), int(m[2] or 0), int(m[3] or 0)) if m else (0, 0, 0)


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


def _told(when: Date) -> str:
    year, month, date = when
    return f"{MONTHS[month - 1].capitalize()} {date or ''}, {year}" if 1 <= month <= 12 else str(year or "")


def _status(resource: dict[str, Any]) -> str:
    return str(resource.get("status") or _coded(resource.get("verificationStatus")) or "")


def _coded(concept: Any) -> str:
    return str(_dig(concept, "coding", 0, "code") or _dig(concept, "text") or "").casefold()


def _concept(concept: Any) -> str:
    found = _dig(concept, "text") or _dig(concept, "coding", 0, "display") or ""
    return found if isinstance(found, str) else ""


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _words(text: str) -> list[str]:
    return text.casefold().split()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _dig(value: Any, *path: str | int) -> Any:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
