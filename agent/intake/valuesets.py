"""Answers that stand in a FHIR R4 ValueSet: inside the form, or in a file of its own beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from agent.intake.parts import coded
from agent.model.form import Choice

MOST = 60  # answers to one question
ValueSets = Mapping[str, Mapping[str, Any]]  # url, or "#id" within a form -> the resource


def contained(questionnaire: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The ValueSets within a form, by the name under which it speaks of them."""
    rows = questionnaire.get("contained")
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows if isinstance(rows, list) else ():
        if is_value_set(row):
            names = (f"#{row['id']}" if isinstance(row.get("id"), str) else "", row.get("url"))
            found |= {name: row for name in names if isinstance(name, str) and name}
    return found


def is_value_set(row: Any) -> bool:
    """Is it one at all?"""
    return isinstance(row, Mapping) and row.get("resourceType") == "ValueSet"


def choices_in(sets: ValueSets, canonical: Any, base: str) -> tuple[tuple[Choice, ...], str]:
    """The answers of `answerValueSet`, or why there are none. What is expanded counts, else what is written out; a set
    that is a rule (a filter, a whole code system, other sets) names no answers that could be asked."""
    name = canonical.partition("|")[0] if isinstance(canonical, str) else ""
    row = sets.get(name)
    if row is None:
        return (), f"its answers stand in a ValueSet elsewhere ({name[:80]})"
    found: dict[str, Choice] = {}
    for concept, system in _concepts(row):
        if concept is None:
            return (), "its ValueSet is a rule and lists no answers"
        choice = coded(concept, base, system=system)
        if choice is None or choice.code in found:
            return (), "an answer of its ValueSet has no code, no words, or another's code"
        found[choice.code] = choice
        if len(found) > MOST:
            return (), f"its ValueSet has more than {MOST} answers"
    return tuple(found.values()), "" if found else "its ValueSet lists no answers"


def _concepts(row: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any] | None, str]]:
    """Each concept with its system; None for a part that lists none."""
    expanded = row.get("expansion")
    if isinstance(expanded, Mapping) and _rows(expanded, "contains"):
        yield from _expanded(expanded, 0)
        return
    compose = row.get("compose")
    held: Mapping[str, Any] = compose if isinstance(compose, Mapping) else {}
    if _rows(held, "exclude"):
        yield None, ""
    for include in _rows(held, "include"):
        concepts = _rows(include, "concept")
        if not concepts or include.get("filter") or include.get("valueSet"):
            yield None, ""
        for concept in concepts:
            yield concept, str(include.get("system", ""))


def _expanded(row: Mapping[str, Any], depth: int) -> Iterator[tuple[Mapping[str, Any] | None, str]]:
    for one in _rows(row, "contains"):
        if one.get("abstract") is not True and one.get("inactive") is not True:
            yield one, str(one.get("system", ""))
        if depth < 8:
            yield from _expanded(one, depth + 1)


def _rows(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = row.get(name)
    return [r for r in found if isinstance(r, Mapping)] if isinstance(found, list) else []
