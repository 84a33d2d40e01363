"""What a FHIR record holds of the things that a form asks for in turns or as a list: medicines, allergies, conditions,
operations. What is not understood is left out, and nothing raises."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agent.intake.fhir import concept, dig, dose_text, is_active, is_taken, listed, resources, text
from agent.model.form import Form, Item, Turn

_MOST = 2_000  # resources of one record
_LONGEST = 120  # characters of a value
_WORD = re.compile(r"\w+")


def record_turns(group: Item, record: Mapping[str, Any]) -> list[Turn]:
    """One turn for each resource that the group's items name, each once."""
    asked = (i for i in group.items if i.kind in ("string", "text", "open-choice"))
    paths = {i.link: i.definition.rpartition("#")[2] for i in asked}
    found: list[Turn] = []
    for held in _facts(record):
        turn = {link: (held[path],) for link, path in paths.items() if held.get(path)}
        first = next(iter(paths), "")
        if first in turn and not any(same(turn, other) for other in found):
            found.append(turn)
    return found


def record_values(form: Form, record: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The values of questions that take several, such as conditions: a choice where the words are its own."""
    facts = list(_facts(record))
    found: dict[str, tuple[str, ...]] = {}
    for item, group in form.walk():
        if group is None and item.repeats and item.kind == "open-choice":
            path = item.definition.rpartition("#")[2]
            values = [_code(item, held[path]) for held in facts if held.get(path)]
            if values:
                found[item.link] = tuple(dict.fromkeys(values))[:20]
    return found


def same(turn: Turn, other: Turn) -> bool:
    """Do both name the same thing, one perhaps in more words ("lisinopril 10 mg", "Lisinopril 10 MG tablet")?"""
    one, two = (frozenset(_WORD.findall(_first(t).casefold())) for t in (turn, other))
    return bool(one and two) and (one <= two or two <= one)


def _first(turn: Turn) -> str:
    return " ".join(str(v) for v in next(iter(turn.values()), ()))


def _code(item: Item, said: str) -> str:
    for choice in item.choices:
        if any(said.casefold() == label.casefold() for label in choice.text.values()):
            return choice.code
    return said


def _facts(record: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Each resource that still holds, as element -> words."""
    for resource in resources(dict(record), _MOST):
        match resource["resourceType"]:
            case "MedicationStatement" | "MedicationRequest" if is_taken(resource):
                how, name = dose_text(resource), concept(resource.get("medicationCodeableConcept"))
                yield _cut({"MedicationStatement.medication[x]": name, "MedicationStatement.dosage.text": how})
            case "AllergyIntolerance" if is_active(resource):
                reactions = [
                    concept(m) for r in listed(resource.get("reaction")) for m in listed(dig(r, "manifestation"))
                ]
                shown = ", ".join(dict.fromkeys(r for r in reactions if r))
                substance = concept(resource.get("code"))
                yield _cut({"AllergyIntolerance.code": substance, "AllergyIntolerance.reaction.manifestation": shown})
            case "Condition" if is_active(resource):
                yield _cut({"Condition.code": concept(resource.get("code"))})
            case "Procedure":
                when = text(resource, "performedDateTime") or text(resource, "performedPeriod", "start")
                what = concept(resource.get("code"))
                yield _cut({"Procedure.code": what, "Procedure.performed[x]": when[:10]})


def _cut(facts: dict[str, str]) -> dict[str, str]:
    return {path: words[:_LONGEST] for path, words in facts.items()}
