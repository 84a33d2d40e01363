"""Single facts of a FHIR R4 record as a form asks for them: words, codes and the resource of each."""

from dataclasses import dataclass, field
from typing import Any

from agent.documents.record_lines import with_dose
from agent.intake.fhir import concept, dig, dose_text, is_active, is_taken, listed, resources, text
from agent.model.note import Record

_MOST = 20_000
_ICD = "icd-10"


@dataclass(frozen=True)
class Fact:
    """`date` as FHIR has it; `value` with its unit where it is a measurement."""

    words: str
    ref: str
    codings: tuple[dict[str, str], ...] = ()
    date: str = ""
    value: float | None = None
    unit: str = ""


@dataclass
class Facts:
    """By what they are about."""

    held: dict[str, list[Fact]] = field(default_factory=dict)
    results: list[Fact] = field(default_factory=list)

    def add(self, about: str, fact: Fact) -> None:
        if fact.words and fact.words not in [f.words for f in self.held.get(about, ())]:
            self.held.setdefault(about, []).append(fact)

    def of(self, about: str) -> list[Fact]:
        return self.held.get(about, [])

    def newest(self, codes: frozenset[str]) -> Fact | None:
        """The latest result under one of these LOINC codes; one without a date only where none has any."""
        found = [f for f in self.results if codes & {c["code"] for c in f.codings}]
        return max(found, key=lambda f: f.date, default=None)


def facts(record: Record | None) -> Facts:
    """What is active and not entered in error; what is not understood is left out."""
    found = Facts()
    for resource in resources(record, _MOST):
        ref = f"{resource['resourceType']}/{resource.get('id') or ''}".rstrip("/")
        match resource["resourceType"]:
            case "Patient":
                _patient(found, resource, ref)
            case "Coverage":
                _coverage(found, resource, ref)
            case "Condition" if is_active(resource):
                _problem(found, resource, ref)
            case "AllergyIntolerance" if is_active(resource):
                found.add("allergies", _plain(concept(resource.get("code")), ref, resource))
            case "MedicationStatement" | "MedicationRequest":
                _medicine(found, resource, ref)
            case "Procedure":
                when = text(resource, "performedDateTime")[:10]
                name = concept(resource.get("code"))
                found.add("procedures", _plain(f"{name} ({when})" if when else name, ref, resource))
            case "Observation":
                _result(found, resource, ref)
    return found


def _plain(words: str, ref: str, resource: dict[str, Any] | None = None) -> Fact:
    return Fact(words, ref, _codings(resource.get("code")) if resource else ())


def _codings(code: Any) -> tuple[dict[str, str], ...]:
    kept = ({k: v for k in ("system", "code", "display") if (v := text(c, k))} for c in listed(dig(code, "coding")))
    return tuple(c for c in kept if "code" in c)


def _patient(found: Facts, patient: dict[str, Any], ref: str) -> None:
    name: Any = next((n for n in listed(patient.get("name")) if isinstance(n, dict)), {})
    given, family = " ".join(str(g) for g in listed(name.get("given"))), text(name, "family")
    found.add("given", Fact(given, ref))
    found.add("family", Fact(family, ref))
    found.add("name", Fact(f"{given} {family}".strip() or text(name, "text"), ref))
    born, sex = text(patient, "birthDate"), text(patient, "gender")
    found.add("born", Fact(born, ref, date=born))
    system = "http://hl7.org/fhir/administrative-gender"
    found.add("sex", Fact(sex, ref, ({"system": system, "code": sex, "display": sex.capitalize()},) if sex else ()))
    for way in listed(patient.get("telecom")):
        if text(way, "system") == "phone" and not found.of("phone"):
            found.add("phone", Fact(text(way, "value"), ref))
    for place in listed(patient.get("address"))[:1]:
        parts = [*map(str, listed(dig(place, "line"))), *(text(place, k) for k in ("city", "state", "postalCode"))]
        found.add("address", Fact(text(place, "text") or ", ".join(p for p in parts if p), ref))


def _coverage(found: Facts, coverage: dict[str, Any], ref: str) -> None:
    if text(coverage, "status") not in ("active", ""):
        return
    found.add("member", Fact(text(coverage, "subscriberId") or text(coverage, "identifier", 0, "value"), ref))
    found.add("payer", Fact(text(coverage, "payor", 0, "display"), ref))
    for each in listed(coverage.get("class")):
        if text(each, "type", "coding", 0, "code") == "group":
            found.add("group", Fact(text(each, "value"), ref))


def _problem(found: Facts, condition: dict[str, Any], ref: str) -> None:
    name, coded = concept(condition.get("code")), _codings(condition.get("code"))
    icd = tuple(c for c in coded if _ICD in c.get("system", ""))
    found.add("problems", Fact(f"{name} ({icd[0]['code']})" if icd and name else name, ref, coded))
    if icd:
        found.add("codes", Fact(icd[0]["code"], ref, icd))


def _medicine(found: Facts, medicine: dict[str, Any], ref: str) -> None:
    name = concept(medicine.get("medicationCodeableConcept"))
    if not name:
        return
    told = with_dose(name, dose_text(medicine))
    coded = _codings(medicine.get("medicationCodeableConcept"))
    if is_taken(medicine):
        found.add("medications", Fact(told, ref, coded))
        return
    ended, why = text(medicine, "effectivePeriod", "end")[:10], concept(dig(medicine, "statusReason", 0))
    more = ", ".join(x for x in (f"stopped {ended}" if ended else "stopped", why) if x)
    found.add("stopped", Fact(f"{told} ({more})", ref, coded))


def _result(found: Facts, result: dict[str, Any], ref: str) -> None:
    value, unit = dig(result, "valueQuantity", "value"), text(result, "valueQuantity", "unit")
    when = (text(result, "effectiveDateTime") or text(result, "effectivePeriod", "start"))[:10]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    words = f"{value:g} {unit}".strip() + (f" ({when})" if when else "")
    found.results.append(Fact(words, ref, _codings(result.get("code")), when, float(value), unit))
