"""Times of day, moments and quantities as answers hold them: read from FHIR, compared, and written as FHIR again.

A time is HH:MM:SS. A moment is a day alone, or a day and a time with the clinic's offset. A quantity is its number and,
after a space, the code of its unit."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any

from agent.model.form import Choice, Item

UCUM = "http://unitsofmeasure.org"
LONGEST_UNIT = 40
_NUMBER = re.compile(r"[-+]?\d{1,9}(?:[.,]\d{1,6})?")
_HELD = re.compile(r"-?\d{1,13}(?:\.\d{1,17})?")
_LARGEST = 1e12


def is_time(value: object) -> bool:
    """HH:MM:SS, as FHIR writes a time?"""
    try:
        return isinstance(value, str) and time.fromisoformat(value).isoformat("seconds") == value
    except ValueError:
        return False


def is_moment(value: object) -> bool:
    """A day, or a day and a time that says how far it lies from UTC?"""
    if not isinstance(value, str):
        return False
    try:
        if len(value) == 10:
            return date.fromisoformat(value).year >= 1900
        held = datetime.fromisoformat(value)
    except ValueError:
        return False
    return "T" in value and held.tzinfo is not None and held.year >= 1900


def moment(day: date, at: time, zone: tzinfo) -> str:
    """A day and a time on the wall of this zone."""
    return datetime.combine(day, at, zone).isoformat(timespec="seconds")


def quantity(number: float, unit: str) -> str:
    """Number and unit as an answer holds them."""
    said = str(int(number)) if number == int(number) else repr(float(number))
    return f"{said} {unit}".strip()


def measured(value: object) -> tuple[float, str] | None:
    """Number and unit of a quantity; None where it is none."""
    number, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if not _HELD.fullmatch(number) or len(unit) > LONGEST_UNIT:
        return None
    return float(number), unit.strip()


def is_quantity(item: Item, value: object) -> bool:
    """A quantity, in one of the units that the item names, where it names any?"""
    found = measured(value)
    if found is None or abs(found[0]) > _LARGEST:
        return False
    return not item.units or any(found[1] == unit.code for unit in item.units)


def unit_of(item: Item, value: str) -> Choice | None:
    """The unit of a quantity, where it is one that the item names."""
    code = value.partition(" ")[2]
    return next((u for u in item.units if u.code == code), None) if item.kind == "quantity" else None


def quantity_in(held: object) -> str | None:
    """A FHIR Quantity as an answer holds it."""
    number = held.get("value") if isinstance(held, Mapping) else None
    if not isinstance(held, Mapping) or isinstance(number, bool) or not isinstance(number, int | float):
        return None
    unit = held.get("code") or held.get("unit") or ""
    return quantity(number, unit) if isinstance(unit, str) and abs(number) <= _LARGEST else None


def quantity_out(item: Item, value: str) -> dict[str, Any]:
    """A FHIR Quantity."""
    number, code = measured(value) or (0.0, "")
    unit = unit_of(item, value)
    held: dict[str, Any] = {"value": int(number) if number == int(number) else number}
    if unit is not None:
        held |= {"unit": unit.text.get("en", code), "code": code}
        held |= {"system": unit.system} if unit.system else {}
    elif code:
        held["unit"] = code
    return held


def order(kind: str, one: str, other: str) -> int | None:
    """Below zero where the first is less, above where it is more; None where they cannot be compared: other units. Days
    are compared where a time is missing."""
    if kind == "quantity":
        left, right = measured(one), measured(other)
        if left is None or right is None or (left[1] and right[1] and left[1] != right[1]):
            return None
        return (left[0] > right[0]) - (left[0] < right[0])
    if kind == "dateTime" and is_moment(one) and is_moment(other) and min(len(one), len(other)) > 10:
        first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
        return (first > second) - (first < second)
    if kind == "dateTime":
        one, other = one[:10], other[:10]
    return (one > other) - (one < other)


def compares(kind: str, operator: str, value: bool | float | str, other: bool | float | str) -> bool:
    """Does an answer compare so with what an `enableWhen` names?"""
    if isinstance(value, bool) != isinstance(other, bool) or isinstance(value, str) != isinstance(other, str):
        return operator == "!="
    if isinstance(value, str) and isinstance(other, str):
        found = order(kind, value, other)
        if found is None:  # units that cannot be compared
            return operator == "!="
    else:
        found = (float(value) > float(other)) - (float(value) < float(other))
    holds = {"=": found == 0, "!=": found != 0, ">": found > 0, "<": found < 0, ">=": found >= 0, "<=": found <= 0}
    return holds[operator]


def typed(item: Item, said: str, zone: tzinfo) -> float | str:
    """What was written in a field, as the item holds it; as it stands where it is nothing that the item can hold."""
    try:
        match item.kind:
            case "integer" | "decimal":
                number = float(said.replace(",", "."))
                return int(number) if number == int(number) else number
            case "time":
                return time.fromisoformat(said).isoformat("seconds")
            case "dateTime" if len(said) > 10:
                held = datetime.fromisoformat(said)
                return (held if held.tzinfo else held.replace(tzinfo=zone)).isoformat(timespec="seconds")
            case "quantity" if found := _NUMBER.match(said):
                number = float(found[0].replace(",", "."))
                return quantity(number, _code(item, said[found.end() :].strip()))
    except (ValueError, OverflowError):  # also what is called infinite, or no number
        pass
    return said


def _code(item: Item, unit: str) -> str:
    """The code of a unit by any of its names; without one, the only unit there is."""
    if not unit and len(item.units) == 1:
        return item.units[0].code
    named = (u.code for u in item.units if unit.casefold() in names(u))
    return next(named, unit)


def names(unit: Choice) -> set[str]:
    """What a unit is called, in every language of the form."""
    return {unit.code.casefold(), *(label.casefold() for label in unit.text.values())}


def plain(value: bool | float | str) -> bool | float | str:
    """21 for 21.0, as numbers are kept; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def shown(kind: str, value: bool | float | str) -> str:
    """Without any language: 14:30, 2026-03-05 14:30, 72.5 kg, 21."""
    held = str(plain(value))
    if kind == "time":
        return held[:5]
    return held[:16].replace("T", " ") if kind == "dateTime" else held
