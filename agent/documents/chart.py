"""What a draft takes from the record as it stands there: each line with the resource that it was read from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agent.model.note import Record

_ENDED = frozenset({"stopped", "completed", "entered-in-error", "cancelled", "not-taken", "inactive", "resolved"})
MOST_ENTRIES = 20_000


@dataclass(frozen=True)
class Line:
    """A line for a note and the resource that says it."""

    text: str
    resource: str


@dataclass(frozen=True)
class Chart:
    """The record's lines by what they are about, and who the patient is."""

    patient: tuple[Line, ...] = ()
    medications: tuple[Line, ...] = ()
    allergies: tuple[Line, ...] = ()
    problems: tuple[Line, ...] = ()
    sex: str = ""
    name: str = ""
    born: str = ""


def chart(record: Record | None) -> Chart:
    """Reads a FHIR Bundle; what is not understood is left out. Raises ValueError for what is no Bundle."""
    if record is None:
        return Chart()
    if not isinstance(record, dict) or not isinstance(record.get("entry", []), list):
        raise ValueError("record must be a FHIR Bundle")
    found: dict[str, list[Line]] = {"patient": [], "medications": [], "allergies": [], "problems": []}
    sex = name = born = ""
    for kind, resource in _resources(record):
        where = f"{kind}/{resource.get('id', '')}"
        match kind:
            case "Patient":
                sex, name, born = _word(resource, "gender"), _name(resource), _word(resource, "birthDate")
                about = ", ".join(x for x in (name, sex, f"born {born}" if born else "") if x)
                found["patient"] += [Line(about, where)] if about else []
            case "MedicationStatement" | "MedicationRequest" if _active(resource, "status"):
                drug = _concept(resource.get("medicationCodeableConcept"))
                dose = _dose(resource)
                found["medications"] += [Line(f"{drug} {dose}".strip(), where)] if drug else []
            case "AllergyIntolerance" if _active(resource, "clinicalStatus"):
                substance, how = _concept(resource.get("code")), _reactions(resource)
                found["allergies"] += [Line(f"{substance}{f' ({how})' if how else ''}", where)] if substance else []
            case "Condition" if _active(resource, "clinicalStatus"):
                problem, code = _concept(resource.get("code")), _icd(resource.get("code"))
                found["problems"] += [Line(f"{problem}{f' ({code})' if code else ''}", where)] if problem else []
    lines = {key: tuple(dict.fromkeys(value)) for key, value in found.items()}
    return Chart(sex=sex, name=name, born=born, **lines)


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


def _items(items: list[Any], depth: int) -> Iterator[Line]:
    for item in items:
        if not isinstance(item, dict) or depth > 8:
            continue
        said = "; ".join(x for a in _list(item.get("answer")) if (x := _answer(a)))
        if said:
            label = str(item.get("text") or item.get("linkId") or "")
            yield Line(f"{label.rstrip(':?')}: {said}", str(item.get("linkId") or label))
        yield from _items(_list(item.get("item")), depth + 1)


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
        return str(value).strip()[:500]
    if isinstance(value, list):
        return ", ".join(x for v in value if (x := _plain(v)))
    return ""


def _resources(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in record.get("entry", [])[:MOST_ENTRIES]:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            yield resource["resourceType"], resource


def _active(resource: dict[str, Any], key: str) -> bool:
    status = resource.get(key)
    words = [status] if isinstance(status, str) else [_word(c, "code") for c in _list(_table(status).get("coding"))]
    return not any(word in _ENDED for word in words)


def _concept(value: Any) -> str:
    concept = _table(value)
    codings = _list(concept.get("coding"))
    return str(concept.get("text") or next((_word(c, "display") for c in codings if _word(c, "display")), "")).strip()


def _icd(value: Any) -> str:
    codings = _list(_table(value).get("coding"))
    return next((_word(c, "code") for c in codings if "icd-10" in _word(c, "system")), "")


def _dose(resource: dict[str, Any]) -> str:
    for dose in _list(resource.get("dosage")) or _list(resource.get("dosageInstruction")):
        if text := _word(dose, "text"):
            return text
    return ""


def _reactions(resource: dict[str, Any]) -> str:
    shown = (_concept(m) for r in _list(resource.get("reaction")) for m in _list(_table(r).get("manifestation")))
    return ", ".join(x for x in shown if x)


def _name(resource: dict[str, Any]) -> str:
    for name in _list(resource.get("name")):
        given = " ".join(str(g) for g in _list(_table(name).get("given")))
        whole = f"{given} {_word(name, 'family')}".strip() or _word(name, "text")
        if whole:
            return whole
    return ""


def _word(value: Any, key: str) -> str:
    found = _table(value).get(key)
    return found if isinstance(found, str) else ""


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
