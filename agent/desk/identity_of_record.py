"""Is this record the patient's own? Names, dates of birth and whose each resource is must agree."""

import unicodedata
from typing import Any

from agent.model.fault import Refused
from agent.model.note import Record
from agent.model.patient import Patient


def same_person(record: Record, patient: Patient) -> None:
    """Raises Refused where the record is of somebody else, of several people, or no Bundle. A record without a Patient
    resource says nothing of whose it is, and is refused as well."""
    entries = record.get("entry")
    if not isinstance(entries, list):
        raise Refused("the record is no FHIR Bundle")
    resources = [e["resource"] for e in entries if isinstance(e, dict) and isinstance(e.get("resource"), dict)]
    people = [r for r in resources if r.get("resourceType") == "Patient"]
    if len(people) != 1:
        raise Refused("the record must be of one patient and say which")
    person = people[0]
    if person.get("birthDate") != patient.dob.isoformat():
        raise Refused("the record has another date of birth: it is somebody else's")
    if not _names(person) & _words(patient.name):
        raise Refused("the record has another name: it is somebody else's")
    for resource in resources:
        about = resource.get("subject") or resource.get("patient")
        whose = about.get("reference") if isinstance(about, dict) else None
        if isinstance(whose, str) and whose.rpartition("/")[2].rpartition(":")[2] != str(person.get("id", "")):
            raise Refused("the record holds entries of somebody else")


def _names(person: dict[str, Any]) -> set[str]:
    """Every word of the family names; of the given names too where no family name is kept."""
    found: set[str] = set()
    for name in person.get("name") or []:
        if isinstance(name, dict):
            given = " ".join(str(g) for g in name.get("given") or [])
            found |= _words(str(name.get("family") or name.get("text") or given))
    return found


def _words(name: str) -> set[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return {w for w in plain.casefold().replace("-", " ").replace("'", "").split() if len(w) > 1}
