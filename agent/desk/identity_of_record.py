"""Is this record the patient's own? Names, dates of birth and whose each resource is must agree."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz

from agent.model.fault import Refused
from agent.model.note import Record
from agent.model.patient import Patient

_ALIKE = 70  # of a hundred: a recogniser misspells names
_GREETED = re.compile(
    r"\b(?:hello|hi|hey|good (?:morning|afternoon|evening)|welcome(?: back)?)\b[ ,.]*(?:there[ ,.]*)?"
    r"(?:mr|mrs|ms|miss|mister|missus)\b\.?\s+([\w'’-]+)",
    re.IGNORECASE,
)


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
    _of_one(resources, person)


def one_person(record: Record | None, opening: Sequence[str]) -> None:
    """What can be told where nobody says whose the record should be: raises Refused where it is of several people, or
    where the patient is greeted by a name that is not in it. `opening`: what was said first."""
    entries = record.get("entry") if record else None
    if not isinstance(entries, list):
        return
    resources = [e["resource"] for e in entries if isinstance(e, dict) and isinstance(e.get("resource"), dict)]
    people = [r for r in resources if r.get("resourceType") == "Patient"]
    if len(people) > 1:
        raise Refused("the record must be of one patient and say which")
    if not people:
        return
    _of_one(resources, people[0])
    names = _names(people[0])
    for text in opening if names else ():
        greeted = _GREETED.search(text)
        if greeted and not any(fuzz.ratio(word, name) >= _ALIKE for word in _words(greeted[1]) for name in names):
            raise Refused("the record has another name: it is somebody else's")


def _of_one(resources: Sequence[dict[str, Any]], person: dict[str, Any]) -> None:
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
