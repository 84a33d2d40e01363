"""What a draft takes from the record and the form as they stand: each line with the resource that says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agent.documents.stay_lines import Told, newest, procedure_of, result_of, stay_of
from agent.intake.fhir import concept, dig, dose_text, is_active, is_taken, listed, resources, text
from agent.model.note import Record

_MOST_RESOURCES = 20_000
_DEEPEST = 8  # groups within groups of a form
_LONGEST = 500  # characters of an answer
_KEYS = ("patient", "medications", "allergies", "problems", "stay", "procedures", "results", "stopped")


@dataclass(frozen=True)
class Line:
    """A line for a note and the resource that says it."""

    text: str
    resource: str


@dataclass(frozen=True)
class RecordLines:
    """The record's lines by what they are about, and the patient's sex."""

    patient: tuple[Line, ...] = ()
    medications: tuple[Line, ...] = ()
    allergies: tuple[Line, ...] = ()
    problems: tuple[Line, ...] = ()
    stay: tuple[Line, ...] = ()
    procedures: tuple[Line, ...] = ()
    results: tuple[Line, ...] = ()
    stopped: tuple[Line, ...] = ()
    sex: str = ""


def record_lines(record: Record | None) -> RecordLines:
    """Reads a FHIR Bundle; what is not understood is left out. Raises ValueError for what is no Bundle."""
    if record is None:
        return RecordLines()
    if not isinstance(record, dict) or not isinstance(record.get("entry", []), list):
        raise ValueError("record must be a FHIR Bundle")
    found: dict[str, list[Line]] = {key: [] for key in _KEYS}
    sex, measured, done = "", list[tuple[Told, str]](), list[tuple[Told, str]]()
    for resource in resources(record, _MOST_RESOURCES):
        kind = resource["resourceType"]
        where = f"{kind}/{resource.get('id', '')}"
        match kind:
            case "Patient":
                sex, born = text(resource, "gender"), text(resource, "birthDate")
                about = ", ".join(x for x in (_name(resource), sex, f"born {born}" if born else "") if x)
                found["patient"] += [Line(about, where)] if about else []
            case "MedicationStatement" | "MedicationRequest":
                drug = concept(resource.get("medicationCodeableConcept"))
                if drug and is_taken(resource):
                    found["medications"].append(Line(with_dose(drug, dose_text(resource)), where))
                elif drug and text(resource, "status") in ("stopped", "cancelled", "on-hold"):
                    found["stopped"].append(Line(f"{drug} ({text(resource, 'status').replace('-', ' ')})", where))
            case "AllergyIntolerance" if is_active(resource):
                substance, how = concept(resource.get("code")), _reactions(resource)
                found["allergies"] += [Line(f"{substance}{f' ({how})' if how else ''}", where)] if substance else []
            case "Condition" if is_active(resource):
                problem, code = concept(resource.get("code")), _icd(resource)
                found["problems"] += [Line(f"{problem}{f' ({code})' if code else ''}", where)] if problem else []
            case "Encounter":
                found["stay"] += [Line(told.text, where) for told in stay_of(resource)]
            case "Procedure" if told := procedure_of(resource):
                done.append((told, where))
            case "Observation" if told := result_of(resource):
                measured.append((told, where))
    found["procedures"] = [Line(told.text, ref) for told, ref in sorted(done, key=lambda row: row[0].day)]
    found["results"] = [Line(words, ref) for words, ref in newest(measured)]
    return RecordLines(sex=sex, **{key: tuple(dict.fromkeys(value)) for key, value in found.items()})


def intake_lines(intake: dict[str, Any] | None) -> tuple[Line, ...]:
    """The answers of a QuestionnaireResponse, or of a plain table, as "question: answer"."""
    if not isinstance(intake, dict):
        return ()
    if isinstance(intake.get("item"), list):
        return tuple(_items(intake["item"], 0))
    return tuple(
        Line(f"{str(key).replace('_', ' ')}: {_plain(value)}", str(key))
        for key, value in intake.items()
        if key != "resourceType" and _plain(value)
    )


def with_dose(drug: str, dose: str) -> str:
    """ "lisinopril 10 mg daily", but "lisinopril 20 mg tablet, 1 tablet every morning"."""
    apart = any(c.isdigit() for c in drug) and dose[:1].isalnum()
    return f"{drug}{',' if apart else ''} {dose}".strip()


def _items(items: list[Any], depth: int) -> Iterator[Line]:
    for item in items:
        if not isinstance(item, dict) or depth > _DEEPEST:
            continue
        said = "; ".join(x for a in listed(item.get("answer")) if (x := _answer(a)))
        if said:
            label = str(item.get("text") or item.get("linkId") or "")
            yield Line(f"{label.rstrip(':?')}: {said}", str(item.get("linkId") or label))
        yield from _items(listed(item.get("item")), depth + 1)


def _answer(answer: Any) -> str:
    if not isinstance(answer, dict):
        return _plain(answer)
    for key, value in answer.items():
        if key == "valueCoding" and isinstance(value, dict):
            return str(value.get("display") or value.get("code") or "")
        if key == "valueQuantity" and isinstance(value, dict):
            return f"{value.get('value', '')} {value.get('unit', '')}".strip()
        if key == "valueBoolean":
            return "yes" if value else "no"
        if key.startswith("value"):
            return _plain(value)
    return ""


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value).strip()[:_LONGEST]
    if isinstance(value, list):
        return ", ".join(x for v in value if (x := _plain(v)))
    return ""


def _icd(condition: dict[str, Any]) -> str:
    codings = listed(dig(condition, "code", "coding"))
    return next((text(c, "code") for c in codings if "icd-10" in text(c, "system")), "")


def _reactions(allergy: dict[str, Any]) -> str:
    shown = (concept(m) for r in listed(allergy.get("reaction")) for m in listed(dig(r, "manifestation")))
    return ", ".join(x for x in shown if x)


def _name(patient: dict[str, Any]) -> str:
    for name in listed(patient.get("name")):
        given = " ".join(str(g) for g in listed(dig(name, "given")))
        whole = f"{given} {text(name, 'family')}".strip() or text(name, "text")
        if whole:
            return whole
    return ""
