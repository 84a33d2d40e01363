"""Writes a filled-in form as FHIR R4: the QuestionnaireResponse, and the resources that its answers make up."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agent.intake.engine import standing, totals
from agent.intake.measures import quantity_out
from agent.intake.turns import MOST_ROWS, count, turns
from agent.model.form import Form, Former, FormRow, Given, Item

WORDS = "https://frontdesk.example/StructureDefinition/words"
_PERSON = "Patient"
_SUBJECT = {"Coverage": "beneficiary", "AllergyIntolerance": "patient", "MedicationStatement": "subject",
            "Condition": "subject"}  # fmt: skip
_TYPED = {"date": "valueDate", "dateTime": "valueDateTime", "time": "valueTime"}
_MEANS_NOTHING = frozenset({"unsure", "none", "unknown", "other"})
_ABOUT = frozenset({"code", "medication[x]"})
_MOST_NAMES = 1000  # in one answer, at least
_CLINICAL = "http://terminology.hl7.org/CodeSystem/"


def response(form: Form, row: FormRow) -> dict[str, Any]:
    """The QuestionnaireResponse. A person's own words stand beside each answer; what is unsure has words alone."""
    held = standing(form, row.given)
    out: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse", "id": row.id,
        "questionnaire": f"{form.url}|{form.version}" if form.version else form.url,
        "status": "in-progress" if row.state == "open" else "completed",
        "authored": row.changed_at.isoformat(timespec="seconds"),
        "item": _items(form, form.items, {(g.link, g.row): g for g in held}, 0),
    }  # fmt: skip
    if row.patient:
        out["subject"] = {"reference": f"Patient/{row.patient}"}
    scores = totals(form, held)
    if scores:
        out["extension"] = [
            {"url": f"https://frontdesk.example/StructureDefinition/score-{stem}", "valueDecimal": total}
            for stem, total in scores.items()
        ]
    return out


def _items(
    form: Form, items: Iterable[Item], held: Mapping[tuple[str, int], Given], row: int
) -> list[dict[str, Any]]:  # fmt: skip
    out: list[dict[str, Any]] = []
    for item in items:
        if item.kind == "group":
            within = {r % count(form, item.link) for link, r in held if item.repeats and _holds(item, link)}
            for turn in [t for t in turns(form, item.link, row) if t in within] if item.repeats else [row]:
                inner = _items(form, item.items, held, turn)
                if inner:
                    out.append({"linkId": item.link, "text": item.text.get("en", ""), "item": inner})
        elif (given := held.get((item.link, row))) is not None and (given.values or given.unsure):
            out.append({"linkId": item.link, "text": item.text.get("en", ""), **_answers(item, given)})
    return out


def _holds(group: Item, link: str) -> bool:
    return any(item.link == link or _holds(item, link) for item in group.items)


def _answers(item: Item, given: Given) -> dict[str, Any]:
    words = [{"url": WORDS, "valueString": given.words}] if given.words else []
    if given.unsure and not given.values:
        return {"extension": words}
    answers = [value_of(item, value) for value in given.values]
    if words:
        answers[0] = {"extension": words, **answers[0]}
    return {"answer": answers}


def value_of(item: Item, value: bool | float | str) -> dict[str, Any]:
    """`value[x]` of an answer."""
    choice = next((c for c in item.choices if c.code == value), None)
    if choice is not None and choice.typed != "coding":
        held = int(choice.code) if choice.typed == "integer" else choice.code
        return {f"value{choice.typed.title()}": held}
    if choice is not None:
        return {"valueCoding": coding(item, choice.code)}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if item.kind == "integer":
        return {"valueInteger": int(value)}
    if item.kind == "decimal":
        return {"valueDecimal": float(value)}
    if item.kind == "attachment":
        return {"valueAttachment": {"contentType": "image/jpeg", "url": f"Binary/{value}"}}
    if item.kind == "quantity":
        return {"valueQuantity": quantity_out(item, str(value))}
    return {_TYPED.get(item.kind, "valueString"): value}


def coding(item: Item, code: str) -> dict[str, Any]:
    """A choice as a Coding."""
    choice = next(c for c in item.choices if c.code == code)
    system = {"system": choice.system} if choice.system else {}
    return {**system, "code": code, "display": choice.text.get("en", code)}


def resources(form: Form, row: FormRow) -> list[dict[str, Any]]:
    """Patient, Coverage, AllergyIntolerance, MedicationStatement and Condition, as far as sure answers make them."""
    sure = [g for g in standing(form, row.given) if g.values and not g.unsure]
    made: dict[tuple[str, str, int, int], dict[str, Any]] = {}
    several = set[tuple[str, str, int]]()
    for given in sure:
        item = form.item(given.link)
        kind, _, path = (item.definition.rpartition("#")[2] if item is not None else "").partition(".")
        if item is None or (kind != _PERSON and kind not in _SUBJECT):
            continue
        for at, value in enumerate(given.values):
            link, turn, first = _belongs(form, item, given.row, at)
            names = _each(path, value)
            several |= {(kind, link, turn)} if len(names) > 1 else set()
            for nth, one in enumerate(names):
                out = made.setdefault((kind, link, turn, first * _MOST_NAMES + nth), _blank(kind, row))
                _put(out, kind, path, item, one)
                if given.stopped and kind == "MedicationStatement":
                    out["status"] = "stopped"
    for (kind, link, turn, _), out in made.items():
        if (kind, link, turn) in several:  # which of them a dose or a reaction is of, nobody has said
            out.pop("dosage", None)
            out.pop("reaction", None)
    found = [r for (kind, *_), r in made.items() if _is_worth(kind, r)]
    return found + [r for f in row.former if f.state == "gone" for r in _stopped(form, row, f)]


def _each(path: str, value: bool | float | str) -> list[bool | float | str]:
    """The names that staff have put apart with semicolons, a resource each."""
    if path not in _ABOUT or not isinstance(value, str):
        return [value]
    return [part.strip() for part in value.split(";") if part.strip()]


def _belongs(form: Form, item: Item, row: int, at: int) -> tuple[str, int, int]:
    """Which of the resources of its kind an answer goes to: that of the outermost turn which asks for this kind itself,
    so that an allergy keeps the reactions that are asked in turns of their own. Several of what such a resource is
    about make one each."""
    kind, _, path = item.definition.rpartition("#")[2].partition(".")
    about = item.repeats and path in _ABOUT
    for n, group in enumerate(form.turning(item.link), 1):
        if any(i.definition.rpartition("#")[2].startswith(f"{kind}.") for i in _own(group)):
            turn = row % int(MOST_ROWS**n)
            return (item.link if about else group.link, turn, at if about else 0)
    return (item.link if about else "", row if about else 0, at if about else 0)


def _own(group: Item) -> Iterator[Item]:
    """What is asked in a turn of the group, without the turns of groups within."""
    for item in group.items:
        if item.asks:
            yield item
        elif not item.repeats:
            yield from _own(item)


def _stopped(form: Form, row: FormRow, former: Former) -> list[dict[str, Any]]:
    """A medicine that the patient no longer takes. Of an allergy that is said to be gone nothing is made: that is for
    a clinician to say, and stands on the card."""
    made = _blank("MedicationStatement", row) | {"status": "stopped"}
    for link, values in former.values.items():
        item = form.item(link)
        kind, _, path = (item.definition.rpartition("#")[2] if item is not None else "").partition(".")
        if item is not None and kind == "MedicationStatement":
            _put(made, kind, path, item, values[0])
    return [made] if _is_worth("MedicationStatement", made) else []


def _blank(kind: str, row: FormRow) -> dict[str, Any]:
    out: dict[str, Any] = {"resourceType": kind}
    if kind == _PERSON:
        return out | ({"id": row.patient} if row.patient else {})
    person = {"reference": f"Patient/{row.patient}"} if row.patient else {"display": row.name}
    out[_SUBJECT[kind]] = person
    if kind in ("Coverage", "MedicationStatement"):
        out["status"] = "active"
    else:
        checked = "verification" if kind == "AllergyIntolerance" else "ver-status"
        out["clinicalStatus"] = _status(kind, "clinical", "active")
        out["verificationStatus"] = _status(kind, checked, "unconfirmed")
    if kind == "MedicationStatement":
        out["informationSource"] = person
    return out


def _status(kind: str, which: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_CLINICAL}{kind.lower()}-{which}", "code": code}]}


def _concept(item: Item, value: Any) -> dict[str, Any]:
    """A CodeableConcept: coded where a choice was made, words else."""
    if any(c.code == value for c in item.choices):
        held = coding(item, str(value))
        return {"coding": [held], "text": held["display"]}
    return {"text": str(value)}


def _put(out: dict[str, Any], kind: str, path: str, item: Item, value: Any) -> None:
    """One value at its element; an element that is not known here is left to the QuestionnaireResponse."""
    match f"{kind}.{path}":
        case "Patient.name.text":
            out["name"] = [{"text": value}]
        case "Patient.birthDate" | "Patient.gender" as where:
            out[where.partition(".")[2]] = value
        case "Patient.telecom:phone.value":
            out.setdefault("telecom", []).append({"system": "phone", "value": value})
        case "Patient.telecom:email.value":
            out.setdefault("telecom", []).append({"system": "email", "value": value})
        case "Patient.address.text":
            out["address"] = [{"text": value}]
        case "Patient.contact.name.text":
            out.setdefault("contact", [{}])[0]["name"] = {"text": value}
        case "Patient.contact.telecom.value":
            out.setdefault("contact", [{}])[0]["telecom"] = [{"system": "phone", "value": value}]
        case "Patient.communication.language":
            out["communication"] = [{"language": _concept(item, value), "preferred": True}]
        case "Coverage.payor.display":
            out["payor"] = [{"display": value}]
        case "Coverage.subscriberId":
            out["subscriberId"] = value
        case "Coverage.relationship":
            out["relationship"] = _concept(item, value)
        case "Coverage.subscriber.display":
            out["subscriber"] = {"display": value}
        case "AllergyIntolerance.code" | "Condition.code":
            if value not in _MEANS_NOTHING:
                out["code"] = _concept(item, value)
        case "AllergyIntolerance.reaction.manifestation":
            if value not in _MEANS_NOTHING:
                out.setdefault("reaction", [{"manifestation": []}])[0]["manifestation"].append(_concept(item, value))
        case "MedicationStatement.medication[x]":
            out["medicationCodeableConcept"] = _concept(item, value)
        case "MedicationStatement.dosage.text":
            out["dosage"] = [{"text": value}]


def _is_worth(kind: str, made: Mapping[str, Any]) -> bool:
    """Has it what FHIR asks of its kind?"""
    needed = {"Coverage": "payor", "MedicationStatement": "medicationCodeableConcept"}
    return kind == _PERSON or needed.get(kind, "code") in made


def bundle(form: Form, row: FormRow) -> dict[str, Any]:
    """Response and resources together."""
    return collection((response(form, row), *resources(form, row)))


def collection(held: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Resources as one Bundle."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in held]}


def binary(id: str, kind: str, content: bytes) -> dict[str, Any]:
    """A photograph as the resource that an answer's attachment names."""
    return {"resourceType": "Binary", "id": id, "contentType": kind, "data": b64encode(content).decode()}
