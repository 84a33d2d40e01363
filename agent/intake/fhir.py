"""Looks into FHIR R4 as JSON, whoever wrote it: what is not where it should be is not there, and nothing raises."""

from collections.abc import Iterator
from typing import Any

_NOT_TAKEN = frozenset({"stopped", "completed", "cancelled", "ended", "inactive", "not-taken", "on-hold"})
_GONE = frozenset({"resolved", "inactive", "remission"})
_WRONG = frozenset({"entered-in-error", "refuted"})


def resources(record: Any, most: int) -> Iterator[dict[str, Any]]:
    """The first `most` entries of a Bundle that hold a resource with a type; those that were found wrong are left
    out."""
    for entry in listed(dig(record, "entry"))[:most]:
        resource = dig(entry, "resource")
        if text(resource, "resourceType") and not is_wrong(resource):
            yield resource


def is_wrong(resource: Any) -> bool:
    """Entered in error, or refuted since: nothing of it is so."""
    return bool((codes(dig(resource, "status")) | codes(dig(resource, "verificationStatus"))) & _WRONG)


def is_taken(medication: Any) -> bool:
    """Of a MedicationStatement or MedicationRequest; one without a status is taken."""
    return not codes(dig(medication, "status")) & _NOT_TAKEN


def is_active(resource: Any) -> bool:
    """Of a Condition or AllergyIntolerance; one without a clinical status is active."""
    return not codes(dig(resource, "clinicalStatus")) & _GONE


def dose_text(medication: Any) -> str:
    """How it is taken, in the first words that say so."""
    doses = [*listed(dig(medication, "dosage")), *listed(dig(medication, "dosageInstruction"))]
    return next((how for dose in doses if (how := text(dose, "text"))), "")


def concept(value: Any) -> str:
    """A CodeableConcept in words: its text, else the first display."""
    shown = (text(coding, "display") for coding in listed(dig(value, "coding")))
    return text(value, "text") or next((words for words in shown if words), "")


def codes(value: Any) -> frozenset[str]:
    """The codes of a code or CodeableConcept, in lower case; its text where it has none."""
    if isinstance(value, str):
        return frozenset({value.casefold()})
    found = [code for coding in listed(dig(value, "coding")) if (code := text(coding, "code"))]
    return frozenset(code.casefold() for code in found or [text(value, "text")] if code)


def text(value: Any, *path: str | int) -> str:
    """The string at the path, stripped; empty where there is none."""
    found = dig(value, *path)
    return found.strip() if isinstance(found, str) else ""


def dig(value: Any, *path: str | int) -> Any:
    """What stands at the path of keys and places; None where it leads nowhere."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def listed(value: Any) -> list[Any]:
    """The list; a single thing where a list should stand, as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]
