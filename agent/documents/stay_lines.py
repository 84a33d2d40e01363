"""What a discharge summary takes from the record besides its lists: the stay, what was done, the results."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agent.documents.days import day, day_told
from agent.intake.fhir import concept, dig, listed, text

_MOST_RESULTS = 25
_STAYED = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC", "EMER", "SS"})  # v3 ActCode
_DONE = frozenset({"finished", "in-progress", "onleave", ""})
_FINAL = frozenset({"final", "amended", "corrected", "preliminary", ""})


@dataclass(frozen=True)
class Told:
    """A line, its day for sorting, and what it is about where only the newest of a kind is told."""

    text: str
    day: tuple[int, int, int] = (0, 0, 0)
    about: str = ""


def stay_of(encounter: dict[str, Any]) -> Iterator[Told]:
    """When somebody came in and left, why, and where to; nothing for a visit that was no stay."""
    if text(encounter, "status") not in _DONE or text(encounter, "class", "code") not in _STAYED:
        return
    start, end = (day(dig(encounter, "period", k)) for k in ("start", "end"))
    when = [f"{word} {day_told(d)}" for word, d in (("admitted", start), ("discharged", end)) if d[0]]
    if when:
        yield Told(_capital(", ".join(when)), start)
    why = ", ".join(w for r in listed(encounter.get("reasonCode")) if (w := concept(r)))
    if why:
        yield Told(f"Reason for admission: {why}", start)
    where = concept(dig(encounter, "hospitalization", "dischargeDisposition"))
    if where:
        yield Told(f"Discharged to: {where}", start)


def procedure_of(procedure: dict[str, Any]) -> Told | None:
    """None for what was not done, or has no name."""
    name = concept(procedure.get("code"))
    if not name or text(procedure, "status") in ("not-done", "preparation", "entered-in-error", "stopped"):
        return None
    when = day(procedure.get("performedDateTime") or dig(procedure, "performedPeriod", "start"))
    return Told(f"{name}, {day_told(when)}" if when[0] else name, when)


def result_of(observation: dict[str, Any]) -> Told | None:
    """A measured or a worded result with its day; None for one that is not final, or without a value."""
    name = concept(observation.get("code"))
    if not name or text(observation, "status") not in _FINAL:
        return None
    number, unit = dig(observation, "valueQuantity", "value"), text(observation, "valueQuantity", "unit")
    measured = isinstance(number, int | float) and not isinstance(number, bool)
    value = f"{number:g} {unit}".strip() if measured else concept(observation.get("valueCodeableConcept"))
    value = value or text(observation, "valueString")
    if not value:
        return None
    when = day(observation.get("effectiveDateTime") or dig(observation, "effectivePeriod", "start"))
    early = " (preliminary)" if text(observation, "status") == "preliminary" else ""
    return Told(f"{name}: {value}{f' on {day_told(when)}' if when[0] else ''}{early}", when, name.casefold())


def newest(found: list[tuple[Told, str]]) -> list[tuple[str, str]]:
    """Of each result the newest, at most _MOST_RESULTS, in the order of their days."""
    best: dict[str, tuple[Told, str]] = {}
    for told, ref in found:
        if told.about not in best or told.day >= best[told.about][0].day:
            best[told.about] = (told, ref)
    kept = sorted(best.values(), key=lambda row: row[0].day)[-_MOST_RESULTS:]
    return [(told.text, ref) for told, ref in kept]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
